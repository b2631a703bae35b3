"""Extensions: asked, decided by another, both on-time rates kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from hengjian.base.errors import NotAllowed
from hengjian.base.working_days import add_working_days
from hengjian.campaigns import services
from hengjian.campaigns.models import Extension, WorkReport
from hengjian.campaigns.queries.board import on_time_rates
from hengjian.parties.models import Message
from tests.campaigns import scenes
from tests.campaigns.scenes import put, return_of, signed_in, submission_of
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    return scenes.launched(world)


def ask_address(row, kind="submission"):
    return reverse("campaigns:ask_extension", args=[kind, row.id])


@pytest.fixture
def asked(world, campaign):
    row = submission_of(campaign, world.institutions[0])
    return services.ask_extension(row, actor=world.clerk(world.institutions[0]), wanted_on=date(2024, 8, 7), reason="学信网核验要排队")


def decide(who, extension, **fields):
    return signed_in(who).post(reverse("campaigns:decide_extension", args=[extension.id]), fields)


def test_an_institution_asks(world, campaign):
    row = submission_of(campaign, world.institutions[0])
    clerk = signed_in(world.clerk(world.institutions[0]))
    assert "申请延期" in clerk.get(ask_address(row)).content.decode()

    answer = clerk.post(ask_address(row), {"wanted_on": "2024-08-07", "reason": "学信网核验要排队"})

    extension = all_of(Extension).get()
    assert answer["Location"] == reverse("campaigns:extension", args=[extension.id])
    assert (extension.decider.area_name, extension.state) == ("东浦区", "asked")
    assert {m.account.username for m in all_of(Message).filter(kind="extension").select_related("account")} == {"officer3"}


@pytest.mark.parametrize(("fields", "said"), [
    ({"wanted_on": "2024-07-30", "reason": "学信网核验要排队"}, "申请延至的日期须晚于今天和现期限7月31日。"),
    ({"wanted_on": "2024-08-07", "reason": "忙"}, "请写明申请延期的理由（至少5个字）。"),
])
def test_what_is_wrong_is_said_at_its_field(world, campaign, fields, said):
    row = submission_of(campaign, world.institutions[0])
    answer = signed_in(world.clerk(world.institutions[0])).post(ask_address(row), fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_an_authority_asks_for_its_table(world, campaign):
    row = return_of(campaign, world.cities[0])
    browser = signed_in(world.officer(world.cities[0]))
    browser.post(ask_address(row, "return"), {"wanted_on": "2024-08-05", "reason": "两个县尚未报齐"})
    assert all_of(Extension).get().decider == world.province


def test_an_authority_asks_for_its_report(world, campaign):
    row = all_of(WorkReport).filter(campaign=campaign, authority=world.cities[0]).order_by("round")[0]
    first = row.due_on
    browser = signed_in(world.officer(world.cities[0]))
    assert "申请延期" in browser.get(reverse("campaigns:report", args=[row.id])).content.decode()
    until = add_working_days(first, 4)
    browser.post(ask_address(row, "report"), {"wanted_on": until.isoformat(), "reason": "两个县的材料尚未报齐"})
    asked = all_of(Extension).get()
    services.decide_extension(asked, actor=world.officer(world.province), grant=True, decision="")
    row.refresh_from_db()
    assert (row.due_on, row.original_due_on) == (until, first)
    assert "原期限" in browser.get(reverse("campaigns:report", args=[row.id])).content.decode()


def test_nobody_asks_for_another(world, campaign):
    row = submission_of(campaign, world.institutions[0])
    assert signed_in(world.clerk(world.institutions[1])).get(ask_address(row)).status_code == 404
    officer = signed_in(world.officer(world.counties[0]))
    assert officer.post(ask_address(row), {"wanted_on": "2024-08-07", "reason": "替机构申请一次"}).status_code == 403


def test_it_waits_in_the_inbox_of_the_office_asked(world, asked):
    said = signed_in(world.officer(world.counties[0])).get(reverse("campaigns:extensions")).content.decode()
    assert "<b>1份</b>在等本单位答复。" in said
    assert "青麓恒固气瓶检验有限公司" in said
    assert "没有等本单位答复的申请" in signed_in(world.officer(world.cities[1])).get(reverse("campaigns:extensions")).content.decode()


def test_granted_the_original_day_is_kept(world, campaign, asked):
    answer = decide(world.officer(world.counties[0]), asked, answer="grant", until="2024-08-05", decision="同意")
    row = submission_of(campaign, world.institutions[0])
    assert answer.status_code == 302
    assert (row.due_on, row.original_due_on) == (date(2024, 8, 5), date(2024, 7, 31))
    assert all_of(Message).filter(account__username="clerk0", title="延期申请已同意").exists()
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:board", args=[campaign.id]), {"expand": "institution"}).content.decode()
    assert "获准延期" in said


def test_a_refusal_needs_a_reason(world, asked):
    answer = decide(world.officer(world.counties[0]), asked, answer="refuse", decision="不行")
    assert answer.status_code == 422
    assert "不同意时请写明理由（至少5个字）。" in answer.content.decode()
    assert all_of(Extension).get().state == "asked"
    decide(world.officer(world.counties[0]), asked, answer="refuse", decision="材料可以按期备齐")
    assert all_of(Extension).get().state == "refused"


def test_it_is_not_granted_beyond_the_day_asked(world, asked):
    answer = decide(world.officer(world.counties[0]), asked, answer="grant", until="2024-09-01")
    assert answer.status_code == 422
    assert "准予延至的日期须晚于现期限，且不晚于申请的日期。" in answer.content.decode()
    assert all_of(Extension).get().state == "asked"


def test_only_the_office_asked_decides(world, asked):
    assert decide(world.officer(world.cities[0]), asked, answer="grant").status_code == 403
    assert decide(world.officer(world.cities[1]), asked, answer="grant").status_code == 404
    assert decide(world.clerk(world.institutions[0]), asked, answer="grant").status_code == 403


def test_it_is_decided_once(world, asked):
    decide(world.officer(world.counties[0]), asked, answer="grant")
    assert decide(world.officer(world.counties[0]), asked, answer="grant").status_code == 409


def test_one_request_at_a_time(world, campaign, asked):
    row = submission_of(campaign, world.institutions[0])
    with pytest.raises(NotAllowed, match="已有一份申请在等答复"):
        services.ask_extension(row, actor=world.clerk(world.institutions[0]), wanted_on=date(2024, 8, 9), reason="再多给两天时间")


def test_both_on_time_rates_are_kept(world, campaign, asked, clock):
    decide(world.officer(world.counties[0]), asked, answer="grant")
    clock.set(2024, 8, 6, 9)
    put(submission_of(campaign, world.institutions[0]), "filed")
    put(submission_of(campaign, world.institutions[1]), "filed", filed_at=clock.set(2024, 7, 30, 9))
    clock.set(2024, 8, 12, 9)
    rates = on_time_rates(world.officer(world.province).scope, campaign, world.province)
    assert rates == {"due_original": 3, "kept_original": 1, "due_extended": 3, "kept_extended": 2}
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:extensions_of", args=[campaign.id])).content.decode()
    assert "按原定期限按期1 / 3" in said
    assert "含获准延期按期2 / 3" in said
