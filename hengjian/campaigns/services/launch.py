"""A campaign drawn up from a template or from nothing, and launched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput, Faults, OutOfScope
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.base.wording import in_chinese
from hengjian.campaigns import policy
from hengjian.campaigns.models import Campaign, Deadline, Plan, Target
from hengjian.campaigns.queries.areas import areas_reached, named_in, touches
from hengjian.campaigns.queries.rules import rules_of
from hengjian.campaigns.recurring import monthly
from hengjian.campaigns.services.papers import keep_papers
from hengjian.campaigns.services.returns_opening import open_returns
from hengjian.campaigns.services.submissions_opening import open_submissions
from hengjian.campaigns.services.telling import tell_plans, tell_targets
from hengjian.forms.models import FormDefinition
from hengjian.parties.models import Authority
from hengjian.registry.models import Institution

DRAFT = title("campaigns.draft_campaign", "拟制专项行动")
EDIT = title("campaigns.edit_draft", "修改拟制稿")
LAUNCH = title("campaigns.launch_campaign", "发起专项行动")
CLOSE = title("campaigns.close_campaign", "结束专项行动")
DISCARD = title("campaigns.discard_draft", "删除拟制稿")
JOIN = title("campaigns.join_institutions", "纳入应报机构")
LEAVE_OUT = title("campaigns.leave_out", "除外一家机构")
TAKE_IN = title("campaigns.take_in", "重新纳入一家机构")

COPIED = ("purpose", "phases", "tasks", "requirements", "forms", "reports", "audience", "audience_text", "coverage",
          "starts_on", "ends_on", "contacts", "contacts_note", "levels", "priorities")


def body_of(template: FormDefinition | None) -> dict[str, Any]:
    """The content a draft begins with: all of the template, or an empty frame."""
    if template is None:
        return {"audience": [], "phases": [], "tasks": [], "deadlines": [], "coverage": [], "forms": [], "contacts": [],
                "lowest_first": True, "review_days": 3, "hide_superiors": False, "exceptions": {}, "areas": []}
    body = {key: template.body[key] for key in COPIED if key in template.body}
    body["deadlines"] = [one for raw in template.body.get("deadlines", []) for one in spread(raw)]
    return {**body, "lowest_first": True, "review_days": 3, "hide_superiors": False, "exceptions": {}, "areas": []}


def spread(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One deadline of a template as single dates; a recurring one (每月15日、30日) becomes one per date.

    A month without such a day uses its last day (``short_month: last_day``).
    """
    plain = {key: value for key, value in raw.items() if key != "recurring"}
    again = raw.get("recurring")
    if not again:
        return [plain]
    first, last = date.fromisoformat(str(again["from"])), date.fromisoformat(str(again["until"]))
    dates = enumerate(monthly(first, last, again["days"]), start=1)
    return [{**plain, "key": f"{raw['key']}_{n}", "due": day.isoformat(), "round": n} for n, day in dates]


def draft_campaign(
    template: FormDefinition | None, *, actor: Any, issuer: Authority, campaign_title: str, short_title: str,
    document_number: str, issued_on: date, changes: Mapping[str, Any] | None = None, document_evidence_id: UUID | None = None,
) -> Campaign:
    """Draw up a campaign from a template (or ``None``: from nothing); ``changes`` replace parts of its content."""
    faults = Faults()
    if not campaign_title.strip():
        faults.add("title", "请填写行动名称。")
    if not short_title.strip():
        faults.add("short_title", "请填写简称（用于列表和提醒）。")
    faults.raise_if_any()
    with audited_action(DRAFT, actor=actor) as act:
        act.require(policy.may_draft(actor), "须由监管部门的监管员或分管负责人拟制。")
        campaign = Campaign(
            title=campaign_title.strip(), short_title=short_title.strip(), document_number=document_number.strip(), issued_on=issued_on,
            issuer=issuer, area=issuer.path, body={**body_of(template), **(changes or {})}, document_evidence_id=document_evidence_id,
            template_code=template.code if template else "", template_version=template.version_number if template else 0,
        )
        act.require(policy.may_launch(actor, campaign), "只能以本单位名义拟制。")
        act.add(campaign)
    return campaign


