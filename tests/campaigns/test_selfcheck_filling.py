"""A self-check is begun from the register and filled in; two editors lose nothing; what contradicts is shown."""

from __future__ import annotations

import pytest

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.states import WrongState
from hengjian.campaigns.models import Contradiction
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.queries.selfcheck_page import sheet_page
from hengjian.campaigns.services import selfcheck, selfcheck_checks
from hengjian.forms.services import CellWrite
from hengjian.registry.models import Person
from tests import factories
from tests.campaigns import selfchecks
from tests.campaigns.selfchecks import SHANGHAI, fill, line, lines, names
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(clock):
    return selfchecks.scene(clock)


def test_it_begins_with_a_line_for_each_certified_person_and_no_answer(scene):
    factories.person("未取证", scene.institution, certified=False)
    factories.person("许若谷", scene.institution, post="technical_manager")

    submission = scene.begun()

    assert submission.state == "draft"
    assert names(submission) == ["许若谷", "陆青禾", "沈砚秋", "周以宁"]
    assert [one.values for one in lines(submission)] == [{}, {}, {}, {}]
    assert submission.sheet.head == {"unit_name": "青麓恒固气瓶检验有限公司"}


def test_it_begins_once_and_only_by_the_institution_itself(scene):
    with pytest.raises(NotAllowed):
        selfcheck.begin_selfcheck(scene.submission(), actor=scene.county)
    scene.begun()
    with pytest.raises(WrongState):
        selfcheck.begin_selfcheck(scene.submission(), actor=scene.clerk)


def test_another_institution_does_not_know_of_it(scene):
    with pytest.raises(OutOfScope):
        queries.submission_by_id(scene.world.clerk(scene.world.institutions[1]).scope, scene.submission().pk)


def test_a_checklist_has_a_line_for_each_item_and_its_head_from_the_register(clock):
    scene = selfchecks.scene(clock, SHANGHAI)
    submission = scene.begun()

    held = lines(submission)
    assert (len(held), held[0].key, held[-1].key) == (38, "1.1.1", "5.1.2")
    assert submission.sheet.head["unit_name"] == "青麓恒固气瓶检验有限公司"
    assert submission.sheet.head["unified_code"] == scene.institution.organisation.uscc
    assert submission.sheet.head["approvals"] == []


def test_typed_not_applicable_is_an_answer_of_the_checklist(clock):
    scene = selfchecks.scene(clock, SHANGHAI)
    submission = scene.begun()
    key = lines(submission)[0].key

    good, bad = selfcheck.fill_selfcheck(submission, actor=scene.clerk, writes=[CellWrite(key, "answer", "不适用"), CellWrite(key, "answer", "-")])

    assert good.status == "saved"
    assert (bad.status, bad.message) == ("wrong", "只能填“是”、“否”、“不适用”，您填的是“-”。")


def test_what_the_form_gives_cannot_be_typed(scene):
    submission = scene.begun()
    key = lines(submission)[0].key
    done = selfcheck.fill_selfcheck(submission, actor=scene.clerk, writes=[
        CellWrite(key, "name", "别人"), CellWrite(key, "seq", "9"), CellWrite(key, "secret", "x"), CellWrite("nobody", "remarks", "x")])
    assert [one.status for one in done] == ["wrong"] * 4


def test_two_editors_clash_over_one_cell_only(scene):
    submission = scene.begun()
    seen = line(submission, "沈砚秋")
    other = factories.actor(factories.account("clerk9", "顾承平", "unit_head", scene.institution))

    first = selfcheck.fill_selfcheck(submission, actor=other, writes=[CellWrite(seen.key, "real_practice", "否", seen.version)])
    beside = selfcheck.fill_selfcheck(submission, actor=scene.clerk, writes=[CellWrite(seen.key, "title_genuine", "-", seen.version)])
    same = selfcheck.fill_selfcheck(submission, actor=scene.clerk, writes=[CellWrite(seen.key, "real_practice", "是", seen.version)])

    assert [first[0].status, beside[0].status, same[0].status] == ["saved", "saved", "stale"]
    assert line(submission, "沈砚秋").values == {"real_practice": "否", "title_genuine": "-"}
    assert same[0].line.marks["real_practice"]["by"] == "顾承平"


def test_the_same_word_of_two_editors_is_no_clash(scene):
    submission = scene.begun()
    seen = line(submission, "沈砚秋")
    fill(submission, scene.clerk, {"沈砚秋": {"real_practice": "是"}})
    done = selfcheck.fill_selfcheck(submission, actor=scene.clerk, writes=[CellWrite(seen.key, "real_practice", "是", seen.version)])
    assert done[0].status == "saved"


