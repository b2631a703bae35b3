"""Requests that no page of ours sends: unreadable bodies, forged heads, odd numbers, texts that nobody sees. Case numbers: TRUST catalogue E."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from hengjian.base.models import LedgerEntry
from hengjian.rectification.models import Problem
from tests import factories
from tests.campaigns import scenes, selfchecks
from tests.factories import all_of
from tests.rectification import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(clock: Any) -> selfchecks.Scene:
    return selfchecks.scene(clock)


def client_of(scene: selfchecks.Scene, **more: Any) -> Client:
    held = scenes.signed_in(scene.clerk)
    held.raise_request_exception = False
    held.defaults.update(more)
    return held


@pytest.fixture
def block(scene: selfchecks.Scene) -> Any:
    submission = scene.begun()
    client, address = client_of(scene), reverse("campaigns:sheet_block", args=[submission.pk])

    def send(body: bytes, content_type: str = "application/json", **more: Any) -> Any:
        return client.post(address, body, content_type=content_type, **more)

    send.line = selfchecks.lines(submission)[0]
    return send


DEEP = b'{"cells":' + b"[" * 10_000 + b"]" * 10_000 + b"}"


@pytest.mark.parametrize(("body", "status", "said"), [
    (DEEP, 400, "内容嵌套过深，无法识别。请刷新页面后重新操作。"),
    (b'{"cells":"' + b"x" * (4 * 1024 * 1024) + b'"}', 413, "一次提交的内容过多（超过4 MB），请分几次提交。"),
    (b'{"cells":[],"cells":[]}', 400, "内容无法识别，请刷新页面后重新操作。"),
    (b'{"cells":[{"value":NaN}]}', 400, "内容无法识别，请刷新页面后重新操作。"),
    (b'{"cells":[{"value":1e999}]}', 400, "内容无法识别，请刷新页面后重新操作。"),
    (b"\xff\xfe", 400, "内容无法识别，请刷新页面后重新操作。"),
    (b'{"cells":[{"value":"\\u0000"}]}', 400, "内容里有空字符（NUL），无法接收。请重新输入后提交。"),
    (b'{"cells":7}', 422, "粘贴的内容无法识别，请分几次粘贴。"),
])
def test_case_37_json_that_cannot_be_meant(block: Any, body: bytes, status: int, said: str) -> None:
    before, begun = LedgerEntry.objects.count(), time.process_time()
    answer = block(body, headers={"Accept": "application/json"})
    assert time.process_time() - begun < 1
    assert (answer.status_code, answer.json()["detail"]) == (status, said)
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize(("version", "status"), [("²", 200), ("9" * 5000, 200), ("-1", 200), (None, 200), ([], 200)])
def test_case_37_a_version_that_is_no_number_is_none(block: Any, version: Any, status: int) -> None:
    cells = [{"line": block.line.key, "column": "remarks", "value": "补充说明", "base_version": version}]
    assert block(json.dumps({"cells": cells}).encode()).status_code == status


def test_case_38_the_content_type_is_what_the_door_takes(block: Any) -> None:
    assert block(b'{"cells":[]}', "text/plain").status_code == 415
    assert block(b'{"cells":[]}', "application/xml").status_code == 415


def test_case_38_bodies_are_not_unpacked(block: Any, scene: selfchecks.Scene) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert block(bomb, headers={"Content-Encoding": "gzip"}).status_code == 415
    assert client_of(scene).post("/account/login/", bomb, content_type="application/x-www-form-urlencoded", headers={"Content-Encoding": "deflate"}).status_code == 415


@pytest.mark.parametrize(("body", "content_type"), [
    (b"--x\r\nContent-Disposition: form-data; name=a", "multipart/form-data; boundary=x"),
    (b"a=1", "multipart/form-data; boundary=" + "x" * 5000), (b"a=1", "multipart/form-data"), (b"\xff\xfe=%ff%c0", "application/x-www-form-urlencoded"),
    (b"a=1", "application/x-www-form-urlencoded; charset=nonsense"), (b"&".join(b"a=1" for _n in range(20_001)), "application/x-www-form-urlencoded"),
])
def test_case_38_forms_that_cannot_be_read(scene: selfchecks.Scene, body: bytes, content_type: str) -> None:
    answer = client_of(scene).generic("POST", reverse("rectification:open"), body, content_type=content_type)
    assert answer.status_code in {400, 415, 422}, answer.status_code


@pytest.mark.parametrize("page", ["-1", "0", "999999999", "1e9", "²", "x", "", "9" * 5000])
def test_case_40_a_page_that_is_not_there_is_the_nearest_one(scene: selfchecks.Scene, page: str) -> None:
    cases.opened(scene.world)
    answer = client_of(scene).get(reverse("rectification:problems"), {"page": page, "size": "1000000000", "per_page": "1000000000"})
    assert answer.status_code == 200
    assert answer.context["page"].number == 1


@pytest.mark.parametrize(("route", "query"), [
    ("parties:calendar", {"year": "²"}), ("parties:calendar", {"year": "9" * 5000}), ("rectification:problems", {"severity": "²", "campaign": "x", "org": "'"}),
    ("rectification:problems", {"area": "%", "finder": "x", "status": "x", "kind": "x"}),
])
def test_case_40_odd_numbers_in_addresses(scene: selfchecks.Scene, route: str, query: dict[str, str]) -> None:
    officer = scenes.signed_in(scene.county)
    officer.raise_request_exception = False
    assert officer.get(reverse(route), query).status_code == 200


def test_case_40_odd_numbers_in_addresses_of_a_campaign(scene: selfchecks.Scene) -> None:
    officer = scenes.signed_in(scene.world.officer(scene.world.province))
    officer.raise_request_exception = False
    ret = scenes.return_of(scene.campaign, scene.world.province)
    branch = reverse("campaigns:board_branch", args=[scene.campaign.pk, scene.world.cities[0].pk])
    for address, query in ((branch, {"depth": "²"}), (branch, {"depth": "-5"}), (f"/campaigns/statistics/{ret.pk}/", {"edition": "²"})):
        assert officer.get(address, query).status_code == 200, (address, query)


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "%%", "__", "'", "\"; DROP TABLE x; --", "(a+)+$", "[", "*"])
def test_case_43_signs_of_a_search_are_only_signs(scene: selfchecks.Scene, wildcard: str) -> None:
    cases.opened(scene.world)
    client = client_of(scene)
    answer = client.get(reverse("rectification:problems"), {"q": wildcard})
    assert (answer.status_code, len(answer.context["page"].object_list)) == (200, 0)
    assert client.get(reverse("web:search"), {"q": wildcard * 2}).status_code == 200


def test_case_44_a_method_is_not_overridden(scene: selfchecks.Scene) -> None:
    problem = cases.opened(scene.world)
    client = client_of(scene)
    for head in ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD", "HTTP_X_METHOD_OVERRIDE"):
        assert client.get(f"/rectification/problems/{problem.pk}/plan/", **{head: "POST"}).status_code == 405
    assert client.post(f"/rectification/problems/{problem.pk}/", {"_method": "DELETE"}).status_code == 405
    assert client.generic("TRACE", "/").status_code in {200, 405}  # no echo: the desk as it is, or nothing
    assert client.generic("DELETE", f"/rectification/problems/{problem.pk}/").status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:80:80", "[::1", "a" * 300])
def test_case_44_a_forged_host_is_refused(scene: selfchecks.Scene, host: str) -> None:
    answer = client_of(scene, HTTP_HOST=host).get("/")
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_case_44_a_forwarded_host_is_not_believed(scene: selfchecks.Scene) -> None:
    answer = Client().get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4", "Forwarded": "host=evil.example"})
    assert "evil" not in answer["Location"] + answer.content.decode()


def test_case_46_a_command_from_elsewhere_is_refused(scene: selfchecks.Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.Account.objects.get(pk=scene.clerk.id))
    address = reverse("campaigns:begin_selfcheck", args=[scene.submission().pk])
    for origin in ("https://evil.example", "null"):
        answer = client.post(address, headers={"Origin": origin})
        assert (answer.status_code, "Access-Control-Allow-Origin" in answer) == (403, False)
    assert scene.submission().state == "idle"
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"Origin": "null"})


def test_case_47_codes_of_documents_are_not_guessed(clock: Any) -> None:
    cache.clear()
    client = Client(REMOTE_ADDR="10.9.9.9")
    statuses = [client.get(f"/verify/HJ-2024-{n:04d}-AAAA/").status_code for n in range(31)]
    assert (statuses[:30], statuses[30]) == ([404] * 30, 429)
    assert client.get("/verify/").headers["Retry-After"] == "60"
    cache.clear()


def test_case_48_a_field_that_no_form_has_changes_nothing(scene: selfchecks.Scene) -> None:
    problem = cases.confirmed(scene.world, due=scene.campaign.issued_on.replace(month=8))
    client = client_of(scene)
    asked = {"measure": "完成内审，修订程序文件", "responsible_name": "苏映雪", "responsible_department": "质量部", "at_once": "0"}
    more = {"state": "closed", "org_id": str(scene.world.institutions[1].pk), "area": "99/", "severity": "3", "id": "x", "version": "99", "closed_at": "2024-01-01"}
    assert client.post(f"/rectification/problems/{problem.pk}/plan/", {**asked, **more}).status_code == 302
    held = all_of(Problem).get(pk=problem.pk)
    assert (held.state, held.org_id, held.severity, held.closed_at) == ("rectifying", problem.org_id, 1, None)


@pytest.mark.parametrize("address", ["/rectification/problems/?q=a%00b", "/verify/%00/", "/search/?q=%00", "/?%00=1"])
def test_case_27_a_nul_is_no_text(scene: selfchecks.Scene, address: str) -> None:
    answer = client_of(scene).get(address)
    assert answer.status_code == 400
    assert "内容里有空字符（NUL），无法接收。请重新输入后提交。" in answer.content.decode()


def test_case_27_a_nul_in_a_form_is_refused_and_nothing_kept(scene: selfchecks.Scene) -> None:
    client, before = client_of(scene), LedgerEntry.objects.count()
    answer = client.post(reverse("rectification:open"), {"title": "设备\0台账", "facts": "台账缺失"})
    assert (answer.status_code, LedgerEntry.objects.count()) == (400, before)


def test_case_27_what_nobody_sees_is_taken_away(scene: selfchecks.Scene) -> None:
    problem = cases.confirmed(scene.world, due=scene.campaign.issued_on.replace(month=8))
    asked = {"measure": "完成\u202e内审\x0b，修订\x1b程序\ufffe文件\r\n第二行\t末", "responsible_name": "苏\u2066映雪", "responsible_department": "质量部", "at_once": "0"}
    assert client_of(scene).post(f"/rectification/problems/{problem.pk}/plan/", asked).status_code == 302
    held = all_of(Problem).get(pk=problem.pk)
    assert (held.measure.replace("\r", ""), held.responsible_name) == ("完成内审，修订程序文件\n第二行\t末", "苏映雪")


def test_case_26_rare_names_are_kept_shown_and_found(scene: selfchecks.Scene) -> None:
    county = scenes.signed_in(scene.county)
    for name in ("𠮷田㛃", "买买提·艾力", "\ue863朝"):
        selfchecks.verified_person(name, scene.institution)
        page = county.get(reverse("registry:people"), {"q": name})
        assert name in page.content.decode(), name
