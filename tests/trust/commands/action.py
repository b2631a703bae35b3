"""Commands of campaigns: drawn up, relayed, urged, extended, supervised; tables, reports and stories."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.campaigns import documents, services
from hengjian.campaigns.models import (
    Campaign,
    CaseStory,
    Extension,
    Notice,
    Plan,
    StatCorrection,
    StatReturn,
    Submission,
    Target,
    WorkReport,
)
from hengjian.campaigns.services import reports as reporting
from hengjian.campaigns.services import stories
from hengjian.rectification.models import Problem
from tests.campaigns import scenes
from tests.dossier import files
from tests.factories import all_of
from tests.trust.commands.stage import File, Sent, Stage, command

PAPER = File("通知.pdf", files.pdf())
BODY = ("key", "title", "clause", "form", "from", "to", "round", "due", "printed", "text")


def draft_fields(campaign: Campaign, **changes: Any) -> dict[str, Any]:
    """What the browser sends for a draft as it stands."""
    body = campaign.body
    fields = {
        "title": campaign.title, "short_title": campaign.short_title, "document_number": campaign.document_number, "issued_on": campaign.issued_on.isoformat(),
        "audience": body["audience"], "review_days": "3", "lowest_first": "1", "starts_on": body["starts_on"], "ends_on": body["ends_on"], "purpose": body["purpose"],
    }
    for table in ("tasks", "deadlines", "coverage"):
        fields[table] = [str(n) for n in range(len(body[table]))]
        for n, row in enumerate(body[table]):
            fields |= {f"{table}-{n}-{name}": str(row.get(name, "")) for name in BODY}
    return {**fields, **changes}


def draft_of(at: Stage) -> Campaign:
    at.clock.set(2024, 6, 11, 10)
    return scenes.drafted(at.world)


@command("campaigns:new_campaign")
def new_campaign(at: Stage) -> Sent:
    given = {"template": scenes.HUNAN, "title": "澜川省年行动", "short_title": "年行动", "document_number": "", "issued_on": "2024-06-11"}
    return Sent(at.province, body=given, refs={"template": "cn-00.nowhere"})


DRAFT = ("preview", "add", "remove", "repeat", "hide_superiors", "areas", "exception", "phases", "priorities", "contacts", "document")


@command("campaigns:draft", reads=DRAFT)
def draft(at: Stage) -> Sent:
    held = draft_of(at)
    given = draft_fields(held, title="改了名字", areas=[str(at.world.cities[0].pk)], exception=[str(at.institution.pk)], document=[PAPER, File("附件.pdf", files.pdf(pages=2))])
    given[f"why-{at.institution.pk}"] = "核准证已经注销"
    return Sent(at.province, (held.pk,), given, refs={"areas": at.foreign.county.pk, "exception": at.foreign.institution.pk})


@command("campaigns:preview")
def launch(at: Stage) -> Sent:
    return Sent(at.province, (draft_of(at).pk,))


@command("campaigns:discard")
def discard(at: Stage) -> Sent:
    return Sent(at.province, (draft_of(at).pk,))


@command("campaigns:close")
def close(at: Stage) -> Sent:
    return Sent(at.province, (at.campaign.pk,), {"reason": "行动结束，归档。"})


@command("campaigns:set_rules")
def set_rules(at: Stage) -> Sent:
    given = {"before": "7、3、0", "after": "1、3", "leaders_after": "3", "letter_days": "3", "joiner_days": "10", "reason": "按省局要求提前提醒"}
    return Sent(at.province, (at.campaign.pk,), given)


def target(at: Stage) -> Target:
    return all_of(Target).get(campaign=at.campaign, institution=at.world.institutions[2])


@command("campaigns:leave_out")
def leave_out(at: Stage) -> Sent:
    return Sent(at.province, (target(at).pk,), {"reason": "核准证已经注销"})


@command("campaigns:take_in")
def take_in(at: Stage) -> Sent:
    services.leave_out(target(at), actor=at.province, reason="核准证已经注销")
    return Sent(at.province, (target(at).pk,), {"reason": "核准证恢复有效"})


def zone_clerk(at: Stage) -> Any:
    return at.world.clerk(at.world.institutions[2])


@command("campaigns:acknowledge_notice", shared="each institution acknowledges for itself")
def acknowledge_notice(at: Stage) -> Sent:
    return Sent(zone_clerk(at), (at.campaign.pk,))


@command("campaigns:acknowledge_target")
def acknowledge_target(at: Stage) -> Sent:
    return Sent(zone_clerk(at), (target(at).pk,))


def idle(at: Stage) -> Submission:
    """What nobody has begun: of the institution in the zone."""
    return scenes.submission_of(at.campaign, at.world.institutions[2])


@command("campaigns:urge", reads=("only", "kept"))
def urge(at: Stage) -> Sent:
    return Sent(at.province, (at.campaign.pk,), {"row": [str(idle(at).pk)], "note": "请尽快报送"}, refs={"row": at.foreign.problem.pk})


@command("campaigns:urge_return", "return")
def urge_return(at: Stage) -> Sent:
    return Sent(at.city, ("return", at.facts.ret(at.world.counties[0]).pk), {"note": "请尽快报送"})


@command("campaigns:urge_return", "report")
def urge_report(at: Stage) -> Sent:
    return Sent(at.city, ("report", report_of(at).pk), {"note": "请尽快报送"})


# The relay


def plan(at: Stage) -> Plan:
    return scenes.plan_of(at.campaign, at.world.cities[0])


def acknowledged(at: Stage) -> Plan:
    return services.acknowledge_plan(plan(at), actor=at.city)


PLAN = ("add", "remove", "repeat", "contacts", "document", "issue")


def plan_fields(**more: Any) -> dict[str, Any]:
    return {
        "number": "青市监〔2024〕9号", "issued_on": "2024-07-10", "due-self_check:1": "2024-07-25", "tasks": "0", "tasks-0-title": "底片复评5%", "tasks-0-text": "抽取5%复评",
        "tasks-0-due": "2024-07-22", "tasks-0-kind": "", "tasks-0-checked_by": "own", "added": "0", "added-0-key": "", "added-0-title": "县级统计表", "added-0-form": "cn-43.2024-standardisation.annex2",
        "added-0-from": "county", "added-0-round": "1", "added-0-due": "2024-07-24", "document": [PAPER, File("附件.pdf", files.pdf(pages=2))], **more,
    }


@command("campaigns:acknowledge_plan")
def acknowledge_plan(at: Stage) -> Sent:
    return Sent(at.city, (plan(at).pk,))


@command("campaigns:plan", "saved", reads=PLAN)
def save_plan(at: Stage) -> Sent:
    return Sent(at.city, (acknowledged(at).pk,), plan_fields())


@command("campaigns:plan", "issued", reads=PLAN)
def issue_plan(at: Stage) -> Sent:
    return Sent(at.city, (acknowledged(at).pk,), plan_fields(issue="1"))


@command("campaigns:add_paper")
def add_paper(at: Stage) -> Sent:
    return Sent(at.city, (scenes.issued(at.world, at.campaign, at.world.cities[0]).pk,), {"document": [PAPER, File("附件.pdf", files.pdf(pages=2))]})


@command("campaigns:new_supplement", reads=("add", "remove", "repeat", "document"))
def supplement(at: Stage) -> Sent:
    given = {"number": "澜市监办特设〔2024〕29号", "issued_on": "2024-07-10", "reason": "为便于汇总核对，自查提前报送。", "due-self_check:1": "2024-07-26", "tasks": "0", "tasks-0-title": "底片复评5%",
             "tasks-0-text": "抽取5%复评", "tasks-0-due": "2024-07-22", "tasks-0-kind": "", "tasks-0-checked_by": "own", "issue": "1", "document": PAPER}
    return Sent(at.province, (scenes.plan_of(at.campaign, at.world.province).pk,), given)


# Extensions and letters


LATER = {"wanted_on": "2024-08-06", "reason": "社保记录尚在核对，需延期一周。"}


@command("campaigns:ask_extension", "submission")
def ask_extension(at: Stage) -> Sent:
    return Sent(zone_clerk(at), ("submission", idle(at).pk), LATER)


@command("campaigns:ask_extension", "return")
def ask_for_table(at: Stage) -> Sent:
    ret = at.facts.ret(at.world.counties[0])
    return Sent(at.county, ("return", ret.pk), {**LATER, "wanted_on": "2024-08-12"})


@command("campaigns:ask_extension", "report")
def ask_for_report(at: Stage) -> Sent:
    return Sent(at.county, ("report", report_of(at).pk), {**LATER, "wanted_on": "2025-01-20"})


@command("campaigns:decide_extension")
def decide_extension(at: Stage) -> Sent:
    row = idle(at)
    asked = services.ask_extension(row, actor=zone_clerk(at), wanted_on=date(2024, 8, 6), reason="社保记录尚在核对，需延期一周。")
    return Sent(officer_at(at, asked), (asked.pk,), {"until": "", "decision": "同意", "answer": "grant"})


def officer_at(at: Stage, asked: Extension) -> Any:
    """Who decides a request of the institution in the zone."""
    row = all_of(Submission).select_related("checker").get(pk=asked.object_id)
    return at.world.officer(row.checker)


def letter(at: Stage) -> Notice:
    at.clock.set(2024, 8, 5, 10)
    row = all_of(Submission).select_related("checker", "campaign", "target__institution").get(pk=idle(at).pk)
    made = services.issue_notice(at.campaign, actor=at.world.officer(row.checker), issuer=row.checker, rows=[row], matter="逾期未报送自查表，请于三日内报送。", paper=documents.letter_paper)
    return made[0]


def issuer(at: Stage) -> Any:
    return at.world.officer(all_of(Submission).select_related("checker").get(pk=idle(at).pk).checker)


@command("campaigns:new_letters", reads=("prepare", "only"))
def new_letters(at: Stage) -> Sent:
    at.clock.set(2024, 8, 5, 10)
    given = {"row": [str(idle(at).pk)], "matter": "逾期未报送自查表，请于三日内报送。", "due_on": "2024-08-09"}
    return Sent(issuer(at), (at.campaign.pk,), given, refs={"row": at.foreign.problem.pk})


@command("campaigns:act_on_letter", "answer")
def answer_letter(at: Stage) -> Sent:
    return Sent(zone_clerk(at), (letter(at).pk, "answer"), {"text": "人员出差，八月八日前报送。", "papers": [File(), File("二.jpg", files.photo("PNG"))]})


def answered(at: Stage) -> Notice:
    return services.answer_notice(letter(at), actor=zone_clerk(at), text="人员出差，八月八日前报送。")


@command("campaigns:act_on_letter", "close")
def close_letter(at: Stage) -> Sent:
    held = answered(at)
    scenes.put(idle(at), "accepted")
    return Sent(issuer(at), (held.pk, "close"), {"note": "已报送"})


@command("campaigns:act_on_letter", "return")
def return_letter(at: Stage) -> Sent:
    return Sent(issuer(at), (answered(at).pk, "return"), {"reason": "没有写明原因", "due_on": "2024-08-12"})


# Tables


def table(at: Stage, state: str = "") -> StatReturn:
    """The table of 东浦区, brought to a state by its leader."""
    row, leader = at.facts.ret(at.world.counties[0]), at.post("leader", at.world.counties[0])
    if state in {"drafting", "corrected", "filed", "accepted"}:
        services.begin_return(row, actor=leader)
    if state == "corrected":
        services.correct_figure(fresh_table(row), actor=leader, figure="institutions_inspected", computed=1, corrected=2, reason="补录七月二十四日的检查")
    if state in {"filed", "accepted"}:
        services.file_return(fresh_table(row), actor=leader, drawn=documents.draw_table(leader.scope, fresh_table(row)))
    return fresh_table(row)


def fresh_table(row: StatReturn) -> StatReturn:
    return all_of(StatReturn).select_related("authority", "checker", "campaign").get(pk=row.pk)


def leader(at: Stage) -> Any:
    return at.post("leader", at.world.counties[0])


@command("campaigns:begin_return")
def begin_return(at: Stage) -> Sent:
    return Sent(leader(at), (table(at).pk,))


@command("campaigns:correct_figure")
def correct_figure(at: Stage) -> Sent:
    return Sent(leader(at), (table(at, "drafting").pk, "institutions_inspected"), {"corrected": "2", "reason": "补录七月二十四日的检查"})


@command("campaigns:withdraw_correction")
def withdraw_correction(at: Stage) -> Sent:
    return Sent(leader(at), (all_of(StatCorrection).get(stat_return=table(at, "corrected")).pk,))


@command("campaigns:file_return")
def file_return(at: Stage) -> Sent:
    return Sent(leader(at), (table(at, "drafting").pk,))


@command("campaigns:revise_return")
def revise_return(at: Stage) -> Sent:
    return Sent(leader(at), (table(at, "filed").pk,), {"reason": "补录一家机构的检查结果"})


@command("campaigns:accept_return")
def accept_return(at: Stage) -> Sent:
    return Sent(at.city, (table(at, "filed").pk,))


@command("campaigns:send_back_return")
def send_back_return(at: Stage) -> Sent:
    return Sent(at.city, (table(at, "filed").pk,), {"reason": "第三项与台账不一致"})


# Work reports and stories


def report_of(at: Stage, state: str = "") -> WorkReport:
    """The first report of 东浦区, brought to a state."""
    row = all_of(WorkReport).select_related("authority", "campaign").filter(campaign=at.campaign, authority=at.world.counties[0]).order_by("round")[0]
    if not state:
        return row
    figures = documents.report_figures(at.county.scope, row)
    sections = documents.report_draft_of(at.county.scope, row, figures)
    row = reporting.begin_report(row, actor=at.county, sections=sections)
    if state in {"filed", "accepted"}:
        row = reporting.file_report(row, actor=leader(at), sections=sections, figures=figures.values())
    return row


@command("campaigns:edit_report", reads=("version",))
def edit_report(at: Stage) -> Sent:
    row = report_of(at, "drafting")
    figures = documents.report_figures(at.county.scope, row)
    sections = documents.sections_shown(at.county.scope, row, figures)
    given = {f"section-{one['key']}": "\n\n".join([*one["paragraphs"], "补充一段。"]) for one in sections}
    return Sent(at.county, (row.pk,), {"title": "东浦区工作情况报告", **given})


@command("campaigns:redraft_report")
def redraft_report(at: Stage) -> Sent:
    return Sent(at.county, (report_of(at, "drafting").pk,), {"reason": "数据已经更新，重新起草"})


@command("campaigns:file_report")
def file_report(at: Stage) -> Sent:
    return Sent(leader(at), (report_of(at, "drafting").pk,))


@command("campaigns:accept_report")
def accept_report(at: Stage) -> Sent:
    return Sent(at.city, (report_of(at, "filed").pk,))


@command("campaigns:return_report")
def return_report(at: Stage) -> Sent:
    return Sent(at.city, (report_of(at, "filed").pk,), {"reason": "第二部分没有数据"})


@command("campaigns:revise_report")
def revise_report(at: Stage) -> Sent:
    return Sent(leader(at), (report_of(at, "filed").pk,), {"reason": "补充典型案例一则"})


STORY = {"kind": "practice", "title": "集中核验学历", "text": "组织辖区机构集中登录学信网逐人核验，一周内完成全部核验。", "keywords": "学历 核验", "checked": "1"}


def story(at: Stage) -> CaseStory:
    return stories.tell_story(at.campaign, actor=at.county, authority=at.world.counties[0], kind="practice", story_title="集中核验学历", checked=True, keywords="学历 核验", text=STORY["text"])


@command("campaigns:tell_story", reads=("problem",))
def tell_story(at: Stage) -> Sent:
    problem = all_of(Problem).filter(campaign_id=at.campaign.pk, org_id=at.institution.pk).order_by("number")[0]
    return Sent(at.county, (at.campaign.pk,), {**STORY, "kind": "case", "problem": str(problem.pk)}, refs={"problem": at.foreign.problem.pk})


@command("campaigns:amend_story")
def amend_story(at: Stage) -> Sent:
    return Sent(at.county, (story(at).pk,), {**STORY, "title": "集中核验学历和职称"})


@command("campaigns:drop_story")
def drop_story(at: Stage) -> Sent:
    return Sent(at.county, (story(at).pk,), {"reason": "另行整理后再登记"})

