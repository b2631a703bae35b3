"""The register is of the present: all of it follows a change in the tree of authorities."""

from __future__ import annotations

from django.db.models import Q

from hengjian.base.actions import Action
from hengjian.base.reseating import Follower, Reseat, before_rows_follow, follows_the_tree
from hengjian.base.scope import EVERYTHING
from hengjian.registry.models import Approval, Employment, Enterprise, Equipment, Institution, InstitutionWorkArea


def _works_there_already(reseat: Reseat) -> Q:
    """Of a merger: areas of work that the institution has at the successor too; they end (``_areas_merge``)."""
    if reseat.org_ids:
        return Q(pk__in=[])
    there = InstitutionWorkArea.objects.within(EVERYTHING).filter(area=reseat.new).order_by().values("institution_id")
    return Q(area=reseat.old, institution_id__in=there)


@before_rows_follow
def _areas_merge(act: Action, reseat: Reseat) -> None:
    """An institution that works in both areas of a merger works in one area afterwards."""
    for row in InstitutionWorkArea.objects.within(EVERYTHING).filter(_works_there_already(reseat)):
        act.remove(row)


follows_the_tree(
    Follower(Institution),
    Follower(InstitutionWorkArea, org_columns=("org_area",), stays=_works_there_already),
    Follower(Approval),
    Follower(Employment),
    Follower(Enterprise),
    Follower(Equipment),
)
