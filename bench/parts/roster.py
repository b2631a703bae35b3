"""A roster of 5,000 people from Excel: to the preview, and to the commit with an entry of the ledger for each row."""

from __future__ import annotations

import resource
import shutil
from datetime import date, timedelta
from random import Random
from typing import Any

from bench.figures import Figure, spent, tell
from bench.parts import copied, ready

COUNT = 5000


def workbook() -> bytes:
    """A flat roster of made-up people, none of them twice."""
    from hengjian.registry.identifiers import fake_resident_id  # both need Django set up
    from tests.registry.books import roster

    rng, first = Random(5), date(1970, 1, 1)  # noqa: S311  made-up numbers
    return roster(COUNT, faults={
        n: {"身份证号": fake_resident_id(rng, born=first + timedelta(days=n), male=True)} for n in range(1, COUNT + 1)
    })


def main() -> None:
    """Check and import into a copy of the world."""
    import sys  # the folder is replaced by its copy before anything reads it
    from pathlib import Path

    sys.argv[1] = str(copied(Path(sys.argv[1])))
    folder = ready()
    from hengjian.parties.actors import actor_for  # all need Django set up
    from hengjian.parties.models import Post
    from hengjian.registry.exchange import importing

    post = Post.objects.filter(role="quality_manager").select_related("account", "authority", "organisation").order_by("pk")[0]
    actor, data, held = actor_for(post.account, post), workbook(), dict[str, Any]()
    before = _children()
    check = spent(lambda: held.update(run=importing.check_file(actor=actor, file_name="roster.xlsx", data=data)), 1)
    between = _children()
    run = held["run"]
    confirm = spent(lambda: importing.confirm_run(run, actor=actor, sha256=run.sha256), 1)
    tell(Figure("roster", f"roster of {COUNT} people from Excel, to the preview", check.wall, "s", 3.0, note=f"processor {check.cpu + between - before:.2f} s"),
         Figure("roster", "to the commit, with ledger entries", confirm.wall, "s", 3.0, note=f"processor {confirm.cpu + _children() - between:.2f} s"))
    shutil.rmtree(folder.parent)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
