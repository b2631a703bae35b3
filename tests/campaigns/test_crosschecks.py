"""Cross-checks: each rule has a hit, a near miss, and is silent where nothing is known."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.utils import translation

from hengjian.campaigns.models import Contradiction
from hengjian.campaigns.models.clash_words import SENTENCES, spans
from hengjian.campaigns.queries import crosschecks
from hengjian.campaigns.queries.crosschecks import check_person, check_remarks, check_staffing, proposals
from hengjian.campaigns.queries.practice_facts import Grounds, Job, Paper, PersonFacts, grounds_of
from hengjian.registry.models import Person
from hengjian.registry.queries import InsuranceCell
from tests import factories
from tests.campaigns import selfchecks
from tests.factories import EVERYTHING, all_of

DAY = date(2024, 7, 10)
WINDOW = (*[date(2023, month, 1) for month in range(6, 13)], *[date(2024, month, 1) for month in range(1, 6)])
OTHER = (("91990000MA00000019", "云汀承压设备检验站"),)
CLAIMS = {"real_practice": "是", "education_genuine": "是", "title_genuine": "-"}
GENUINE = {"result": "genuine", "result_label": "属实", "method_label": "学信网查询", "method": "chsi", "verified_on": date(2024, 6, 20)}


def job(here=True, name="青麓恒固气瓶检验有限公司", started=date(2020, 1, 1), ended=None, registered=date(2020, 1, 1), cancelled=None):
    return Job(uuid4(), name, here, "inspector", started, ended, registered, cancelled)


def paper(label="澜川工学院 本科", **more):
    return Paper(uuid4(), label, **{**GENUINE, **more})


def person(states="o" * 12, **more):
    kinds = {"o": ("own", (("91", "本单位"),)), "x": ("other", OTHER), "-": ("none", ()), "2": ("own", (("91", "本单位"), *OTHER))}
    months = tuple(InsuranceCell(month, *kinds[sign]) for month, sign in zip(WINDOW, states, strict=True))
    held = {"months": months, "jobs": (job(),), "educations": (paper(),), **more}
    return PersonFacts(uuid4(), "陆青禾", **held)


def grounds(**more):
    return Grounds(**{"day": DAY, "months": WINDOW, "people": {}, "has_insurance_data": True, **more})


def found(facts, claims=None, **more):
    return {one.rule: one.sentence for one in check_person({**CLAIMS, **(claims or {})}, facts, grounds(**more))}


def test_nothing_is_said_of_a_person_with_nothing_against_them():
    assert found(person()) == {}


def test_months_in_words():
    assert spans([date(2024, 1, 1), date(2023, 12, 1), date(2024, 3, 1)]) == "2023年12月至2024年1月、2024年3月"


def test_months_that_another_paid_are_named_with_the_payer():
    assert found(person("oooooooxxxoo")) == {
        "practice.insured_elsewhere": "填报“是”，但近12个月中2024年1月至2024年3月由云汀承压设备检验站缴纳社保，本单位未缴纳。"}


@pytest.mark.parametrize("facts", [
    person("ooooooo222oo"),  # paid by both: this unit did pay
    person("xxxxxxoooooo", jobs=(job(started=date(2023, 11, 20)),)),  # by the former employer, before the person came
], ids=["double", "before"])
def test_months_that_are_no_contradiction(facts):
    assert found(facts) == {}


def test_three_months_without_payment_are_told_and_two_are_not():
    assert found(person("ooooooooo---")) == {"practice.insurance_gap": "填报“是”，但2024年3月至2024年5月（共3个月）没有社保缴纳记录。"}
    assert found(person("oooooooooo--")) == {}


def test_a_gap_means_nothing_where_no_insurance_data_were_imported():
    assert found(person("------------"), has_insurance_data=False) == {}


def test_the_month_of_joining_is_not_asked_for():
    assert found(person("----------oo", jobs=(job(started=date(2024, 3, 15)),))) == {}


def test_practice_registered_elsewhere():
    elsewhere = job(here=False, name="砺石正衡无损检测有限公司", registered=date(2023, 5, 2))
    assert found(person(jobs=(job(), elsewhere))) == {
        "practice.registered_elsewhere": "填报“是”，但在其他机构仍有执业公示：砺石正衡无损检测有限公司（2023年5月2日公示）。"}
    gone = job(here=False, ended=date(2023, 12, 31), cancelled=date(2024, 1, 5))
    assert found(person(jobs=(job(), gone))) == {}


def test_employed_elsewhere_at_the_same_time():
    elsewhere = job(here=False, name="砺石正衡无损检测有限公司", started=date(2023, 5, 1), registered=None)
    assert found(person(jobs=(job(), elsewhere))) == {
        "practice.employed_elsewhere": "填报“是”，但同时在其他机构登记有聘用关系：砺石正衡无损检测有限公司（2023年5月1日起）。"}
    assert found(person(jobs=(job(), job(here=False, registered=None, ended=date(2024, 7, 9))))) == {}


def test_employment_ended():
    assert found(person(jobs=(job(ended=date(2024, 4, 30)),)))["practice.employment_ended"] == "填报“是”，但名录记载已于2024年4月30日离职。"
    assert found(person(jobs=(job(ended=DAY),))) == {}
    assert "practice.employment_ended" in found(person(jobs=()))


def test_no_valid_certificate():
    facts = person(is_certified=False, certificate_no="T00000001", certificate_until=date(2024, 6, 30))
    assert found(facts) == {"practice.no_certificate": "填报“是”，但没有现行有效的检验检测人员证（证书T00000001有效期至2024年6月30日）。"}


def test_a_diploma_is_verified_refuted_expired_or_absent():
    assert found(person(educations=(paper(result="", verified_on=None),))) == {
        "education.unverified": "填报“是”，但学历“澜川工学院 本科”没有核验记录，无从证明属实。"}
    assert found(person(educations=(paper(result="not_found", method="chsi"),))) == {
        "education.refuted": "填报“是”，但学历“澜川工学院 本科”2024年6月20日经学信网查询，结果为“查无记录”。"}
    assert list(found(person(educations=(paper(valid_until=date(2024, 7, 9)),)))) == ["education.expired"]
    assert found(person(educations=(paper(valid_until=DAY),))) == {}
    assert found(person(educations=())) == {"education.unverified": "填报“是”，但档案中没有学历记录，也没有核验记录。"}
    assert found(person(educations=()), {"education_genuine": "否", "remarks": "查无"}) == {}


def test_a_title_is_absent_present_verified_or_refuted():
    assert list(found(person(), {"title_genuine": "是"})) == ["title.absent"]
    assert found(person(titles=(paper("高级工程师"),))) == {"title.present": "填报“-”（不涉及），但档案中有职称：高级工程师。"}
    assert found(person(titles=(paper("高级工程师"),)), {"title_genuine": "是"}) == {}
    assert list(found(person(titles=(paper("高级工程师", result="mismatch"),)), {"title_genuine": "是"})) == ["title.refuted"]
    assert list(found(person(titles=(paper("高级工程师", result=""),)), {"title_genuine": "是"})) == ["title.unverified"]
    assert list(found(person(titles=(paper("高级工程师", valid_until=date(2024, 1, 1)),)), {"title_genuine": "是"})) == ["title.expired"]


def test_an_honest_no_is_not_contradicted():
    facts = person("xxxxxxxxxxxx", jobs=(), educations=(), is_certified=False)
    assert check_person({"real_practice": "否", "education_genuine": "否", "title_genuine": "否"}, facts, grounds()) == []


def test_a_problem_without_words_is_told():
    assert [one.rule for one in check_remarks(["real_practice"], {}, "remarks")] == ["remarks.missing"]
    assert check_remarks(["real_practice"], {"remarks": "离职"}, "remarks") == []
    assert check_remarks([], {}, "remarks") == []


def test_a_claim_about_staffing_is_held_against_the_register():
    short = grounds(staffing="unmet", short=({"title": "RTⅡ级", "counted": 2, "minimum": 3, "unit": "人"},))
    assert [one.sentence for one in check_staffing("是", short)] == ["填报“是”，但按名录核对，人员条件不满足：RTⅡ级现有2人，规定3人。"]
    assert check_staffing("否", short) == []
    assert check_staffing("是", grounds(staffing="unknown")) == []


def test_only_what_is_borne_out_is_proposed():
    def values(facts):
        return {one.column: one.value for one in proposals(facts, grounds())}

    assert values(person()) == {"real_practice": "是", "education_genuine": "是", "title_genuine": "-"}
    assert values(person("ooooooooooox", educations=(), titles=(paper("工程师", result=""),))) == {}
    assert values(person("------------")) == {"education_genuine": "是", "title_genuine": "-"}


def test_every_rule_has_a_heading_and_a_sentence():
    assert {rule.code for rule in crosschecks.RULES} <= set(crosschecks.TITLES)
    assert set(crosschecks.TITLES) == set(SENTENCES)


@pytest.mark.django_db
def test_a_contradiction_is_said_in_the_language_of_the_page_and_kept_in_chinese(clock):
    scene = selfchecks.scene(clock)
    submission = scene.begun()
    with translation.override("en"):
        selfchecks.fill(submission, scene.clerk, {"周以宁": {"title_genuine": "是"}})
        held = all_of(Contradiction).get()
        assert "no title" in held.said
    assert held.said == held.sentence == "填报“是”，但档案中没有职称记录；不涉及职称的应填“-”。"


@pytest.mark.django_db
def test_facts_of_other_institutions_are_read_by_the_system(clock):
    scene = selfchecks.scene(clock)
    target = all_of(Person).get(name="陆青禾")
    selfchecks.also_at(target, scene.world.institutions[1], practice_registered_on=date(2023, 5, 2))
    selfchecks.unpaid(target, factories.months_back(5))

    held = grounds_of(scene.clerk.scope, scene.submission(), [target.pk]).people[target.pk]

    assert [one.institution_name for one in held.elsewhere] == ["砺石正衡无损检测有限公司"]
    assert [cell.state for cell in held.months] == ["own"] * 8 + ["none"] * 4
    assert held.educations[0].result == "genuine"
    assert grounds_of(EVERYTHING, scene.submission(), []).people == {}
