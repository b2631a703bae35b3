"""The tree of authorities and the calendar: changed by the province, looked at as of any day."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from hengjian.base import working_days
from hengjian.base.actions import audited_action
from hengjian.parties.models import Authority, AuthorityEdition
from hengjian.parties.states import Role
from tests import factories
from tests.web.people import Cast, cast, signed_in

TREE = "/parties/tree/"


@pytest.fixture
def people(db, clock) -> Cast:
    made = cast()
    with audited_action("test.editions", actor=factories.SYSTEM) as act:
        for one in factories.all_of(Authority):
            parent = one.parent.path if one.parent else ""
            act.add(AuthorityEdition(authority=one, name=one.name, path=one.path, parent_path=parent, valid_from=one.valid_from))
    yield made
    working_days.forget()


def change(client, row, code, **given):
    return client.post(reverse("parties:act_on_authority", args=[row.pk, code]), {"on": "2024-06-03", "reason": "机构改革", **given})


def test_a_county_moves_and_the_past_stays(people):
    client, (county, *_rest) = people.client(Role.AUTHORITY_ADMIN), people.world.counties
    answer = change(client, county, "move", parent=str(people.world.cities[1].pk))
    assert answer.status_code == 302
    moved = factories.all_of(Authority).get(pk=county.pk)
    assert moved.path == f"{people.world.cities[1].path}{county.key}/"
    assert moved.path in client.get(TREE).content.decode()
    past = client.get(TREE, {"day": "2024-06-02"}).content.decode()
    assert county.path in past
    assert moved.path not in past


def test_authorities_are_added_renamed_and_closed(people):
    client, city = people.client(Role.AUTHORITY_ADMIN), people.world.cities[0]
    given = {"parent": str(city.pk), "name": "青麓经济开发区市场监督管理局", "area_name": "经开区", "short_name": "经开", "key": "zone-jk",
             "level": "county", "valid_from": "2024-06-03"}
    answer = client.post(reverse("parties:add_authority"), given)
    assert answer.status_code == 302
    added = factories.all_of(Authority).get(key="zone-jk")
    assert added.path == f"{city.path}zone-jk/"
    assert client.post(reverse("parties:add_authority"), given).status_code == 422
    assert change(client, added, "rename", name="青麓综合执法局").status_code == 302
    assert "青麓综合执法局" in client.get(f"{TREE}?node={added.pk}").content.decode()
    assert change(client, added, "close").status_code == 302
    assert change(client, city, "close").status_code == 422


def test_only_the_province_changes_the_tree(people):
    city = people.world.cities[0]
    admin = signed_in(factories.account("city-admin", "市管理员", Role.AUTHORITY_ADMIN, city))
    assert "层级由省级单位管理员调整" in admin.get(TREE).content.decode()
    assert change(admin, people.world.counties[0], "rename", name="别名").status_code == 403
    assert change(admin, people.world.cities[1], "rename", name="别名").status_code == 404
    assert people.client(Role.FILLER).get(TREE).status_code == 403


def test_a_day_of_the_calendar_is_settled_with_its_source(people):
    client, url = people.client(Role.AUTHORITY_ADMIN), reverse("parties:settle_day")
    given = {"day": "2024-06-11", "is_workday": "0", "name": "台风停工", "source": "省政府通告", "reason": "停工一天"}
    assert client.post(url, {**given, "source": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert working_days.is_workday(date(2024, 6, 11)) is False
    assert "台风停工" in people.client(Role.INSTITUTION_ADMIN).get(reverse("parties:calendar")).content.decode()
    assert people.client(Role.SUPERVISOR).post(url, given).status_code == 403


def test_a_year_that_is_not_published_says_so(people):
    page = people.client(Role.AUTHORITY_ADMIN).get(reverse("parties:calendar"), {"year": "2031"}).content.decode()
    assert "未核实" in page
