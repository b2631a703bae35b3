"""Orders and cases: numbers, officers, service, answer, re-check within ten working days, refusals."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.figures import Period
from hengjian.base.states import WrongState
from hengjian.enforcement import documents, indicators, queries, services
from hengjian.enforcement.models import Order
from hengjian.enforcement.states import CASE_CHART, ORDER_CHART, VIOLATION_CLAUSES, CaseState, OrderState
from hengjian.rectification.models import Problem
from hengjian.registry.models import InstitutionWorkArea
from tests import factories
from tests.factories import all_of

pytestmark = pytest.mark.django_db

OFFICERS = [{"name": "韩知行", "card": "99010001"}, {"name": "程以宁", "card": "99010002"}]


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


def drafted(world, *, actor=None, owner=None, **changes):
    given = {
        "facts": "6份校验报告没有原始记录。", "provisions": "《特种设备安全法》第五十三条第一款", "measure": "补查留存数据，不能证实的作废重校。",
        "due_on": date(2024, 6, 20), "officers": OFFICERS,
    }
    return services.draft_order(actor=actor or county(world), owner_row=owner or world.institutions[0], **{**given, **changes})


def county(world):
    return world.officer(world.counties[0])


def clerk(world):
    return world.clerk(world.institutions[0])


def served(world, **changes):
    return services.serve_order(drafted(world, **changes), actor=county(world), receipt_kind="signed", received_by="许若谷")


def answered(world):
    return services.answer_order(served(world), actor=clerk(world), text="已补查，2份作废重校。")


def test_every_state_can_be_reached():
    assert ORDER_CHART.unreachable(set(OrderState.values)) == set()
    assert CASE_CHART.unreachable(set(CaseState.values)) == set()


def test_numbers_have_no_gaps_per_authority_and_year(world, clock):
    numbers = [drafted(world).number, drafted(world).number]
    with pytest.raises(BadInput):
        drafted(world, officers=OFFICERS[:1])
    numbers.append(drafted(world).number)
    numbers.append(drafted(world, actor=world.officer(world.cities[0])).number)
    clock.set(2025, 1, 6, 9)
    numbers.append(drafted(world, due_on=date(2025, 2, 1)).number)

    assert numbers == [
        "东浦区特监令〔2024〕1号", "东浦区特监令〔2024〕2号", "东浦区特监令〔2024〕3号", "青麓市特监令〔2024〕1号",
        "东浦区特监令〔2025〕1号",
    ]


@pytest.mark.parametrize("officers", [[], OFFICERS[:1], [OFFICERS[0], OFFICERS[0]], [OFFICERS[0], {"name": "程以宁", "card": ""}]])
def test_two_officers_with_cards_take_part(world, officers):
    with pytest.raises(BadInput) as refused:
        drafted(world, officers=officers)
    assert refused.value.field == "officers"


def test_an_order_is_drawn_up_by_officers_of_the_area_alone(world):
    with pytest.raises(NotAllowed):
        drafted(world, actor=clerk(world))
    with pytest.raises(OutOfScope):
        drafted(world, actor=world.officer(world.counties[2]))


def test_where_the_institution_only_works_the_order_lies_in_that_area(world):
    institution, officer = world.institutions[0], world.officer(world.counties[2])
    factories.keep(InstitutionWorkArea(institution=institution, org_id=institution.org_id, area=world.counties[2].path,
                                       org_area=institution.org_area))
    order = drafted(world, actor=officer)

    assert (order.area, order.org_area) == (world.counties[2].path, world.counties[0].path)
    assert queries.order_of(county(world).scope, order.pk) is not None


def test_a_unit_sees_its_order_once_it_is_served(world):
    order = drafted(world)
    assert queries.orders(clerk(world).scope, as_unit=True).count() == 0
    services.serve_order(order, actor=county(world), receipt_kind="signed", received_by="许若谷")
    assert queries.orders(clerk(world).scope, as_unit=True).count() == 1


def test_a_refusal_needs_a_note_and_a_witness(world):
    order = drafted(world)
    with pytest.raises(BadInput) as refused:
        services.serve_order(order, actor=county(world), receipt_kind="refused")
    assert set(refused.value.by_field()) == {"refusal_note", "witness"}
    with pytest.raises(BadInput):
        services.serve_order(order, actor=county(world), receipt_kind="signed")
    done = services.serve_order(order, actor=county(world), receipt_kind="refused", refusal_note="拒不签字，已录像", witness="戴望海")
    assert (done.state, done.witness) == ("served", "戴望海")


def test_serving_enters_the_problem_in_the_register(world):
    order = served(world)
    problem = all_of(Problem).get(pk=order.problem_id)

    assert (problem.state, problem.first_finder, problem.due_on) == ("confirmed", "order", date(2024, 6, 20))


def test_recheck_is_due_ten_working_days_after_the_answer(world, clock):
    clock.set(2024, 6, 5, 15)  # 端午 on Monday 10 June
    assert answered(world).recheck_due_on == date(2024, 6, 20)


def test_only_the_unit_answers_and_only_once(world):
    order = served(world)
    with pytest.raises(NotAllowed):
        services.answer_order(order, actor=county(world), text="代交")
    with pytest.raises(BadInput):
        services.answer_order(order, actor=clerk(world), text=" ")
    services.answer_order(order, actor=clerk(world), text="已整改")
    with pytest.raises(WrongState):
        services.answer_order(order, actor=clerk(world), text="再交")


def test_recheck_on_site_takes_two_officers_and_a_passed_one_closes(world):
    order = answered(world)
    with pytest.raises(BadInput):
        services.recheck_order(order, actor=county(world), passed=True, method="site", note="现场已核")
    with pytest.raises(NotAllowed):
        services.recheck_order(order, actor=clerk(world), passed=True, method="papers", note="自己看过")
    order = services.recheck_order(order, actor=county(world), passed=True, method="site", note="现场已核", officers=OFFICERS)
    assert (order.recheck_result, order.rechecked_by_name) == ("passed", "韩知行、程以宁")
    with pytest.raises(NotAllowed):
        services.order_again(order, actor=county(world), due_on=date(2024, 7, 1), reason="再改")
    assert services.close_order(order, actor=county(world)).state == "closed"


def test_a_failed_recheck_orders_again_or_closes_with_a_reason(world):
    order = services.recheck_order(answered(world), actor=county(world), passed=False, method="papers", note="仍缺2份")
    with pytest.raises(BadInput):
        services.close_order(order, actor=county(world))
    again = services.order_again(order, actor=county(world), due_on=date(2024, 7, 5), reason="补齐2份")
    assert (again.state, again.due_on, again.original_due_on) == ("served", date(2024, 7, 5), date(2024, 6, 20))


def test_orders_without_a_report_lapse_once(world, clock):
    order = served(world)
    clock.set(2024, 6, 20, 23)
    assert services.lapse_orders() == 0
    clock.set(2024, 6, 21, 0)
    assert (services.lapse_orders(), services.lapse_orders()) == (1, 0)
    assert all_of(Order).get(pk=order.pk).state == "overdue"
    assert services.answer_order(order, actor=clerk(world), text="迟交").state == "answered"


def test_a_withdrawn_order_keeps_its_number_and_counts_no_more(world):
    order = served(world)
    assert indicators.orders_issued(county(world).scope).value == 1
    services.withdraw_order(order, actor=county(world), reason="单位名称有误")
    assert indicators.orders_issued(county(world).scope).value == 0
    assert drafted(world).number == "东浦区特监令〔2024〕2号"


def test_orders_are_counted_by_campaign_and_period_with_their_rows(world, clock):
    campaign = world.province.id
    order = served(world, campaign_id=campaign)
    drafted(world, campaign_id=campaign)
    june = Period(date(2024, 6, 1), date(2024, 6, 30))
    figure = indicators.orders_issued(world.officer(world.cities[0]).scope, campaign_id=campaign, period=june)

    assert (figure.value, [row.object_id for row in figure.rows]) == (1, [order.pk])
    assert indicators.orders_issued(world.officer(world.cities[1]).scope, campaign_id=campaign).value == 0
    assert indicators.orders_issued(county(world).scope, period=Period(date(2024, 7, 1), date(2024, 7, 31))).value == 0


def filed(world, **changes):
    given = {"cause": "涉嫌出具虚假检验报告", "facts": "6份报告无原始记录。", "provisions": ["false_result"], "officers": OFFICERS}
    return services.file_case(actor=county(world), owner_row=world.institutions[0], **{**given, **changes})


def test_a_case_names_the_items_of_the_law(world):
    case = filed(world)
    assert case.number == "东浦区特立〔2024〕1号"
    assert VIOLATION_CLAUSES["false_result"] == "《特种设备安全法》第九十三条第一款第（三）项"
    with pytest.raises(BadInput) as refused:
        filed(world, provisions=["x"], cause="")
    assert set(refused.value.by_field()) == {"cause", "provisions"}


def test_a_case_is_decided_by_the_leader_and_not_by_who_filed_it(world):
    case = filed(world)
    leader = factories.actor(factories.account("leader", "分管负责人", "leader", world.counties[0]))
    with pytest.raises(NotAllowed):
        services.decide_case(case, actor=county(world), decision="penalty", text="罚款", fine_fen=5_000_000)
    with pytest.raises(BadInput):
        services.decide_case(case, actor=leader, decision="no_penalty", text="首违不罚", fine_fen=1)
    done = services.decide_case(case, actor=leader, decision="penalty", text="罚款五万元", fine_fen=5_000_000)

    assert (done.state, done.fine_fen, done.decided_by_name) == ("decided", 5_000_000, "分管负责人")
    with pytest.raises(WrongState):
        services.withdraw_case(case, actor=county(world), reason="重复")


def test_a_withdrawn_case_does_not_count(world):
    case = filed(world)
    assert indicators.cases_filed(county(world).scope).value == 1
    services.withdraw_case(case, actor=county(world), reason="重复立案")
    assert indicators.cases_filed(county(world).scope).value == 0


def words_of(data: bytes) -> str:
    import io

    import docx

    read = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in read.paragraphs] + cells)


def test_the_order_on_paper_says_all_that_the_law_asks(world):
    from hengjian.dossier.services import document_file

    order = answered(world)
    made = documents.issue_order(order, actor=county(world))
    text = words_of(document_file(county(world).scope, made, "docx")[1])

    for words in (
        "特种设备安全监察指令书", order.number, "青麓恒固气瓶检验有限公司", order.institution_uscc, "6份校验报告没有原始记录",
        "第五十三条第一款", "2024年6月20日前", "提交整改报告", "十个工作日内复查", "六十日内依法申请行政复议", "六个月内依法向人民法院提起行政诉讼",
        "韩知行（99010001）、程以宁（99010002）", "许若谷", "2024年6月18日",
    ):
        assert words in text, words


def test_the_filing_of_a_case_on_paper(world):
    from hengjian.dossier.services import document_file

    made = documents.issue_case(filed(world), actor=county(world))
    text = words_of(document_file(county(world).scope, made, "docx")[1])

    for words in ("立案审批表", "涉嫌出具虚假检验报告", "第九十三条第一款第（三）项", "韩知行（99010001）", "负责人意见"):
        assert words in text, words


def test_the_unit_learns_of_its_order_and_the_officers_of_the_report(world, django_capture_on_commit_callbacks):
    from hengjian.parties.models import Message

    with django_capture_on_commit_callbacks(execute=True):
        order = served(world)
    with django_capture_on_commit_callbacks(execute=True):
        services.answer_order(order, actor=clerk(world), text="已整改")

    assert all_of(Message).filter(account_id=clerk(world).id, title__startswith="收到安全监察指令书").count() == 1
    assert all_of(Message).filter(account_id=county(world).id, title__startswith="整改报告已提交").count() == 1
