"""No business row is written without its ledger entry: by no manager, no bulk operation and no statement typed by hand."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from hengjian.base.guard import WriteOutsideAction
from hengjian.base.models.rows import Row
from hengjian.base.tripwire import guarded_tables, written_tables
from hengjian.parties.models import Account
from tests import factories

pytestmark = pytest.mark.django_db

MODELS = sorted((model for model in apps.get_models() if issubclass(model, Row)), key=lambda model: model._meta.label)
WAYS = {
    "manager": lambda model: model.objects.update(version=9),
    "base manager": lambda model: model._base_manager.update(version=9),
    "bulk update": lambda model: model._base_manager.bulk_update([model(pk="018f0000-0000-7000-8000-000000000000", version=2)], ["version"]),
    "bulk create": lambda model: model._base_manager.bulk_create([model()]),
    "save": lambda model: model(version=2).save(),
    "save past the door": lambda model: model(version=2).save_base(raw=True),
    "delete": lambda model: model._base_manager.filter(version=9)._raw_delete("default"),
    "typed update": lambda model: typed(f'UPDATE "{model._meta.db_table}" SET version = 9'),
    "typed delete": lambda model: typed(f"delete from {model._meta.db_table}"),
    "typed insert": lambda model: typed(f'INSERT INTO "{model._meta.db_table}" (version) VALUES (9)'),
}


def typed(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("way", WAYS)
def test_a_write_behind_the_door_is_refused_on_every_table(way):
    let_through = []
    for model in MODELS:
        try:
            WAYS[way](model)
        except WriteOutsideAction:
            continue
        let_through.append(model._meta.label)
    assert (len(MODELS) > 40, let_through) == (True, [])


def test_reading_and_the_tables_of_the_program_itself_are_left_alone(clock):
    factories.world()
    typed("SELECT COUNT(*) FROM parties_account")
    typed("UPDATE django_session SET session_data = '' WHERE session_key = 'x'")
    assert Account.objects.count() > 0


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('UPDATE "registry_person" SET "name" = %s', ["registry_person"]),
        ("  update only public.registry_person set name = ''", ["registry_person"]),
        ('INSERT OR REPLACE INTO "registry_person" ("id") VALUES (1)', ["registry_person"]),
        ("REPLACE INTO registry_person VALUES (1)", ["registry_person"]),
        ('DELETE FROM "public"."registry_person"', ["registry_person"]),
        ("WITH gone AS (DELETE FROM registry_person RETURNING id) SELECT 1", ["registry_person"]),
        ("COPY registry_person (id) FROM STDIN", ["registry_person"]),
        ("SELECT 1 FROM registry_person FOR UPDATE", []),
        ('CREATE TABLE "new__registry_person" ("id" text)', []),
    ],
)
def test_the_table_that_a_statement_writes_is_read_from_it(sql, tables):
    assert written_tables(sql) == tables


def test_truncating_names_each_table():
    assert set(written_tables('TRUNCATE "registry_person", "registry_institution"')) >= {"registry_person", "registry_institution"}
    assert {"registry_person", "registry_institution"} <= guarded_tables()
