"""Campaigns, plans and targets as a scope sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns.models import Campaign, Plan, StatReturn, Submission, Target, WorkReport


def campaigns_seen(scope: Scope) -> QuerySet[Campaign]:
    """Campaigns that reach the scope, newest first."""
    return Campaign.objects.within(scope).select_related("issuer")


def campaign_by_id(scope: Scope, campaign_id: UUID) -> Campaign:
    """One campaign. Raises ``OutOfScope``."""
    found = campaigns_seen(scope).filter(pk=campaign_id).first()
    if found is None:
        raise OutOfScope(f"campaign {campaign_id}")
    return found


def plans_of(scope: Scope, campaign: Campaign) -> QuerySet[Plan]:
    """Plans of all levels that the scope sees, from above to below."""
    return Plan.objects.within(scope).filter(campaign=campaign).select_related("authority", "parent__authority")


def plan_of(scope: Scope, campaign: Campaign, authority_id: UUID) -> Plan | None:
    """The plan of one authority, issued or still to be issued; plans above are open to those below."""
    return Plan.objects.within(EVERYTHING).filter(campaign=campaign, authority_id=authority_id).select_related("authority").first()


def targets_of(scope: Scope, campaign: Campaign) -> QuerySet[Target]:
    """Institutions named or left out, as far as the scope sees them."""
    return Target.objects.within(scope).filter(campaign=campaign).select_related("institution")


def plan_by_id(scope: Scope, plan_id: UUID) -> Plan:
    """One plan: of one's own area, or one above it once it is issued. Raises ``OutOfScope``."""
    held = Plan.objects.within(EVERYTHING).filter(pk=plan_id).select_related("campaign__issuer", "authority", "parent__authority").first()
    if held is None or not (scope.holds(held) or (held.state == "issued" and _is_above(scope, held.authority.path))):
        raise OutOfScope(f"plan {plan_id}")
    return held


def _is_above(scope: Scope, path: str) -> bool:
    return any(area.startswith(path) for area in scope.areas)


def target_by_id(scope: Scope, target_id: UUID) -> Target:
    """One target. Raises ``OutOfScope``."""
    found = Target.objects.within(scope).select_related("campaign", "institution").filter(pk=target_id).first()
    if found is None:
        raise OutOfScope(f"target {target_id}")
    return found


def own_target(scope: Scope, campaign: Campaign, org_id: UUID | None) -> Target:
    """The target that an institution is in a campaign. Raises ``OutOfScope``."""
    found = Target.objects.within(scope).select_related("campaign", "institution").filter(campaign=campaign, org_id=org_id or UUID(int=0), included=True).first()
    if found is None:
        raise OutOfScope(f"target of {org_id}")
    return found


FILINGS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "submission": (Submission, ("checker", "target__institution")), "return": (StatReturn, ("checker", "authority")), "report": (WorkReport, ("authority__parent",)),
}


def filing_by_id(scope: Scope, kind: str, row_id: UUID) -> Submission | StatReturn | WorkReport:
    """A self-check, a statistics table or a work report, by kind (``FILINGS``). Raises ``OutOfScope``."""
    if kind not in FILINGS:
        raise OutOfScope(kind)
    model, related = FILINGS[kind]
    found = model.objects.within(scope).select_related("campaign", *related).filter(pk=row_id).first()
    if found is None:
        raise OutOfScope(f"{kind} {row_id}")
    return found  # type: ignore[no-any-return]


def submissions_by_id(scope: Scope, campaign: Campaign, ids: Iterable[UUID]) -> list[Submission]:
    """These filings, by name of the institution. Raises ``OutOfScope`` when one of them is none that the scope holds."""
    wanted = set(ids)
    held = Submission.objects.within(scope).filter(campaign=campaign, pk__in=wanted).select_related("target__institution").prefetch_related("checker", "campaign")
    found = list(held.order_by("target__institution__name_key", "id"))
    if len(found) != len(wanted):
        raise OutOfScope(f"filings: {len(wanted) - len(found)}")
    return found
