"""Exports: a register of 5,000 rows as the office knows it, and the package with all months of insurance, row by row."""

from __future__ import annotations

import resource
import time

from bench.figures import Figure, spent, tell
from bench.parts import ready

ROWS = 5000


def main() -> None:
    """Write the package of the province, then the workbook of an area with about so many rows."""
    ready()
    from hengjian.base.scope import EVERYTHING  # all need Django set up
    from hengjian.registry.exchange import package_file, register_workbook
    from hengjian.registry.models import InsuranceMonth

    months = InsuranceMonth.objects.within(EVERYTHING).count()
    before, cpu = _memory(), time.process_time()
    with package_file(EVERYTHING) as package:
        size = package.seek(0, 2)
    cpu, grown = time.process_time() - cpu, _memory() - before
    scope, rows = _area()
    book = spent(lambda: register_workbook(scope), 3)
    tell(Figure("export", f"register of an area as a workbook, {rows} rows", book.wall * ROWS / rows, "s for 5,000 rows", 2.0, note=f"measured {book.wall:.2f} s, processor {book.cpu:.2f} s"),
         Figure("export", f"the package of the province with {months} months of insurance: memory of the process", grown + before, "MB", 300.0,
                note=f"grew by {grown:.0f} MB; {size / 2**20:.1f} MB zipped, processor {cpu:.1f} s"))


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _area() -> tuple[object, int]:
    """The smallest area whose register has at least so many rows, or the largest one there is."""
    from hengjian.parties.actors import actor_for  # both need Django set up
    from hengjian.parties.models import Post
    from hengjian.registry.models import Credential, Education, Employment, Institution, Title, Training

    tables = (Institution, Employment, Credential, Education, Title, Training)
    best: tuple[object, int] | None = None
    for post in Post.objects.filter(role="supervisor").exclude(authority=None).select_related("account", "authority", "organisation").order_by("-area")[:40]:
        scope = actor_for(post.account, post).scope
        rows = sum(model.objects.within(scope).count() for model in tables)
        if best is None or abs(rows - ROWS) < abs(best[1] - ROWS):
            best = scope, rows
    assert best is not None
    return best


if __name__ == "__main__":
    main()
