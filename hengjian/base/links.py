"""What apps above tell to pages below: rows that belong to a row, and the campaigns that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hengjian.base.scope import Scope


@dataclass(frozen=True)
class Related:
    """A row that belongs to another one: what it is, its name, its address, where it stands."""

    kind: Any
    label: str
    url: str
    note: Any = ""


Teller = Callable[[Any, Any], Iterable[Related]]
FactTeller = Callable[[Scope, UUID], dict[str, Any]]
HidingTeller = Callable[[UUID], bool]
CampaignTeller = Callable[[Scope, bool], Iterable[tuple[str, str]]]
_tellers: dict[str, list[Teller]] = {}
_facts: dict[str, FactTeller] = {}
_campaigns: list[CampaignTeller] = []
_hiding: list[HidingTeller] = []


def tells_of(object_type: str) -> Callable[[Teller], Teller]:
    """Let an app above tell what it holds about rows of a type: ``tell(actor, row)``."""

    def keep(tell: Teller) -> Teller:
        if tell not in _tellers.setdefault(object_type, []):
            _tellers[object_type].append(tell)
        return tell

    return keep


def related_to(actor: Any, row: Any) -> list[Related]:
    """What the apps above hold about a row, as far as the actor sees it."""
    return [one for tell in _tellers.get(row._meta.label_lower, ()) for one in tell(actor, row)]


def tells_facts(name: str) -> Callable[[FactTeller], FactTeller]:
    """Let an app above tell what a new paper takes over from the row that ``?name=id`` names; nothing where unseen."""

    def keep(tell: FactTeller) -> FactTeller:
        _facts[name] = tell
        return tell

    return keep


def facts_from(name: str, scope: Scope, row_id: UUID) -> dict[str, Any]:
    """What a new paper takes over from a row that an app above holds."""
    return _facts[name](scope, row_id) if name in _facts else {}


def tells_campaigns(tell: CampaignTeller) -> CampaignTeller:
    """Let the app of campaigns tell which there are: ``tell(scope, only_running)``."""
    if tell not in _campaigns:
        _campaigns.append(tell)
    return tell


def tells_hidden_names(tell: HidingTeller) -> HidingTeller:
    """Let the app of campaigns tell whether a campaign hides the names of superiors from those below."""
    if tell not in _hiding:
        _hiding.append(tell)
    return tell


def hides_names(row: Any) -> bool:
    """Whether the campaign that a row belongs to hides the names of superiors; a row of no campaign hides none."""
    campaign_id = row.pk if row._meta.model_name == "campaign" else getattr(row, "campaign_id", None)
    return campaign_id is not None and any(tell(campaign_id) for tell in _hiding)


def campaign_choices(scope: Scope, *, running: bool = False) -> list[tuple[str, str]]:
    """Campaigns that reach the scope, newest first, as id and short title."""
    return [one for tell in _campaigns for one in tell(scope, running)]


def campaign_field(scope: Scope) -> list[dict[str, Any]]:
    """The filter of a list by campaign; none where there is nothing to choose."""
    choices = campaign_choices(scope)
    return [{"name": "campaign", "label": _("全部专项行动"), "kind": "select", "options": choices}] if choices else []