@all_or_nothing
def edit_draft(campaign: Campaign, *, actor: Any, changes: Mapping[str, Any], papers: Iterable[Any] = (), **columns: Any) -> Campaign:
    """Change the content of a campaign that is not launched yet, and keep the uploaded documents with it."""
    with audited_action(EDIT, actor=actor) as act:
        campaign = act.take(campaign)
        act.require(policy.may_launch(actor, campaign), "只能修改本单位拟制的专项行动。")
        act.require(campaign.state == "draft", "专项行动已经发起，不能再改拟制稿。")
        _must_be_in_reach(campaign, changes, actor)
        campaign.body = {**campaign.body, **changes}
        for name, value in columns.items():
            setattr(campaign, name, value)
    keep_papers(campaign, papers, actor=actor)
    return campaign


def _must_be_in_reach(campaign: Campaign, changes: Mapping[str, Any], actor: Any) -> None:
    """Places and institutions that a draft names lie in reach of who draws it up. Raises ``OutOfScope``."""
    areas, left_out = set(changes.get("areas", ())), set(changes.get("exceptions", ()))
    below = Authority.objects.within(actor.scope).filter(pk__in=areas, path__startswith=campaign.area)
    if areas and below.count() != len(areas):
        raise OutOfScope(f"areas: {len(areas)}")
    if left_out and Institution.objects.within(actor.scope).filter(pk__in=left_out).count() != len(left_out):
        raise OutOfScope(f"exceptions: {len(left_out)}")


def discard_draft(campaign: Campaign, *, actor: Any) -> None:
    """Delete a draft that is not launched; the ledger keeps its last state."""
    with audited_action(DISCARD, actor=actor) as act:
        campaign = act.take(campaign)
        act.require(policy.may_launch(actor, campaign), "只能删除本单位拟制的专项行动。")
        act.require(campaign.state == "draft", "专项行动已经发起，不能删除。")
        act.remove(campaign)


@all_or_nothing
def launch_campaign(campaign: Campaign, *, actor: Any) -> Campaign:
    """Launch: the issuer's plan is issued, deadlines stand, institutions and authorities below are named.

    Raises:
        BadInput: no deadline, no kind of institution, or a deadline without a date.
    """
    with audited_action(LAUNCH, actor=actor) as act:
        campaign = act.take(campaign)
        act.require(policy.may_launch(actor, campaign), "须由印发单位的监管员或分管负责人发起。")
        act.move(campaign, "launch")
        _must_be_complete(campaign)
        campaign.launched_at = clock.now()
        issuer = campaign.issuer
        plan = Plan(campaign=campaign, authority=issuer, number=campaign.document_number, issued_on=campaign.issued_on, state="issued",
                    received_at=clock.now(), received_by_name=actor.name, area=issuer.path, org_id=issuer.id, org_area=issuer.path)
        act.add(plan)
        act.add_many([_deadline(plan, raw) for raw in campaign.body["deadlines"]])
    draft_plans_below(plan, actor=actor)
    join_new_institutions(campaign, actor=actor)
    open_returns(campaign, actor=actor)
    return campaign


def _must_be_complete(campaign: Campaign) -> None:
    faults = Faults()
    if not campaign.body.get("deadlines"):
        faults.add("deadlines", _("至少要有一项报送期限。"))
    if not campaign.body.get("audience"):
        faults.add("audience", _("请选择纳入哪些类别的机构。"))
    for number, raw in enumerate(campaign.body.get("deadlines", []), start=1):
        if not raw.get("due"):
            faults.add("deadlines", _("“%(title)s”没有填写期限。") % {"title": raw.get("title") or raw.get("key")}, row=number)
    faults.raise_if_any()


def _deadline(plan: Plan, raw: Mapping[str, Any]) -> Deadline:
    return Deadline(
        plan=plan, key=raw["key"], title=raw.get("title") or raw.get("form", ""), form_code=raw.get("form", ""),
        step_from=raw["from"], step_to=raw["to"], round=int(raw.get("round", 1)), due_on=date.fromisoformat(str(raw["due"])),
        review_days=int(raw.get("review_days", 0)), printed=raw.get("printed", ""), clause=raw.get("clause", ""),
    ).owned_by(plan)


