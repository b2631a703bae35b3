"""Accounts as their administrators keep them: opened, granted, withdrawn, switched off, each within its limits."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from hengjian.base.models import Receipt
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
    assert Receipt.objects.filter(key="one-key").count() == 0
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
    assert "data-first-password" in client.post(reverse("parties:reset_password", args=[row.pk])).content.decode()


def test_nobody_manages_himself_or_a_stranger(people):
    client = people.client(Role.INSTITUTION_ADMIN)
    own = people.accounts[Role.INSTITUTION_ADMIN]
    assert client.post(reverse("parties:reset_password", args=[own.pk])).status_code == 403
    stranger = factories.account("stranger", "外人", "filler", people.world.institutions[1])
    for url in (reverse("parties:reset_password", args=[stranger.pk]), reverse("parties:withdraw_post", args=[stranger.posts.get().pk])):
        assert client.post(url, {"reason": "试试"}).status_code == 404


def test_the_list_is_filtered_in_the_address(people):
    client = people.client(Role.INSTITUTION_ADMIN)
    url = reverse("parties:accounts")
    assert "a-filler" in client.get(url, {"role": "filler"}).content.decode()
    assert "a-inspector" not in client.get(url, {"role": "filler"}).content.decode()
    assert "没有符合条件的账号" in client.get(url, {"status": "off"}).content.decode()
