"""The notice that an institution receives: documents, what to file, by when, whom to ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.routes import policy
from hengjian.campaigns import services
from hengjian.campaigns.queries import notice_page, own_target
from hengjian.campaigns.views.common import asked_campaign, facts
from hengjian.parties.states import INSTITUTION_ROLES


@policy("campaigns.notice", *INSTITUTION_ROLES)
@require_GET
def notice(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What the campaign asks of an institution: documents, what to file, by when, whom to ask."""
    campaign, actor = asked_campaign(request, campaign_id), request.actor
    target = own_target(actor.scope, campaign, actor.org_id)
    more: dict[str, Any] = notice_page.notice_facts(actor.scope, campaign, target)
    return render(request, "campaigns/notice/notice.html", facts(request, campaign, "notice", target=target, **more))


@policy("campaigns.acknowledge_target", *INSTITUTION_ROLES)
@require_POST
def acknowledge(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The notice has reached the institution."""
    campaign = asked_campaign(request, campaign_id)
    services.acknowledge_target(own_target(request.actor.scope, campaign, request.actor.org_id), actor=request.actor)
    messages.success(request, _("已签收。"))
    return redirect("campaigns:notice", campaign.id)
