"""The settings of the database on which "acknowledged" rests: set, read back, and a start without them refused."""

from __future__ import annotations

import pytest
from django.db import connection

from hengjian.base.database import durability
from tests.cli.places import fresh_places

pytestmark = pytest.mark.django_db


@pytest.mark.sqlite_only
def test_every_connection_is_durable():
    assert {one.name: one.is_enough for one in durability(connection)} == dict.fromkeys(("journal_mode", "synchronous", "foreign_keys", "mmap_size"), True)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("pragma", "name"), [("synchronous=NORMAL", "synchronous"), ("foreign_keys=OFF", "foreign_keys"), ("synchronous=OFF", "synchronous")])
def test_a_weaker_setting_is_seen(pragma, name):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
    assert [one.name for one in durability(connection) if not one.is_enough] == [name]
    connection.close()


@pytest.mark.postgres_only
def test_a_server_that_waits_for_no_disk_is_seen_and_refused(tmp_path, django_db_setup):
    weak = {one.name for one in durability(connection) if not one.is_enough}
    assert weak >= {"fsync", "synchronous_commit"}, "the cluster of the tests is a fast one"
    (place,) = fresh_places(tmp_path, ("weak",))
    assert place.run("migrate").returncode == 0
    for command in (("serve", "--port", str(place.free_port())), ("worker",)):
        done = place.run(*command, HENGJIAN_WEAK_DATABASE="")
        assert (done.returncode, "停电会丢数据" in done.stderr) == (1, True)
