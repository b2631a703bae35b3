"""The statistics table as it stands: computed, corrected, checked, split by area, or frozen as it was filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from hengjian.base.errors import OutOfScope
from hengjian.base.figures import RowRef
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns.models import StatCorrection, StatEdition, StatReturn
from hengjian.campaigns.queries.places import Place, places_at
from hengjian.parties.models import Authority


@dataclass(frozen=True)
class Cell:
    """One figure of the table: what the system counted, what stands in the table, and why they may differ."""

    key: str
    label: str
    unit: str
    side: str
    computed: int
    shown: int
    definition: str
    rows: tuple[RowRef, ...]
    correction: StatCorrection | None = None
    carried: int = 0
    names_people: bool = False

    @property
    def is_corrected(self) -> bool:
        return self.correction is not None


@dataclass(frozen=True)
class Check:
    """One validation rule that does not hold: it blocks filing or warns."""

    key: str
    effect: str
    say: str
    cells: tuple[str, ...]

    @property
    def blocks(self) -> bool:
        return self.effect == "block"


@dataclass(frozen=True)
class AreaShare:
    """The share of one area below in a figure."""

    name: str
    path: str
    value: int


def returns_of(scope: Scope, campaign: Any) -> QuerySet[StatReturn]:
    """Statistics tables of a campaign that the scope sees."""
    return StatReturn.objects.within(scope).filter(campaign=campaign).select_related("authority", "checker")


def return_by_id(scope: Scope, return_id: UUID) -> StatReturn:
    """One statistics table. Raises ``OutOfScope``."""
    found = StatReturn.objects.within(scope).select_related("authority", "checker", "campaign").filter(pk=return_id).first()
    if found is None:
        raise OutOfScope(f"return {return_id}")
    return found


def corrections_of(scope: Scope, ret: StatReturn) -> dict[str, StatCorrection]:
    """Corrections in force, by figure."""
    held = StatCorrection.objects.within(scope).filter(stat_return=ret, withdrawn_at__isnull=True).order_by("at")
    return {one.figure: one for one in held}


def correction_by_id(scope: Scope, correction_id: UUID) -> StatCorrection:
    """One correction. Raises ``OutOfScope``."""
    found = StatCorrection.objects.within(scope).select_related("stat_return").filter(pk=correction_id).first()
    if found is None:
        raise OutOfScope(f"correction {correction_id}")
    return found


def editions_of(scope: Scope, ret: StatReturn) -> QuerySet[StatEdition]:
    """Editions that were filed, oldest first."""
    return StatEdition.objects.within(scope).filter(stat_return=ret).order_by("number")


def newest_editions(scope: Scope, returns: Iterable[StatReturn]) -> dict[UUID, StatEdition]:
    """The newest edition of each of these tables that was ever filed, in one query."""
    held = StatEdition.objects.within(scope).filter(stat_return__in=[one.pk for one in returns])
    newest = StatEdition.objects.within(scope).order_by("-number").filter(stat_return_id=OuterRef("stat_return_id")).values("pk")[:1]
    return {one.stat_return_id: one for one in held.filter(pk=Subquery(newest)).order_by()}


def children_of(scope: Scope, ret: StatReturn) -> list[StatReturn]:
    """The tables of the authorities directly below, of the same form and round."""
    held = StatReturn.objects.within(EVERYTHING).filter(
        campaign=ret.campaign, form_code=ret.form_code, round=ret.round, authority__parent_id=ret.authority_id
    )
    return list(held.select_related("authority").order_by("authority__path"))


def shares(scope: Scope, authority: Authority, rows: Sequence[RowRef], tree: Sequence[Mapping[str, str]] = ()) -> list[AreaShare]:
    """Split the rows of a figure by the areas directly below; what belongs to none of them is the level's own.

    Args:
        tree: the tree of the day on which a frozen edition was filed; none: the tree of today.
    """
    below = _below_then(tree) if tree else _below_now(authority)
    counted = dict.fromkeys([path for _name, path, _place in below], 0)
    own = 0
    for row in rows:
        found = next((path for _name, path, place in below if place.holds(row.area)), None)
        if found is None:
            own += 1
        else:
            counted[found] += 1
    split = [AreaShare(name, path, counted[path]) for name, path, _place in below]
    return [*split, AreaShare(_("%(area)s本级") % {"area": authority.area_name}, authority.path, own)] if own else split


def _below_now(authority: Authority) -> list[tuple[str, str, Place]]:
    held = list(Authority.objects.within(EVERYTHING).filter(parent=authority, valid_to__isnull=True).order_by("path"))
    places = places_at(EVERYTHING, [one.path for one in held])
    return [(one.area_name, one.path, place) for one, place in zip(held, places, strict=True)]


def _below_then(tree: Sequence[Mapping[str, str]]) -> list[tuple[str, str, Place]]:
    top = min((node["path"] for node in tree), key=len)
    return [(node.get("area") or node["name"], node["path"], Place((node["path"],), ())) for node in tree if node["parent"] == top]


def failed_checks(
    rules: Sequence[Mapping[str, Any]], values: Mapping[str, int], list_length: int, children: Mapping[str, int] | None
) -> list[Check]:
    """Evaluate the rules of the form over the values that stand in the table.

    Args:
        children: sums over the tables below that are filed, or ``None`` where there are none.
    """
    found = []
    for rule in rules:
        cells = _broken(rule, values, list_length, children)
        if cells:
            found.append(Check(rule["key"], rule["effect"], rule["say"], tuple(cells)))
    return found


def _broken(rule: Mapping[str, Any], values: Mapping[str, int], length: int, children: Mapping[str, int] | None) -> list[str]:
    kind = rule["rule"]
    left, right = rule.get("left", ""), rule.get("right", "")
    if kind == "le":
        return [left, right] if values[left] > values[right] else []
    if kind == "le_sum":
        return [left] if values[left] > sum(values[k] for k in rule["of"]) else []
    if kind == "positive_if":
        return [left] if values[left] == 0 and any(values[k] > 0 for k in rule["any"]) else []
    if kind == "list_ge":
        return [right] if length < values[right] else []
    if kind == "list_le_sum":
        return list(rule["of"]) if length > sum(values[k] for k in rule["of"]) else []
    if kind == "children_sum":
        return [k for k, v in (children or {}).items() if values.get(k) != v]
    raise ValueError(f"unknown rule {kind}")


def value_difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Figures that differ between two editions: key, before, after."""
    old = {c["key"]: c["shown"] for c in before["cells"]}
    return [(c["key"], old.get(c["key"], 0), c["shown"]) for c in after["cells"] if old.get(c["key"], 0) != c["shown"]]
