"""Notices that have not been acknowledged."""

from __future__ import annotations

from uuid import UUID

from hengjian.base.scope import Scope
from hengjian.campaigns.models import Target


def targets_to_acknowledge(scope: Scope, org_id: UUID) -> list[Target]:
    """Running campaigns that name an institution and whose notice it has not acknowledged."""
    held = Target.objects.within(scope).filter(org_id=org_id, included=True, acknowledged_at__isnull=True, campaign__state="running")
    return list(held.select_related("campaign__issuer"))
