"""Staffing conditions: known figures, unknown ones, figures that an authority enters; figures with their rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.scope import EVERYTHING
from hengjian.registry import indicators, queries, services
from hengjian.registry.models import Employment, StaffingRule
from tests import factories
from tests.factories import SYSTEM, World, all_of

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 3)


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


def classed(world: World, name: str) -> Any:
    return services.change_institution(world.institutions[0], actor=SYSTEM, changes={"approval_class": name})


def test_the_pack_holds_a1_figures_unverified_and_the_rest_empty(world: World) -> None:
    assert services.load_staffing_rules(actor=SYSTEM) == 50
    assert services.load_staffing_rules(actor=SYSTEM) == 0
    a1 = {one.metric: one.minimum for one in all_of(StaffingRule).filter(approval_class="甲A1")}
    assert a1 == {"certified_full_time": 300, "inspectors": 240, "engineers": 80, "senior_engineers": 10, "senior_titles": 80}
    assert not all_of(StaffingRule).filter(verified=True).exists()
    assert not all_of(StaffingRule).exclude(approval_class="甲A1").filter(minimum__isnull=False).exists()


def test_known_figures_give_a_shortfall(world: World) -> None:
    services.load_staffing_rules(actor=SYSTEM)
    at = classed(world, "甲A1")
    factories.person("沈砚秋", at)
    result = queries.staffing_result(EVERYTHING, at, TODAY)
    assert (result.state, result.is_verified) == ("unmet", False)
    assert [(one.counted, one.shortfall) for one in result.lines] == [(1, 299), (1, 239), (0, 80), (0, 10), (0, 80)]


def test_missing_figures_stay_unknown(world: World) -> None:
    services.load_staffing_rules(actor=SYSTEM)
    for name in ("甲B1", "", "没有的类别"):
        result = queries.staffing_result(EVERYTHING, classed(world, name), TODAY)
        assert (result.state, {line.state for line in result.lines}) == ("unknown", {"unknown"})


def test_an_authority_enters_a_figure_that_holds_from_its_day(world: World) -> None:
    services.load_staffing_rules(actor=SYSTEM)
    at = classed(world, "甲B1")
    factories.person("沈砚秋", at)
    province = world.officer(world.province)
    given = {"approval_class": "甲B1", "metric": "certified_full_time", "source": "省局核准条件第3条", "valid_from": date(2024, 7, 1)}
    with pytest.raises(NotAllowed):
        services.enter_staffing_rule(actor=world.officer(world.cities[0]), minimum=1, **given)
    with pytest.raises(BadInput):
        services.enter_staffing_rule(actor=province, minimum=1, **{**given, "source": ""})
    rule = services.enter_staffing_rule(actor=province, minimum=1, **given)
    assert (rule.verified, rule.entered_by_name) == (False, province.name)
    assert queries.staffing_result(EVERYTHING, at, TODAY).state == "unknown"
    later = queries.staffing_result(EVERYTHING, at, date(2024, 7, 1))
    assert (later.state, later.has_gaps) == ("met", True)
    with pytest.raises(BadInput, match="起用日期"):
        services.enter_staffing_rule(actor=province, minimum=2, **{**given, "valid_from": date(2024, 6, 30)})


def test_part_time_people_and_junior_titles_do_not_count(world: World) -> None:
    at = classed(world, "甲A1")
    factories.person("沈砚秋", at, full_time=False)
    full = factories.person("许若谷", at)
    for name in ("助理研究员", "工程师"):
        services.add_title(full, actor=SYSTEM, title=name)
    counts = {one.metric: one.counted for one in queries.staffing_result(EVERYTHING, at, TODAY).lines}
    assert (counts["certified_full_time"], counts["senior_titles"]) == (1, 0)
    services.add_title(full, actor=SYSTEM, title="正高级工程师")
    counts = {one.metric: one.counted for one in queries.staffing_result(EVERYTHING, at, TODAY).lines}
    assert counts["senior_titles"] == 1


def test_expired_and_cancelled_certificates_do_not_count(world: World) -> None:
    at = world.institutions[0]
    factories.person("沈砚秋", at)
    gone = factories.person("许若谷", at)
    services.cancel_credential(gone.credentials.all()[0], actor=SYSTEM, on=TODAY, reason="学历证明不属实")
    assert [one.person.name for one in queries.certified_people(EVERYTHING, at, TODAY)] == ["沈砚秋"]
    assert not queries.certified_people(EVERYTHING, at, date(2028, 1, 1)).exists()


def test_figures_come_with_their_rows(world: World) -> None:
    at = world.institutions[0]
    paid, unpaid = factories.person("沈砚秋", at, months=12), factories.person("许若谷", at, months=5)
    services.cancel_practice(all_of(Employment).get(person=unpaid), actor=SYSTEM, on=TODAY, reason="未在本单位真实执业")
    scope = world.officer(world.counties[0]).scope
    assert indicators.people_certified(scope, at, TODAY).value == 2
    assert [one.label for one in indicators.people_practising(scope, at, TODAY).rows] == [paid.name]
    assert [one.object_id for one in indicators.people_insured_continuously(scope, at, TODAY).rows] == [paid.pk]
    assert indicators.institutions_active(scope).value == 1


def test_the_insurance_matrix_tells_own_other_and_none(world: World) -> None:
    at = world.institutions[0]
    person = factories.person("沈砚秋", at, months=2)
    other = world.institutions[1].organisation.uscc
    services.add_insurance_months(person, actor=SYSTEM, months=[date(2024, 3, 1), date(2024, 4, 1)], payer_id=other, payer_name="他单位")
    months = queries.months_before(TODAY, 4)
    assert months == [date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)]
    cells = queries.insurance_matrix(world.clerk(at).scope, [person.pk], months, at)[person.pk]
    assert [(one.state, one.is_double) for one in cells] == [("none", False), ("other", False), ("own", True), ("own", False)]
    assert queries.insurance_matrix(world.clerk(world.institutions[1]).scope, [person.pk], months) == {}
