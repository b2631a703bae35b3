"""Commands of problems, of orders and cases, of visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.enforcement import services as enforcement
from hengjian.enforcement.models import Case, Order
from hengjian.rectification import services as problems
from hengjian.rectification.models import Problem
from hengjian.supervision.models import Visit
from hengjian.supervision.states import VISIT_ITEMS
from tests.campaigns.facts import OFFICERS
from tests.enforcement import test_orders_and_cases as papers
from tests.factories import all_of
from tests.rectification import cases
from tests.trust.commands.stage import File, Sent, Stage, command

NAMED = {"officer1": "韩知行", "card1": "99010001", "officer2": "程以宁", "card2": "99010002"}
TODAY = "2024-07-10"


# Problems


@command("rectification:open")
def open_problem(at: Stage) -> Sent:
    given = {"institution": str(at.institution.pk), "finder": "complaint", "kind": "fee", "severity": "1", "title": "收费未公示", "subject_label": "", "facts": "大厅没有公示收费标准。", "clause": ""}
    return Sent(at.county, body=given, refs={"institution": at.foreign.institution.pk})


@command("rectification:open", "of one's own")
def open_own(at: Stage) -> Sent:
    return Sent(at.clerk, body={"kind": "fee", "severity": "1", "title": "收费未公示", "subject_label": "", "facts": "大厅没有公示收费标准。", "clause": ""})


@command("rectification:issue_list")
def issue_list(at: Stage) -> Sent:
    return Sent(at.clerk, ("measures", "docx"))


def problem(at: Stage, actor: Any, row: Problem, code: str, refs: dict[str, Any] | None = None, **body: Any) -> Sent:
    return Sent(actor, (row.pk, code), body, refs=refs or {})


DUE = date(2024, 8, 9)


def confirmed(at: Stage) -> Problem:
    return cases.confirmed(at.world, due=DUE)


def planned(at: Stage) -> Problem:
    return problems.plan_rectification(confirmed(at), actor=at.clerk, measure="完成内审，修订程序文件", responsible_name="苏映雪", responsible_department="质量部")


def reported(at: Stage) -> Problem:
    return problems.report_rectified(planned(at), actor=at.clerk, text="三项不符合已纠正并验证。")


@command("rectification:act", "confirm")
def confirm(at: Stage) -> Sent:
    return problem(at, at.county, cases.opened(at.world), "confirm", severity="2", due_on=str(DUE), note="")


@command("rectification:act", "verify-close")
def verify_close(at: Stage) -> Sent:
    return problem(at, at.county, reported(at), "verify-close", reason="现场核查属实，无须另附材料。")


@command("rectification:act", "close")
def close(at: Stage) -> Sent:
    row = problems.verify_problem(reported(at), actor=at.county)
    return problem(at, at.county, row, "close", reason="现场核查属实，无须另附材料。")


@command("rectification:act", "report")
def report(at: Stage) -> Sent:
    return problem(at, at.clerk, planned(at), "report", text="三项不符合已纠正并验证。")


@command("rectification:act", "recheck")
def recheck(at: Stage) -> Sent:
    row = problems.verify_and_close(reported(at), actor=at.county, reason="现场核查属实，无须另附材料。")
    at.clock.set(2024, 10, 20, 10)
    return problem(at, at.county, row, "recheck", passed="0", note="再次抽查，内审仍未闭环。")


@command("rectification:act", "plan")
def plan(at: Stage) -> Sent:
    return problem(at, at.clerk, confirmed(at), "plan", measure="完成内审", responsible_name="苏映雪", responsible_department="质量部", due_on="", at_once="0")


@command("rectification:act", "verify")
def verify(at: Stage) -> Sent:
    return problem(at, at.county, reported(at), "verify", note="属实")


@command("rectification:act", "return")
def send_back(at: Stage) -> Sent:
    return problem(at, at.county, reported(at), "return", reason="第二项没有验证记录", due_on="2024-08-16")


@command("rectification:act", "extension")
def ask_more_time(at: Stage) -> Sent:
    return problem(at, at.clerk, confirmed(at), "extension", until="2024-08-20", reason="社保次月入账，需要延期")


@command("rectification:act", "evidence")
def evidence(at: Stage) -> Sent:
    return problem(at, at.clerk, planned(at), "evidence", item="after", file=File("整改后.jpg"), note="")


@command("rectification:act", "merge")
def merge(at: Stage) -> Sent:
    into = cases.opened(at.world, kind="fee", title="另一项问题", label="自查表第13项", subject_label="收费")
    return problem(at, at.county, cases.opened(at.world), "merge", {"into": at.foreign.problem.pk}, into=str(into.pk), reason="两项是同一件事")


@command("rectification:act", "dismiss")
def dismiss(at: Stage) -> Sent:
    return problem(at, at.county, cases.opened(at.world), "dismiss", reason="经核实不属实")


@command("rectification:decide")
def decide(at: Stage) -> Sent:
    row = confirmed(at)
    asked = problems.ask_extension(row, actor=at.clerk, until=date(2024, 8, 20), reason="社保次月入账，需要延期")
    return Sent(at.county, (row.pk, asked.pk), {"granted": "1", "until": "", "reason": "情况属实，同意"})


# Orders and cases


def drafted(at: Stage) -> Order:
    return papers.drafted(at.world, due_on=date(2024, 8, 9))


def served(at: Stage) -> Order:
    return enforcement.serve_order(drafted(at), actor=at.county, receipt_kind="signed", received_by="许若谷")


def answered(at: Stage) -> Order:
    return enforcement.answer_order(served(at), actor=at.clerk, text="已整改", responsible_name="苏映雪", responsible_department="质量部")


def rechecked(at: Stage, passed: bool) -> Order:
    return enforcement.recheck_order(answered(at), actor=at.county, passed=passed, method="papers", note="材料齐全")


WORDS = {"facts": "抽查报告未按规范检验。", "provisions": "《特种设备安全法》第五十三条", "measure": "重新检验", "kind": "by_date", "due_on": "2024-08-09", **NAMED, "officer3": "", "card3": ""}


@command("enforcement:draft_order")
def draft_order(at: Stage) -> Sent:
    visit = all_of(Visit).filter(org_id=at.institution.pk)[0]
    return Sent(at.county, body=WORDS, query=f"problem={confirmed(at).pk}&visit={visit.pk}", refs={"?problem": at.foreign.problem.pk, "?visit": at.foreign.problem.pk, "?campaign": at.foreign.problem.pk})


@command("enforcement:draft_order", "to an institution")
def draft_order_to(at: Stage) -> Sent:
    return Sent(at.county, body=WORDS, query=f"org={at.institution.pk}", refs={"?org": at.foreign.institution.pk})


@command("enforcement:print_order")
def print_order(at: Stage) -> Sent:
    return Sent(at.county, (served(at).pk, "docx"))


def order(at: Stage, actor: Any, row: Order, code: str, **body: Any) -> Sent:
    return Sent(actor, (row.pk, code), body)


@command("enforcement:act_on_order", "serve")
def serve(at: Stage) -> Sent:
    return order(at, at.county, drafted(at), "serve", receipt_kind="signed", received_by="许若谷", refusal_note="", witness="")


@command("enforcement:act_on_order", "answer")
def answer(at: Stage) -> Sent:
    return order(at, at.clerk, served(at), "answer", text="已整改", responsible_name="苏映雪", responsible_department="质量部")


@command("enforcement:act_on_order", "recheck")
def recheck_order(at: Stage) -> Sent:
    return order(at, at.county, answered(at), "recheck", passed="1", method="papers", note="材料齐全", **dict.fromkeys([*NAMED, "officer3", "card3"], ""))


@command("enforcement:act_on_order", "again")
def again(at: Stage) -> Sent:
    return order(at, at.county, rechecked(at, False), "again", due_on="2024-08-20", reason="第二项没有整改")


@command("enforcement:act_on_order", "close")
def close_order(at: Stage) -> Sent:
    return order(at, at.county, rechecked(at, True), "close", reason="")


@command("enforcement:act_on_order", "amend")
def amend_order(at: Stage) -> Sent:
    return order(at, at.county, drafted(at), "amend", **{**WORDS, "measure": "立即重新检验"})


@command("enforcement:act_on_order", "evidence")
def order_evidence(at: Stage) -> Sent:
    return order(at, at.county, served(at), "evidence", item="receipt", file=File("回证.jpg"), note="")


@command("enforcement:act_on_order", "withdraw")
def withdraw_order(at: Stage) -> Sent:
    return order(at, at.county, drafted(at), "withdraw", reason="事实不清，重新调查")


def filed(at: Stage) -> Case:
    return enforcement.file_case(actor=at.county, owner_row=at.institution, cause="未按规范检验", facts="抽查报告未按规范检验。", provisions=["not_per_rules"], officers=OFFICERS)


@command("enforcement:file_case")
def file_case(at: Stage) -> Sent:
    given = {"cause": "未按规范检验", "facts": "抽查报告未按规范检验。", "provisions": ["not_per_rules"], "source": "监督检查", "found_on": TODAY, **NAMED, "officer3": "", "card3": ""}
    return Sent(at.county, body=given, query=f"order={served(at).pk}", refs={"?order": at.foreign.problem.pk, "?visit": at.foreign.problem.pk, "?campaign": at.foreign.problem.pk})


@command("enforcement:print_case")
def print_case(at: Stage) -> Sent:
    return Sent(at.county, (filed(at).pk, "docx"))


@command("enforcement:act_on_case", "decide")
def decide_case(at: Stage) -> Sent:
    given = {"decision": "penalty", "text": "警告并处罚款", "fine_fen": "50000", "decided_on": TODAY}
    return Sent(at.post("leader", at.world.counties[0]), (filed(at).pk, "decide"), given)


@command("enforcement:act_on_case", "evidence")
def case_evidence(at: Stage) -> Sent:
    return Sent(at.county, (filed(at).pk, "evidence"), {"file": File("笔录.jpg"), "note": ""})


@command("enforcement:act_on_case", "withdraw")
def withdraw_case(at: Stage) -> Sent:
    return Sent(at.county, (filed(at).pk, "withdraw"), {"reason": "经查违法事实不成立"})


# Visits


@command("supervision:record")
def record(at: Stage) -> Sent:
    given = {"institution": str(at.institution.pk), "campaign_id": str(at.campaign.pk), "kind": "campaign", "visited_on": "2024-07-09", "on_site": "on", "place_name": "", **NAMED, "officer3": "", "card3": "",
             "findings": "抽查10份报告。", "result_reports": "unsound", "note_reports": "2份无原始记录", "violation_kinds": ["false_result"], "handling": ""}
    given |= {f"{part}_{key}": given.get(f"{part}_{key}", "") for key, _label in VISIT_ITEMS for part in ("result", "note")}
    return Sent(at.county, body=given, refs={"institution": at.foreign.institution.pk, "campaign_id": at.foreign.problem.pk})


def visit(at: Stage) -> Visit:
    return all_of(Visit).filter(org_id=at.institution.pk)[0]


@command("supervision:print_record")
def print_record(at: Stage) -> Sent:
    return Sent(at.county, (visit(at).pk, "docx"))


@command("supervision:act", "sign")
def sign_record(at: Stage) -> Sent:
    return Sent(at.county, (visit(at).pk, "sign"), {"signing": "signed", "signed_by": "许若谷", "note": "", "witness": ""})


@command("supervision:act", "finding")
def finding(at: Stage) -> Sent:
    return Sent(at.county, (visit(at).pk, "finding"), {"kind": "fee", "severity": "1", "title": "收费未公示", "subject_label": "", "facts": "大厅未公示", "clause": ""})


@command("supervision:act", "evidence")
def visit_evidence(at: Stage) -> Sent:
    return Sent(at.county, (visit(at).pk, "evidence"), {"file": File(), "note": ""})


@command("supervision:act", "amend")
def amend_visit(at: Stage) -> Sent:
    return Sent(at.county, (visit(at).pk, "amend"), {"findings": "抽查12份报告。", "handling": "责令改正", "reason": "补记两份报告"})

