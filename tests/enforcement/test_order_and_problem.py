"""What the course of an order means for the problem that it is about."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.base.errors import BadInput
from hengjian.enforcement import services
from hengjian.enforcement.models import Order
from hengjian.rectification import services as problems
from hengjian.rectification.models import Problem
from tests import factories
from tests.enforcement.test_orders_and_cases import OFFICERS, clerk, county, drafted, served
from tests.factories import all_of
from tests.rectification import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


def problem_of(order):
    return all_of(Problem).get(pk=order.problem_id)


def answered(world, order=None):
    return services.answer_order(
        order or served(world), actor=clerk(world), text="已补查。", responsible_name="苏映雪", responsible_department="质量部"
    )


def rechecked(world, order, *, passed):
    return services.recheck_order(order, actor=county(world), passed=passed, method="site", note="现场已核。", officers=OFFICERS)


def test_serving_confirms_the_problem_that_the_order_is_about(world):
    problem = cases.opened(world)
    order = served(world, problem_id=problem.pk)
    found = problem_of(order)
    assert (found.pk, found.state, found.due_on) == (problem.pk, "confirmed", date(2024, 6, 20))


def test_an_order_whose_date_has_passed_is_amended_before_it_is_served(world, clock):
    order = drafted(world)
    clock.set(2024, 6, 21, 9)
    with pytest.raises(BadInput, match="先修改指令书的整改期限"):
        services.serve_order(order, actor=county(world), receipt_kind="signed", received_by="许若谷")
    words = {"facts": "甲", "provisions": "乙", "measure": "丙", "officers": OFFICERS}
    order = services.amend_order(order, actor=county(world), due_on=date(2024, 7, 1), **words)
    assert services.serve_order(order, actor=county(world), receipt_kind="signed", received_by="许若谷").state == "served"


def test_the_answer_is_the_report_on_the_problem_and_the_recheck_verifies_it(world):
    order = answered(world)
    reported = problem_of(order)
    assert (reported.state, reported.responsible_name, reported.measure) == ("reported", "苏映雪", order.measure)
    order = rechecked(world, order, passed=True)
    assert problem_of(order).state == "verified"
    order = services.close_order(order, actor=county(world))
    closed = problem_of(order)
    assert (order.state, closed.state) == ("closed", "closed")
    assert order.number in closed.closing_note


def test_without_a_responsible_person_the_problem_waits_for_its_own_report(world):
    order = services.answer_order(served(world), actor=clerk(world), text="已补查。")
    assert problem_of(order).state == "confirmed"
    order = rechecked(world, order, passed=True)
    services.close_order(order, actor=county(world))
    assert problem_of(order).state == "confirmed"


def test_a_failed_recheck_sends_the_problem_back_with_the_new_date(world):
    order = rechecked(world, answered(world), passed=False)
    assert problem_of(order).state == "reported"
    order = services.order_again(order, actor=county(world), due_on=date(2024, 7, 15), reason="仍缺2份")
    back = problem_of(order)
    assert (back.state, back.due_on, back.return_count) == ("rectifying", date(2024, 7, 15), 1)


def test_an_order_ended_after_a_failed_recheck_sends_the_problem_back(world):
    order = rechecked(world, answered(world), passed=False)
    services.close_order(order, actor=county(world), reason="已立案处罚")
    assert problem_of(order).state == "rectifying"


def test_one_of_two_orders_about_a_problem_does_not_close_it(world):
    problem = cases.opened(world)
    first, second = served(world, problem_id=problem.pk), served(world, problem_id=problem.pk)
    order = rechecked(world, answered(world, first), passed=True)
    services.close_order(order, actor=county(world))
    assert problem_of(order).state == "reported"
    services.withdraw_order(second, actor=county(world), reason="重复")
    assert problem_of(order).state == "reported"


def test_an_order_follows_the_extension_granted_for_its_problem(world, django_capture_on_commit_callbacks):
    order = served(world)
    asked = problems.ask_extension(problem_of(order), actor=clerk(world), until=date(2024, 7, 10), reason="校准排期")
    with django_capture_on_commit_callbacks(execute=True):
        problems.decide_extension(asked, actor=county(world), granted=True, reason="属实")
    found = all_of(Order).get(pk=order.pk)
    assert (found.due_on, found.original_due_on, found.state) == (date(2024, 7, 10), date(2024, 6, 20), "served")


def test_a_refused_extension_leaves_the_order_as_it_is(world, django_capture_on_commit_callbacks):
    order = served(world)
    asked = problems.ask_extension(problem_of(order), actor=clerk(world), until=date(2024, 7, 10), reason="校准排期")
    with django_capture_on_commit_callbacks(execute=True):
        problems.decide_extension(asked, actor=county(world), granted=False, reason="不属实")
    assert all_of(Order).get(pk=order.pk).due_on == date(2024, 6, 20)
