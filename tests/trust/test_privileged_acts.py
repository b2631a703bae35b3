"""Acts that matter ask again who it is: for the second factor, or for the password where there is none; nothing typed is lost."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from hengjian.base.models import LedgerEntry, Receipt
from hengjian.base.routes import routes
from hengjian.base.scope import EVERYTHING
from hengjian.parties.login import PROVED_KEY
from hengjian.parties.models import Account, Post
from hengjian.registry.models import Reveal
from tests import factories
from tests.accessibility import assert_accessible
from tests.web.people import signed_in

SHOTS = os.environ.get("HENGJIAN_SHOTS", "")
PASSWORD = "rest-assured-9"
GRANT = {"role": "leader", "valid_from": "2024-06-03", "_receipt": "one-and-the-same"}
PRIVILEGED = {
    "parties:open_account", "parties:act_on_account", "parties:reset_password", "parties:withdraw_post",
    "parties:add_authority", "parties:act_on_authority", "parties:withdraw_tree_change",
    "registry:reveal", "registry:export", "web:download_ledger", "web:consent_to_recovery",
}


@pytest.fixture
def world(db, clock):
    return factories.world()


@pytest.fixture
def boss(world):
    return factories.account("boss", "省局管理员", "authority_admin", world.province)


@pytest.fixture
def officer(world):
    return Account.objects.get(username="officer0")


def stale(account: Account) -> Client:
    """A browser in which somebody signed in a good while ago."""
    browser = signed_in(account)
    session = browser.session
    session[PROVED_KEY] -= 601
    session.save()
    return browser


def grants(browser, officer, world, **more):
    url = reverse("parties:act_on_account", args=[officer.pk, "grant"])
    return browser.post(url, {**GRANT, "holder": world.cities[0].name, **more})


def posts_of(account):
    return Post.objects.filter(account=account).count()


def carried(page: str) -> dict[str, str]:
    """What the page that asks again would send along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition('id="again-head"')[2])
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_the_privileged_acts_are_those_of_the_list():
    """Written by hand from docs/adr/0013: a route that joins or leaves it is a decision."""
    assert {name for _path, name, rule in routes() if rule and (rule.fresh or rule.fresh_codes)} == PRIVILEGED
    acts = next(rule for _path, name, rule in routes() if name == "parties:act_on_account" and rule)
    assert acts.fresh_codes == {"grant", "factor", "switch"}


def test_whoever_has_just_signed_in_is_not_asked(boss, officer, world):
    assert grants(signed_in(boss), officer, world).status_code == 302
    assert posts_of(officer) == 2


def test_later_the_password_is_asked_for_and_what_was_typed_goes_on(boss, officer, world):
    browser = stale(boss)
    asked = grants(browser, officer, world, title="首席监管员 <b>")
    page = asked.content.decode()
    assert (asked.status_code, posts_of(officer), asked["Cache-Control"]) == (403, 1, "no-store")
    assert "再输入一次密码" in page
    assert page.count('type="password"') == 1
    sent = carried(page)
    assert sent["title"] == "首席监管员 <b>"
    wrong = grants(browser, officer, world, **sent, _again_password="not-this-one-1")
    assert (wrong.status_code, posts_of(officer)) == (403, 1)
    assert "密码不对" in wrong.content.decode()
    assert carried(wrong.content.decode()) == sent
    before = browser.cookies["sessionid"].value
    done = grants(browser, officer, world, **sent, _again_password=PASSWORD)
    assert (done.status_code, posts_of(officer)) == (302, 2)
    assert browser.cookies["sessionid"].value != before
    assert browser.post(reverse("parties:reset_password", args=[officer.pk]), {"reason": "忘记密码"}).status_code == 200


def test_the_password_that_was_asked_for_is_kept_nowhere(boss, officer, world):
    browser = stale(boss)
    grants(browser, officer, world, _again_password=PASSWORD)
    again = grants(browser, officer, world)
    assert again.status_code == 302
    assert again["Idempotency-Replayed"] == "true"  # the receipt knows nothing of the password
    assert not [row for row in Receipt.objects.all() if PASSWORD in repr(row.__dict__)]
    assert not [row for row in LedgerEntry.objects.all() if PASSWORD in row.body]
    assert PASSWORD not in repr(dict(browser.session))


