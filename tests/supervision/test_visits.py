"""Visits: two officers, violations into the register, signing, coverage, figures."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.figures import Period
from hengjian.rectification import queries as rectification
from hengjian.registry.models import InstitutionWorkArea
from hengjian.supervision import documents, indicators, queries, services
from hengjian.supervision.models import Visit
from tests import factories
from tests.factories import all_of

pytestmark = pytest.mark.django_db

OFFICERS = [{"name": "韩知行", "card": "99010001"}, {"name": "程以宁", "card": "99010002"}]


@pytest.fixture
def world(clock):
    clock.set(2024, 7, 3, 9)
    return factories.world()


def county(world):
    return world.officer(world.counties[0])


def recorded(world, institution=None, *, actor=None, **changes):
    given = {
        "kind": "campaign", "visited_on": date(2024, 7, 2), "on_site": True, "officers": OFFICERS,
        "findings": "抽查报告10份，2份无原始记录。",
        "items": [{"item": "reports", "result": "unsound", "note": "2份无原始记录"}, {"item": "fees", "result": "", "note": ""}],
    }
    return services.record_visit(institution or world.institutions[0], actor=actor or county(world), **{**given, **changes})


def test_a_visit_is_numbered_and_keeps_who_and_what(world):
    visit = recorded(world)

    assert (visit.number, visit.institution_name, visit.violation_found) == ("J-2024-0001", "青麓恒固气瓶检验有限公司", False)
    assert visit.items == [{"item": "reports", "result": "unsound", "note": "2份无原始记录"}]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("officers", {"officers": OFFICERS[:1]}), ("visited_on", {"visited_on": date(2024, 7, 4)}), ("findings", {"findings": ""}),
        ("violation_kinds", {"violation_kinds": ["x"]}), ("kind", {"kind": "x"}),
        ("items", {"items": [{"item": "reports", "result": "unsound", "note": ""}]}),
        ("items", {"items": [{"item": "x", "result": "sound", "note": ""}]}),
    ],
)
def test_a_visit_that_says_too_little_is_refused(world, field, changes):
    with pytest.raises(BadInput) as refused:
        recorded(world, **changes)
    assert refused.value.field == field
    assert all_of(Visit).count() == 0


def test_visits_are_recorded_by_officers_of_the_area(world):
    with pytest.raises(NotAllowed):
        recorded(world, actor=world.clerk(world.institutions[0]))
    with pytest.raises(OutOfScope):
        recorded(world, actor=world.officer(world.counties[2]))


def test_violations_enter_the_register_each_under_its_item(world):
    visit = recorded(world, violation_kinds=["false_result", "not_per_rules"])
    found = rectification.problems_from(county(world).scope, "supervision.visit", visit.pk)

    assert sorted((p.kind, p.clause, p.first_finder) for p in found) == [
        ("record", "《特种设备安全法》第九十三条第一款第（二）项", "inspection"),
        ("report", "《特种设备安全法》第九十三条第一款第（三）项", "inspection"),
    ]


def test_a_second_visit_joins_the_open_problem(world):
    one = recorded(world, violation_kinds=["false_result"])
    two = recorded(world, violation_kinds=["false_result"])

    def of(visit):
        return [p.pk for p in rectification.problems_from(county(world).scope, "supervision.visit", visit.pk)]

    assert of(one) == of(two)


def test_where_the_institution_only_works_both_areas_see_the_visit(world):
    institution, officer = world.institutions[0], world.officer(world.counties[2])
    factories.keep(InstitutionWorkArea(institution=institution, org_id=institution.org_id, area=world.counties[2].path,
                                       org_area=institution.org_area))
    visit = recorded(world, actor=officer, violation_kinds=["obstruction"])

    assert visit.area == world.counties[2].path
    for viewer in (officer, county(world)):
        assert queries.visit_of(viewer.scope, visit.pk) is not None
        assert rectification.problems_from(viewer.scope, "supervision.visit", visit.pk).count() == 1


def test_a_record_is_signed_once_or_the_refusal_is_noted(world):
    visit = recorded(world)
    with pytest.raises(BadInput):
        services.sign_record(visit, actor=county(world), signing="refused")
    services.amend_visit(visit, actor=county(world), findings="抽查报告12份。", handling="责令改正", reason="漏记2份")
    services.sign_record(visit, actor=county(world), signing="signed", signed_by="许若谷")
    with pytest.raises(NotAllowed):
        services.sign_record(visit, actor=county(world), signing="signed", signed_by="许若谷")
    with pytest.raises(NotAllowed):
        services.amend_visit(visit, actor=county(world), findings="改", handling="", reason="改动")


def test_coverage_names_who_is_missing(world):
    scope, campaign = world.officer(world.province).scope, world.province.id
    recorded(world, campaign_id=campaign)
    found = {one.speciality: one for one in queries.coverage(scope, campaign)}

    assert (found["cylinder"].due, found["cylinder"].done) == (1, 1)
    assert [row.institution.name for row in found["lift"].missing] == ["澜川高新电梯检测有限公司"]
    assert found["gas_pipeline"].due == 0
    assert queries.coverage(world.officer(world.counties[2]).scope, campaign)[0].due == 0


def test_institutions_are_counted_once_with_the_visit_behind_them(world):
    scope, campaign = world.officer(world.province).scope, world.province.id
    exam = factories.institution("澜川作业人员考试中心", world.counties[1], kind="examination")
    recorded(world, campaign_id=campaign)
    recorded(world, campaign_id=campaign, on_site=False, violation_kinds=["trade"])
    recorded(world, world.institutions[1], actor=world.officer(world.counties[2]), campaign_id=campaign, on_site=False)
    recorded(world, exam, actor=world.officer(world.counties[1]), campaign_id=campaign)
    recorded(world, world.institutions[2], actor=world.officer(world.zone))  # outside the campaign

    def count(indicator, of=scope, **more):
        return indicator(of, **{"campaign_id": campaign, **more}).value

    assert count(indicators.institutions_inspected) == 2
    assert count(indicators.institutions_inspected_on_site) == 1
    assert count(indicators.institutions_with_violations) == 1
    assert count(indicators.examination_institutions_inspected) == 1
    assert count(indicators.institutions_inspected, world.officer(world.cities[1]).scope) == 1
    assert count(indicators.institutions_inspected, campaign_id=None, period=Period(date(2024, 7, 1), date(2024, 7, 31))) == 3
    assert [row.note for row in indicators.institutions_inspected(county(world).scope, campaign_id=campaign).rows] == ["J-2024-0001 2024-07-02"]


def test_an_ended_visit_is_no_inspection(world):
    visit = recorded(world)
    services.sign_record(visit, actor=county(world), signing="ended", note="单位已停业，大门封闭")
    assert indicators.institutions_inspected(county(world).scope).value == 0


def test_the_record_on_paper(world):
    from hengjian.dossier.services import document_file
    from tests.enforcement.test_orders_and_cases import words_of

    visit = recorded(world, violation_kinds=["false_result"])
    made = documents.issue_record(visit, actor=county(world))
    text = words_of(document_file(county(world).scope, made, "docx")[1])

    for words in ("特种设备安全监督检查记录", "J-2024-0001", "2份无原始记录", "韩知行（99010001）", "第（三）项", "现场抽查", "有关负责人签字"):
        assert words in text, words


def test_an_order_after_a_visit_is_about_the_problem_that_the_visit_found(world):
    from hengjian.enforcement import services as enforcement

    visit = recorded(world, violation_kinds=["false_result"])
    order = enforcement.draft_order(
        actor=county(world), owner_row=visit, facts="2份无原始记录。", provisions="第九十三条", measure="作废重检。",
        due_on=date(2024, 7, 20), officers=OFFICERS, visit_id=visit.pk,
    )
    order = enforcement.serve_order(order, actor=county(world), receipt_kind="signed", received_by="许若谷")

    assert [p.pk for p in rectification.problems_from(county(world).scope, "supervision.visit", visit.pk)] == [order.problem_id]
    assert rectification.problems(county(world).scope).count() == 1
