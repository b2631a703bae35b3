"""Accounts as their administrators keep them: opened, granted, withdrawn, switched off, each within its limits."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from hengjian.base import clock as house_clock
from hengjian.base.models import LedgerEntry, Receipt
from hengjian.parties import services
from hengjian.parties.models import Account, Post
from hengjian.parties.states import Role
from tests import factories
from tests.web.people import Cast, cast, signed_in

NEW = {"username": "new-filler", "name": "许若谷", "role": "filler"}


@pytest.fixture
def people(db, clock) -> Cast:
    return cast()


def open_account(client, **given):
    return client.post(reverse("parties:open_account"), {**NEW, **given})


def test_an_institution_opens_an_account_and_sees_its_first_password_once(people):
    client = people.client(Role.INSTITUTION_ADMIN)
    page = open_account(client, _receipt="one-key")
    password = re.search(r"data-first-password>([^<]+)<", page.content.decode()).group(1)
    row = Account.objects.get(username="new-filler")
    assert (row.check_password(password), row.must_change_password) == (True, True)
    assert row.posts.get().organisation_id == people.world.institutions[0].pk
    assert page["Cache-Control"] == "no-store"
    assert bytes(Receipt.objects.get(key="one-key").body) == b""
    assert open_account(client, _receipt="one-key").status_code == 409
    assert password not in client.get(reverse("parties:account", args=[row.pk])).content.decode()


def test_one_grants_no_more_than_one_holds(people):
    client = people.client(Role.INSTITUTION_ADMIN)
    assert open_account(client, role="supervisor").status_code == 422
    outside = people.world.province.name
    county = factories.account("county-admin", "县管理员", Role.AUTHORITY_ADMIN, people.world.counties[0])
    refused = open_account(signed_in(county), role="supervisor", holder=outside)
    assert (refused.status_code, "没有找到" in refused.content.decode()) == (422, True)
    assert Account.objects.filter(username="new-filler").count() == 0


def test_an_authority_opens_accounts_below_itself(people):
    client = people.client(Role.AUTHORITY_ADMIN)
    assert open_account(client, role="supervisor", holder=people.world.counties[0].name).status_code == 200
    assert open_account(client, username="boss", role="institution_admin", holder=people.world.institutions[1].organisation.uscc).status_code == 200
    assert Account.objects.get(username="boss").posts.get().organisation_id == people.world.institutions[1].pk


def test_a_name_that_is_taken_is_refused_with_what_was_typed(people):
    page = open_account(people.client(Role.INSTITUTION_ADMIN), username="a-filler")
    assert page.status_code == 422
    assert "已有人使用" in page.content.decode()
    assert 'value="许若谷"' in page.content.decode()


def test_posts_are_granted_and_withdrawn_with_a_reason(people):
    row, client = people.accounts[Role.FILLER], people.client(Role.INSTITUTION_ADMIN)
    grant = reverse("parties:act_on_account", args=[row.pk, "grant"])
    assert client.post(grant, {"role": "inspector"}).status_code == 302
    post = Post.objects.get(account=row, role="inspector")
    withdraw = reverse("parties:withdraw_post", args=[post.pk])
    assert client.post(withdraw, {"reason": ""}).status_code == 422
    assert client.post(withdraw, {"reason": "岗位调整"}).status_code == 302
    assert "已结束" in client.get(reverse("parties:account", args=[row.pk])).content.decode()


def test_an_account_is_switched_off_and_given_a_new_password(people):
    row, client = people.accounts[Role.FILLER], people.client(Role.INSTITUTION_ADMIN)
    switch = reverse("parties:act_on_account", args=[row.pk, "switch"])
    assert client.post(switch, {"reason": "离岗"}).status_code == 302
    assert Account.objects.get(pk=row.pk).is_active is False
    assert "data-first-password" in client.post(reverse("parties:reset_password", args=[row.pk]), {"reason": "忘记密码"}).content.decode()


def test_nobody_manages_himself_or_a_stranger(people):
    client = people.client(Role.INSTITUTION_ADMIN)
    own = people.accounts[Role.INSTITUTION_ADMIN]
    assert client.post(reverse("parties:reset_password", args=[own.pk]), {"reason": "试试"}).status_code == 403
    stranger = factories.account("stranger", "外人", "filler", people.world.institutions[1])
    for url in (reverse("parties:reset_password", args=[stranger.pk]), reverse("parties:withdraw_post", args=[stranger.posts.get().pk])):
        assert client.post(url, {"reason": "试试"}).status_code == 404


def test_the_list_is_filtered_in_the_address(people):
    client = people.client(Role.INSTITUTION_ADMIN)
    url = reverse("parties:accounts")
    assert "a-filler" in client.get(url, {"role": "filler"}).content.decode()
    assert "a-inspector" not in client.get(url, {"role": "filler"}).content.decode()
    assert "没有符合条件的账号" in client.get(url, {"status": "off"}).content.decode()


def grant(client, row, **given):
    return client.post(reverse("parties:act_on_account", args=[row.pk, "grant"]), given)


def test_administrators_of_the_platform_hold_one_post_only(people):
    client = people.client(Role.SECURITY_ADMIN)
    assert open_account(client, username="second-auditor", role="audit_admin").status_code == 200
    row = Account.objects.get(username="second-auditor")
    for role in ("system_admin", "security_admin"):
        answer = grant(client, row, role=role)
        assert (answer.status_code, "不能同时担任" in answer.content.decode()) == (422, True)
    refused = grant(client, row, role="authority_admin", holder=people.world.province.name)
    assert (refused.status_code, "另开账号" in refused.content.decode()) == (422, True)
    assert row.posts.count() == 1


def test_nobody_works_for_an_authority_and_for_a_unit_it_supervises(people):
    row, client = people.accounts[Role.SUPERVISOR], people.client(Role.AUTHORITY_ADMIN)
    answer = grant(client, row, role="institution_admin", holder=people.world.institutions[0].name)
    assert (answer.status_code, "监管部门与被监管单位" in answer.content.decode()) == (422, True)
    assert grant(client, row, role="supervisor", holder=people.world.counties[0].name).status_code == 302
    again = grant(client, row, role="supervisor", holder=people.world.counties[0].name)
    assert (again.status_code, "同一时期已任" in again.content.decode()) == (422, True)


def test_a_role_is_held_where_it_belongs(people):
    client = people.client(Role.AUTHORITY_ADMIN)
    assert open_account(client, role="supervisor", holder=people.world.institutions[0].name).status_code == 403
    assert open_account(client, role="institution_admin", holder=people.world.counties[0].name).status_code == 403
    assert open_account(client, role="security_admin").status_code == 422


def test_posts_begin_and_end_on_their_days(people, clock):
    row, client = people.accounts[Role.FILLER], people.client(Role.INSTITUTION_ADMIN)
    bad = grant(client, row, role="inspector", valid_from="2024-07-01", valid_to="2024-06-30")
    assert (bad.status_code, "不能早于" in bad.content.decode()) == (422, True)
    assert grant(client, row, role="inspector", valid_from="2024-07-01", valid_to="2024-07-31").status_code == 302
    page = client.get(reverse("parties:account", args=[row.pk])).content.decode()
    assert "还没有开始" in page
    assert "由机构管理员授予" in page
    mine = signed_in(row)
    assert "检验检测人员" not in mine.get("/").content.decode()
    clock.set(2024, 7, 2, 9)
    assert "检验检测人员" in mine.get("/").content.decode()
    assert grant(client, row, role="inspector", valid_from="2024-08-01").status_code == 302
    clock.set(2024, 8, 1, 9)
    assert Post.objects.filter(account=row, role="inspector").count() == 2


def test_a_lost_second_factor_is_taken_away_with_a_reason(people):
    row, client = people.accounts[Role.SYSTEM_ADMIN], people.client(Role.SECURITY_ADMIN)
    factor = reverse("parties:act_on_account", args=[row.pk, "factor"])
    assert client.post(factor, {"reason": "手机丢失"}).status_code == 404
    TOTP.activate(row, generate_totp_secret())
    mine = signed_in(row)
    assert "重置动态验证码" in client.get(reverse("parties:account", args=[row.pk])).content.decode()
    assert client.post(factor, {"reason": ""}).status_code == 422
    assert client.post(factor, {"reason": "手机丢失"}).status_code == 302
    assert Authenticator.objects.count() == 0
    assert mine.get("/")["Location"].startswith("/account/login/")
    assert LedgerEntry.objects.filter(action="parties.reset_second_factor", object_id=row.pk).count() == 1
    own = people.accounts[Role.SECURITY_ADMIN]
    TOTP.activate(own, generate_totp_secret())
    assert client.post(reverse("parties:act_on_account", args=[own.pk, "factor"]), {"reason": "自己重置"}).status_code == 403


def test_names_are_corrected_by_whoever_manages_the_account(people):
    row, client = people.accounts[Role.FILLER], people.client(Role.INSTITUTION_ADMIN)
    correct = reverse("parties:act_on_account", args=[row.pk, "correct"])
    assert client.post(correct, {"name": "许若谷", "email": "xu@example.test", "phone": "13900001234", "reason": "姓名写错"}).status_code == 302
    saved = Account.objects.get(pk=row.pk)
    assert (saved.name, saved.email, saved.phone.reveal()) == ("许若谷", "xu@example.test", "13900001234")
    assert client.post(correct, {"name": "许若谷", "email": "", "phone": "x", "reason": "试试"}).status_code == 422


def test_who_has_left_belongs_to_the_new_unit_and_is_not_told_of_by_the_old(people):
    row, other = people.accounts[Role.FILLER], people.world.institutions[1]
    client = people.client(Role.INSTITUTION_ADMIN)
    services.withdraw_post(row.posts.get(), actor=people.actor(Role.INSTITUTION_ADMIN), reason="离职")
    page = reverse("parties:account", args=[row.pk])
    assert client.get(page).status_code == 200
    services.grant_post(row, actor=factories.SYSTEM, post=services.NewPost("filler", other.organisation))
    assert client.get(page).status_code == 404
    boss = signed_in(factories.account("other-boss", "别家管理员", Role.INSTITUTION_ADMIN, other))
    shown = boss.get(page).content.decode()
    assert people.world.institutions[0].name not in shown
    assert "另有1个岗位在其他单位" in shown
    assert "data-first-password" in boss.post(reverse("parties:reset_password", args=[row.pk]), {"reason": "忘记密码"}).content.decode()


def test_the_desk_leads_to_the_accounts_it_counts(people, clock):
    clock.set(2024, 9, 30, 9)
    client = people.client(Role.AUTHORITY_ADMIN)
    desk = client.get("/").content.decode()
    assert f"{reverse('parties:accounts')}?status=idle" in desk
    assert "a-filler" in client.get(reverse("parties:accounts"), {"status": "idle", "q": "a-filler"}).content.decode()
    bare = people.world.institutions[1]
    assert f"holder={quote(bare.name)}" in desk
    form = client.get(reverse("parties:open_account"), {"holder": bare.name, "role": "institution_admin"}).content.decode()
    assert f'value="{bare.name}"' in form


def test_an_authority_whose_place_in_the_tree_changed_is_managed_by_who_is_above_now(people):
    county, (old, new) = people.world.counties[0], people.world.cities
    old_admin = factories.account("old-city", "原市管理员", Role.AUTHORITY_ADMIN, old)
    new_admin = factories.account("new-city", "新市管理员", Role.AUTHORITY_ADMIN, new)
    officer = Account.objects.get(username="officer3")
    page = reverse("parties:account", args=[officer.pk])
    assert (signed_in(old_admin).get(page).status_code, signed_in(new_admin).get(page).status_code) == (200, 404)
    services.move_authority(county, actor=people.actor(Role.AUTHORITY_ADMIN), parent=new, on=house_clock.today(), reason="区划调整")
    assert (signed_in(old_admin).get(page).status_code, signed_in(new_admin).get(page).status_code) == (404, 200)
