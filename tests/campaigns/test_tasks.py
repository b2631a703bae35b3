"""Tasks that a level adds reach the desks of institutions, are answered with papers, received, counted on the board."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.ledger.history import history
from hengjian.campaigns import indicators, services
from hengjian.campaigns.models import Deadline, Submission
from hengjian.campaigns.queries.board import Filters, board
from hengjian.dossier.models import EvidenceUse
from hengjian.parties.models import Message
from hengjian.web.desk.institution import institution_desk
from hengjian.web.desk.regulator import regulator_desk
from tests import factories
from tests.campaigns import scenes
from tests.campaigns.scenes import plan_of, signed_in, submission_of
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db

TASK = {"title": "底片复评5%", "text": "各检测机构随机抽取5%的底片交市局组织复评。", "due": "2024-07-25"}


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    return scenes.launched(world)


def relayed(world, campaign, *tasks, of=None):
    of = of or world.cities[0]
    officer = world.officer(of)
    plan = services.acknowledge_plan(plan_of(campaign, of), actor=officer)
    return services.issue_plan(plan, actor=officer, number="青市监〔2024〕9号", issued_on=date(2024, 6, 20), dates={}, tasks=tasks or [TASK])


def task_of(institution):
    return all_of(Submission).select_related("target__institution", "checker", "campaign").get(org_id=institution.id, form_code="task_report")


def photograph():
    held = BytesIO()
    Image.new("RGB", (24, 24), "white").save(held, "PNG")
    return SimpleUploadedFile("复评记录.png", held.getvalue(), "image/png")


def test_a_task_with_a_day_reaches_the_institutions_of_the_level_and_no_other(world, campaign):
    relayed(world, campaign)
    row = task_of(world.institutions[0])
    assert (row.title, row.due_on, row.original_due_on, row.checker) == ("底片复评5%", date(2024, 7, 25), date(2024, 7, 25), world.cities[0])
    assert all_of(Submission).filter(form_code="task_report").count() == 1
    assert all_of(Message).filter(title="青麓市市场监督管理局增加任务：底片复评5%").count() == 1
    task = next(t for t in institution_desk(world.clerk(world.institutions[0])).desk.tasks if "底片复评" in t.title)
    assert (task.title, task.due_on, task.verb) == ("完成任务并报送情况：底片复评5%", date(2024, 7, 25), "去报送")


def test_a_task_without_a_day_is_words_of_the_plan_only(world, campaign):
    relayed(world, campaign, {"title": "加强宣传", "text": "组织学习"})
    assert not all_of(Submission).filter(form_code="task_report").exists()
    notice = signed_in(world.clerk(world.institutions[0])).get(reverse("campaigns:notice", args=[campaign.id])).content.decode()
    assert "加强宣传" in notice


def test_a_task_may_ask_one_kind_and_be_received_by_the_lowest_level(world, campaign):
    relayed(world, campaign, {**TASK, "kinds": ["testing"]}, {**TASK, "title": "仪器校准台账", "checked_by": "lowest"})
    row = all_of(Submission).get(form_code="task_report")
    assert (row.title, row.checker) == ("仪器校准台账", world.counties[0])
    assert all_of(Deadline).filter(form_code="task_report").count() == 2


def test_an_institution_that_joins_later_is_asked_too(world, campaign, clock):
    relayed(world, campaign)
    clock.set(2024, 7, 2, 9)
    late = factories.institution("青麓新设电梯检测有限公司", world.counties[1])
    services.join_new_institutions(campaign, actor=SYSTEM)
    assert task_of(late).due_on == date(2024, 7, 25)


def test_it_is_answered_in_words_with_papers_and_received(world, campaign, clock):
    relayed(world, campaign)
    row, clerk = task_of(world.institutions[0]), signed_in(world.clerk(world.institutions[0]))
    clock.set(2024, 7, 20, 9)
    said = clerk.get(reverse("campaigns:submission", args=[row.id]), follow=True).content.decode()
    assert "各检测机构随机抽取5%的底片交市局组织复评。" in said
    refused = clerk.post(reverse("campaigns:report_task", args=[row.id]), {"text": "好"})
    assert refused.status_code == 422
    assert "请写明完成情况（至少5个字）。" in refused.content.decode()
    clerk.post(reverse("campaigns:report_task", args=[row.id]), {"text": "抽取底片120张，复评合格。", "papers": [photograph()]})
    row = task_of(world.institutions[0])
    assert (row.state, row.report_text, row.filed_by_name) == ("filed", "抽取底片120张，复评合格。", world.clerk(world.institutions[0]).name)
    assert all_of(EvidenceUse).filter(object_id=row.id, item="report").count() == 1

    city = world.officer(world.cities[0])
    closing = next(t for t in regulator_desk(city).desk.tasks if t.title.startswith("审核底片复评5%"))
    assert closing.clause == "系统设定"
    page = signed_in(city).get(reverse("campaigns:task", args=[row.id])).content.decode()
    assert "抽取底片120张，复评合格。" in page
    assert "复评记录.png" in page
    signed_in(city).post(reverse("campaigns:return_submission", args=[row.id]), {"reason": "缺复评人签字"})
    assert "缺复评人签字" in clerk.get(reverse("campaigns:task", args=[row.id])).content.decode()
    services.report_task(task_of(world.institutions[0]), actor=world.clerk(world.institutions[0]), text="已补复评人签字，见附件。")
    services.accept_submission(task_of(world.institutions[0]), actor=city)
    assert task_of(world.institutions[0]).state == "accepted"
    titles = [one.title for one in history("campaigns.submission", row.id)]
    assert titles == ["列出应报送的事项", "报送任务完成情况", "退回", "报送任务完成情况", "接收"]
    assert all_of(Message).filter(title="青麓市市场监督管理局退回底片复评5%").exists()


def test_others_do_not_answer_it_and_it_is_no_form(world, campaign):
    relayed(world, campaign)
    row = task_of(world.institutions[0])
    with pytest.raises(NotAllowed):
        services.report_task(row, actor=world.officer(world.cities[0]), text="替机构报送一下")
    with pytest.raises(NotAllowed, match="有规定的表式"):
        services.report_task(submission_of(campaign, world.institutions[0]), actor=world.clerk(world.institutions[0]), text="自查完成了")
    assert signed_in(world.clerk(world.institutions[1])).get(reverse("campaigns:task", args=[row.id])).status_code == 404


def test_the_board_counts_it_apart_and_the_table_does_not_take_it_for_a_self_check(world, campaign, clock):
    plan = relayed(world, campaign)
    clock.set(2024, 7, 26, 9)
    row = task_of(world.institutions[0])
    officer = world.officer(world.province)
    root = board(officer.scope, campaign, world.province, Filters(key=row.key, round=1))
    assert (root.total, root.counts["overdue"]) == (1, 1)
    page = signed_in(officer).get(reverse("campaigns:board", args=[campaign.id])).content.decode()
    assert "底片复评5%" in page  # chosen from the list of what is filed; the self-check stands first
    assert 'aria-current="true">底片复评' not in page
    own = signed_in(officer).get(reverse("campaigns:board", args=[campaign.id]), {"key": row.key}).content.decode()
    assert "逾期1个工作日（未开始）" in own
    services.report_task(row, actor=world.clerk(world.institutions[0]), text="抽取底片120张，复评合格。")
    figures = indicators.figures(world.province.path, campaign, ["institutions_self_checked"])
    assert figures["institutions_self_checked"].value == 0
    assert plan.body["tasks"][0]["key"] == row.key


@pytest.mark.parametrize(("task", "why"), [
    ({**TASK, "due": "2024-06-01"}, "任务“底片复评5%”的期限6月1日已经过去"), ({**TASK, "due": "2025-01-31"}, "晚于行动结束的"), ({**TASK, "title": " "}, "请填写任务名称"),
])
def test_a_task_that_does_not_fit_is_refused(world, campaign, task, why):
    with pytest.raises(BadInput, match=why):
        relayed(world, campaign, task)


def test_the_relay_page_offers_it(world, campaign):
    browser, plan = signed_in(world.officer(world.cities[0])), plan_of(campaign, world.cities[0])
    browser.post(reverse("campaigns:acknowledge_plan", args=[plan.id]))
    address = reverse("campaigns:plan", args=[plan.id])
    assert "机构报送完成情况的期限" in browser.post(address, {"issued_on": "2024-06-20", "add": "tasks"}).content.decode()
    sent = {"issued_on": "2024-06-20", "issue": "1", "tasks": ["0", "1"], "tasks-0-title": "底片复评5%", "tasks-0-due": "2024-07-25", "tasks-0-kind": "inspection",
            "tasks-0-checked_by": "own", "tasks-1-checked_by": "own"}
    assert browser.post(address, sent).status_code == 302
    assert task_of(world.institutions[0]).title == "底片复评5%"
    assert len(plan_of(campaign, world.cities[0]).body["tasks"]) == 1
    shown = browser.get(address).content.decode()
    assert "7月25日24:00前机构报送完成情况" in shown


def test_a_supplementary_notice_adds_one_for_everybody(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    services.issue_supplement(
        plan_of(campaign, world.province), actor=world.officer(world.province), number="澜市监办特设〔2024〕30号", issued_on=date(2024, 7, 1),
        reason="按总局通知增加一项", dates={}, tasks=[{"title": "排查挂证人员", "text": "逐人核对", "due": "2024-07-31", "checked_by": "lowest"}],
    )
    rows = all_of(Submission).filter(form_code="task_report").select_related("checker")
    assert {row.checker for row in rows} == {world.counties[0], world.counties[2], world.zone}
    notice = signed_in(world.clerk(world.institutions[1])).get(reverse("campaigns:notice", args=[campaign.id])).content.decode()
    assert "补充通知 澜市监办特设〔2024〕30号" in notice
    assert "排查挂证人员" in notice


def test_what_the_institution_owes_lists_it_by_its_name(world, campaign):
    relayed(world, campaign)
    said = signed_in(world.clerk(world.institutions[0])).get(reverse("campaigns:own_submissions")).content.decode()
    assert "底片复评5%" in said
