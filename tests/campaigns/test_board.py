"""The board: counts, who holds it up, filters, constant queries, urging, supervision letters, export."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from hengjian.base.errors import NotAllowed
from hengjian.campaigns import services
from hengjian.campaigns.models import Notice, Submission
from hengjian.campaigns.queries.board import Filters, board
from hengjian.parties.models import Message
from tests import factories
from tests.campaigns import scenes
from tests.campaigns.scenes import put, signed_in, submission_of
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    return scenes.launched(world)


def shown(world, campaign, place=None, **query):
    place = place or world.province
    return signed_in(world.officer(place)).get(reverse("campaigns:board", args=[campaign.id]), query).content.decode()


def tree(world, campaign, place=None, **asked):
    place = place or world.province
    return board(world.officer(place).scope, campaign, place, Filters(**asked))


def test_each_filing_counts_once_and_adds_up_to_the_top(world, campaign):
    root = tree(world, campaign)
    assert root.total == 3
    assert {node.authority.area_name: node.total for node in root.walk()} == {
        "澜川省": 3, "青麓市": 1, "东浦区": 1, "西岭区": 0, "砺石市": 1, "赤岩县": 1, "高新技术产业开发区": 1,
    }


def test_the_states_are_told_apart_and_a_zero_report_is_named(world, campaign):
    first, second, _third = (submission_of(campaign, i) for i in world.institutions)
    put(first, "accepted", is_zero_report=True)
    put(second, "draft", filler_name="何承望")
    root = tree(world, campaign)
    assert {state: n for state, n in root.counts.items() if n} == {"accepted": 1, "draft": 1, "idle": 1}
    assert root.zero_reports == 1
    said = shown(world, campaign, expand="institution")
    assert "零问题报告" in said
    assert "填表人　何承望，填报中" in said
    assert "机构管理员，尚未指派填表人" in said


def test_late_ends_at_24_00_and_counts_working_days(world, campaign, clock):
    clock.set(2024, 7, 31, 23, 59)
    assert tree(world, campaign).counts["overdue"] == 0
    clock.set(2024, 8, 1, 0, 0)
    assert tree(world, campaign).counts["overdue"] == 3
    clock.set(2024, 8, 5, 9)
    assert "逾期3个工作日（未开始）" in shown(world, campaign)
    assert "催办3家逾期机构" in shown(world, campaign)


def test_what_is_filed_waits_for_the_person_who_checks_it(world, campaign, clock):
    put(submission_of(campaign, world.institutions[0]), "filed")
    clock.forward(days=2)
    assert "县局　监管员3，待审核2个工作日" in shown(world, campaign, expand="institution")


def test_filters_narrow_the_rows_and_leave_the_counts(world, campaign):
    put(submission_of(campaign, world.institutions[0]), "accepted")
    root = tree(world, campaign, state="accepted")
    assert (root.total, root.matches) == (3, 1)
    said = shown(world, campaign, status="accepted")
    assert "青麓恒固气瓶检验有限公司" in said
    assert "砺石正衡无损检测有限公司" not in said
    assert "筛选后显示1家" in said
    assert tree(world, campaign, kind="inspection").total == 1
    assert "没有符合筛选条件的机构" in shown(world, campaign, q="不存在的机构")


@pytest.mark.parametrize(("place", "seen"), [
    ("province", {0, 1, 2}), ("city", {0}), ("county", {0}), ("zone", {2}), ("other", {1}),
])
def test_each_level_sees_its_own_part(world, campaign, place, seen):
    place = {"province": world.province, "city": world.cities[0], "county": world.counties[0], "zone": world.zone, "other": world.cities[1]}[place]
    said = shown(world, campaign, place, expand="institution")
    assert {n for n, one in enumerate(world.institutions) if one.name in said} == seen


def test_a_tighter_city_is_marked(world, campaign):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    said = shown(world, campaign)
    assert "较省期限早12天" in said
    assert "增加任务“底片复评5%”" in said


def test_the_number_of_queries_does_not_grow(world, campaign):
    officer = signed_in(world.officer(world.province))
    address = reverse("campaigns:board", args=[campaign.id])
    officer.get(address)
    with CaptureQueriesContext(connection) as few:
        officer.get(address)
    for n in range(57):
        seat = [*world.counties, world.zone][n % 4]
        factories.institution(f"机构{n}号检验有限公司", seat, specialities=["lift"])
    for n in range(13):
        factories.authority(f"增设{n}县", f"9901{n + 10}", "county", world.cities[n % 2])
    services.join_new_institutions(campaign, actor=factories.SYSTEM)
    with CaptureQueriesContext(connection) as many:
        assert officer.get(address).status_code == 200
    assert all_of(Submission).filter(campaign=campaign).count() == 60
    assert len(many) == len(few)
    assert len(many) <= 32


def test_urging_one_reaches_whoever_holds_it_up(world, campaign):
    first = submission_of(campaign, world.institutions[0])
    second = submission_of(campaign, world.institutions[1])
    put(second, "filed")
    browser = signed_in(world.officer(world.province))
    before = all_of(Message).count()
    browser.post(reverse("campaigns:urge", args=[campaign.id]), {"only": str(first.id), "row": [str(second.id)], "note": "请今天报"})
    sent = list(all_of(Message).order_by("at", "id"))[: all_of(Message).count() - before]
    assert {m.account.username for m in all_of(Message).filter(kind="urging").select_related("account")} == {"clerk0"}
    assert sent
    browser.post(reverse("campaigns:urge", args=[campaign.id]), {"only": str(second.id)})
    assert {m.account.username for m in all_of(Message).filter(kind="urging").select_related("account")} == {"clerk0", "officer5"}
    assert submission_of(campaign, world.institutions[0]).reminded_count == 1


def test_urging_nobody_is_refused_with_the_reason(world, campaign):
    answer = signed_in(world.officer(world.province)).post(reverse("campaigns:urge", args=[campaign.id]))
    assert answer.status_code == 422
    assert "请先勾选要催办的机构。" in answer.content.decode()


def test_rows_of_another_area_are_not_urged(world, campaign):
    other = submission_of(campaign, world.institutions[1])
    answer = signed_in(world.officer(world.cities[0])).post(reverse("campaigns:urge", args=[campaign.id]), {"only": str(other.id)})
    assert answer.status_code == 404
    own = submission_of(campaign, world.institutions[0])
    mixed = signed_in(world.officer(world.cities[0])).post(reverse("campaigns:urge", args=[campaign.id]), {"row": [str(own.id), str(other.id)]})
    assert mixed.status_code == 404
    assert not all_of(Message).filter(kind="urging").exists()


def test_an_institution_urges_nobody(world, campaign):
    with pytest.raises(NotAllowed):
        services.urge_submissions([submission_of(campaign, world.institutions[0])], actor=world.clerk(world.institutions[0]))


def test_supervision_letters_go_to_those_ticked_with_their_papers(world, campaign, clock):
    clock.set(2024, 8, 2, 9)
    rows = [submission_of(campaign, i) for i in world.institutions[:2]]
    put(rows[1], "accepted")
    browser = signed_in(world.officer(world.province))
    address = reverse("campaigns:new_letters", args=[campaign.id])
    picked = browser.post(address, {"prepare": "1", "row": [str(rows[0].id)]})
    assert "青麓恒固气瓶检验有限公司" in browser.get(picked["Location"]).content.decode()

    browser.post(address, {"row": [str(r.id) for r in rows], "matter": "自查表逾期未报送，请说明原因。", "due_on": "2024-08-09"})

    letter = all_of(Notice).get()
    assert (letter.number, letter.addressee, letter.due_on) == ("DB-2024-0001", "青麓恒固气瓶检验有限公司", date(2024, 8, 9))
    assert {m.account.username for m in all_of(Message).filter(kind="letter").select_related("account")} == {"clerk0"}
    assert "自查表逾期未报送，请说明原因。" in browser.get(reverse("campaigns:letter", args=[letter.id])).content.decode()
    for fmt, magic in (("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")):
        assert browser.get(reverse("campaigns:letter_file", args=[letter.id, fmt])).content.startswith(magic)
    clerk = signed_in(world.clerk(world.institutions[0]))
    assert clerk.get(reverse("campaigns:letter", args=[letter.id])).status_code == 200
    assert signed_in(world.clerk(world.institutions[1])).get(reverse("campaigns:letter", args=[letter.id])).status_code == 404
    assert signed_in(world.officer(world.cities[1])).get(reverse("campaigns:letter", args=[letter.id])).status_code == 404


def test_a_letter_is_not_due_in_the_past(world, campaign, clock):
    clock.set(2024, 8, 2, 9)
    row = submission_of(campaign, world.institutions[0])
    answer = signed_in(world.officer(world.province)).post(
        reverse("campaigns:new_letters", args=[campaign.id]), {"row": [str(row.id)], "matter": "逾期", "due_on": "2024-08-01"}
    )
    assert answer.status_code == 422
    assert "办结期限不能早于今天。" in answer.content.decode()
    assert not all_of(Notice).exists()


def test_the_board_goes_out_as_a_workbook(world, campaign):
    put(submission_of(campaign, world.institutions[0]), "accepted", is_zero_report=True)
    answer = signed_in(world.officer(world.province)).get(reverse("campaigns:board_file", args=[campaign.id]))
    sheet = load_workbook(BytesIO(answer.content)).active
    lines = {str(row[0]).strip("　"): row for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert lines["澜川省"][1:8] == (3, 1, 0, 0, 0, 2, 0)
    assert lines["青麓恒固气瓶检验有限公司"][8:10] == (1, "已接收")


def test_coverage_lists_say_who_is_missing(world, campaign):
    said = shown(world, campaign)
    assert "全覆盖清单" in said
    assert reverse("registry:institution", args=[world.institutions[0].id]) in said


def test_recurring_returns_are_shown_as_a_series(world):
    campaign = scenes.launched(world, scenes.HEILONGJIANG)
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:series", args=[campaign.id])).content.decode()
    assert "第1次　2012年7月30日" in said
    assert "第9次　2012年11月30日" in said
    assert "逾期" in said


def test_a_campaign_that_asks_authorities_only_says_so(world, clock):
    clock.set(2023, 6, 1, 9)
    campaign = scenes.launched(world, "cn-43.2023-conduct.campaign")
    assert "本行动没有要求机构报送" in shown(world, campaign)
