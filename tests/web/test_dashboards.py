"""The dashboard of a campaign: exact figures in charts and tables, filters, scope, downloads, paper."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from hengjian.base.errors import OutOfScope
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries.dashboard import Asked, dashboard
from hengjian.campaigns.services import deadlines
from hengjian.parties.models import Account
from tests.campaigns.facts import accept, facts, put_right
from tests.factories import all_of

pytestmark = pytest.mark.django_db
STATES = ("应报", "已接收", "已报送", "已退回", "填报中", "未开始", "逾期")


@pytest.fixture
def at(clock):
    return facts(clock)


def board(at, authority=None, **asked):
    authority = authority or at.world.province
    return dashboard(at.officer(authority).scope, at.dong.campaign, authority, Asked(**asked))


def rows(page, key: str) -> list[tuple]:
    (chart,) = [one for one in page.charts if one.key == key]
    return [tuple(cell.text for cell in row) for row in chart.rows]


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def test_completeness_counts_each_area_and_the_whole(at):
    accept(at.dong)
    assert rows(board(at), "completeness") == [
        ("青麓市", 1, 1, 0, 0, 0, 0, 0, "100%"), ("砺石市", 1, 0, 1, 0, 0, 0, 0, "0%"), ("高新技术产业开发区", 1, 0, 0, 0, 0, 1, 0, "0%"),
        ("合计", 3, 1, 1, 0, 0, 1, 0, "33%"),
    ]


def test_charts_and_tables_say_the_same(at):
    for chart in board(at).charts:
        assert len(chart.data["categories"]) in {len(chart.rows), len(chart.rows) - 1}, chart.key
        assert all(len(series["values"]) == len(chart.data["categories"]) for series in chart.data["series"]), chart.key
        assert chart.say
        assert all(len(row) == len(chart.head) for row in chart.rows), chart.key


def test_coverage_of_the_lists(at):
    assert rows(board(at), "coverage") == [
        ("气瓶检验机构", 1, 1, 1, 0, "100%"), ("电梯检验检测机构", 1, 0, 0, 1, "0%"), ("开展燃气压力管道和相关压力容器检验的检验机构", 0, 0, 0, 0, "—"),
    ]


def test_problems_by_kind_and_age(at, clock):
    assert {row[0]: row[1] for row in rows(board(at), "kinds")} == {"真实执业": 1, "学历": 1, "人员资源条件": 1, "检验检测过程与记录": 1}
    put_right(at, "staffing")
    clock.set(2024, 7, 20, 9)
    assert [row[1] for row in rows(board(at), "age")] == [0, 3, 0, 0]


def test_on_time_rates_keep_both_deadlines(at, clock):
    zone = all_of(Submission).get(state="idle")
    clerk = at.world.clerk(at.world.institutions[2])
    asked = deadlines.ask_extension(zone, actor=clerk, wanted_on=date(2024, 8, 9), reason="停航两日，无法到场补证")
    deadlines.decide_extension(asked, actor=at.officer(at.world.zone), grant=True, decision="同意")
    clock.set(2024, 8, 2, 9)
    assert rows(board(at), "timeliness")[-1] == ("合计", "2 / 3", "67%", "2 / 2", "100%")
    clock.set(2024, 8, 12, 9)
    assert rows(board(at), "timeliness")[-1] == ("合计", "2 / 3", "67%", "2 / 3", "67%")


def test_the_pace_ends_with_today(at):
    assert rows(board(at), "pace")[-1] == ("7月10日", 2, 0)
    assert len(rows(board(at), "pace")) <= 12


def test_areas_are_compared(at):
    for kind in ("practice", "education"):
        put_right(at, kind)
    assert rows(board(at), "areas") == [
        ("青麓市", 1, "0%", "100%", 4, "50%"), ("砺石市", 1, "0%", "100%", 0, "—"), ("高新技术产业开发区", 1, "0%", "—", 0, "—"),
    ]


def test_filters_look_into_an_area_and_a_kind(at):
    qing = board(at, area=at.world.cities[0].path)
    assert qing.top.area_name == "青麓市"
    assert [row[0] for row in rows(qing, "completeness")] == ["东浦区", "西岭区", "合计"]
    testing = board(at, kind="testing")
    assert rows(testing, "completeness")[-1][1] == 2
    assert [chart.key for chart in testing.charts if chart.key == "kinds"] == []  # the problems are those of an inspection body


def test_another_area_than_ones_own_is_not_there(at):
    with pytest.raises(OutOfScope):
        board(at, at.world.cities[0], area=at.world.cities[1].path)
    url = reverse("campaigns:dashboard", args=[at.dong.campaign.id])
    assert signed_in(at.officer(at.world.cities[0])).get(url, {"area": at.world.cities[1].path}).status_code == 404
    assert signed_in(at.dong.clerk).get(url).status_code == 403


@pytest.mark.parametrize("query", [{}, {"print": "1"}, {"kind": "inspection"}])
def test_pages_on_screen_and_on_paper(at, query):
    for authority in [at.world.province, at.world.cities[0], at.world.counties[0]]:
        answer = signed_in(at.officer(authority)).get(reverse("campaigns:dashboard", args=[at.dong.campaign.id]), query)
        assert answer.status_code == 200
        assert "报送完成情况" in answer.content.decode()


def test_the_tables_are_a_workbook(at):
    go = signed_in(at.officer(at.world.province))
    url = reverse("campaigns:dashboard_file", args=[at.dong.campaign.id])
    book = openpyxl.load_workbook(io.BytesIO(go.get(url).content))
    assert book.sheetnames == ["报送完成情况", "报送进程", "按时报送率", "全覆盖检查", "问题类别", "未销号问题的时长", "地区比较"]
    lines = list(book["报送完成情况"].iter_rows(values_only=True))
    assert lines[3][:3] == ("地区", "应报", "已接收")
    assert lines[-1][:2] == ("合计", 3)
    assert openpyxl.load_workbook(io.BytesIO(go.get(url, {"chart": "kinds"}).content)).sheetnames == ["问题类别"]
    assert go.get(url, {"chart": "nothing"}).status_code == 404
