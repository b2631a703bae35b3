"""A whole ledger verifies; what is wrong is named."""

from __future__ import annotations

import json

import pytest

from hengjian.base.actions import audited_action
from hengjian.base.ids import uuid7
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.ledger.triggers import without_triggers
from hengjian.base.ledger.verify import verify
from hengjian.base.models import LedgerCheckpoint, LedgerEntry, LedgerTile
from hengjian.base.scope import EVERYTHING
from tests.base.ledger.models import Apple, Basket
from tests.factories import past_the_wire

TABLES = [Basket, Apple]


def kinds(verdict):
    return [fault.kind for fault in verdict.faults]


@pytest.fixture
def sealed(grow):
    apples = grow(3)
    sequence_all()
    apples += grow(2)
    sequence_all()
    return apples


def test_an_empty_ledger_verifies(ledger_db):
    verdict = verify()
    assert verdict.ok
    assert (verdict.entries, verdict.checkpoints, verdict.size) == (0, 0, 0)


def test_a_whole_ledger_verifies_and_is_counted(sealed, grow):
    grow(4)
    verdict = verify()
    assert verdict.faults == []
    assert (verdict.entries, verdict.pending, verdict.checkpoints, verdict.size) == (9, 4, 2, 5)
    assert verdict.root == LedgerCheckpoint.objects.get(size=5).root


def test_an_altered_entry_is_named_with_its_object_and_number(sealed):
    with without_triggers():
        LedgerEntry.objects.filter(sequence=2).update(reason="另一个理由")
    (fault,) = verify().faults
    assert (fault.kind, fault.sequence, fault.object) == ("columns", 2, f"ledger_tests.apple:{sealed[2].pk}")
    assert "苹果2" in fault.message
    assert "reason" in fault.message


def test_a_rewritten_entry_is_told_from_a_rewritten_tile(sealed):
    with without_triggers():
        tile = LedgerTile.objects.get(level=0)
        held = bytes(tile.hashes)
        LedgerTile.objects.filter(pk=tile.pk).update(hashes=held[:32] + bytes(32) + held[64:])
    (fault,) = verify().faults
    assert (fault.kind, fault.sequence) == ("tile", 1)


def test_a_deleted_entry_is_named_by_its_number(sealed):
    with without_triggers():
        LedgerEntry.objects.filter(sequence__in=[1, 2]).delete()
    (fault,) = verify().faults
    assert (fault.kind, fault.sequence) == ("missing", 1)
    assert "第 1 至 2 条" in fault.message


def test_a_deleted_end_is_found(sealed):
    with without_triggers():
        LedgerEntry.objects.filter(sequence=4).delete()
    assert kinds(verify()) == ["missing"]


def test_a_deleted_checkpoint_is_found_in_the_middle_and_at_the_end(sealed):
    with without_triggers():
        LedgerCheckpoint.objects.filter(size=3).delete()
    assert kinds(verify()) == ["chain"]
    with without_triggers():
        LedgerCheckpoint.objects.all().delete()
    assert kinds(verify()) == ["checkpoint_missing"]


def test_a_forged_entry_has_no_seal(sealed):
    entry = LedgerEntry.objects.get(sequence=0)
    body = json.loads(entry.body) | {"id": str(uuid7())}
    from_body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    entry.pk, entry.body, entry.sequence = body["id"], from_body, None
    from hashlib import sha256  # beside its only use

    entry.leaf = sha256(b"\x00" + from_body.encode()).hexdigest()
    entry.save(force_insert=True)
    assert kinds(verify()) == ["seal"]


def test_progress_is_told(sealed, monkeypatch):
    monkeypatch.setattr("hengjian.base.ledger.verify.STEP", 2)
    seen = []
    verify(lambda done, total: seen.append((done, total)))
    assert seen == [(2, 5), (4, 5)]


def test_rows_that_agree_with_their_entries_reconcile(sealed, change, clerk):
    change(sealed[0], state="awaiting", phone="13800000000")
    change(sealed[0], name="嘎啦")
    verdict = reconcile(TABLES)
    assert verdict.faults == []
    assert verdict.rows == 5


def test_a_row_changed_behind_the_back_is_named_with_its_fields(sealed):
    with past_the_wire():
        Apple.objects.within(EVERYTHING).filter(pk=sealed[1].pk).update(state="awaiting", score="1.5")
    (fault,) = reconcile(TABLES).faults
    assert (fault.kind, fault.object) == ("row", f"ledger_tests.apple:{sealed[1].pk}")
    assert "苹果1" in fault.message
    assert "状态、得分" in fault.message or "得分、状态" in fault.message


def test_a_row_put_in_behind_the_back_is_named(sealed):
    stranger = Apple(name="假苹果", area="43/", org_id=uuid7(), org_area="43/")
    with past_the_wire():
        Apple.objects.within(EVERYTHING).bulk_create([stranger])
    (fault,) = reconcile(TABLES).faults
    assert (fault.kind, fault.object) == ("no_entry", f"ledger_tests.apple:{stranger.pk}")


def test_a_row_deleted_behind_the_back_is_named(sealed):
    with past_the_wire():
        Apple.objects.within(EVERYTHING).filter(pk=sealed[4].pk).delete()
    (fault,) = reconcile(TABLES).faults
    assert (fault.kind, fault.object) == ("no_row", f"ledger_tests.apple:{sealed[4].pk}")


def test_a_ciphertext_from_another_row_is_found(sealed):
    other = Apple.objects.within(EVERYTHING).filter(pk=sealed[0].pk).values_list("phone", flat=True).get()
    with past_the_wire():
        Apple.objects.within(EVERYTHING).filter(pk=sealed[1].pk).update(phone=bytes(other))
    (fault,) = reconcile(TABLES).faults
    assert fault.object == f"ledger_tests.apple:{sealed[1].pk}"


def test_an_erased_salt_is_no_fault_but_other_fields_are_still_compared(sealed, clerk):
    with audited_action("apples.erase", actor=clerk) as act:
        for apple in sealed:
            act.forget(apple).phone = ""
    verdict = reconcile(TABLES)
    assert verdict.ok
    assert verdict.unprovable == 5
    with past_the_wire():
        Apple.objects.within(EVERYTHING).filter(pk=sealed[1].pk).update(name="别的")
    assert [fault.object for fault in reconcile(TABLES).faults] == [f"ledger_tests.apple:{sealed[1].pk}"]


def test_a_column_that_came_later_has_to_hold_its_default(sealed, monkeypatch):
    """The entries know nothing of a new column; a row is then compared field by field."""
    from hengjian.base.ledger import replay  # patched below

    told = replay.parse

    def without_new_column(body):
        read = told(body)
        read["after"].pop("is_done", None)
        return read | {"digest": "0" * 64}

    monkeypatch.setattr(replay, "parse", without_new_column)
    monkeypatch.setattr("hengjian.base.ledger.reconcile.parse", without_new_column)
    assert reconcile(TABLES).ok
    with past_the_wire():
        Apple.objects.within(EVERYTHING).filter(pk=sealed[1].pk).update(is_done=True)
    assert "完成" in reconcile(TABLES).faults[0].message
