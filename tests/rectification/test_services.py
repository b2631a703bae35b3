"""The course of a problem, and each refusal on the way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope, StaleRow
from hengjian.base.ids import uuid7
from hengjian.base.states import WrongState
from hengjian.parties.models import Message
from hengjian.rectification import queries, services
from hengjian.rectification.models import Problem, ProblemExtension, ProblemSource
from hengjian.rectification.states import PROBLEM_CHART, ProblemState
from tests import factories
from tests.factories import all_of
from tests.rectification import cases
from tests.rectification.cases import county, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


def test_every_state_can_be_reached():
    assert PROBLEM_CHART.unreachable(set(ProblemState.values)) == set()


def test_problems_are_numbered_without_gaps_in_a_province_and_year(world, clock):
    first, second = cases.opened(world), cases.opened(world, subject_label="管理评审")
    clock.set(2025, 1, 2, 9)
    third = cases.opened(world, subject_label="设备台账")

    assert [p.number for p in (first, second, third)] == ["W-2024-0001", "W-2024-0002", "W-2025-0001"]


def test_what_a_unit_tells_of_itself_is_sealed_with_its_time(world, clock):
    problem = cases.opened(world)

    assert problem.disclosed_at == clock.now()
    assert problem.state == "proposed"
    assert (problem.first_finder, problem.institution_name) == ("self_check", "青麓恒固气瓶检验有限公司")


def test_findings_of_one_person_and_kind_meet_in_one_problem(world, clock):
    about = {"kind": "practice", "subject_type": "registry.person", "subject_id": uuid7(), "subject_label": "温如晦"}
    told = cases.opened(world, **about)
    clock.forward(days=2)
    found = cases.opened(world, **about, actor=county(world), finder="inspection", disclosed=False, clause="第九十三条",
                         label="东浦区 2024-06-05监督检查")

    assert found.pk == told.pk
    assert [s.finder for s in queries.sources_of(county(world).scope, told)] == ["self_check", "inspection"]
    assert fresh(told).first_finder == "self_check"
    assert fresh(told).disclosed_at == told.found_at


def test_a_later_confession_does_not_count_as_told(world):
    found = cases.opened(world, actor=county(world), finder="inspection", disclosed=False)
    cases.opened(world)

    assert fresh(found).disclosed_at is None
    assert all_of(ProblemSource).filter(problem=found).count() == 2


def test_two_failings_of_the_quality_system_stay_two_problems(world):
    assert cases.opened(world).pk != cases.opened(world, subject_label="管理评审").pk


def test_the_same_reference_told_twice_has_one_effect(world):
    ref = world.institutions[0].id
    first = cases.opened(world, ref_id=ref)
    again = cases.opened(world, ref_id=ref)

    assert first.pk == again.pk
    assert all_of(ProblemSource).filter(problem=first).count() == 1


def test_only_the_unit_and_those_above_it_open_problems(world):
    other = world.clerk(world.institutions[1])
    with pytest.raises(NotAllowed):
        cases.opened(world, actor=other)
    with pytest.raises(NotAllowed):
        cases.opened(world, actor=world.officer(world.counties[2]))


@pytest.mark.parametrize(("field", "value"), [("title", " "), ("facts", ""), ("kind", "x"), ("severity", 4), ("finder", "x")])
def test_a_problem_without_its_facts_is_refused(world, field, value):
    with pytest.raises(BadInput) as refused:
        cases.opened(world, **{field: value})
    assert refused.value.field == field


def test_confirming_sets_severity_and_date_and_keeps_the_first_date(world):
    problem = cases.confirmed(world)

    assert (problem.state, problem.due_on, problem.original_due_on) == ("confirmed", date(2024, 6, 28), date(2024, 6, 28))


def test_confirming_is_refused_to_the_unit_outside_the_area_and_with_a_past_date(world):
    problem = cases.opened(world)
    due = date(2024, 6, 28)
    with pytest.raises(NotAllowed):
        services.confirm_problem(problem, actor=world.clerk(world.institutions[0]), severity=1, due_on=due)
    with pytest.raises(OutOfScope):
        services.confirm_problem(problem, actor=world.officer(world.counties[2]), severity=1, due_on=due)
    with pytest.raises(BadInput):
        services.confirm_problem(problem, actor=county(world), severity=1, due_on=date(2024, 6, 2))


def test_confirming_twice_is_the_wrong_state_and_a_stale_page_is_told(world):
    problem = cases.confirmed(world)
    with pytest.raises(WrongState):
        services.confirm_problem(problem, actor=county(world), severity=1, due_on=date(2024, 6, 28))
    with pytest.raises(StaleRow):
        services.dismiss_problem(problem, actor=county(world), reason="重复", version=1)


def test_a_plan_made_before_the_confirmation_starts_the_rectification(world):
    clerk = world.clerk(world.institutions[0])
    problem = services.plan_rectification(
        cases.opened(world), actor=clerk, measure="立即改正", responsible_name="苏映雪", responsible_department="质量部",
        at_once=True,
    )
    assert problem.state == "proposed"

    assert services.confirm_problem(problem, actor=county(world), severity=2, due_on=date(2024, 6, 10)).state == "rectifying"


def test_a_plan_names_measure_person_and_department_and_may_only_come_earlier(world):
    clerk = world.clerk(world.institutions[0])
    problem = cases.confirmed(world)
    with pytest.raises(BadInput) as refused:
        services.plan_rectification(problem, actor=clerk, measure="", responsible_name="", responsible_department="")
    assert set(refused.value.by_field()) == {"measure", "responsible_name", "responsible_department"}
    with pytest.raises(BadInput):
        services.plan_rectification(problem, actor=clerk, measure="甲", responsible_name="乙", responsible_department="丙",
                                    due_on=date(2024, 7, 1))
    with pytest.raises(NotAllowed):
        services.plan_rectification(problem, actor=county(world), measure="甲", responsible_name="乙", responsible_department="丙")


def test_nothing_is_reported_without_a_measure(world):
    with pytest.raises(BadInput):
        services.report_rectified(cases.confirmed(world), actor=world.clerk(world.institutions[0]), text="改好了")


def test_closing_demands_evidence_of_the_state_after_or_a_reason(world):
    problem = services.verify_problem(cases.reported(world), actor=county(world))
    with pytest.raises(BadInput) as refused:
        services.close_problem(problem, actor=county(world))
    assert refused.value.field == "reason"
    assert services.close_problem(fresh(problem), actor=county(world), reason="制度文件已在现场核对").state == "closed"


def test_evidence_of_the_state_after_is_enough(world):
    problem = cases.closed(world)

    assert (problem.state, problem.recheck_on) == ("closed", date(2024, 6, 3) + timedelta(days=90))
    assert problem.verified_by_name == problem.closed_by_name == "监管员3"


def test_the_person_who_reported_or_is_responsible_neither_verifies_nor_closes(world):
    """One natural person may hold a post on both sides; the account tells."""
    officer = county(world)
    problem = services.plan_rectification(
        cases.confirmed(world), actor=world.clerk(world.institutions[0]), measure="甲", responsible_name="监管员3",
        responsible_department="质量部", responsible_id=officer.id,
    )
    problem = services.report_rectified(problem, actor=world.clerk(world.institutions[0]), text="已改")
    with pytest.raises(NotAllowed, match="责任人"):
        services.verify_problem(problem, actor=officer)
    city = world.officer(world.cities[0])
    problem = services.verify_problem(problem, actor=city)
    with pytest.raises(NotAllowed, match="责任人"):
        services.close_problem(problem, actor=officer, reason="已看")
    assert services.close_problem(problem, actor=city, reason="已看").state == "closed"


def test_two_who_verify_at_once_do_not_both_succeed(world):
    stale = cases.reported(world)
    services.verify_problem(stale, actor=county(world))
    with pytest.raises(WrongState):
        services.verify_problem(stale, actor=world.officer(world.cities[0]))


def test_a_report_is_returned_with_its_reason(world):
    problem = services.return_problem(cases.reported(world), actor=county(world), reason="缺第2项的证据", due_on=date(2024, 7, 5))

    assert (problem.state, problem.return_count, problem.due_on, problem.original_due_on) == (
        "rectifying", 1, date(2024, 7, 5), date(2024, 6, 28),
    )
    with pytest.raises(BadInput):
        services.return_problem(problem, actor=county(world), reason="")


def test_merging_by_hand_takes_the_findings_along(world):
    one, two = cases.opened(world), cases.opened(world, subject_label="内审")
    services.merge_problem(two, actor=county(world), into=one, reason="同为2023年内审")

    assert (fresh(two).state, fresh(two).merged_into_id) == ("dismissed", one.pk)
    assert all_of(ProblemSource).filter(problem=one).count() == 2
    with pytest.raises(NotAllowed):
        services.merge_problem(one, actor=county(world), into=one, reason="自己")


def test_more_time_is_asked_by_the_unit_and_decided_by_somebody_else(world):
    clerk, problem = world.clerk(world.institutions[0]), cases.planned(world)
    asked = services.ask_extension(problem, actor=clerk, until=date(2024, 7, 5), reason="社保次月入账")
    with pytest.raises(NotAllowed, match="还没有决定"):
        services.ask_extension(problem, actor=clerk, until=date(2024, 7, 6), reason="再申请")
    with pytest.raises(NotAllowed):
        services.decide_extension(asked, actor=clerk, granted=True, reason="同意")

    services.decide_extension(asked, actor=county(world), granted=True, reason="情况属实", until=date(2024, 7, 3))

    assert (fresh(problem).due_on, fresh(problem).original_due_on) == (date(2024, 7, 3), date(2024, 6, 28))
    with pytest.raises(WrongState):
        services.decide_extension(asked, actor=county(world), granted=False, reason="再想想")


def test_a_refused_extension_leaves_the_date(world):
    problem = cases.planned(world)
    asked = services.ask_extension(problem, actor=world.clerk(world.institutions[0]), until=date(2024, 7, 5), reason="检修人员外出")
    services.decide_extension(asked, actor=county(world), granted=False, reason="理由不充分")

    assert fresh(problem).due_on == date(2024, 6, 28)
    assert all_of(ProblemExtension).get(pk=asked.pk).state == "refused"


def test_no_extension_while_waiting_for_confirmation(world):
    with pytest.raises(WrongState):
        services.ask_extension(cases.opened(world), actor=world.clerk(world.institutions[0]), until=date(2024, 7, 5), reason="检修人员外出")


def test_a_problem_back_within_twelve_months_is_graver_and_names_the_one_it_repeats(world, clock):
    before = cases.closed(world)
    clock.set(2025, 6, 2, 9)
    again = cases.opened(world)

    assert again.pk != before.pk
    assert (again.recurrence_of_id, again.severity, fresh(before).state) == (before.pk, 2, "recurred")
    assert services.confirm_problem(again, actor=county(world), severity=1, due_on=date(2025, 7, 1)).severity == 2


def test_a_problem_back_after_thirteen_months_is_a_new_one(world, clock):
    before = cases.closed(world)
    clock.set(2025, 7, 4, 9)
    again = cases.opened(world)

    assert (again.recurrence_of_id, again.severity, fresh(before).state) == (None, 1, "closed")


def test_overdue_problems_climb_from_county_to_city_to_province(world, clock):
    leaders = {node.key: cases.leader(world, node) for node in (world.counties[0], world.cities[0], world.province)}
    problem = cases.planned(world)

    def told() -> list[str]:
        ours = {one.id: key for key, one in leaders.items()}
        return sorted(ours[m.account_id] for m in all_of(Message) if m.account_id in ours)

    clock.set(2024, 6, 28, 23)
    assert services.escalate_overdue() == 0
    clock.set(2024, 6, 29, 1)
    assert services.escalate_overdue() == 1
    assert services.escalate_overdue() == 0
    assert (fresh(problem).escalated_to_level, told()) == ("county", ["990101"])
    clock.set(2024, 7, 6, 1)
    services.escalate_overdue()
    clock.set(2024, 7, 13, 1)
    services.escalate_overdue()
    assert (fresh(problem).escalated_to_level, told()) == ("province", ["99", "9901", "990101"])


def test_the_unit_is_told_once_that_it_is_late(world, clock):
    cases.planned(world)
    clock.set(2024, 6, 29, 1)
    services.escalate_overdue()
    clock.set(2024, 7, 6, 1)
    services.escalate_overdue()

    clerk = world.clerk(world.institutions[0])
    assert [m.title for m in all_of(Message).filter(account_id=clerk.id)] == ["整改逾期 W-2024-0001"]


def test_closed_problems_are_looked_at_again_after_ninety_days(world, clock):
    problem = cases.closed(world)
    clock.set(2024, 8, 31, 9)
    assert services.remind_rechecks() == 0
    clock.set(2024, 9, 1, 9)
    assert services.remind_rechecks() == 1
    assert services.remind_rechecks() == 0
    assert [m.title for m in all_of(Message).filter(account_id=county(world).id)] == ["请复查 W-2024-0001"]

    checked = services.record_recheck(fresh(problem), actor=county(world), passed=True, note="抽查3份内审记录均闭环")
    assert (checked.state, checked.rechecked_by_name) == ("closed", "监管员3")


def test_a_failed_recheck_opens_the_problem_anew(world, clock):
    problem = cases.closed(world)
    clock.set(2024, 9, 2, 9)
    again = services.record_recheck(problem, actor=county(world), passed=False, note="又有2项未纠正")

    assert (again.state, again.severity, again.recurrence_of_id) == ("proposed", 2, problem.pk)
    assert (fresh(problem).state, fresh(problem).recheck_note) == ("recurred", "又有2项未纠正")


def test_recheck_is_for_closed_problems_and_needs_words(world):
    with pytest.raises(WrongState):
        services.record_recheck(cases.reported(world), actor=county(world), passed=True, note="看过")
    with pytest.raises(BadInput):
        services.record_recheck(cases.opened(world, subject_label="甲"), actor=county(world), passed=True, note="")


def test_the_register_counts_what_it_lists(world, clock):
    cases.closed(world)
    cases.planned(world, subject_label="管理评审")
    clock.set(2024, 7, 1, 9)
    scope = county(world).scope
    counted = queries.counts(scope)

    assert (counted.total, counted.closed, counted.overdue, counted.rectifying) == (2, 1, 1, 1)
    for stat in ("proposed", "rectifying", "reported", "overdue", "closed", "recurred"):
        assert queries.problems(scope, queries.Filter(stat=stat)).count() == getattr(counted, stat)
    assert queries.problems(world.officer(world.counties[2]).scope).count() == 0
    assert Problem.objects.within(world.clerk(world.institutions[0]).scope).count() == 2


def test_whoever_is_next_gets_a_message(world, django_capture_on_commit_callbacks):
    clerk = world.clerk(world.institutions[0])
    with django_capture_on_commit_callbacks(execute=True):
        problem = cases.planned(world)
    with django_capture_on_commit_callbacks(execute=True):
        services.report_rectified(problem, actor=clerk, text="已改")
    with django_capture_on_commit_callbacks(execute=True):
        services.return_problem(fresh(problem), actor=county(world), reason="缺证据")

    def told(actor):
        return sorted(m.title for m in all_of(Message).filter(account_id=actor.id))

    assert told(clerk) == ["整改被退回，请继续整改 W-2024-0001", "问题已确认，请按期整改 W-2024-0001"]
    assert told(county(world)) == ["整改已申报，请核查 W-2024-0001"]
    assert told(world.officer(world.cities[0])) == []
