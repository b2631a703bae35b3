"""Reminders on the ladder, e-mail through a real server, joining by itself, and how a deadline was computed."""

from __future__ import annotations

import email
import email.policy
import socket
from datetime import date

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse

from hengjian.base.ledger.history import history
from hengjian.campaigns import jobs, services
from hengjian.campaigns.models import Target
from hengjian.campaigns.queries.timetable_page import calendar
from hengjian.parties import services as parties
from hengjian.parties.models import Message, Organisation
from hengjian.registry import services as registry
from hengjian.registry.identifiers import fake_uscc
from tests import factories
from tests.campaigns import scenes
from tests.campaigns.scenes import put, signed_in, submission_of
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    return scenes.launched(world)


def told(kind: str) -> set[str]:
    return {m.account.username for m in all_of(Message).filter(kind=kind).select_related("account")}


@pytest.mark.parametrize(("day", "said"), [
    (date(2024, 7, 24), "还有7天到期"), (date(2024, 7, 28), "还有3天到期"), (date(2024, 7, 31), "今天24:00到期"), (date(2024, 8, 1), "已逾期"),
])
def test_reminders_go_out_on_the_rungs_of_the_ladder(world, campaign, clock, day, said):
    clock.set(day.year, day.month, day.day, 8)
    assert jobs.daily() > 0
    sent = all_of(Message).filter(kind="reminder", account__username="clerk0").get()
    assert sent.title == f"《年行动》自查表{said}"
    assert sent.url == reverse("campaigns:submission", args=[submission_of(campaign, world.institutions[0]).id])


def test_between_the_rungs_there_is_silence(world, campaign, clock):
    clock.set(2024, 7, 24, 8)
    jobs.daily()
    clock.set(2024, 7, 25, 8)
    assert jobs.daily() == 0


def test_before_the_ladder_begins_there_is_silence(world, campaign, clock):
    clock.set(2024, 7, 23, 8)
    jobs.daily()
    assert "clerk0" not in told("reminder")


@pytest.mark.parametrize(("day", "said"), [(date(2024, 7, 26), "还有5天到期"), (date(2024, 7, 30), "还有1天到期"), (date(2024, 8, 5), "已逾期5天")])
def test_a_rung_on_a_day_on_which_nothing_ran_is_made_up_for(world, campaign, clock, day, said):
    clock.set(day.year, day.month, day.day, 8)
    jobs.daily()
    assert [m.title for m in all_of(Message).filter(kind="reminder", account__username="clerk0")] == [f"《年行动》自查表{said}"]
    address = reverse("campaigns:submission", args=[submission_of(campaign, world.institutions[0]).id])
    assert all_of(Message).filter(kind="escalation", url=address).exists() == (day > date(2024, 7, 31))


def test_a_reminder_is_sent_once_however_often_the_job_runs(world, campaign, clock):
    clock.set(2024, 7, 24, 8)
    jobs.daily()
    clock.set(2024, 7, 24, 15)
    assert jobs.daily() == 0
    assert submission_of(campaign, world.institutions[0]).reminded_count == 1


def test_what_is_filed_is_not_reminded_of(world, campaign, clock):
    put(submission_of(campaign, world.institutions[0]), "filed")
    clock.set(2024, 7, 24, 8)
    jobs.daily()
    assert "clerk0" not in told("reminder")


def test_a_named_filler_is_reminded_alone(world, campaign, clock):
    filler = factories.account("filler", "何承望", "filler", world.institutions[0])
    put(submission_of(campaign, world.institutions[0]), "draft", filler_account_id=filler.id, filler_name=filler.name)
    clock.set(2024, 7, 24, 8)
    jobs.daily()
    assert "filler" in told("reminder")
    assert "clerk0" not in told("reminder")


def test_once_late_the_leaders_hear_of_it(world, campaign, clock):
    factories.account("head", "机构负责人", "unit_head", world.institutions[0])
    factories.account("leader", "分管局长", "leader", world.counties[0])
    clock.set(2024, 8, 1, 8)
    jobs.daily()
    assert {"head", "leader"} <= told("escalation")
    assert "officer3" not in told("escalation")