def test_with_a_second_factor_the_password_is_not_enough(boss, officer, world):
    TOTP.activate(boss, generate_totp_secret())
    codes = RecoveryCodes.activate(boss).get_unused_codes()
    browser = stale(boss)
    page = grants(browser, officer, world).content.decode()
    assert "动态验证码" in page
    assert 'type="password"' not in page
    assert grants(browser, officer, world, _again_password=PASSWORD).status_code == 403
    assert "验证码" in grants(browser, officer, world, _again_code="000000").content.decode()
    assert posts_of(officer) == 1
    assert grants(browser, officer, world, _again_code=codes[0]).status_code == 302
    assert posts_of(officer) == 2


def test_a_page_of_a_privileged_act_asks_before_anything_is_typed(officer, world):
    person = factories.person("孟小川", world.institutions[0])
    browser = stale(officer)
    url = reverse("registry:reveal", args=[person.pk])
    there = browser.get(url)
    assert (there.status_code, there["Location"]) == (302, f"/account/reauthenticate/?next={url.replace('/', '%2F')}")
    back = browser.post(there["Location"], {"password": PASSWORD})
    assert back["Location"] == url
    assert browser.get(url).status_code == 200
    assert Reveal.objects.within(EVERYTHING).count() == 0


def test_a_look_at_personal_data_asks_again_and_is_entered_once(officer, world):
    person = factories.person("孟小川", world.institutions[0])
    browser = stale(officer)
    url, wanted = reverse("registry:reveal", args=[person.pk]), {"fields_wanted": ["id_number", "phone"], "purpose": "verification", "reason": "核对证书编号"}
    page = browser.post(url, wanted)
    assert (page.status_code, Reveal.objects.within(EVERYTHING).count()) == (403, 0)
    assert page.content.decode().count('name="fields_wanted"') == 2
    shown = browser.post(url, {**wanted, "_again_password": PASSWORD})
    assert person.id_number.reveal() in shown.content.decode()
    assert Reveal.objects.within(EVERYTHING).count() == 1


def test_a_part_of_a_page_and_a_script_are_asked_in_their_own_way(boss, officer, world):
    url = reverse("parties:act_on_account", args=[officer.pk, "grant"])
    part = stale(boss).post(url, GRANT, headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Retarget"]) == (403, "#main")
    assert "<html" not in part.content.decode()
    assert 'name="_again_password"' in part.content.decode()
    told = stale(boss).post(url, GRANT, headers={"accept": "application/json"})
    assert (told.status_code, told.json()["again"]) == (403, "_again_password")


def test_whoever_may_not_is_refused_without_being_asked(officer, world):
    answer = stale(officer).post(reverse("parties:add_authority"), {"name": "某区"})
    assert answer.status_code == 403
    assert "_again_" not in answer.content.decode()


def test_an_act_that_is_not_privileged_asks_nothing(boss, officer):
    correct = reverse("parties:act_on_account", args=[officer.pk, "correct"])
    answer = stale(boss).post(correct, {"name": "监管员甲", "email": "", "reason": "更正姓名"})
    assert answer.status_code == 302
    assert stale(officer).get("/").status_code == 200


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["page", "phone"])
def test_in_the_browser_one_types_once_confirms_and_is_done(request, place, boss, officer, world, monkeypatch):
    page = request.getfixturevalue(place)
    page.goto("/account/login/")
    page.fill("#id_login", "boss")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/")
    monkeypatch.setattr("hengjian.parties.freshness.FRESH", timedelta(seconds=-1))
    page.goto(reverse("parties:account", args=[officer.pk]))
    page.get_by_text("重置密码", exact=True).first.click()
    page.get_by_label("重置的理由").fill("本人忘记密码，已核实身份")
    page.get_by_role("button", name="重置密码").click()
    page.get_by_role("heading", name="确认是您本人").wait_for()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"again-{page.viewport_size['width']}.png"), full_page=True)
    monkeypatch.undo()
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认并继续").click()
    page.get_by_text("只显示").first.wait_for()
    assert Account.objects.get(pk=officer.pk).must_change_password
