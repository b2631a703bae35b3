"""Messages that a launch, a relay and an answer send to those whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.campaigns.models import Campaign, Extension, Plan, StatReturn, Submission, Supplement, Target, WorkReport
from hengjian.campaigns.queries.board import people_to_urge, regulators_of
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
def tell_urged(rows: Sequence[Submission | StatReturn | WorkReport], *, actor: Any, note: str) -> int:
    """Urge by hand whoever holds each of them up: the filler, the office that checks, the office that files."""
    drafts: list[parties.messages.Draft] = []
    for row in rows:
        body = f"{label_of(row)}，期限{row.due_on:%Y年%m月%d日}24:00。{note}"
        if isinstance(row, Submission):
            to = regulators_of(EVERYTHING, row.checker_id) if row.state == "filed" else people_to_urge(EVERYTHING, row)
            said = f"{actor.org_name}催办：《{row.campaign.short_title}》{row.what}"
        else:
            to, said = regulators_of(EVERYTHING, row.authority_id), f"{actor.org_name}催办：{row}"
        drafts += [parties.messages.Draft(a, "urging", said, body, address_of(row)) for a in to]
    return len(parties.send_messages(drafts, actor=actor))


@in_chinese
def tell_asked(extension: Extension, row: Submission | StatReturn | WorkReport, *, actor: Any) -> int:
    """Tell the authority asked that a request for a later day waits for its answer."""
    url = reverse("campaigns:extension", args=[extension.id])
    said = f"延期申请待答复：{label_of(row)}"
    people = regulators_of(EVERYTHING, extension.decider_id)
    return len(parties.send_messages([parties.messages.Draft(a, "extension", said, extension.reason, url) for a in people], actor=actor))


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


@in_chinese
def tell_tasks(plan: Plan, opened: Sequence[Submission], *, actor: Any) -> int:
    """Tell institutions that a level has added a task that they answer."""
    if not opened:
        return 0
    people = people_by_holder(EVERYTHING, {one.org_id for one in opened}, *INSTITUTION_FILLERS)
    drafts = [
        parties.messages.Draft(account, "notice", f"{plan.authority.name}增加任务：{one.title}", f"请于{one.due_on:%Y年%m月%d日}24:00前报送完成情况，报{one.checker.name}。",
              reverse("campaigns:submission", args=[one.id]), f"task:{one.id.hex}")
        for one in opened for account in people.get(one.org_id, [])
    ]
    return len(parties.send_messages(drafts, actor=actor))


@in_chinese
def tell_supplement(supplement: Supplement, moved: Sequence[Any], *, actor: Any) -> int:
    """Tell the authorities below, and the institutions whose days have moved, that a supplementary notice is out."""
    plan, url = supplement.plan, reverse("campaigns:supplement", args=[supplement.id])
    below = Plan.objects.within(EVERYTHING).filter(campaign=plan.campaign, authority__path__startswith=plan.authority.path).exclude(pk=plan.pk)
    offices = people_by_holder(EVERYTHING, below.values_list("authority_id", flat=True), *REGULATORS)
    rows = [row for row in moved if isinstance(row, Submission)]
    fillers = people_by_holder(EVERYTHING, {row.org_id for row in rows}, *INSTITUTION_FILLERS) if rows else {}
    said = f"补充通知：{plan.campaign.title}"
    body = f"{plan.authority.name}印发补充通知{supplement.number}。{supplement.reason}"
    days = {row.org_id: row.due_on for row in sorted(rows, key=lambda row: row.due_on, reverse=True)}
    key = f"supplement:{supplement.id.hex}"
    drafts = [parties.messages.Draft(a, "plan", said, body, url, key) for people in offices.values() for a in people]
    drafts += [
        parties.messages.Draft(a, "notice", said, f"{body}　本单位的期限改为{days[org]:%Y年%m月%d日}24:00。", url, key) for org, people in fillers.items() for a in people
    ]
    return len(parties.send_messages(drafts, actor=actor)) if drafts else 0


def address_of(row: Submission | StatReturn | WorkReport) -> str:
    """Where a filing is worked on."""
    if isinstance(row, Submission):
        return reverse("campaigns:submission", args=[row.id])
    return reverse("campaigns:statistics" if isinstance(row, StatReturn) else "campaigns:report", args=[row.id])


def label_of(row: Submission | Any) -> str:
    """Whose filing it is."""
    return row.target.institution.name if isinstance(row, Submission) else row.authority.name