def test_a_contradiction_is_kept_when_a_cell_is_saved_and_settled_when_it_falls_away(scene):
    submission = scene.begun()
    target = next(one for one in lines(submission) if one.label == "陆青禾")
    selfchecks.paid_by(all_of(Person).get(pk=target.subject_id), scene.institution, factories.months_back(4))

    fill(submission, scene.clerk, {"陆青禾": {"real_practice": "是"}, "沈砚秋": {"real_practice": "是"}})
    held = all_of(Contradiction).get(submission=submission)
    assert (held.line_key, held.rule, held.state) == (target.key, "practice.insured_elsewhere", "open")
    assert held.sentence == "填报“是”，但近12个月中2024年3月至2024年5月由云汀承压设备检验站缴纳社保，本单位未缴纳。"

    fill(submission, scene.clerk, {"陆青禾": {"real_practice": "否", "remarks": "劳动关系在他单位，已取消公示"}})
    held.refresh_from_db(from_queryset=all_of(Contradiction))
    assert held.state == "settled"

    fill(submission, scene.clerk, {"陆青禾": {"real_practice": "是"}})
    held.refresh_from_db(from_queryset=all_of(Contradiction))
    assert held.state == "open"


def test_a_filler_gives_way_or_explains(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {"陆青禾": {"title_genuine": "是"}, "沈砚秋": {"title_genuine": "是"}})
    first, second = all_of(Contradiction).filter(submission=submission).order_by("id")

    selfcheck_checks.concede_contradiction(first, actor=scene.clerk)
    explained = selfcheck_checks.explain_contradiction(second, actor=scene.clerk, text="职称证书已补交，待名录更新。")

    first.refresh_from_db(from_queryset=all_of(Contradiction))
    assert (first.state, explained.state, explained.explained_by_name) == ("settled", "explained", scene.clerk.name)
    assert [one.values["title_genuine"] for one in lines(submission) if one.key == first.line_key] == ["-"]
    with pytest.raises(BadInput):
        selfcheck_checks.explain_contradiction(second, actor=scene.clerk, text="无")
    with pytest.raises(NotAllowed):
        selfcheck_checks.explain_contradiction(second, actor=scene.county, text="县局不能替机构说明")


def test_proposals_fill_the_empty_answers_that_the_register_bears_out(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {"沈砚秋": {"real_practice": "否", "remarks": "四月离职"}})
    selfchecks.titled(all_of(Person).get(name="周以宁"))

    assert sheet_page(scene.clerk.scope, submission, scene.clerk).proposals == 7
    assert selfcheck.apply_proposals(submission, actor=scene.clerk) == 7
    assert {one.label: one.values for one in lines(submission)} == {
        "沈砚秋": {"real_practice": "否", "remarks": "四月离职", "education_genuine": "是", "title_genuine": "-"},
        "周以宁": {"real_practice": "是", "education_genuine": "是"},
        "陆青禾": {"real_practice": "是", "education_genuine": "是", "title_genuine": "-"},
    }


def test_the_summary_is_computed_from_the_lines_and_the_register(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {"沈砚秋": selfchecks.ALL_YES, "陆青禾": {**selfchecks.ALL_YES, "education_genuine": "否", "remarks": "查无学籍"}})

    page = sheet_page(scene.clerk.scope, submission, scene.clerk)

    assert {one.key: one.value for one in page.summary} == {
        "people_total": 3, "practice_registered": 3, "insured_continuously": 3, "staffing_met": None, "people_checked": 2,
        "practice_problems": 0, "education_problems": 1, "title_problems": 0,
    }
    assert [(gap.code, gap.names) for gap in page.gaps] == [("blank", ("周以宁",))]


def test_people_certified_later_are_added_and_one_is_taken_off_with_a_reason(scene):
    submission = scene.begun()
    selfchecks.verified_person("江照野", scene.institution)
    assert selfcheck.refresh_roster(submission, actor=scene.clerk) == 1
    assert selfcheck.refresh_roster(submission, actor=scene.clerk) == 0
    assert selfcheck.add_person(submission, actor=scene.clerk, name="新来者").subject_id is None
    with pytest.raises(BadInput):
        selfcheck.add_person(submission, actor=scene.clerk, name="江照野")

    selfcheck.remove_person(submission, actor=scene.clerk, line_key=line(submission, "新来者").key, reason="尚未取得证书")
    assert names(submission) == ["陆青禾", "沈砚秋", "周以宁", "江照野"]


@pytest.mark.parametrize("people", [3, 40])
def test_the_page_reads_the_same_number_of_queries_for_any_number_of_people(clock, people, django_assert_max_num_queries):
    scene = selfchecks.scene(clock, people=tuple(f"人员{n:03d}" for n in range(people)))
    submission = scene.begun()
    with django_assert_max_num_queries(29):
        assert len(sheet_page(scene.clerk.scope, submission, scene.clerk).lines) == people
