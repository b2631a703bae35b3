"""Pages of the self-check: what each side sees, what a save answers, who is refused."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.services import filing, selfcheck_checks
from hengjian.dossier.models import EvidenceUse
from hengjian.forms import services as forms
from hengjian.forms.models import CellRemark
from hengjian.parties import services as parties
from hengjian.parties.models import Account
from hengjian.rectification.models import Problem
from tests import factories
from tests.campaigns import selfchecks
from tests.campaigns.selfchecks import ALL_YES, SHANGHAI, fill, line, lines
from tests.campaigns.test_filing import scan
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(clock):
    return selfchecks.scene(clock)


@pytest.fixture
def sign_in(client):
    def sign_in(actor):
        client.force_login(Account.objects.get(pk=actor.id))
        return client

    return sign_in


def address(name, submission, *more):
    return reverse(f"campaigns:{name}", args=[submission.pk, *more])


def test_the_institution_sees_what_to_file_by_when_and_acknowledges_the_notice(scene, sign_in):
    client = sign_in(scene.clerk)
    page = client.get(reverse("campaigns:own_submissions")).content.decode()
    assert "特种设备检验检测机构自查情况统计表" in page
    assert "剩15个工作日" in page
    assert "签收通知" in page

    target = scene.submission().target
    assert client.post(reverse("campaigns:acknowledge_target", args=[target.pk])).status_code == 302
    assert "请签收通知" not in client.get(reverse("campaigns:own_submissions")).content.decode()


def test_a_filler_is_named_among_the_people_of_the_institution_only(scene, sign_in):
    client = sign_in(scene.clerk)
    mate = factories.account("mate", "何承望", "filler", scene.institution)
    stranger = factories.account("stranger", "外人", "filler", scene.world.institutions[1])
    url = address("assign_filler", scene.submission())
    assert client.post(url, {"account": stranger.pk}).status_code == 422
    assert client.post(url, {"account": mate.pk}).status_code == 302
    assert scene.submission().filler_name == "何承望"


def test_beginning_opens_the_roster(scene, sign_in):
    client = sign_in(scene.clerk)
    submission = scene.submission()
    assert "开始填报" in client.get(address("submission", submission)).content.decode()
    client.post(address("begin_selfcheck", submission))
    page = client.get(address("submission", submission), follow=True).content.decode()
    assert 'data-name="沈砚秋"' in page
    assert "3行未填" in page
    assert "按系统数据预填9格" in page


def test_a_saved_cell_answers_with_its_version_and_what_contradicts(scene, sign_in):
    client = sign_in(scene.clerk)
    submission = scene.begun()
    key = line(submission, "沈砚秋").key
    answer = client.post(address("sheet_cell", submission), {"line": key, "column": "title_genuine", "value": "是", "base_version": "1"})
    said = answer.json()
    assert (answer.status_code, said["version"], said["clash"], said["flags"]) == (200, 2, ["title_genuine"], "clash")
    assert "档案中没有职称记录" in said["say"]
    assert "改为“-”" in said["say"]

    wrong = client.post(address("sheet_cell", submission), {"line": key, "column": "title_genuine", "value": "也许", "base_version": "2"})
    assert (wrong.status_code, wrong.json()["message"]) == (422, "只能填“是”、“否”、“-”，您填的是“也许”。")


def test_a_stale_cell_answers_409_with_both_words(scene, sign_in):
    submission = scene.begun()
    key = line(submission, "沈砚秋").key
    other = factories.actor(factories.account("clerk9", "顾承平", "unit_head", scene.institution))
    fill(submission, other, {"沈砚秋": {"real_practice": "否"}})
    answer = sign_in(scene.clerk).post(
        address("sheet_cell", submission), {"line": key, "column": "real_practice", "value": "是", "base_version": "1"})
    said = answer.json()
    assert (answer.status_code, said["theirs"], said["by"], said["version"]) == (409, "否", "顾承平", 2)


def test_evidence_for_a_line_of_a_sheet_that_was_not_begun_is_refused_in_words(scene, sign_in):
    answer = sign_in(scene.clerk).post(address("line_evidence", scene.submission()), {"line": "1", "column": "remarks"})
    assert (answer.status_code, "表中没有这一行，请先核对名单。" in answer.content.decode()) == (422, True)


def test_a_pasted_block_answers_cell_by_cell(scene, sign_in):
    client = sign_in(scene.clerk)
    submission = scene.begun()
    first, second, third = lines(submission)
    cells = [
        {"line": first.key, "column": "real_practice", "value": "是", "base_version": "1"},
        {"line": second.key, "column": "real_practice", "value": "maybe", "base_version": "1"},
        {"line": third.key, "column": "remarks", "value": "在岗", "base_version": ""},
    ]
    answer = client.post(address("sheet_block", submission), json.dumps({"cells": cells}), content_type="application/json")
    assert [one["status"] for one in answer.json()["results"]] == [200, 422, 200]
    assert client.post(address("sheet_block", submission), "[", content_type="application/json").status_code == 400


def test_the_institution_files_from_the_check_page(scene, sign_in):
    client = sign_in(scene.clerk)
    submission = scene.begun()
    foot = {"filler_name": "许若谷", "filler_phone": "13800005678", "filled_on": "2024-07-10"}
    refused = client.post(address("check_selfcheck", submission), foot)
    assert refused.status_code == 422
    assert "还有3行没有填完" in refused.content.decode()

    fill(submission, scene.clerk, {one.label: ALL_YES for one in lines(submission)})
    page = client.post(address("check_selfcheck", submission), foot, follow=True).content.decode()
    assert scene.submission().state == "filed"
    assert "还差签字盖章" in page

    client.post(address("seal_filing", submission), {"file": _file("盖章页.png")})
    assert "还差签字盖章" not in client.get(address("submission", submission)).content.decode()
    assert client.get(address("selfcheck_form", submission, 1, "docx")).status_code == 200


def test_a_telephone_that_is_known_stands_masked_in_the_form_and_is_filed_in_full(scene, sign_in):
    client, account = sign_in(scene.clerk), Account.objects.get(pk=scene.clerk.id)
    parties.change_own_details(account, actor=scene.clerk, phone="13800005678")
    submission = scene.begun()
    fill(submission, scene.clerk, {one.label: ALL_YES for one in lines(submission)})
    page = client.get(address("check_selfcheck", submission)).content.decode()
    assert 'value="138****5678"' in page
    assert "13800005678" not in page
    foot = {"filler_name": "许若谷", "filler_phone": "138****5678", "filled_on": "2024-07-10"}
    assert client.post(address("check_selfcheck", submission), foot).status_code == 302
    assert scene.submission().sheet.filler_phone.reveal() == "13800005678"


def _file(name):
    from django.core.files.uploadedfile import SimpleUploadedFile  # one upload of these tests

    return SimpleUploadedFile(name, scan())


def test_evidence_is_put_to_a_line_and_counted(scene, sign_in):
    client = sign_in(scene.clerk)
    submission = scene.begun()
    held = line(submission, "沈砚秋")
    client.post(address("line_evidence", submission), {"line": held.key, "file": _file("社保记录.png")})
    use = all_of(EvidenceUse).get()
    assert (use.object_type, use.object_id) == ("forms.sheetline", held.pk)
    assert "沈砚秋的证据，1份" in client.get(address("sheet", submission)).content.decode()
    client.post(address("line_evidence", submission), {"line": line(submission, "陆青禾").key, "evidence": use.evidence_id})
    assert all_of(EvidenceUse).count() == 2
    panel = client.get(address("sheet", submission) + f"?line={held.key}", headers={"HX-Request": "true", "HX-Target": "panel"})
    assert "社保记录.png" in panel.content.decode()
    assert "<html" not in panel.content.decode()


def test_the_checker_reads_remarks_judges_and_returns(scene, sign_in):
    submission = scene.filed({"周以宁": {"title_genuine": "是"}})
    client = sign_in(scene.county)
    page = client.get(address("submission", submission)).content.decode()
    assert "与职称档案矛盾" in page
    assert "接收" in page

    clash = all_of(Contradiction).get()
    client.post(address("judge_contradiction", submission, clash.pk), {"judgement": "confirm", "reason": "无职称而填是"})
    assert all_of(Problem).get().kind == "title"
    key = line(submission, "周以宁").key
    assert client.post(address("remark_cell", submission), {"line": key, "column": "remarks", "reason": "请说明职称情况"}).status_code == 302
    assert client.post(address("return_submission", submission), {"reason": "短"}).status_code == 422
    assert client.post(address("return_submission", submission), {"reason": "请按意见修改后重报"}).status_code == 302
    assert all_of(Submission).get(pk=submission.pk).state == "returned"
    assert "机构正在填报" in client.get(address("submission", submission)).content.decode()


def test_names_of_superiors_are_hidden_from_below_where_the_campaign_says_so(scene, sign_in):
    factories.keep()
    submission = scene.filed()
    key = line(submission, "周以宁").key
    forms.remark_cell(submission.sheet, actor=scene.county, line_key=key, column="remarks", text="请补充说明在岗情况")
    filing.return_submission(submission, actor=scene.county, reason="请按意见修改后重报")
    client = sign_in(scene.clerk)
    shown = client.get(address("sheet", submission)).content.decode()
    assert scene.county.name in shown

    _hide(scene)
    hidden = client.get(address("sheet", submission)).content.decode()
    assert scene.county.name not in hidden
    assert scene.county.org_name in hidden


def _hide(scene):
    from hengjian.base.actions import audited_action  # the switch of a campaign, for this test

    with audited_action("test.hide", actor=factories.SYSTEM) as act:
        row = act.take(scene.campaign)
        row.body = {**row.body, "hide_superiors": True}


def test_an_answered_remark_is_filed_again_and_the_two_editions_compared(scene, sign_in):
    submission = scene.filed()
    forms.remark_cell(submission.sheet, actor=scene.county, line_key=line(submission, "周以宁").key, column="remarks", text="请补充说明")
    filing.return_submission(submission, actor=scene.county, reason="请按意见修改后重报")
    client = sign_in(scene.clerk)
    client.post(address("answer_remark", submission, all_of(CellRemark).get().pk), {"reason": "已补充"})
    fill(submission, scene.clerk, {"周以宁": {"remarks": "2015年入职，全职在岗"}})
    scene.file()
    page = sign_in(scene.county).get(address("compare_selfcheck", submission)).content.decode()
    assert "1格、0个汇总数不同" in page
    assert "2015年入职，全职在岗" in page
    read = client.get(address("submission", submission)).content.decode()
    assert '<span class="hj-was">（空）</span>2015年入职，全职在岗' in read


@pytest.mark.parametrize("name", ["submission", "sheet", "print_selfcheck", "compare_selfcheck", "check_selfcheck"])
def test_other_institutions_and_areas_are_told_there_is_nothing(scene, sign_in, name):
    submission = scene.filed()
    assert sign_in(scene.world.clerk(scene.world.institutions[1])).get(address(name, submission)).status_code == 404
    stranger = sign_in(scene.world.officer(scene.world.counties[2])).get(address(name, submission))
    assert stranger.status_code in (403, 404)


def test_regulators_do_not_see_a_draft_nor_fill_it(scene, sign_in):
    submission = scene.begun()
    fill(submission, scene.clerk, {"周以宁": {"remarks": "草稿里的话"}})
    client = sign_in(scene.county)
    assert "草稿里的话" not in client.get(address("submission", submission)).content.decode()
    assert "草稿里的话" not in client.get(
        address("submission", submission) + f"?line={line(submission, '周以宁').key}", headers={"HX-Request": "true", "HX-Target": "panel"}
    ).content.decode()
    assert client.get(address("sheet", submission)).status_code == 403
    assert client.get(address("print_selfcheck", submission)).status_code == 302


def test_a_checklist_is_filled_item_by_item_with_the_evidence_beside(clock, sign_in):
    scene = selfchecks.scene(clock, SHANGHAI)
    client = sign_in(scene.clerk)
    submission = scene.begun()
    page = client.get(address("sheet", submission)).content.decode()
    assert "近四年制度建设和制度落实情况" in page
    assert "不适用" in page
    assert "须附证明材料" in page
    answer = client.post(address("sheet_cell", submission), {"line": "1.1.1", "column": "answer", "value": "否", "base_version": "1"})
    assert answer.json()["version"] == 2
    problem = client.get(address("sheet", submission) + "?view=problem").content.decode()
    assert problem.count('id="line-1.1.1"') == 1
    assert 'id="line-1.1.2"' not in problem
    assert "自查自纠对照表" in client.get(address("print_selfcheck", submission)).content.decode()


def test_an_explanation_is_shown_to_the_checker(scene, sign_in):
    submission = scene.begun()
    fill(submission, scene.clerk, {one.label: ALL_YES for one in lines(submission)})
    fill(submission, scene.clerk, {"周以宁": {"title_genuine": "是"}})
    client = sign_in(scene.clerk)
    clash = all_of(Contradiction).get()
    client.post(address("explain_contradiction", submission, clash.pk), {"reason": "职称证书原件存档，名录未录入"})
    scene.file()
    assert "职称证书原件存档，名录未录入" in sign_in(scene.county).get(address("submission", submission)).content.decode()
    selfcheck_checks.judge_contradiction(clash, actor=scene.county, confirm=False)
    assert "说明已采纳" in client.get(address("submission", submission)).content.decode()


def test_every_figure_opens_to_its_rows_and_its_definition(scene, sign_in):
    submission = scene.begun()
    fill(submission, scene.clerk, {"周以宁": {**ALL_YES, "education_genuine": "否", "remarks": "查无学籍"}})
    panel = sign_in(scene.clerk).get(
        address("sheet", submission) + "?figure=education_problems", headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
    assert "计入的1行" in panel
    assert "“学历是否真实”填“否”的行数" in panel
    assert ">周以宁</a>" in panel
    assert ">沈砚秋</a>" not in panel