@all_or_nothing
def draft_plans_below(plan: Plan, *, actor: Any) -> list[Plan]:
    """Give each authority directly below the task to relay: a plan that it acknowledges and issues itself."""
    below = Authority.objects.within(EVERYTHING).filter(parent_id=plan.authority_id, valid_to__isnull=True)
    there = set(Plan.objects.within(EVERYTHING).filter(campaign=plan.campaign).values_list("authority_id", flat=True))
    reached = areas_reached(EVERYTHING, plan.campaign)
    with audited_action(LAUNCH, actor=actor) as act:
        made = act.add_many([
            Plan(campaign=plan.campaign, authority=a, parent=plan, area=a.path, org_id=a.id, org_area=a.path)
            for a in below if a.id not in there and touches(reached, a.path)
        ])
    tell_plans(made, actor=actor)
    return made


@all_or_nothing
def join_new_institutions(campaign: Campaign, *, actor: Any) -> int:
    """Name every institution in the scope of the campaign that is not named yet; return how many joined.

    Run at the launch and whenever an institution is approved later: it joins by itself.
    """
    audience = campaign.body.get("audience", [])
    held = Institution.objects.within(EVERYTHING).filter(kind__in=audience).exclude(state__in=["revoked", "cancelled"])
    held = held.filter(named_in("org_area", areas_reached(EVERYTHING, campaign))).exclude(pk__in=Target.objects.within(EVERYTHING).filter(campaign=campaign).values("institution_id"))
    new = list(held.order_by("org_area", "name"))
    exceptions = campaign.body.get("exceptions", {})
    with audited_action(JOIN, actor=actor) as act:
        targets = [_target(campaign, one, exceptions.get(str(one.id), "")) for one in new]
        act.add_many(targets)
    open_submissions(campaign, [t for t in targets if t.included], actor=actor)
    tell_targets(campaign, targets, actor=actor)
    return len(targets)


def join_running_campaigns(*, actor: Any) -> int:
    """Name institutions that came into the register since in every running campaign; return how many joined."""
    running = Campaign.objects.within(EVERYTHING).filter(state="running").select_related("issuer")
    return sum(join_new_institutions(campaign, actor=actor) for campaign in running)


@in_chinese
def _target(campaign: Campaign, institution: Institution, exception: str) -> Target:
    target = Target(campaign=campaign, institution=institution, included=not exception, reason=exception, joined_at=clock.now())
    if not exception:
        late = f"行动期间新取得核准，自动纳入；各项期限自纳入之日起至少留{rules_of(campaign).joiner_days}个工作日"
        target.reason = late if target.joined_late else f"属于行动范围：{institution.get_kind_display()}"
    return target.owned_by(institution)


def leave_out(target: Target, *, actor: Any, reason: str) -> Target:
    """Leave one institution out by name, with the reason that the list shows."""
    if not says_enough(reason):
        raise BadInput("reason", "请写明除外的理由（至少5个字）。")
    with audited_action(LEAVE_OUT, actor=actor, reason=reason) as act:
        target = act.take(target)
        act.require(policy.may_launch(actor, target.campaign), "须由印发单位决定。")
        target.included, target.reason = False, reason.strip()
    return target


@all_or_nothing
def take_in(target: Target, *, actor: Any, reason: str) -> Target:
    """Take an institution in that was left out, and open what it has to file."""
    with audited_action(TAKE_IN, actor=actor, reason=reason) as act:
        target = act.take(target)
        act.require(policy.may_launch(actor, target.campaign), "须由印发单位决定。")
        target.included, target.reason = True, reason.strip() or "重新纳入"
    open_submissions(target.campaign, [target], actor=actor)
    return target


def close_campaign(campaign: Campaign, *, actor: Any, reason: str) -> Campaign:
    """End a campaign; what is not filed stays as it is and is counted as not filed."""
    with audited_action(CLOSE, actor=actor, reason=reason) as act:
        campaign = act.take(campaign)
        act.require(policy.may_launch(actor, campaign), "须由印发单位结束。")
        act.move(campaign, "close")
        campaign.closed_at = clock.now()
    return campaign
