"""One's own account: details, sign-ins, posts, the second factor; all of it in the ledger."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from hengjian.base.models import LedgerEntry
from hengjian.parties import services
from hengjian.parties.guesses import STRANGERS_CODES
from hengjian.parties.models import Account, SignIn
from hengjian.parties.services.sign_ins import device_of
from hengjian.parties.states import Role
from tests import factories
from tests.web.people import Cast, cast, signed_in

PASSWORD = "rest-assured-9"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
OWN = "/parties/me/"


@pytest.fixture
def people(db, clock) -> Cast:
    cache.clear()
    return cast()


def login(account: Account, password: str = PASSWORD, **headers: str) -> Client:
    client = Client(HTTP_USER_AGENT=CHROME, REMOTE_ADDR="10.20.30.40", **headers)
    client.post("/account/login/", {"login": account.username, "password": password})
    return client


def change(client: Client, **given: str):
    return client.post(reverse("parties:change_own"), {"email": "", "phone": "", "language": "zh-hans", "density": "normal", **given})


def test_a_sign_in_is_on_record_with_device_place_and_the_clock_of_the_house(people, clock):
    account = people.accounts[Role.FILLER]
    client = login(account)
    row = SignIn.objects.get(account=account)
    assert (row.device, str(row.address), row.method, row.at) == ("Chrome 126，Windows", "10.20.*.*", "password", clock.now())
    assert Account.objects.get(pk=account.pk).last_login == clock.now()
    page = client.get(OWN).content.decode()
    assert "就是这里" in page
    assert "6月3日09:00" in page
    entry = LedgerEntry.objects.get(action="parties.sign_in", object_id=row.pk)
    assert "10.20.30.40" not in entry.body


def test_failed_tries_are_on_record_and_told_at_the_next_login(people):
    account = people.accounts[Role.FILLER]
    login(account, "wrong-password")
    login(account, "wrong-again")
    assert SignIn.objects.filter(account=account, succeeded=False).count() == 2
    client = login(account)
    assert "有2次没有登录成功" in client.get("/").content.decode()
    assert client.get(OWN).content.decode().count("没有登录成功") == 2
    assert "没有登录成功。" not in login(account).get("/").content.decode()


def test_other_sign_ins_are_ended_and_come_no_further(people):
    account = people.accounts[Role.FILLER]
    elsewhere, here = login(account), login(account)
    assert "另有1处登录还没有退出" in here.get(OWN).content.decode()
    here.post(reverse("parties:end_others"))
    assert elsewhere.get(OWN)["Location"].startswith("/account/login/")
    page = here.get(OWN).content.decode()
    assert "本人在别处结束" in page
    assert "结束其他登录" not in page


def test_leaving_idling_and_running_out_are_told_apart(people):
    account = people.accounts[Role.FILLER]
    left, idle, long = login(account), login(account), login(account)
    left.post("/account/logout/")
    for client, key, back in ((idle, "seen_at", 3601), (long, "began_at", 12 * 3600 + 1)):
        session = client.session
        session.setdefault(key, session["began_at"])
        session[key] -= back
        session.save()
        assert client.get(OWN).status_code == 302
    assert sorted(SignIn.objects.values_list("ended_by", flat=True)) == ["expired", "idle", "left"]


def test_a_new_password_ends_all_other_sign_ins(people):
    account = people.accounts[Role.FILLER]
    elsewhere, here = login(account), login(account)
    given = {"oldpassword": PASSWORD, "password1": "plum-rain-17-kites", "password2": "plum-rain-17-kites"}
    assert here.post("/account/password/", given).status_code == 302
    assert elsewhere.get(OWN).status_code == 302
    assert here.get(OWN).status_code == 200
    assert "密码上次设定于6月3日" in here.get(OWN).content.decode()
    assert SignIn.objects.filter(ended_by="password").count() == 1


def test_details_are_changed_in_the_ledger_and_the_telephone_stays_masked(people):
    account = people.accounts[Role.FILLER]
    client = signed_in(account)
    assert change(client, email="filler@example.test", phone="13900001234").status_code == 302
    saved = Account.objects.get(pk=account.pk)
    assert (saved.email, saved.phone.reveal()) == ("filler@example.test", "13900001234")
    page = client.get(OWN).content.decode()
    assert "139****1234" in page
    assert "13900001234" not in page
    assert change(client).status_code == 302
    saved = Account.objects.get(pk=account.pk)
    assert (saved.email, bool(saved.phone)) == ("", True)
    change(client, forget_phone="on")
    assert not Account.objects.get(pk=account.pk).phone
    entries = LedgerEntry.objects.filter(object_id=account.pk, action="parties.change_own_details")
    assert entries.count() == 3
    assert not any("13900001234" in entry.body for entry in entries)


def test_bad_details_are_refused_at_their_fields_and_what_was_typed_stays(people):
    client = signed_in(people.accounts[Role.FILLER])
    answer = change(client, phone="一三九", email="not-an-address")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "not-an-address" in page
    answer = change(client, phone="abc")
    assert "电话号码只能有数字" in answer.content.decode()


def test_the_language_goes_with_the_account(people):
    account = people.accounts[Role.FILLER]
    client = login(account)
    client.post("/parties/language/", {"language": "en", "next": "/"})
    assert Account.objects.get(pk=account.pk).language == "en"
    fresh = login(account)
    assert fresh.cookies["django_language"].value == "en"
    assert "My account" in fresh.get(OWN).content.decode()
    assert Client().post("/parties/language/", {"language": "en", "next": "/"}).status_code == 302


def test_posts_are_listed_with_their_time_and_one_goes_on_in_another(people, clock):
    account, world = Account.objects.get(username="officer0"), people.world
    grant = services.grant_post
    other = grant(account, actor=factories.SYSTEM, post=services.NewPost("leader", world.cities[0]))
    grant(account, actor=factories.SYSTEM, post=services.NewPost("leader", world.cities[1], "", clock.now().date().replace(year=2025)))
    client = signed_in(account)
    page = client.get(OWN).content.decode()
    assert page.count("以此岗位办理") == 1
    assert "还没有开始" in page
    client.post(reverse("parties:post_switch"), {"post": str(other.pk)})
    assert world.cities[0].name in client.get(OWN).content.decode()


def test_an_account_without_a_post_reaches_its_own_page_and_nothing_else(people):
    row = factories.account("lost", "无岗", "filler", people.world.institutions[0])
    services.withdraw_post(row.posts.get(), actor=factories.SYSTEM, reason="调离")
    client = signed_in(row)
    assert client.get("/")["Location"] == OWN
    page = client.get(OWN).content.decode()
    assert "什么也办不了" in page
    assert "退出登录" in page
    assert client.get(reverse("rectification:problems")).status_code == 403


def test_the_second_factor_is_shown_sealed_in_the_database_and_ledgered(people, django_capture_on_commit_callbacks):
    account = people.accounts[Role.FILLER]
    client = login(account)
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    codes = RecoveryCodes.activate(account)
    assert "备用码还有10个" in client.get(OWN).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert not any(secret in str(data) for (data,) in cursor.fetchall())
    client.post("/account/2fa/totp/deactivate/", {})
    assert client.post("/account/reauthenticate/", {"password": PASSWORD})["Location"] == "/account/2fa/reauthenticate/"
    again = client.post("/account/2fa/reauthenticate/", {"code": codes.get_unused_codes()[0]})
    assert again.status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/account/2fa/recovery-codes/generate/").status_code == 302
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.count() == 0
    told = LedgerEntry.objects.filter(object_id=account.pk).values_list("action", flat=True)
    assert {"parties.renew_recovery_codes", "parties.deactivate_second_factor"} <= set(told)


def test_wrong_codes_are_on_record_and_lock(people):
    account = people.accounts[Role.FILLER]
    TOTP.activate(account, generate_totp_secret())
    client = login(account)
    for _try in range(STRANGERS_CODES.most):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "输错的次数太多" in answer.content.decode()
    assert SignIn.objects.filter(account=account, succeeded=False, method="totp").count() == STRANGERS_CODES.most


@pytest.mark.parametrize(("agent", "said"), [
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17，iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64; Kylin) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0 Safari/537.36 Edg/110.0", "Edge 110，麒麟"),
    ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0.49", "微信 8，Android"),
    ("curl/8.0", ""),
])
def test_devices_are_called_as_people_know_them(agent, said):
    assert device_of(agent) == said
