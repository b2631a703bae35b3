"""An installation on the demonstration province is lost and put back to last night: how long that takes, and how it goes on."""

from __future__ import annotations

import json
import re
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.cli.places import fresh_places

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PASSWORD = "rest-assured-9"
ACCOUNTS = """
from tests import factories
from hengjian.parties.models import Authority
province = factories.all_of(Authority).filter(level="province").get()
factories.account("drill-system", "周系统", "system_admin")
factories.account("drill-audit", "吴审计", "audit_admin")
factories.account("drill-officer", "郑监管", "supervisor", province)
"""
PROVE = """
import json
from hengjian.base.ledger.proofs import proof_for
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.models import LedgerEntry
sequence_all()
print(json.dumps(proof_for(LedgerEntry.objects.filter(action="parties.change_own_details").order_by("sequence").last()), ensure_ascii=False))
"""
EMAIL = """
from hengjian.parties.models import Account
print(Account.objects.get(username="drill-officer").email)
"""


class Visitor:
    """Somebody at a browser without scripts."""

    def __init__(self, address, username):
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.post("/account/login/", login=username, password=PASSWORD)
        assert "退出" in self.get("/")[1]

    def get(self, path):
        return self._ask(Request(self.address + path))

    def post(self, path, *, of="", **fields):
        page = self.get(of or path)[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        hidden = dict(re.findall(r'<input type="hidden" name="(situation)" value="([^"]+)"', page))
        body = urlencode({"csrfmiddlewaretoken": token, **hidden, **fields}).encode()
        return self._ask(Request(self.address + path, data=body, headers={"Referer": self.address + (of or path)}))

    def _ask(self, request):
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()


def change_details(visitor, email, key):
    return visitor.post("/parties/me/details/", of="/parties/me/", email=email, language="zh-hans", density="normal", _receipt=key)


def consent(visitor):
    fields = {"cause": "behind", "reason": "演练：磁盘损坏，恢复到昨夜的备份，缺失的由本人补办"}
    return visitor.post("/recovery/consent/", of="/recovery/", **fields)


def test_the_demonstration_province_is_put_back_to_last_night(tmp_path, django_db_setup, record_property):
    first, second = fresh_places(tmp_path, ("province", "put_back"))
    first.settings["HENGJIAN_WITNESS_DIR"] = second.settings["HENGJIAN_WITNESS_DIR"] = str(tmp_path / "witness")
    assert first.run("demo", "--no-serve", "--out", tmp_path / "out", seconds=1200).returncode == 0
    first.python(ACCOUNTS, 600)
    backup_seconds = _timed(lambda: _succeeds(first.run("backup", tmp_path / "night.tar.gz", "--keys", tmp_path / "keys.tar.gz", seconds=600)))
    with first.serving() as address:
        assert change_details(Visitor(address, "drill-officer"), "day@example.test", "day-once")[0] == 200
        proof = tmp_path / "day.hjproof"
        proof.write_text(first.python(PROVE, 600).strip().splitlines()[-1])
    began = time.monotonic()
    _succeeds(second.run("restore", tmp_path / "night.tar.gz", "--keys", tmp_path / "keys.tar.gz", seconds=600))
    _succeeds(second.run("migrate", seconds=600))
    with second.serving() as address:
        rto = time.monotonic() - began
        _all_is_read_only(second, address, proof)
        _two_people_go_on(second, address)
        assert "证明成立" in (told := second.run("ledger", "proof", proof, seconds=600)).stdout
        assert (told.returncode, "缺失的一段里" in told.stdout) == (0, True)
    assert "账本完整" in (sound := second.run("ledger", "verify", seconds=600).stdout)
    assert "第 2 纪元" in sound
    assert "一致" in second.run("ledger", "reconcile", seconds=600).stdout
    size = (tmp_path / "night.tar.gz").stat().st_size / 1e6
    said = f"demonstration province: backup of {size:.1f} MB in {backup_seconds:.1f} s; restore, migrate, first page in {rto:.1f} s"
    record_property("told", said)


def _timed(act):
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _succeeds(done):
    assert done.returncode == 0, done.stderr + done.stdout


def _all_is_read_only(place, address, proof):
    told = place.run("ledger", "recover", seconds=600)
    assert (told.returncode, "修改本人资料" in told.stdout, "没有遗漏" in told.stdout) == (1, True, True), told.stdout
    assert place.run("ledger", "proof", proof, seconds=600).returncode == 1
    assert place.run("ledger", "verify", seconds=600).returncode == 1
    findings = json.loads(place.run("doctor", "--json", seconds=600).stdout)["findings"]
    assert ("存证", "bad") in {(one["about"], one["state"]) for one in findings}
    officer = Visitor(address, "drill-officer")
    status, page = officer.get("/campaigns/")
    assert (status, "系统现在只能查看，不能办理" in page) == (200, True)
    status, page = change_details(officer, "again@example.test", "day-once")
    assert (status, "两人确认后恢复办理" in page) == (503, True)
    assert place.python(EMAIL, 600).strip() == ""


def _two_people_go_on(place, address):
    assert "还需要另一位管理员确认" in consent(Visitor(address, "drill-system"))[1]
    assert change_details(Visitor(address, "drill-officer"), "again@example.test", "day-once")[0] == 503
    assert "第2纪元已经开启" in consent(Visitor(address, "drill-audit"))[1]
    assert change_details(Visitor(address, "drill-officer"), "again@example.test", "day-once")[0] == 200
    assert place.python(EMAIL, 600).strip() == "again@example.test"
