"""Filing: complete or refused by name, frozen, printed, its problems opened; returned, changed, filed again, accepted."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from hengjian.base.actions import audited_action
from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.states import WrongState
from hengjian.campaigns.models import Contradiction
from hengjian.campaigns.queries.selfcheck_page import sheet_page
from hengjian.campaigns.services import filing, selfcheck, selfcheck_checks, selfcheck_filing
from hengjian.dossier.models import Document
from hengjian.forms import queries as forms
from hengjian.forms import services as form_services
from hengjian.forms.models import CellRemark, SheetEdition
from hengjian.parties.models import Message
from hengjian.rectification.models import Problem, ProblemSource
from hengjian.registry.models import StaffingRule
from tests import factories
from tests.campaigns import selfchecks
from tests.campaigns.selfchecks import ALL_YES, SHANGHAI, fill, line, lines
from tests.factories import all_of

pytestmark = pytest.mark.django_db

NOT_GENUINE = {"education_genuine": "否", "remarks": "学信网未查到，毕业院校函复无此学籍"}


def scan() -> bytes:
    """A small picture, as a scanner would make it."""
    held = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(held, "PNG")
    return held.getvalue()


@pytest.fixture
def scene(clock):
    return selfchecks.scene(clock)


def test_what_is_not_answered_is_named_and_filing_refused(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {"沈砚秋": ALL_YES})
    with pytest.raises(BadInput) as refused:
        scene.file()
    assert str(refused.value) == "还有2行没有填完：陆青禾、周以宁。"
    assert scene.submission().state == "draft"


def test_filing_freezes_the_edition_and_makes_the_official_form(scene):
    submission = scene.filed()

    edition = all_of(SheetEdition).get(sheet=submission.sheet)
    document = all_of(Document).get(pk=submission.document_id)
    assert (submission.state, submission.is_zero_report, edition.number) == ("filed", True, 1)
    assert edition.payload["summary"]["people_checked"] == 3
    assert edition.payload["filler_phone"] == "138****5678"
    assert (document.title, document.definition_code) == ("特种设备检验检测机构自查情况统计表", "cn-43.2024-standardisation.annex1")
    assert [row["name"] for row in document.payload["rows"]["people"]] == ["陆青禾", "沈砚秋", "周以宁"]
    assert forms.sheet(scene.clerk.scope, submission.sheet_id).locked
    with pytest.raises(WrongState):
        scene.file()


def test_a_contradiction_does_not_hinder_and_is_found_again_at_filing(scene, clock):
    submission = scene.filed({"周以宁": {"title_genuine": "是"}})
    assert [one.rule for one in all_of(Contradiction).filter(submission=submission)] == ["title.absent"]
    assert submission.is_zero_report


def test_each_no_becomes_a_problem_sealed_as_told_by_the_institution(scene, clock):
    submission = scene.filed({
        "沈砚秋": {"real_practice": "否", "education_genuine": "否", "remarks": "四月离职；学历未查到"}, "陆青禾": NOT_GENUINE})

    held = {(p.subject_label, p.kind): p for p in all_of(Problem)}
    assert set(held) == {("沈砚秋", "practice"), ("沈砚秋", "education"), ("陆青禾", "education")}
    problem = held["沈砚秋", "practice"]
    assert (problem.title, problem.facts, problem.clause) == ("沈砚秋未在本单位真实执业", "四月离职；学历未查到", "年行动 二（一）")
    assert (problem.disclosed_at, problem.campaign_id, problem.org_id) == (clock.now(), scene.campaign.id, scene.institution.org_id)
    assert problem.subject_id == line(submission, "沈砚秋").subject_id
    assert not submission.is_zero_report
    assert {s.disclosed for s in all_of(ProblemSource)} == {True}


def test_filed_twice_a_no_is_one_problem(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    filing.withdraw_submission(scene.submission(), actor=scene.clerk, reason="需要补充说明")
    assert scene.submission().first_filed_at is None, "withdrawn before anybody looked at it, it has not come in yet"
    scene.filed({"陆青禾": NOT_GENUINE})
    assert all_of(Problem).count() == 1
    assert all_of(ProblemSource).count() == 1


def test_items_of_a_checklist_become_problems_as_the_item_says(clock):
    scene = selfchecks.scene(clock, SHANGHAI)
    submission = scene.begun()
    keys = {one.key: one.label for one in lines(submission)}
    fill(submission, scene.clerk, {label: {"answer": "否" if key in ("4.2.5", "4.3.1") else "是"} for key, label in keys.items()})
    fill(submission, scene.clerk, {keys["2.2.1"]: {"answer": "否", "problem": "2台测厚仪超期未校准", "correction": "已送检"}})
    fill(submission, scene.clerk, {keys["3.2.3"]: {"answer": "不适用"}})

    submission = scene.file()

    problem = all_of(Problem).get()
    assert (problem.kind, problem.title, problem.clause) == ("system", "是否定期对设备进行量值溯源", "沪市监特种〔2024〕317号 一（一） 第2.2.1项")
    assert problem.facts == "2台测厚仪超期未校准　自纠情况：已送检"
    printed = all_of(Document).get(pk=submission.document_id).payload["rows"]["items"]
    assert next(row for row in printed if "2.2.1" in row["keys"])["problem"] == "(1)2台测厚仪超期未校准"
    assert next(row for row in printed if "3.2.3" in row["keys"])["problem"] == "(3)不适用"


def test_staffing_unmet_by_the_register_contradicts_a_claim_and_is_a_problem_when_told(scene, clock):
    rule = {"rule_code": "x", "approval_class": "", "metric": "certified_full_time", "unit": "人", "title": "全职持证人员", "source": "试验",
            "valid_from": factories.START}
    factories.keep(StaffingRule(minimum=5, **rule))
    submission = scene.begun()
    selfcheck.claim_staffing(submission, actor=scene.clerk, value="是")
    held = all_of(Contradiction).get(submission=submission)
    assert held.sentence == "填报“是”，但按名录核对，人员条件不满足：全职持证人员现有3人，规定5人。"

    selfcheck_checks.concede_contradiction(held, actor=scene.clerk)
    submission = scene.filed()
    assert [(p.kind, p.title) for p in all_of(Problem)] == [("staffing", "青麓恒固气瓶检验有限公司不持续满足《核准规则》规定的人员资源条件")]
    assert all_of(SheetEdition).get().payload["summary"]["staffing_met"] == "否"


def test_a_return_names_cells_and_the_next_edition_shows_what_changed(scene):
    submission = scene.filed({"陆青禾": NOT_GENUINE})
    key = line(submission, "陆青禾").key
    form_services.remark_cell(submission.sheet, actor=scene.county, line_key=key, column="remarks", text="请补毕业院校函件，并写明完成日期。")
    filing.return_submission(submission, actor=scene.county, reason="请按意见补充后重新报送")

    submission = scene.submission()
    assert (submission.state, submission.return_count) == ("returned", 1)
    with pytest.raises(BadInput) as refused:
        scene.file()
    assert str(refused.value) == "还有1处退回意见没有答复：陆青禾。"

    form_services.answer_remark(all_of(CellRemark).get(), actor=scene.clerk, answer="已补函件，7月20日完成")
    fill(submission, scene.clerk, {"陆青禾": {"remarks": "院校函复无此学籍，7月20日已取消公示"}})
    submission = scene.file()

    first, second = all_of(SheetEdition).order_by("number")
    assert [(d.label, d.column, d.after) for d in forms.difference(first.payload, second.payload)] == [
        ("陆青禾", "remarks", "院校函复无此学籍，7月20日已取消公示")]
    shown = sheet_page(scene.county.scope, submission, scene.county)
    assert [(v.line.label, c.key, c.was) for v in shown.lines for c in v.cells if c.was is not None] == [
        ("陆青禾", "remarks", "学信网未查到，毕业院校函复无此学籍")]

    filing.accept_submission(submission, actor=scene.county)
    assert scene.submission().state == "accepted"
    assert all_of(CellRemark).get().settled


def test_only_the_checker_returns_accepts_and_judges(scene):
    submission = scene.filed({"周以宁": {"title_genuine": "是"}})
    clash = all_of(Contradiction).get()
    other = scene.world.officer(scene.world.counties[2])
    for act in (
        lambda who: filing.return_submission(submission, actor=who, reason="请按意见补充后重新报送"),
        lambda who: filing.accept_submission(submission, actor=who),
        lambda who: selfcheck_checks.judge_contradiction(clash, actor=who, confirm=True),
    ):
        with pytest.raises(NotAllowed):
            act(scene.clerk)
        with pytest.raises(PermissionError):
            act(other)


def test_a_confirmed_contradiction_becomes_a_problem_that_was_found_not_told(scene):
    scene.filed({"周以宁": {"title_genuine": "是"}, "陆青禾": {"title_genuine": "是"}})
    first, second = all_of(Contradiction).order_by("line_key")
    selfcheck_checks.explain_contradiction(second, actor=scene.clerk, text="职称证书原件已带到县局")

    confirmed = selfcheck_checks.judge_contradiction(first, actor=scene.county, confirm=True, note="无职称而填是")
    taken = selfcheck_checks.judge_contradiction(second, actor=scene.county, confirm=False)

    problem = all_of(Problem).get()
    assert (confirmed.state, taken.state) == ("confirmed", "accepted")
    assert (problem.kind, problem.first_finder, problem.disclosed_at) == ("title", "contradiction", None)
    assert "无职称而填是" in problem.facts


def test_a_contradiction_is_judged_after_filing_only(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {"周以宁": {"title_genuine": "是"}})
    with pytest.raises(NotAllowed):
        selfcheck_checks.judge_contradiction(all_of(Contradiction).get(), actor=scene.county, confirm=True)


def test_the_scan_of_the_sealed_page_is_bound_to_the_edition(scene):
    submission = scene.filed()
    document = selfcheck_filing.seal_filing(submission, actor=scene.clerk, file_name="盖章页.png", data=scan())
    assert (document.seal_kind, document.pk) == ("scan", submission.document_id)

    filing.withdraw_submission(scene.submission(), actor=scene.clerk, reason="需要补充说明")
    with pytest.raises(BadInput):
        selfcheck_filing.seal_filing(scene.submission(), actor=scene.clerk, file_name="盖章页.png", data=scan())
    assert all_of(Document).get(pk=scene.filed().document_id).seal_kind == "none"


def test_the_foot_of_the_form_is_asked_for(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {one.label: ALL_YES for one in lines(submission)})
    with pytest.raises(BadInput) as refused:
        selfcheck_filing.file_selfcheck(submission, actor=scene.clerk, filler_name=" ", filler_phone="", filled_on=factories.clock.today())
    assert [fault.field for fault in refused.value.faults] == ["filler_name", "filler_phone"]


def test_the_chain_tells_those_whom_it_concerns(scene):
    submission = scene.filed()
    filing.return_submission(submission, actor=scene.county, reason="请按意见补充后重新报送")
    scene.file()
    filing.accept_submission(scene.submission(), actor=scene.county)
    said = {(m.account.name, m.kind, m.title) for m in Message.objects.filter(kind__in=["filed", "returned", "accepted"]).select_related("account")}
    name, office = scene.institution.name, scene.county.org_name
    assert said == {
        (scene.county.name, "filed", f"{name}报送自查"), (scene.county.name, "filed", f"{name}重新报送自查"),
        (scene.clerk.name, "returned", f"{office}退回自查表"), (scene.clerk.name, "accepted", f"{office}已接收自查表"),
    }


def test_a_written_report_is_filed_as_a_file(scene):
    submission = scene.submission()
    with audited_action("test.report", actor=factories.SYSTEM) as act:
        act.take(submission).form_code = "self_check_report"
    held = selfcheck_filing.file_written_report(scene.submission(), actor=scene.clerk, file_name="自查报告.png", data=scan(), filler_name="许若谷")
    assert (held.state, held.filler_name) == ("filed", "许若谷")
    filing.accept_submission(scene.submission(), actor=scene.county)
    assert scene.submission().state == "accepted"
