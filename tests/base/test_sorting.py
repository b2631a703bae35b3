"""Names in order of pinyin: the key alone, and as a column on the database at hand."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hengjian.base.actions import audited_action
from hengjian.base.sorting import SURNAMES, pinyin_key, with_sort_keys
from hengjian.registry.models import Institution, Person
from hengjian.registry.queries import people
from tests import factories
from tests.factories import all_of

NAMES = [
    "Smith", "阿明", "安宁", "白砚", "丹朱", "欧阳修", "欧阳询", "区伟", "秦文", "秦武", "覃伟", "求是", "仇英", "曲波", "善存", "单雄信",
    "沈砚秋", "王五", "尉迟恭", "曾国", "张三", "赵四",
]


def test_names_sort_by_pinyin_and_surnames_as_they_are_read() -> None:
    assert sorted(sorted(NAMES), key=lambda name: pinyin_key(name, is_person=True)) == NAMES


def test_a_key_holds_nothing_that_a_database_could_sort_in_its_own_way() -> None:
    for name in (*NAMES, "𬭎", "a·b", "", "重庆市特种设备检测研究院有限责任公司第二分公司"):
        key = pinyin_key(name, is_person=True)
        assert key == "" or (key.isascii() and key.isdigit())
        assert len(key) <= 120


def test_each_surname_has_a_place_of_its_own() -> None:
    assert len({pinyin_key(name, is_person=True) for name in SURNAMES}) == len(SURNAMES)
    assert pinyin_key("单位", is_person=False) != pinyin_key("单位", is_person=True)


@pytest.fixture
def world(db: Any, clock: Any) -> Any:
    return factories.world()


def test_lists_come_in_that_order_from_the_database(world: Any) -> None:
    for name in sorted(NAMES, key=hash):
        factories.person(name, world.institutions[0])
    found = people(world.officer(world.province).scope)
    assert [one.name for one in found] == NAMES


def test_the_key_follows_the_name(world: Any) -> None:
    person = factories.person("沈砚秋", world.institutions[0])
    with audited_action("test.rename", actor=factories.SYSTEM) as act:
        act.take(person).name = "安宁"
    assert all_of(Person).get(pk=person.pk).name_key == pinyin_key("安宁", is_person=True)
    assert all_of(Person).order_by("name_key").values_list("name_key", flat=True)[0] == pinyin_key("安宁", is_person=True)
    assert with_sort_keys(Institution, ["name", "kind"]) == ["name", "kind", "name_key"]


def _as_of_the_migration() -> Any:
    return MigrationExecutor(connection).loader.project_state(("registry", "0002_names_by_pinyin")).apps


def test_rows_of_before_are_given_their_keys(world: Any) -> None:
    person = factories.person("沈砚秋", world.institutions[0])
    with factories.past_the_wire(), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_person SET name_key = ''")
    with factories.past_the_wire():  # migrations go over it
        import_module("hengjian.registry.migrations.0002_names_by_pinyin").fill(_as_of_the_migration(), None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_key FROM registry_person")
        assert cursor.fetchone()[0] == pinyin_key(person.name, is_person=True)
