"""A “否” corrected on refiling: noted on its problem, proposed when accepted, decided by the checker; never closed by itself."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.states import WrongState
from hengjian.campaigns.models import AnswerCorrection, Contradiction
from hengjian.campaigns.services import filing, selfcheck, selfcheck_checks, selfcheck_filing
from hengjian.campaigns.services.selfcheck_corrections import judge_correction
from hengjian.dossier import services as dossier
from hengjian.dossier.models import EvidenceUse
from hengjian.parties.models import Account, Message
from hengjian.rectification import services as rectification
from hengjian.rectification.models import Problem, ProblemSource
from tests.campaigns import selfchecks
from tests.campaigns.selfchecks import ALL_YES, SHANGHAI, fill, line, lines
from tests.campaigns.test_filing import NOT_GENUINE, scan
from tests.factories import all_of

pytestmark = pytest.mark.django_db

PUT_RIGHT = {"education_genuine": "是", "remarks": "7月9日院校补发学籍证明，已核验"}


@pytest.fixture
def scene(clock):
    return selfchecks.scene(clock)


def returned(scene):
    filing.return_submission(scene.submission(), actor=scene.county, reason="请按意见补充后重新报送")


def refiled(scene, answers=None):
    """Returned, changed, filed again."""
    returned(scene)
    submission = scene.submission()
    fill(submission, scene.clerk, answers or {"陆青禾": PUT_RIGHT})
    return scene.file()


def accepted(scene):
    filing.accept_submission(scene.submission(), actor=scene.county)
    return all_of(AnswerCorrection).get(state="proposed")


def evidence(scene, label="陆青禾"):
    """A file put to a line."""
    submission = scene.submission()
    dossier.keep_evidence("学籍证明.png", scan(), actor=scene.clerk, owner_row=submission, object_type="forms.sheetline",
                          object_id=line(submission, label).pk, item="education_genuine")


def test_a_correction_is_noted_on_the_problem_which_stays_open(scene, clock):
    scene.filed({"陆青禾": NOT_GENUINE})
    evidence(scene)
    clock.set(2024, 7, 12, 9)

    refiled(scene)

    problem, row = all_of(Problem).get(), all_of(AnswerCorrection).get()
    note = all_of(ProblemSource).get(ref_type="forms.sheetedition")
    assert (problem.state, row.state, row.before, row.after, row.evidence_count) == ("proposed", "told", "否", "是", 1)
    assert note.label == "《年行动》自查表第2版第1行改填“是”"
    assert note.facts == "第1版填报“否”，第2版改填“是”。更正说明：7月9日院校补发学籍证明，已核验。附证据1份。"
    assert problem.facts == NOT_GENUINE["remarks"]
    assert problem.disclosed_at.date().day == 10
    with pytest.raises(WrongState):
        judge_correction(row, actor=scene.county, outcome="rectified")


def test_put_right_is_verified_by_the_checker_with_the_evidence_of_the_line(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    evidence(scene)
    refiled(scene)
    row = accepted(scene)
    with pytest.raises(NotAllowed):
        judge_correction(row, actor=scene.clerk, outcome="rectified")

    judge_correction(row, actor=scene.county, outcome="rectified")

    problem = all_of(Problem).get()
    assert (problem.state, problem.report_text, problem.reported_by_name) == ("verified", PUT_RIGHT["remarks"], scene.clerk.name)
    assert (problem.confirmed_by_name, problem.verified_by_id) == (scene.county.name, scene.county.id)
    assert all_of(EvidenceUse).filter(object_id=problem.pk, item="after").count() == 1
    assert rectification.close_problem(problem, actor=scene.county).state == "closed"
    told = Message.objects.get(kind="correction")
    assert (told.account.name, told.title) == (scene.clerk.name, f"{problem.number}更正认定已整改")


def test_a_mistake_is_dismissed_for_a_reason(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene)
    row = accepted(scene)
    with pytest.raises(BadInput):
        judge_correction(row, actor=scene.county, outcome="mistaken", note="误填")
    judge_correction(row, actor=scene.county, outcome="mistaken", note="查学信网属实，原系误填")
    problem = all_of(Problem).get()
    assert (problem.state, problem.dismissal_reason) == ("dismissed", "查学信网属实，原系误填")


def test_what_is_not_believed_stays_open_and_may_be_borne_out_once_more(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene)
    judge_correction(accepted(scene), actor=scene.county, outcome="refused", note="未见院校证明原件")
    assert all_of(Problem).get().state == "proposed"

    returned(scene)
    evidence(scene)
    scene.file()

    old, new = all_of(AnswerCorrection).order_by("told_at", "id")
    assert (old.state, new.state, new.evidence_count, new.edition_number) == ("refused", "told", 1, 3)
    assert accepted(scene).pk == new.pk


def test_a_correction_needs_a_new_word_or_a_file(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    returned(scene)
    fill(scene.submission(), scene.clerk, {"陆青禾": {"education_genuine": "是"}})
    with pytest.raises(BadInput, match="有1处把上一版的问题改成了没有问题，却没有附证据，也没有改写说明：陆青禾。"):
        scene.file()
    evidence(scene)
    assert scene.file().state == "filed"


def test_changed_back_before_it_is_accepted_the_correction_falls(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene)
    refiled(scene, {"陆青禾": NOT_GENUINE})

    assert all_of(AnswerCorrection).get().state == "withdrawn"
    assert [s.label for s in all_of(ProblemSource).order_by("found_at", "id")] == [
        "《年行动》自查表第1行", "《年行动》自查表第2版第1行改填“是”", "《年行动》自查表第3版第1行改回“否”"]
    assert all_of(Problem).get().state == "proposed"
    filing.accept_submission(scene.submission(), actor=scene.county)
    assert not all_of(AnswerCorrection).filter(state="proposed").exists()


def test_returned_once_more_after_acceptance_the_decision_waits_again(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene)
    row = accepted(scene)
    returned(scene)
    with pytest.raises(WrongState):
        judge_correction(row, actor=scene.county, outcome="rectified")
    scene.file()
    assert accepted(scene).pk == row.pk


def test_a_corrected_remark_reaches_the_facts_and_the_old_words_stay(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene, {"陆青禾": {"remarks": "院校函复无此学籍，已取消公示"}})

    problem = all_of(Problem).get()
    first, second = all_of(ProblemSource).order_by("found_at", "id")
    assert problem.facts == "院校函复无此学籍，已取消公示"
    assert (first.facts, second.facts) == (NOT_GENUINE["remarks"], "院校函复无此学籍，已取消公示")
    assert second.label == "《年行动》自查表第2版第1行更正说明"
    assert not all_of(AnswerCorrection).exists()


def test_an_officers_words_are_not_rewritten_and_an_own_mistake_cannot_undo_a_finding(scene):
    submission = scene.begun()
    held = line(submission, "陆青禾")
    found = rectification.open_problem(
        actor=scene.county, owner_row=scene.institution, kind="education", title="陆青禾学历不实", facts="现场查验：学信网查无此人。", clause="", severity=2,
        subject_type="registry.person", subject_id=held.subject_id, subject_label="陆青禾", finder="inspection", ref_type="", ref_id=None, label="现场检查",
    )
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene, {"陆青禾": {"remarks": "院校函复无此学籍，已取消公示"}})
    assert all_of(Problem).get().facts == "现场查验：学信网查无此人。"

    refiled(scene, {"陆青禾": PUT_RIGHT})
    row = accepted(scene)
    assert row.problem_id == found.pk
    with pytest.raises(BadInput, match="另由监督检查发现，不能仅凭更正认定误填"):
        judge_correction(row, actor=scene.county, outcome="mistaken", note="机构称系误填")
    judge_correction(row, actor=scene.county, outcome="rectified")
    assert all_of(Problem).get().state == "verified"


def test_merged_into_another_problem_the_correction_speaks_to_that_one_and_no_second_is_opened(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    own = all_of(Problem).get()
    other = rectification.open_problem(
        actor=scene.county, owner_row=scene.institution, kind="record", title="人员档案不实", facts="档案中3份学历证书无法核实。", clause="", severity=2,
        subject_type="", subject_id=None, subject_label="人员档案", finder="inspection", ref_type="", ref_id=None, label="现场检查",
    )
    rectification.merge_problem(own, actor=scene.county, into=other, reason="同一人的学历问题")

    refiled(scene, {"陆青禾": {"remarks": "院校函复无此学籍，已取消公示"}})
    assert all_of(Problem).count() == 2
    refiled(scene, {"陆青禾": PUT_RIGHT})
    assert all_of(AnswerCorrection).get().problem_id == other.pk


def test_taken_off_the_list_the_answer_counts_as_corrected(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    returned(scene)
    submission = scene.submission()
    selfcheck.remove_person(submission, actor=scene.clerk, line_key=line(submission, "陆青禾").key, reason="6月已离职，不在本单位")
    scene.file()
    row = all_of(AnswerCorrection).get()
    assert (row.after, all_of(ProblemSource).get(ref_type="forms.sheetedition").facts) == ("", "第1版填报“否”，第2版名单中已删去。")


def test_staffing_and_items_of_a_checklist_are_corrected_alike(clock):
    scene = selfchecks.scene(clock, SHANGHAI)
    submission = scene.begun()
    keys = {one.key: one.label for one in lines(submission)}
    fill(submission, scene.clerk, {label: {"answer": "否" if key in ("4.2.5", "4.3.1") else "是"} for key, label in keys.items()})
    fill(submission, scene.clerk, {keys["2.2.1"]: {"answer": "否", "problem": "2台测厚仪超期未校准"}})
    scene.file()
    refiled(scene, {keys["2.2.1"]: {"answer": "是", "correction": "7月9日送检，校准合格"}})
    row = all_of(AnswerCorrection).get()
    assert (row.problem.title, row.after) == ("是否定期对设备进行量值溯源", "是")
    assert row.words == "2台测厚仪超期未校准　自纠情况：7月9日送检，校准合格"


def test_staffing_claimed_unmet_and_then_met(scene):
    submission = scene.begun()
    fill(submission, scene.clerk, {one.label: ALL_YES for one in lines(submission)})
    selfcheck.claim_staffing(submission, actor=scene.clerk, value="否")
    scene.file()
    returned(scene)
    selfcheck.claim_staffing(scene.submission(), actor=scene.clerk, value="是")
    scene.file()
    assert (all_of(AnswerCorrection).get().column, all_of(AnswerCorrection).get().after) == ("staffing_met", "是")


def test_told_again_after_it_was_settled_it_is_a_problem_of_its_own(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene)
    judge_correction(accepted(scene), actor=scene.county, outcome="mistaken", note="查学信网属实，原系误填")
    refiled(scene, {"陆青禾": NOT_GENUINE})
    refiled(scene, {"陆青禾": {**NOT_GENUINE, "remarks": "学信网仍未查到"}})
    assert sorted(all_of(Problem).values_list("state", flat=True)) == ["dismissed", "proposed"]


def test_a_problem_put_right_in_the_register_meanwhile_needs_no_decision(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    refiled(scene)
    row = accepted(scene)
    rectification.dismiss_problem(all_of(Problem).get(), actor=scene.county, reason="台账中认定不成立")
    with pytest.raises(BadInput, match="已在台账中办理"):
        judge_correction(row, actor=scene.county, outcome="rectified")


def test_a_confirmed_contradiction_stands_against_a_mistake(scene):
    submission = scene.filed({"陆青禾": {"title_genuine": "是"}, "周以宁": {"title_genuine": "否", "remarks": "职称证书系伪造"}})
    assert submission.state == "filed"
    refiled(scene, {"周以宁": {"title_genuine": "是", "remarks": "原件已找到"}})
    held = all_of(Contradiction).get(line_key=line(submission, "周以宁").key)
    selfcheck_checks.judge_contradiction(held, actor=scene.county, confirm=True, note="档案中没有职称")
    with pytest.raises(BadInput, match="另由数据比对发现"):
        judge_correction(accepted(scene), actor=scene.county, outcome="mistaken", note="机构称系误填")


def test_a_first_filing_corrects_nothing(scene):
    scene.filed({"陆青禾": NOT_GENUINE})
    assert not all_of(AnswerCorrection).exists()
    assert selfcheck_filing.filing_document(scene.submission(), scene.clerk) is not None


def test_both_sides_read_it_on_their_pages_and_the_checker_decides_there(scene, client):
    scene.filed({"陆青禾": NOT_GENUINE})
    returned(scene)
    submission = scene.submission()
    fill(submission, scene.clerk, {"陆青禾": {"education_genuine": "是"}})
    problem = all_of(Problem).get()

    client.force_login(Account.objects.get(pk=scene.clerk.id))
    page = client.get(reverse("campaigns:check_selfcheck", args=[submission.pk])).content.decode()
    assert "这一版更正的问题" in page
    assert "请附证据，或在说明栏写明何时怎样整改" in page
    fill(submission, scene.clerk, {"陆青禾": PUT_RIGHT})
    scene.file()
    own = client.get(reverse("campaigns:submission", args=[submission.pk])).content.decode()
    assert "登记的问题不因改填而销号" in own
    assert problem.number in own

    row = accepted(scene)
    judge = reverse("campaigns:judge_correction", args=[submission.pk, row.pk])
    assert client.post(judge, {"outcome": "rectified"}).status_code == 403
    client.force_login(Account.objects.get(pk=scene.county.id))
    assert "认定更正：" in client.get(reverse("web:desk")).content.decode()
    page = client.get(reverse("campaigns:submission", args=[submission.pk])).content.decode()
    assert "改填不等于销号，请逐处认定" in page
    assert judge in page
    assert client.post(judge, {"outcome": "refused", "reason": "否"}).status_code == 422
    assert client.post(judge, {"outcome": "rectified"}).headers["Location"].endswith("#corrections")
    register = client.get(reverse("rectification:problem", args=[problem.pk])).content.decode()
    assert "自查表第2版第1行改填“是”" in register
    opened = client.get(reverse("web:open", args=["forms.sheetedition", all_of(ProblemSource).get(ref_type="forms.sheetedition").ref_id]))
    assert opened.headers["Location"] == reverse("campaigns:submission", args=[submission.pk])
