"""The statistics table of the province, computed from rows, in a process that has read nothing yet."""

from __future__ import annotations

from bench.figures import Figure, spent, tell
from bench.parts import ready


def main() -> None:
    """Draw the newest table of the province once cold and several times warm."""
    ready()
    from django.db import connection  # all need Django set up

    from hengjian.base.scope import EVERYTHING
    from hengjian.campaigns import documents
    from hengjian.campaigns.models import StatReturn

    ret = StatReturn.objects.within(EVERYTHING).filter(authority__level="province", campaign__state="running").order_by("round").first()
    held = StatReturn.objects.within(EVERYTHING).select_related("campaign", "authority__parent", "checker").get(pk=ret.pk)
    cold = spent(lambda: documents.draw_table(EVERYTHING, held), 1)
    warm = spent(lambda: documents.draw_table(EVERYTHING, held))
    tell(Figure("rollup", f"statistics table of the province from rows, cold, {connection.vendor}", cold.wall, "s", 1.0, note=f"processor {cold.cpu:.2f} s"),
         Figure("rollup", f"the same again, {connection.vendor}", warm.wall, "s", note=f"processor {warm.cpu:.2f} s"))


if __name__ == "__main__":
    main()
