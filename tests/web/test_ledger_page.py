"""The ledger as auditors read it: filtered in the address, paged by key, taken out as a table, checked by the worker."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.db import connection
from django.urls import reverse

from hengjian.base import jobs
from hengjian.base.ledger import sequencer
from hengjian.base.models import LedgerCheck, LedgerEntry
from hengjian.parties import services
from hengjian.parties.states import Role
from hengjian.web.desk import ledger_search
from tests import factories
from tests.web.people import Cast, cast

LEDGER = "/ledger/"


@pytest.fixture
def people(db, clock) -> Cast:
    made = cast()
    sequencer.sequence_all()
    return made


def read(people: Cast, **asked: str) -> str:
    return people.client(Role.AUDIT_ADMIN).get(LEDGER, asked).content.decode()


def lines(page: str) -> int:
    return page.count("<tr><td")


def test_entries_say_who_when_what_and_to_what(people, clock):
    clock.set(2024, 6, 4, 14, 20)
    services.set_active(people.accounts[Role.FILLER], actor=people.actor(Role.INSTITUTION_ADMIN), active=False, reason="离岗")
    page = read(people, action="parties.set_active")
    assert lines(page) == 1
    assert "6月4日14:20" in page
    assert "启用或停用账号" in page
    assert people.actor(Role.INSTITUTION_ADMIN).name in page
    assert reverse("web:history", args=["parties.account", people.accounts[Role.FILLER].pk]) in page
    assert f"账号　{people.accounts[Role.FILLER].name}" in page
    assert "符合条件的共1条" in page
    assert people.world.institutions[0].name not in read(people, kind="registry.institution")


def test_filters_narrow_by_person_action_kind_and_days_and_stay_in_the_address(people, clock):
    clock.set(2024, 6, 10, 9)
    services.grant_post(people.accounts[Role.FILLER], actor=people.actor(Role.INSTITUTION_ADMIN), post=services.NewPost(
        "inspector", people.world.institutions[0].organisation))
    admin = people.accounts[Role.INSTITUTION_ADMIN]
    assert lines(read(people, **{"from": "2024-06-10", "to": "2024-06-10", "kind": "parties.post"})) == 1
    assert "没有符合条件的记录" in read(people, **{"from": "2024-06-11"})
    assert "没有符合条件的记录" in read(people, who="无此人")
    assert lines(read(people, who=admin.username, action="parties.grant_post")) == 2
    page = read(people, actor=str(admin.pk), **{"from": "2024-06-10", "kind": "parties.post"})
    assert lines(page) == 1
    assert f"去掉操作人“{admin.name}”" in page
    assert "去掉日期“从2024年6月10日”" in page
    assert "没有符合条件的记录" not in read(people, who="测试")
    assert lines(read(people, **{"from": "not-a-day"})) > 5


def test_pages_follow_each_other_by_key_without_gap_or_repeat(people, monkeypatch):
    monkeypatch.setattr(ledger_search, "PER_PAGE", 7)
    wanted = list(LedgerEntry.objects.order_by("-at", "-id").values_list("pk", flat=True))
    seen, asked = [], {}
    while True:
        page = ledger_search.key_page(ledger_search.found_entries({}), asked)
        seen += [one.pk for one in page.rows]
        if not page.older:
            break
        asked = {"before": page.older}
    assert seen == wanted
    back = ledger_search.key_page(ledger_search.found_entries({}), {"after": page.newer})
    assert [one.pk for one in back.rows] == wanted[-len(page.rows) - 7 : -len(page.rows)]
    assert ledger_search.key_page(ledger_search.found_entries({}), {"after": str(wanted[0])}).rows == []
    first = ledger_search.key_page(ledger_search.found_entries({}), {"after": str(wanted[3])})
    assert ([one.pk for one in first.rows], first.newer) == (wanted[:3], "")
    assert 'rel="next"' in read(people)
    assert 'rel="prev"' in read(people, before=str(wanted[10]))


def test_a_late_page_costs_no_more_queries_than_the_first(people, django_assert_max_num_queries, django_assert_num_queries):
    client, middle = people.client(Role.AUDIT_ADMIN), LedgerEntry.objects.order_by("id")[20]
    client.get(LEDGER)
    with django_assert_max_num_queries(40) as first:
        client.get(LEDGER)
    with django_assert_max_num_queries(len(first) + 1):
        client.get(LEDGER, {"before": str(middle.pk)})


@pytest.mark.sqlite_only
def test_filters_are_served_by_indexes(people):
    for asked in ({"action": "parties.sign_in"}, {"kind": "parties.post"}, {"from": "2024-06-01", "to": "2024-06-02"}, {}):
        plan = ledger_search.found_entries(asked)[:51].explain()
        assert "USING INDEX" in plan or "USING COVERING INDEX" in plan
        assert "TEMP B-TREE" not in plan


def test_what_is_taken_out_is_a_table_and_is_itself_on_record(people):
    client = people.client(Role.AUDIT_ADMIN)
    answer = client.post(reverse("web:download_ledger"), {"query": "kind=parties.authority"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(factories.all_of(type(people.world.province)))
    assert {row["对象"] for row in rows} == {"监管部门"}
    assert rows[0]["时间"] == "2024-06-03 09:00:00"
    assert people.world.province.name not in text
    entry = LedgerEntry.objects.get(action="parties.download_ledger")
    assert entry.object_id == people.accounts[Role.AUDIT_ADMIN].pk
    assert people.client(Role.SECURITY_ADMIN).post(reverse("web:download_ledger")).status_code == 403


def test_a_name_is_no_formula_for_a_spreadsheet(people):
    row = factories.account("sly", "=1+1", Role.SUPERVISOR, people.world.province)
    services.change_own_details(row, actor=factories.actor(row), email="sly@example.test")
    text = "".join(ledger_search.csv_lines(ledger_search.found_entries({"who": "sly"})))
    assert "'=1+1" in text
    assert ",=1+1" not in text


def test_auditors_have_the_ledger_checked_and_the_result_is_kept(people):
    client = people.client(Role.AUDIT_ADMIN)
    for what in ("verify", "reconcile"):
        assert client.post(reverse("web:check_ledger", args=[what]))["Location"] == LEDGER
    assert "由后台任务核对" in client.get(LEDGER).content.decode()
    assert "every 2s" in client.get(reverse("web:ledger_checks")).content.decode()
    jobs.run_checks()
    part = client.get(reverse("web:ledger_checks")).content.decode()
    assert "every 2s" not in part
    assert "条记录全部有效" in part
    assert "行数据与账本一致" in part
    assert people.client(Role.SYSTEM_ADMIN).post(reverse("web:check_ledger", args=["verify"])).status_code == 403


def test_what_a_check_found_is_listed_and_told_to_those_who_guard(people, django_capture_on_commit_callbacks):
    with factories.past_the_wire(), connection.cursor() as cursor:
        cursor.execute("UPDATE parties_authority SET short_name = 'X' WHERE level = 'province'")
    client = people.client(Role.AUDIT_ADMIN)
    client.post(reverse("web:check_ledger", args=["reconcile"]))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.run_checks()
    assert "发现1处不符，请保护现场" in client.get(LEDGER).content.decode()
    row = LedgerCheck.objects.get()
    page = client.get(reverse("web:ledger_check", args=[row.pk])).content.decode()
    assert "简称" in page
    assert reverse("web:history", args=["parties.authority", people.world.province.pk]) in page
    for role in (Role.AUDIT_ADMIN, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN):
        assert "账本核对发现1处不符" in people.client(role).get(reverse("web:inbox")).content.decode()
    desk = client.get("/").content.decode()
    assert "发现1处不符" in desk
    assert json.loads(LedgerEntry.objects.filter(object_id=row.pk).order_by("id").last().body)["after"]["state"] == "faulty"
