"""The tree of authorities and the calendar: changed by the province, looked at as of any day."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from hengjian.base import working_days
from hengjian.base.actions import audited_action
from hengjian.parties.models import Authority, AuthorityEdition, Organisation, TreeChange
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


def test_a_change_dated_ahead_stands_on_the_page_and_is_withdrawn_there(people):
    client, (county, *_rest) = people.client(Role.AUTHORITY_ADMIN), people.world.counties
    assert change(client, county, "move", parent=str(people.world.cities[1].pk), on="2024-12-20").status_code == 302
    page = client.get(TREE).content.decode()
    assert "待生效的调整" in page
    assert "2024年12月20日" in page
    assert f"{people.world.cities[1].path}{county.key}/" not in page
    waiting = TreeChange.objects.get()
    url = reverse("parties:withdraw_tree_change", args=[waiting.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert people.client(Role.SUPERVISOR).post(url, {"reason": "试试"}).status_code == 403
    assert client.post(url, {"reason": "批复推迟"}).status_code == 302
    assert "待生效的调整" not in client.get(TREE).content.decode()


def test_the_page_refuses_a_day_that_reaches_back_and_keeps_what_was_typed(people):
    client, (county, *_rest) = people.client(Role.AUTHORITY_ADMIN), people.world.counties
    answer = change(client, county, "rename", name="东浦新区市场监督管理局", on="2019-01-01")
    assert answer.status_code == 422
    assert "不能追溯" in answer.content.decode()
    assert "东浦新区市场监督管理局" in answer.content.decode()


def test_units_are_reassigned_and_a_county_closed_into_another_on_the_page(people):
    client, (dong, xi, _chi), unit = people.client(Role.AUTHORITY_ADMIN), people.world.counties, people.world.institutions[0]
    assert unit.name in client.get(f"{TREE}?node={dong.pk}").content.decode()
    assert change(client, dong, "reseat", target=str(xi.pk)).status_code == 422
    assert change(client, dong, "reseat", target=str(xi.pk), codes="91990000MA0000000X").status_code == 422
    assert change(client, dong, "reseat", target=str(xi.pk), organisations=[str(unit.pk)]).status_code == 302
    assert factories.all_of(Organisation).get(pk=unit.pk).area == xi.path
    assert change(client, xi, "close").status_code == 422
    assert change(client, xi, "close", successor=str(dong.pk)).status_code == 302
    assert factories.all_of(Organisation).get(pk=unit.pk).area == dong.path
    closed = client.get(f"{TREE}?node={xi.pk}").content.decode()
    assert "承接单位" in closed
    assert 'id="rename-name"' not in closed
