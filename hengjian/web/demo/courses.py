"""What regulators do beside the campaign: visits, orders, cases and problems, so that every state can be seen somewhere."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from PIL import Image

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.enforcement import services as enforcement
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.states import VIOLATION_CLAUSES
from hengjian.rectification import services as problems
from hengjian.rectification.models import Problem
from hengjian.registry.models import Institution
from hengjian.supervision import services as supervision
from hengjian.supervision.models import Visit
from hengjian.web.demo import stage
from hengjian.web.demo.acts import Play

# Of the institutions of 青麓市, by their place in the list of names: what was found there in June, and the date set.
FOUND = [
    ("2份定期检验报告的原始记录缺少现场测量数据", "not_per_rules", date(2024, 6, 29)),
    ("检验现场使用的测厚仪超过校准有效期12天", "not_per_rules", date(2024, 7, 5)),
    ("1名签字人员的资格证书已过有效期", "unapproved", date(2024, 6, 21)),
    ("分包方的资格审查没有记录", "not_per_rules", date(2024, 6, 28)),
    ("3份报告的审核日期早于检验日期", "false_result", date(2024, 7, 1)),
    ("残液处理间通风报警装置停用，检验人员未告知使用单位", "hazard_unreported", date(2024, 7, 19)),
]
MEASURE = "立即停止违法行为，在期限内改正并举一反三排查，书面报告整改情况。"


def routine(play: Play) -> None:
    """Early June: visits outside the campaign; their records signed, refused, ended or waiting; orders drawn up and served."""
    held, made = _institutions(), []
    stage.at(6, 4, 14)
    for n, (fault, violation, due) in enumerate(FOUND):
        visit = _visited(held[n], clock.today(), fault, [violation])
        kind = "refused" if n == 3 else "signed"
        note = "负责人拒绝签字，已全程录像。" if kind == "refused" else ""
        supervision.sign_record(visit, actor=_officer(visit), signing=kind, signed_by="" if note else stage.clerk(visit.org_id).name, note=note, witness="社区工作人员" if note else "")
        made.append((visit, due))
    stage.at(6, 6, 10)
    for n, (visit, due) in enumerate(made):
        order = _ordered(visit, due)
        if n == 3:
            enforcement.withdraw_order(order, actor=_officer(order), reason="引用条款有误，另行制作。")
            order = _ordered(visit, due)
        enforcement.serve_order(order, actor=_officer(order), receipt_kind="posted" if n == 4 else "signed", received_by=stage.clerk(order.org_id).name)
        play.told(n + 1, len(FOUND), "日常监督检查")
    stage.at(6, 7, 9)
    ended = _visited(held[len(FOUND)], date(2024, 6, 7), "机构停业装修，未开展检验，检查终止。", [])
    supervision.sign_record(ended, actor=_officer(ended), signing="ended", note="单位停业装修，已拍照。")
    complaint = _registered(held[1], "被投诉加收检验费", "fee", "complaint", "使用单位来电反映加收“加急费”300元。")
    problems.dismiss_problem(complaint, actor=_officer(complaint), reason="经核对收费票据和公示标准，未加收费用，投诉不属实。")


def midsummer(play: Play) -> None:
    """End of June: reports come in or fail to; orders are checked again and closed, given anew, or lead to cases."""
    orders = _orders()
    for n, day in ((0, 27), (3, 28), (4, 28)):
        stage.at(6, day, 15, n)
        orders[n] = _answered(orders[n])
    _picture(orders[0], "整改前", (150, 150, 150), "before")
    _picture(orders[0], "整改后", (96, 150, 110), "after")
    stage.at(6, 29, 0, 10)
    enforcement.lapse_orders()
    stage.at(7, 1, 10)
    orders[0] = _rechecked(orders[0], passed=True, note="补测数据齐全，抽查10份新报告未再发现同类问题。")
    enforcement.close_order(orders[0], actor=_officer(orders[0]))
    orders[3] = _rechecked(orders[3], passed=False, note="3家分包方中仍有1家没有资格审查记录。")
    enforcement.order_again(orders[3], actor=_officer(orders[3]), due_on=date(2024, 7, 31), reason="补齐最后1家分包方的资格审查。")
    _extended(orders[1])
    late, other = orders[2], orders[4]
    case = _filed(late, "unapproved")
    _filed(other, "false_result")
    mistaken = _filed(late, "trade")
    enforcement.withdraw_case(mistaken, actor=_officer(mistaken), reason="与已立案件重复。")
    stage.at(7, 1, 16)
    told = _told_by_itself(late)
    play.told(1, 1, "指令复查和立案")
    play.later = [case, told]


def follow_up(play: Play) -> None:
    """The last days: a case is decided, a problem comes back within the year, two findings turn out to be one."""
    orders = _orders()
    case, told = play.later
    stage.at(7, 23, 16)
    for n in (1, 5):
        orders[n] = _answered(orders[n])
    told = problems.report_rectified(told, actor=stage.clerk(told.org_id), text="已补签2份承诺书，并纳入入职手续。")
    problems.verify_problem(told, actor=_officer(told), note="已核对承诺书原件。")
    enforcement.decide_case(
        case, actor=stage.officer(stage.seat_of(case.org_area), "leader"), decision="penalty", fine_fen=60_000_00,
        text="当事人使用未取得相应资格的人员从事检验，事实清楚，逾期未改正，处罚款陆万元。",
    )
    stage.at(7, 23, 17)
    orders[5] = _rechecked(orders[5], passed=False, note="报警装置已恢复，但没有向使用单位补发书面告知。")
    first = Institution.objects.within(EVERYTHING).get(pk=orders[0].org_id)
    again = _visited(first, date(2024, 7, 22), FOUND[0][0] + "，与6月所见相同", ["not_per_rules"], campaign_id=play.running.id)
    enforcement.serve_order(_ordered(again, date(2024, 8, 6)), actor=_officer(again), receipt_kind="signed", received_by=stage.clerk(first.pk).name)
    _merged(orders[1])
    _ask_more_time(play)
    stage.at(7, 24, 0, 10)
    problems.escalate_overdue()
    enforcement.lapse_orders()
    play.told(1, 1, "复查、处罚和逾期上报")


def _institutions() -> list[Institution]:
    held = Institution.objects.within(EVERYTHING).filter(kind__in=["inspection", "testing"], org_area__startswith="99/9901/", name__startswith="青麓")
    first = stage.actor_named("inst02").org_id
    return sorted(held, key=lambda one: (one.pk != first, one.name))[: len(FOUND) + 1]


def _orders() -> list[Order]:
    """The orders of June that were not withdrawn, in the order in which they were drawn up."""
    return list(Order.objects.within(EVERYTHING).filter(campaign_id=None).exclude(state="withdrawn").order_by("id"))


def _officer(row: Any) -> Any:
    return stage.officer(stage.seat_of(row.org_area))


def _visited(institution: Institution, day: date, findings: str, violations: list[str], campaign_id: Any = None) -> Visit:
    authority = stage.seat_of(institution.org_area)
    return supervision.record_visit(
        institution, actor=stage.officer(authority), kind="campaign" if campaign_id else "post_licence", visited_on=day, on_site=True,
        officers=stage.officers_of(authority), findings=findings, handling="责令限期改正" if violations else "", violation_kinds=violations,
        items=[{"item": "reports", "result": "unsound" if violations else "na", "note": findings if violations else ""}], campaign_id=campaign_id,
    )


def _ordered(visit: Visit, due: date) -> Order:
    return enforcement.draft_order(
        actor=_officer(visit), owner_row=visit, facts=visit.findings, provisions=VIOLATION_CLAUSES[visit.violation_kinds[0]], measure=MEASURE,
        due_on=due, officers=stage.officers_of(stage.seat_of(visit.org_area)), visit_id=visit.id, campaign_id=visit.campaign_id,
    )


def _answered(order: Order) -> Order:
    clerk, head = stage.clerk(order.org_id), stage.clerk(order.org_id, "unit_head")
    return enforcement.answer_order(
        order, actor=clerk, text="已按指令书要求逐项改正，并排查同类情况，有关记录附后。", responsible_name=head.name, responsible_department="质量管理部",
    )


def _rechecked(order: Order, *, passed: bool, note: str) -> Order:
    pair = stage.officers_of(stage.seat_of(order.org_area))
    return enforcement.recheck_order(order, actor=_officer(order), passed=passed, method="site", note=note, officers=pair)


def _problem(order: Order) -> Problem:
    assert order.problem_id is not None
    return Problem.objects.within(EVERYTHING).get(pk=order.problem_id)


def _extended(order: Order) -> None:
    asked = problems.ask_extension(_problem(order), actor=stage.clerk(order.org_id), until=date(2024, 7, 26), reason="校准机构排期到7月中旬。")
    problems.decide_extension(asked, actor=_officer(order), granted=True, reason="已停用该仪器，同意延期。")


def _filed(order: Order, violation: str) -> Case:
    return enforcement.file_case(
        actor=_officer(order), owner_row=order, cause="涉嫌违反" + VIOLATION_CLAUSES[violation], facts=order.facts, provisions=[violation],
        officers=order.officers, source=order.number, found_on=date(2024, 6, 4), order_id=order.pk, problem_id=order.problem_id, visit_id=order.visit_id,
    )


def _registered(institution: Institution, name: str, kind: str, finder: str, facts: str) -> Problem:
    actor = stage.officer(stage.seat_of(institution.org_area))
    return problems.report_problem(institution, actor=actor, kind=kind, severity=1, title=name, facts=facts, finder=finder, clause="行风建设通知 一（三）")


def _told_by_itself(order: Order) -> Problem:
    """The same institution tells of another problem by itself, and it is confirmed and planned."""
    clerk, head = stage.clerk(order.org_id), stage.clerk(order.org_id, "unit_head")
    institution = Institution.objects.within(EVERYTHING).get(pk=order.org_id)
    told = problems.report_problem(institution, actor=clerk, kind="conduct", severity=1, title="2名新进人员未签廉洁承诺书", facts="5月入职的2名检验员没有签订廉洁自律承诺书。")
    told = problems.confirm_problem(told, actor=_officer(order), severity=1, due_on=date(2024, 7, 26))
    return problems.plan_rectification(told, actor=clerk, measure="补签承诺书并纳入入职手续", responsible_name=head.name, responsible_department="办公室", at_once=True)


def _merged(order: Order) -> None:
    """A hint from screening turns out to be what the order is about already."""
    institution = Institution.objects.within(EVERYTHING).get(pk=order.org_id)
    hint = _registered(institution, "仪器校准记录有间断", "record", "screening", "5月至6月的校准记录有12天间断。")
    problems.merge_problem(hint, actor=_officer(order), into=_problem(order), reason="与指令书所涉测厚仪是同一问题。")


def _ask_more_time(play: Play) -> None:
    """Of the campaign's problems one extension is refused and one waits to be decided."""
    held = Problem.objects.within(EVERYTHING).filter(campaign_id=play.running.id, state="rectifying", due_on__gte=clock.today()).order_by("number")
    for n, problem in enumerate(held[:2]):
        asked = problems.ask_extension(problem, actor=stage.clerk(problem.org_id), until=date(2024, 8, 30), reason="当事人出差，材料尚未收齐。")
        if n == 0:
            problems.decide_extension(asked, actor=_officer(problem), granted=False, reason="材料可以邮寄，不影响按期完成。")


def _picture(order: Order, name: str, colour: tuple[int, int, int], item: str) -> None:
    """A photograph of the state before or after, as far as a demonstration has one."""
    made = io.BytesIO()
    Image.new("RGB", (640, 420), colour).save(made, "PNG")
    problems.add_evidence(_problem(order), actor=stage.clerk(order.org_id), file_name=f"{name}.png", data=made.getvalue(), item=item, note="检验记录柜（演示图片）")
