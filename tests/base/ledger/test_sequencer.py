"""Entries get their numbers, the tree grows, the checkpoint is signed."""

from __future__ import annotations

import logging
import stat
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection, transaction

from hengjian.base.ledger import checkpoints, keys, sequencer
from hengjian.base.ledger.checkpoints import BadNote, NoteReader, Statement
from hengjian.base.ledger.merkle import Frontier, verify_consistency
from hengjian.base.ledger.proofs import consistency_between
from hengjian.base.ledger.sequencer import LedgerBroken, Sequencer, lag, pending_count, sequence_all, sequence_pending
from hengjian.base.ledger.triggers import without_triggers
from hengjian.base.models import LedgerCheckpoint, LedgerEntry, LedgerTile


def test_numbers_are_given_in_order_and_without_gap(grow):
    grow(5)
    assert sequence_pending() == 5
    grow(3)
    assert sequence_pending() == 3
    assert sequence_pending() == 0
    found = LedgerEntry.objects.order_by("id").values_list("sequence", flat=True)
    assert list(found) == list(range(8))


def test_each_checkpoint_states_the_root_of_the_leaves_so_far(grow):
    for count in (1, 2, 300, 5):
        grow(count)
        sequence_all()
    frontier = Frontier()
    roots = {}
    for entry in LedgerEntry.objects.order_by("sequence"):
        frontier.add(sha256(b"\x00" + entry.body.encode()).digest())
        roots[frontier.size] = frontier.root().hex()
    points = list(LedgerCheckpoint.objects.order_by("size"))
    assert [point.size for point in points] == [1, 3, 303, 308]
    assert [point.root for point in points] == [roots[point.size] for point in points]
    proof = consistency_between(points[1], points[3])
    old, new = (bytes.fromhex(points[place].root) for place in (1, 3))
    verify_consistency(3, 308, old, new, [bytes.fromhex(one) for one in proof])


def test_a_limit_makes_batches_with_a_checkpoint_each(grow):
    grow(10)
    assert sequence_pending(limit=4) == 4
    assert pending_count() == 6
    assert sequence_all(limit=4) == 6
    assert list(LedgerCheckpoint.objects.order_by("size").values_list("size", flat=True)) == [4, 8, 10]


def test_checkpoints_are_signed_and_chained(grow):
    for _ in range(2):
        grow(1)
        sequence_all()
    first, second = LedgerCheckpoint.objects.order_by("size")
    reader = NoteReader([checkpoints.signer().verifier])
    said, key_id = reader.statement(second.note)
    assert said.previous == sha256(first.note.encode()).hexdigest() == second.previous
    assert (said.size, said.root.hex()) == (second.size, second.root)
    assert key_id.hex() == second.key_id
    assert first.previous == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("\n1\n", "\n2\n"),
        lambda note: note.replace("— ", "- "),
        lambda note: note[:-8] + note[-1],
        lambda note: note.rpartition("\n\n")[0],
        lambda note: note.replace("hengjian", "hangjian", 1),
        lambda note: "",
    ],
)
def test_a_spoilt_note_is_refused(grow, spoil):
    grow(1)
    sequence_all()
    note = LedgerCheckpoint.objects.get().note
    reader = NoteReader([checkpoints.signer().verifier])
    reader.statement(note)
    with pytest.raises(BadNote):
        reader.statement(spoil(note))


def test_a_note_of_an_unknown_key_is_refused(grow):
    grow(1)
    sequence_all()
    other = checkpoints.verifier_of("hengjian/other", b"\x07" * 32)
    with pytest.raises(BadNote):
        NoteReader([other]).open(LedgerCheckpoint.objects.get().note)


def test_the_statement_reads_back():
    said = Statement("a/b", 7, b"\x01" * 32, "2024-07-10T10:30:00.000000Z", "")
    assert Statement.parse(said.text()) == said
    with pytest.raises(BadNote):
        Statement.parse(said.text() + "more\n")


def test_the_key_file_is_private_and_its_public_key_listed(grow):
    grow(1)
    sequence_all()
    mode = Path(keys.signing_key_file()).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert checkpoints.signer().verifier in checkpoints.known_verifiers()
    assert checkpoints.signer().verifier in keys.public_keys_file().read_text()


def test_a_lost_key_is_not_replaced_once_something_was_signed(grow, settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "first.key"
    grow(1)
    sequence_all()
    settings.LEDGER_KEY_FILE = tmp_path / "second.key"
    grow(1)
    with pytest.raises(keys.KeyMissing), transaction.atomic():
        sequence_all()
    assert not (tmp_path / "second.key").exists()


def test_nothing_is_sealed_over_a_broken_tree(grow):
    grow(3)
    sequence_all()
    with without_triggers():
        LedgerTile.objects.filter(level=0).update(hashes=b"\x00" * 96)
    grow(1)
    with pytest.raises(LedgerBroken), transaction.atomic():
        sequence_all()
    assert pending_count() == 1


def test_the_lag_is_the_age_of_the_oldest_waiting_entry(clock, grow):
    assert lag().total_seconds() == 0
    grow(1)
    clock.forward(seconds=90)
    grow(1)
    assert lag().total_seconds() == 90
    sequence_all()
    assert lag().total_seconds() == 0


def _run(thread: Sequencer, until) -> None:
    thread.start()
    deadline = time.monotonic() + 10
    while not until() and time.monotonic() < deadline:
        time.sleep(0.02)
    thread.stop()


def test_the_thread_seals_when_nudged_and_stops(monkeypatch):
    calls = []
    monkeypatch.setattr(sequencer, "sequence_pending", lambda limit: calls.append(limit) or 0)
    thread = Sequencer(interval=60, limit=7)
    _run(thread, lambda: sequencer.nudge() or len(calls) >= 2)
    assert len(calls) >= 2
    assert set(calls) == {7}
    assert not thread.is_alive()
    assert thread not in Sequencer.running


def test_the_thread_logs_errors_and_goes_on(monkeypatch, caplog):
    calls = []

    def fail_once(limit: int) -> int:
        calls.append(limit)
        if len(calls) == 1:
            raise RuntimeError("disk full")
        return 0

    monkeypatch.setattr(sequencer, "sequence_pending", fail_once)
    with caplog.at_level(logging.ERROR):
        thread = Sequencer(interval=0.05)
        _run(thread, lambda: len(calls) >= 3)
    assert "sealing failed" in caplog.text
    assert thread.failures == 0


@pytest.mark.postgres_only
def test_two_sequencers_wait_for_each_other(ledger_tables, transactional_db):
    if connection.vendor != "postgresql":
        return
    done = []
    with transaction.atomic():
        sequencer.take_turn()
        other = threading.Thread(target=lambda: (done.append(_try_lock()), connection.close()))
        other.start()
        other.join()
    assert done == [False]


def _try_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [sequencer.ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])
