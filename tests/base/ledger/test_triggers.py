"""The database itself refuses to change what was entered."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from hengjian.base.ids import uuid7
from hengjian.base.ledger import triggers
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.models import LedgerCheckpoint, LedgerEntry, LedgerSalt, LedgerTile
from tests import roles

MUTATIONS = {
    "edit an entry": "UPDATE ledger_entry SET reason = 'x' WHERE sequence = 1",
    "edit a body": "UPDATE ledger_entry SET body = '{}'",
    "renumber": "UPDATE ledger_entry SET sequence = sequence + 100",
    "take a number away": "UPDATE ledger_entry SET sequence = NULL",
    "number and edit at once": "UPDATE ledger_entry SET sequence = 50, reason = 'x' WHERE sequence IS NULL",
    "delete an entry": "DELETE FROM ledger_entry WHERE sequence = 1",
    "delete all entries": "DELETE FROM ledger_entry",
    "edit a tile": 'UPDATE ledger_tile SET "index" = 5',
    "shorten a tile": "UPDATE ledger_tile SET hashes = substr(hashes, 1, 32)",
    "delete a tile": "DELETE FROM ledger_tile",
    "edit a checkpoint": "UPDATE ledger_checkpoint SET root = ''",
    "delete a checkpoint": "DELETE FROM ledger_checkpoint",
    "edit a salt": "UPDATE ledger_salt SET object_type = 'x'",
}


@pytest.fixture
def sealed(grow):
    grow(3)
    sequence_all()
    grow(1)


@pytest.mark.parametrize("statement", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_mutation_is_refused(sealed, statement):
    with roles.as_owner(), pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def refused(work):
    """By the rights of the role that serves on PostgreSQL, and by the triggers to the owner as well."""
    with pytest.raises(DatabaseError), transaction.atomic():
        work()
    with roles.as_owner(), pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        work()


def test_the_orm_is_refused_too(sealed):
    entry = LedgerEntry.objects.filter(sequence=1).get()
    entry.reason = "x"
    refused(entry.save)
    refused(entry.delete)
    refused(lambda: LedgerEntry.objects.update(leaf=""))
    refused(lambda: LedgerEntry.objects.bulk_update([entry], ["reason"]))
    refused(lambda: LedgerEntry.objects.all().delete())
    refused(lambda: LedgerCheckpoint.objects.update(note=""))


def test_a_tile_may_only_grow_at_its_end(sealed):
    tile = LedgerTile.objects.get(level=0)
    held = bytes(tile.hashes)
    others = LedgerTile.objects.filter(pk=tile.pk)
    refused(lambda: others.update(hashes=b"\x01" * 32 + held[32:] + held[:32]))
    refused(lambda: others.update(hashes=held + b"\x01" * 8192))
    assert others.update(hashes=held + held[:32]) == 1


def test_an_entry_cannot_come_with_a_number_or_over_another(sealed):
    entry = LedgerEntry.objects.filter(sequence=1).get()
    entry.pk, entry.sequence = uuid7(), 77
    refused(lambda: entry.save(force_insert=True))


@pytest.mark.sqlite_only
def test_replace_does_not_go_round_the_triggers(sealed):
    if connection.vendor != "sqlite":
        return
    for table in ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_salt"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.postgres_only
def test_truncate_is_refused(sealed):
    if connection.vendor != "postgresql":
        return
    with roles.as_owner(), pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE ledger_entry")


def test_a_salt_may_be_erased(sealed):
    assert LedgerSalt.objects.all().delete()[0] == 4


def test_the_start_up_check_sees_a_missing_trigger(ledger_db):
    assert triggers.missing() == []
    with roles.as_owner(), connection.cursor() as cursor:
        on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER ledger_entry_delete{on}")
    assert triggers.missing() == ["ledger_entry_delete"]


def test_the_wall_opens_for_a_restore_only_and_closes_again(sealed):
    with triggers.without_triggers():
        LedgerEntry.objects.filter(sequence=1).update(reason="x")
    assert triggers.missing() == []
    refused(lambda: LedgerEntry.objects.update(reason="y"))