def test_authorities_are_reminded_of_their_own_tables(world, campaign, clock):
    clock.set(2024, 7, 31, 8)
    jobs.daily()
    assert "officer1" in told("reminder")
    title = all_of(Message).filter(kind="reminder", account__username="officer1").first().title
    assert title.endswith("今天24:00到期")


def test_the_job_is_on_the_workers_list():
    from hengjian.cli.background import jobs_of_apps  # the list is made of every app's jobs room

    assert {"campaigns.daily", "campaigns.join"} <= set(jobs_of_apps())


class Kept:
    """What a real SMTP server received."""

    def __init__(self) -> None:
        self.letters: list[email.message.EmailMessage] = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 kept"


@pytest.fixture
def postbox(settings):
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield kept
    server.stop()


def test_a_reminder_goes_by_mail_through_a_real_server(world, clock, postbox):
    factories.account("mailed", "收信人", "institution_admin", world.institutions[0], email="admin@example.org")
    scenes.launched(world)
    clock.set(2024, 7, 28, 8)
    jobs.daily()
    parties.mail_pending(actor=SYSTEM)
    titles = [str(letter["Subject"]).strip() for letter in postbox.letters]
    assert "【衡鉴】《年行动》自查表还有3天到期" in titles
    letter = postbox.letters[titles.index("【衡鉴】《年行动》自查表还有3天到期")]
    assert letter["To"] == "admin@example.org"
    assert "青麓恒固气瓶检验有限公司，期限2024年07月31日24:00，报东浦区市场监督管理局。" in letter.get_content()
    assert parties.mail_pending(actor=SYSTEM) == 0


def test_an_institution_registered_later_joins_by_itself(world, campaign, clock, django_capture_on_commit_callbacks):
    clock.set(2024, 7, 2, 9)
    new = Organisation(name="青麓新设电梯检测有限公司", uscc=fake_uscc(factories._rng), kind="institution", area=world.counties[1].path)
    with django_capture_on_commit_callbacks(execute=True):
        registry.add_institution(new, actor=world.officer(world.cities[0]), kind="testing")
    joined = all_of(Target).get(institution__name=new.name)
    assert joined.reason.startswith("行动期间新取得核准，自动纳入")
    assert jobs.join() == 0


def timetable(world, campaign, who=None, **query):
    browser = signed_in(who or world.officer(world.province))
    return browser.get(reverse("campaigns:timetable", args=[campaign.id]), query).content.decode()


def test_a_deadline_is_explained_from_the_document_to_the_place(world, campaign):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    said = timetable(world, campaign, key="self_check", place=world.counties[0].key)
    assert "原文：“7月底”。" in said
    assert "在东浦区的期限是<b>2024年7月19日（周五）24:00</b>" in said
    assert "提前12天" in said
    assert "2024年7月20日0:00起没有报送的算逾期" in said


def test_days_for_review_are_laid_open(world, campaign):
    said = timetable(world, campaign, key="statistics_1", round="1")
    assert "上报期限7月31日，本级审核3个工作日，所以下级最晚7月26日报到本级。" in said
    assert "周六，不算" in said


def test_holidays_and_days_in_lieu_are_named(world, campaign, clock):
    clock.set(2024, 9, 26, 9)
    weeks = calendar(date(2024, 9, 26), date(2024, 10, 14))
    days = {d.day: d for week in weeks for d in week if d}
    assert (days[date(2024, 10, 1)].works, days[date(2024, 10, 1)].reason) == (False, "国庆节")
    assert days[date(2024, 10, 12)].works
    assert days[date(2024, 10, 14)].ordinal == 9  # the Sunday and the Saturday in lieu are counted, the seven days of the holiday are not


def test_an_institution_sees_the_deadline_of_its_own_seat(world, campaign):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    assert "2024年7月19日" in timetable(world, campaign, world.clerk(world.institutions[0]), key="self_check", place=world.counties[2].key)


def test_a_day_that_is_no_working_day_is_said_to_be_one(world):
    campaign = scenes.launched(world)
    assert "这一天是周六" in timetable(world, campaign, key="statistics_2", round="2")


