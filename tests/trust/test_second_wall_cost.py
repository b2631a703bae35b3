"""What row security costs at the size of a province: the same reads with and without it, side by side in one run."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from hengjian.base.lists import MOST_COUNTED
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.registry.models import Employment, Institution, InsuranceMonth, Person
from tests import factories, roles

PEOPLE = int(os.environ.get("HENGJIAN_TRUST_PEOPLE", "60000"))
ROUNDS = 7
MOST, LITTLE_MS = 1.4, 3
"""A read may take so many times as long as without the wall; a difference of so many milliseconds is not judged by its ratio."""
EACH_LOOKED_UP = {"people, counted for a list": 6, "all people, counted": 20}
"""Where every person is looked at, each is looked up in the employments: it grows with what is counted (docs/adr/0012)."""

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only, pytest.mark.slow]

# Copies of one row, with other keys: row n belongs to institution n modulo their number.
_COPY = (
    "INSERT INTO parties_organisation SELECT (jsonb_populate_record(NULL::parties_organisation, to_jsonb(t) || jsonb_build_object('id', md5('o' || n)::uuid, 'uscc', 'U' || n,"
    " 'area', '99/' || n %% 14 || '/' || n %% 140 || '/'))).* FROM (SELECT * FROM parties_organisation LIMIT 1) t, generate_series(1, %(units)s) n",
    "INSERT INTO registry_institution SELECT (jsonb_populate_record(NULL::registry_institution, to_jsonb(t) || jsonb_build_object('id', o.id, 'organisation_id', o.id, 'org_id', o.id, 'area', o.area,"
    " 'org_area', o.area, 'name_key', o.uscc))).* FROM (SELECT * FROM registry_institution LIMIT 1) t, parties_organisation o WHERE o.uscc LIKE 'U%%'",
    "INSERT INTO registry_person SELECT (jsonb_populate_record(NULL::registry_person, to_jsonb(t) || jsonb_build_object('id', md5('p' || n)::uuid, 'id_index', md5('p' || n),"
    " 'name_key', md5('p' || n)))).* FROM (SELECT * FROM registry_person LIMIT 1) t, generate_series(1, %(people)s) n",
    "INSERT INTO registry_employment SELECT (jsonb_populate_record(NULL::registry_employment, to_jsonb(t) || jsonb_build_object('id', md5('e' || n)::uuid, 'person_id', md5('p' || n)::uuid,"
    " 'institution_id', i.id, 'org_id', i.id, 'area', i.area, 'org_area', i.area))).* FROM (SELECT * FROM registry_employment LIMIT 1) t,"
    " generate_series(1, %(people)s) n JOIN registry_institution i ON i.id = md5('o' || (n %% %(units)s + 1))::uuid",
    "INSERT INTO registry_insurancemonth SELECT (jsonb_populate_record(NULL::registry_insurancemonth, to_jsonb(t) || jsonb_build_object('id', md5('m' || n || '-' || m)::uuid, 'person_id', md5('p' || n)::uuid,"
    " 'month', date '2023-01-01' + make_interval(months => m)))).* FROM (SELECT * FROM registry_insurancemonth LIMIT 1) t,"
    " generate_series(1, %(people)s) n, generate_series(1, 12) m",
)


@pytest.fixture
def province(clock: Any) -> str:
    """A province of many; return the area of one of its cities."""
    world = factories.world()
    factories.person("甲", world.institutions[0], months=1)
    with factories.past_the_wire(), roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in _COPY:
            cursor.execute(statement, {"units": max(PEOPLE // 60, 20), "people": PEOPLE})
        cursor.execute("ANALYZE")
    return "99/3/"


def _reads(scope: Scope) -> dict[str, Callable[[], Any]]:
    someone = Person.objects.within(scope).order_by("id").first()
    page = [one.pk for one in Person.objects.within(scope).order_by("id")[:50]]
    return {
        "institutions, a page": lambda: list(Institution.objects.within(scope).select_related("organisation").order_by("name_key", "id")[:50]),
        "people, a page": lambda: list(Person.objects.within(scope).order_by("name_key", "id")[:50]),
        "people, counted for a list": lambda: Person.objects.within(scope).order_by()[: MOST_COUNTED + 1].count(),
        "all people, counted": lambda: Person.objects.within(scope).count(),
        "one person": lambda: Person.objects.within(scope).get(pk=someone.pk),
        "insurance of a page": lambda: list(InsuranceMonth.objects.within(scope).filter(person_id__in=page)),
        "employments with their people": lambda: list(Employment.objects.within(scope).select_related("person", "institution").order_by("id")[:200]),
        "insurance of everybody, added up": lambda: InsuranceMonth.objects.within(EVERYTHING).values("month").order_by("month").distinct().count(),
    }


def _milliseconds(read: Callable[[], Any]) -> float:
    began = time.perf_counter()
    read()
    return (time.perf_counter() - began) * 1000


def _compared(read: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds with the wall and without, turn by turn."""
    behind, open_ = [], []
    for _round in range(ROUNDS):
        behind.append(_milliseconds(read))
        with roles.as_owner():
            open_.append(_milliseconds(read))
    return statistics.median(behind), statistics.median(open_)


def _most(name: str) -> float:
    return EACH_LOOKED_UP.get(name.partition(": ")[2], MOST)


def test_the_wall_costs_little(province, record_property):
    told = {}
    for name, scope in {"city": Scope(areas=(province,)), "province": Scope(areas=("99/",))}.items():
        for read, ask in _reads(scope).items():
            told[f"{name}: {read}"] = _compared(ask)
    for name, (behind, open_) in told.items():
        record_property(name, f"{behind:.2f} ms behind the wall, {open_:.2f} ms without, {behind / open_:.2f} x")
        print(f"{name:48} {behind:9.2f} {open_:9.2f} {behind / open_:6.2f}")  # noqa: T201  figures for who runs it
    slow = {name for name, (behind, open_) in told.items() if behind > open_ * _most(name) and behind - open_ > LITTLE_MS}
    assert slow == set()
