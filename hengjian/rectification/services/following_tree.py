"""Problems that are open follow a change in the tree of authorities; closed ones keep the path of their day."""

from __future__ import annotations

from django.db.models import Q

from hengjian.base.reseating import Follower, Reseat, follows_the_tree
from hengjian.base.scope import EVERYTHING, inside
from hengjian.rectification.models import Problem, ProblemExtension, ProblemSource
from hengjian.rectification.states import OPEN_STATES


def _open(_reseat: Reseat) -> Q:
    return Q(state__in=OPEN_STATES)


def _of_open_problems(_reseat: Reseat) -> Q:
    return Q(problem__state__in=OPEN_STATES)


def _keys_open_there(reseat: Reseat) -> list[str]:
    there = Problem.objects.within(EVERYTHING).filter(inside("area", reseat.new), state__in=OPEN_STATES)
    return list(there.exclude(merge_key="").order_by().values_list("merge_key", flat=True))


def _open_there_too(reseat: Reseat) -> Q:
    """Problems that the other area of a merger has open too: each is led to its end where it is."""
    return Q(merge_key__in=_keys_open_there(reseat))


def _of_those_open_there_too(reseat: Reseat) -> Q:
    return Q(problem__merge_key__in=_keys_open_there(reseat))


follows_the_tree(
    Follower(Problem, _open, stays=_open_there_too),
    Follower(ProblemSource, _of_open_problems, stays=_of_those_open_there_too),
    Follower(ProblemExtension, _of_open_problems, stays=_of_those_open_there_too),
)
