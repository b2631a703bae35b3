"""Signing in: wrong passwords, first passwords, second factors, posts."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from hengjian.base.models import LedgerEntry
from hengjian.parties import guesses
from hengjian.parties.models import Account
from hengjian.parties.states import Role
from tests import factories
from tests.web.people import cast, signed_in

PASSWORD = "rest-assured-9"


@pytest.fixture
def world(db, clock):
    return factories.world()


def login(client: Client, username: str, password: str = PASSWORD):
    return client.post("/account/login/", {"login": username, "password": password})


def test_the_login_page_is_ours(client, db):
    page = client.get("/account/login/").content.decode()
    assert "登录特种设备检验检测监督与自查平台" in page
    assert "核验公文" in page
    assert "Sign In" not in page


def test_right_password_opens_the_desk_and_wrong_ones_lock(client, world):
    assert login(client, "officer0")["Location"] == "/"
    other = Client()
    for _try in range(guesses.STRANGERS.most):
        assert "登录名或密码不对" in login(other, "officer1", "wrong-password").content.decode()
    assert "已暂时锁定" in login(other, "officer1").content.decode()


def test_a_switched_off_account_does_not_get_in(client, world):
    factories.account("gone", "已离职", "filler", world.institutions[0], is_active=False)
    answer = login(client, "gone")
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 302)


def test_a_first_password_must_be_changed_before_anything_else(world):
    row = factories.account("newcomer", "新人", "filler", world.institutions[0], must_change_password=True)
    client = signed_in(row)
    assert client.get("/")["Location"] == "/account/password/"
    assert client.get(reverse("web:inbox"))["Location"] == "/account/password/"
    assert "初始密码" in client.get("/account/password/").content.decode()
    weak = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"})
    assert weak.status_code == 200
    strong = {"oldpassword": PASSWORD, "password1": "plum-rain-17-kites", "password2": "plum-rain-17-kites"}
    assert client.post("/account/password/", strong).status_code == 302
    saved = Account.objects.get(pk=row.pk)
    assert (saved.must_change_password, saved.check_password("plum-rain-17-kites")) == (False, True)
    assert client.get(reverse("web:inbox")).status_code == 200
    entry = LedgerEntry.objects.filter(object_id=row.pk, action="parties.change_own_password").get()
    assert "plum" not in entry.body


def test_platform_administrators_need_a_second_factor_where_it_is_asked_for(db, clock, settings):
    people = cast()
    settings.REQUIRE_2FA = True
    client = people.client(Role.SECURITY_ADMIN)
    assert client.get("/")["Location"] == "/account/2fa/totp/activate/"
    assert people.client(Role.SUPERVISOR).get(reverse("web:inbox")).status_code == 200
    TOTP.activate(people.accounts[Role.SECURITY_ADMIN], generate_totp_secret())
    assert client.get(reverse("web:inbox")).status_code == 200


def test_the_second_factor_is_set_up_and_asked_for_at_login(client, world):
    row = Account.objects.get(username="officer0")
    login(client, "officer0")
    again = client.get("/account/2fa/totp/activate/")["Location"]
    assert "确认是您本人" in client.get(again).content.decode()
    assert "密码不对" in client.post(again, {"password": "wrong"}).content.decode()
    page = client.post(again, {"password": PASSWORD}, follow=True)
    assert "认证应用" in page.content.decode()
    bad = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert (bad.status_code, Authenticator.objects.count()) == (200, 0)
    TOTP.activate(row, generate_totp_secret())
    codes = RecoveryCodes.activate(row)
    fresh = Client()
    step = login(fresh, "officer0")
    assert step["Location"] == "/account/2fa/authenticate/"
    assert "登录第二步" in fresh.get(step["Location"]).content.decode()
    assert fresh.get("/").status_code == 302
    fresh.post("/account/2fa/authenticate/", {"code": codes.get_unused_codes()[0]})
    assert fresh.get(reverse("web:inbox")).status_code == 200
    for url in ("/account/2fa/", "/account/2fa/recovery-codes/"):
        assert "Recovery" not in fresh.get(url, follow=True).content.decode()


def test_one_goes_on_in_another_of_ones_posts_only(world):
    from hengjian.parties import services  # kept beside its only use

    row = Account.objects.get(username="officer0")
    post = services.grant_post(row, actor=factories.SYSTEM, post=services.NewPost("leader", world.cities[0]))
    foreign = factories.actor(Account.objects.get(username="officer1")).post_id
    client = signed_in(row)
    assert client.post(reverse("parties:post_switch"), {"post": str(foreign)}).status_code == 404
    assert client.post(reverse("parties:post_switch"), {"post": str(post.pk)}).status_code == 302
    assert "青麓市" in client.get(reverse("web:inbox")).content.decode()


def test_an_idle_session_ends(world):
    client = signed_in(Account.objects.get(username="officer0"))
    client.get(reverse("web:inbox"))
    session = client.session
    session["seen_at"] -= 3601
    session.save()
    assert client.get(reverse("web:inbox"))["Location"].startswith("/account/login/")
