"""The ledger in service: many writers, a sequencer beside them, every table of the house."""

from __future__ import annotations

import threading

from django.db import close_old_connections, connection, models

from hengjian.base.actions import audited_action
from hengjian.base.ids import uuid7
from hengjian.base.ledger.entries import plan_of
from hengjian.base.ledger.reading import one_moment
from hengjian.base.ledger.reconcile import ledgered_models, reconcile
from hengjian.base.ledger.sequencer import Sequencer, pending_count, sequence_all
from hengjian.base.ledger.verify import verify
from hengjian.base.models import LedgerCheckpoint, LedgerEntry, Row
from hengjian.base.scope import EVERYTHING
from tests.base.ledger.models import Apple, Basket
from tests.factories import past_the_wire

WRITERS, ROUNDS = 4, 8


def plant(clerk, failures):
    try:
        for number in range(ROUNDS):
            with audited_action("apples.grow", actor=clerk) as act:
                apple = act.add(Apple(name=f"苹果{number}", area="43/", org_id=uuid7(), org_area="43/"))
            with audited_action("apples.change", actor=clerk) as act:
                act.take(apple).state = "awaiting"
    except Exception as error:
        failures.append(error)
    finally:
        connection.close()


def test_writers_and_sequencer_work_side_by_side(ledger_tables, transactional_db, clerk):
    failures: list[Exception] = []
    thread = Sequencer(interval=0.01, limit=10)
    thread.start()
    writers = [threading.Thread(target=plant, args=(clerk, failures)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    checked = [verify().faults for _ in range(3)]
    for writer in writers:
        writer.join()
    thread.stop()
    close_old_connections()
    assert failures == []
    assert checked == [[], [], []]
    assert pending_count() == 0
    assert thread.sealed == LedgerEntry.objects.count() == 2 * WRITERS * ROUNDS
    assert LedgerCheckpoint.objects.count() > 1
    assert verify().faults == []
    assert reconcile([Basket, Apple]).faults == []
    with past_the_wire():
        Apple.objects.within(EVERYTHING).delete()  # tables of these tests are not emptied with the others


def test_two_sequencers_seal_every_entry_once(ledger_tables, transactional_db, clerk):
    plant(clerk, [])
    workers = [threading.Thread(target=lambda: (sequence_all(limit=3), connection.close())) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert list(LedgerEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(2 * ROUNDS))
    assert verify().faults == []
    with past_the_wire():
        Apple.objects.within(EVERYTHING).delete()


def test_a_long_check_does_not_hold_writers_up(ledger_tables, transactional_db, clerk):
    with one_moment():
        assert LedgerEntry.objects.count() == 0
        writer = threading.Thread(target=plant, args=(clerk, []))
        writer.start()
        writer.join(timeout=15)
        assert not writer.is_alive()
        assert LedgerEntry.objects.count() == 0, "a check sees one moment"
    assert LedgerEntry.objects.count() == 2 * ROUNDS
    with past_the_wire():
        Apple.objects.within(EVERYTHING).delete()


def test_every_table_of_the_house_can_be_entered(ledger_db):
    tables = ledgered_models()
    assert all(issubclass(table, Row) for table in tables)
    for table in tables:
        assert isinstance(table._meta.pk, models.UUIDField), table
        assert {one.attname for one in plan_of(table)} >= {"id", "version"}
