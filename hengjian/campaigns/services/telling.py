"""Messages that a launch, a relay and an answer send to those whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.campaigns.models import Campaign, Extension, Plan, Submission, Target
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.parties import services as parties
from hengjian.parties.models import Account
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS


@in_chinese
def tell_plans(plans: Sequence[Plan], *, actor: Any) -> int:
    """Tell the regulators of each authority that a plan waits for their receipt; return how many messages went out."""
    if not plans:
        return 0
    people = people_by_holder(EVERYTHING, [p.authority_id for p in plans], *REGULATORS)
    drafts = [
        parties.messages.Draft(account, "plan", f"请签收方案：{plan.campaign.title}", f"{plan.parent.authority.name if plan.parent else ''}已印发方案，请签收并印发本级方案。",
              reverse("campaigns:plan", args=[plan.id]), f"plan:{plan.id.hex}")
        for plan in plans for account in people.get(plan.authority_id, [])
    ]
    return len(parties.send_messages(drafts, actor=actor))


@in_chinese
def tell_targets(campaign: Campaign, targets: Sequence[Target], *, actor: Any) -> int:
    """Tell each institution named that the campaign reaches it."""
    included = [t for t in targets if t.included]
    people = people_by_holder(EVERYTHING, [t.org_id for t in included], *INSTITUTION_FILLERS) if included else {}
    url = reverse("campaigns:notice", args=[campaign.id])
    drafts = [
        parties.messages.Draft(account, "notice", f"通知：{campaign.title}", f"{campaign.issuer.name}发起专项行动，请签收通知并按期报送。", url, f"target:{target.id.hex}")
        for target in included for account in people.get(target.org_id, [])
    ]
    return len(parties.send_messages(drafts, actor=actor)) if drafts else 0


@in_chinese
def tell_decision(extension: Extension, *, actor: Any) -> int:
    """Tell whoever asked for an extension what was decided."""
    asker = Account.objects.filter(pk=extension.asked_by_id).first()
    if asker is None:
        return 0
    said = f"延期申请{extension.get_state_display()}"
    until = f"期限延至{extension.wanted_on:%Y年%m月%d日}24:00。" if extension.state == "granted" else "期限不变。"
    url = reverse("campaigns:extension", args=[extension.id])
    return len(parties.send_messages([parties.messages.Draft(asker, "extension", said, f"{until}{extension.decision}", url, f"decided:{extension.id.hex}")], actor=actor))


def label_of(row: Submission | Any) -> str:
    """Whose filing it is."""
    return row.target.institution.name if isinstance(row, Submission) else row.authority.name
