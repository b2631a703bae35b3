"""What the pages of a campaign share: the campaign asked for, the authority looked from, the tabs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import policy as rules
from hengjian.campaigns.models import Campaign
from hengjian.campaigns.queries import campaign_by_id
from hengjian.parties import queries as parties
from hengjian.parties.models import Authority


def asked_campaign(request: HttpRequest, campaign_id: UUID) -> Campaign:
    """The campaign of the address, within the viewer's scope."""
    return campaign_by_id(request.actor.scope, campaign_id)


def top_of(request: HttpRequest, campaign: Campaign) -> Authority:
    """The authority from which the viewer looks: one's own, or the issuer when that lies below."""
    actor = request.actor
    if campaign.area.startswith(actor.area):
        return campaign.issuer
    if not actor.area.startswith(campaign.area):
        raise OutOfScope(f"campaign {campaign.id}")
    return parties.authority_at(EVERYTHING, actor.area)


def facts(request: HttpRequest, campaign: Campaign, tab: str, **more: Any) -> dict[str, Any]:
    """The context of one page of a campaign."""
    is_issuer = rules.may_launch(request.actor, campaign)
    return {"campaign": campaign, "tabs": tabs(request, campaign, tab), "is_issuer": is_issuer, **more}


def tabs(request: HttpRequest, campaign: Campaign, tab: str) -> list[dict[str, Any]]:
    """The pages of a campaign that the viewer may open."""
    if not request.actor.is_regulator:
        named = [("notice", _("通知"), "campaigns:notice"), ("timetable", _("期限"), "campaigns:timetable"), ("letters", _("督办单"), "campaigns:letters")]
    else:
        named = [
            ("campaign", _("概览"), "campaigns:campaign"), ("board", _("进度"), "campaigns:board"), ("relay", _("方案与签收"), "campaigns:relay"),
            ("timetable", _("期限"), "campaigns:timetable"), ("extensions", _("延期"), "campaigns:extensions_of"),
            ("letters", _("督办单"), "campaigns:letters"), ("returns", _("统计报表"), "campaigns:returns"),
            ("reports", _("工作报告"), "campaigns:reports"), ("dashboard", _("分析"), "campaigns:dashboard"),
        ]
    return [{"label": label, "url": reverse(route, args=[campaign.id]), "current": key == tab} for key, label, route in named]
