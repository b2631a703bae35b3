"""Campaigns, plans and targets as a scope sees them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns.models import Campaign, Plan, Target


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