def test_urging_an_authority(world, campaign):
    row = scenes.return_of(campaign, world.cities[0])
    browser = signed_in(world.officer(world.province))
    browser.post(reverse("campaigns:urge_return", args=["return", row.id]), {"note": ""})
    assert told("urging") == {"officer1"}
    assert signed_in(world.officer(world.cities[1])).post(reverse("campaigns:urge_return", args=["return", row.id])).status_code == 404
    assert services.urge_return(row, actor=SYSTEM) == 1


def test_days_of_reminders_are_the_systems_until_the_issuer_sets_its_own(world, campaign, clock):
    browser, address = signed_in(world.officer(world.province)), reverse("campaigns:campaign", args=[campaign.id])
    said = browser.get(address).content.decode()
    assert "前7天、前3天、当天" in said
    assert "文件没有规定这些天数，由系统设定，印发单位可以调整。" in said
    fields = {"before": "5、1", "after": "2", "leaders_after": "3", "letter_days": "2", "joiner_days": "15", "reason": "汛期提前催办"}
    refused = browser.post(reverse("campaigns:set_rules", args=[campaign.id]), {**fields, "before": "五天", "reason": ""})
    assert refused.status_code == 422
    assert "请填整数，用顿号隔开" in refused.content.decode()
    refused = browser.post(reverse("campaigns:set_rules", args=[campaign.id]), {**fields, "letter_days": "90"})
    assert "请填1到30的整数。" in refused.content.decode()
    assert signed_in(world.officer(world.cities[0])).post(reverse("campaigns:set_rules", args=[campaign.id]), fields).status_code == 403
    assert browser.post(reverse("campaigns:set_rules", args=[campaign.id]), fields).status_code == 302
    said = browser.get(address).content.decode()
    assert "前5天、前1天" in said
    assert "由系统设定" not in said
    assert "自纳入之日起至少15个工作日" in said
    clock.set(2024, 7, 20, 8)
    assert jobs.daily() == 0
    clock.set(2024, 7, 26, 8)
    assert jobs.daily() > 0
    factories.account("leader", "分管局长", "leader", world.counties[0])
    clock.set(2024, 8, 2, 8)
    jobs.daily()
    own = reverse("campaigns:submission", args=[submission_of(campaign, world.institutions[0]).id])
    escalated = all_of(Message).filter(kind="escalation", account__username="leader", url=own)
    assert not escalated.exists()
    clock.set(2024, 8, 3, 8)
    jobs.daily()
    assert escalated.exists()
    row = submission_of(campaign, world.institutions[0])
    campaign.refresh_from_db()
    letter = services.issue_notice(campaign, actor=world.officer(world.province), issuer=world.province, rows=[row], matter="")[0]
    assert letter.due_on == date(2024, 8, 6)
    entry = [one for one in history("campaigns.campaign", campaign.id) if one.title == "调整提醒和督办的天数"]
    assert [one.reason for one in entry] == ["汛期提前催办"]


def test_a_letter_is_reminded_of_and_its_lateness_rises(world, campaign, clock):
    clock.set(2024, 8, 2, 9)
    row = submission_of(campaign, world.institutions[0])
    letter = services.issue_notice(campaign, actor=world.officer(world.province), issuer=world.province, rows=[row], matter="")[0]
    factories.account("boss", "分管局长", "leader", world.province)
    clock.set(2024, 8, 9, 8)
    jobs.daily()
    titles = {m.title for m in all_of(Message).filter(account__username="clerk0", kind="reminder")}
    assert f"督办单{letter.number}今天24:00到期" in titles
    clock.set(2024, 8, 10, 8)
    jobs.daily()
    assert all_of(Message).filter(account__username="boss", kind="escalation", title=f"青麓恒固气瓶检验有限公司督办单{letter.number}已逾期").exists()


def test_a_day_that_no_document_sets_says_so(world, campaign):
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:series", args=[campaign.id])).content.decode()
    assert "7月26日（系统设定）" in said
    assert "7月31日（系统设定）" not in said
