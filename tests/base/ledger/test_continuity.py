"""The ledger against what is remembered of it outside of the database: behind, forked, unreadable; and the epoch that goes on."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from hengjian.base import clock as house_clock
from hengjian.base.actions import audited_action
from hengjian.base.errors import ReadOnly
from hengjian.base.ledger import continuity, recovery, verify_proof, witness
from hengjian.base.ledger.checkpoints import latest, said_by, signer
from hengjian.base.ledger.continuity import Cause, look, look_anew, stays_open
from hengjian.base.ledger.proofs import ProofPlace, judge, proof_for
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.sequencer import pending_count, seal_first_of_epoch, sequence_all, take_turn
from hengjian.base.ledger.verify import verify
from hengjian.base.models import LedgerConsent, LedgerEntry, LedgerEpoch
from tests.base.ledger.models import Apple, Basket, Worm
from tests.factories import past_the_wire

TABLES = [Basket, Apple, Worm, LedgerEpoch, LedgerConsent]
CONSENT = stays_open("test.consent")


@pytest.fixture
def folder(settings, tmp_path, ledger_db):
    settings.WITNESS_DIRS = [tmp_path / "witness"]
    look_anew()
    yield tmp_path / "witness"
    look_anew()


@pytest.fixture
def seal(folder, django_capture_on_commit_callbacks):
    """Seal what waits, and remember it as after a commit."""

    def run(**limits):
        with django_capture_on_commit_callbacks(execute=True):
            done = sequence_all(**limits)
        look_anew()
        return done

    return run


class _Undo(Exception):
    """Takes back what was done since: the database as it was, with what lies outside of it as it is."""


@contextmanager
def put_back():
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        look_anew()


@pytest.fixture
def later(grow, seal):
    """Five entries in the database, and eight more that were sealed in three checkpoints before it was put back."""
    grow(5)
    seal()
    with put_back():
        grow(8)
        seal(limit=3)
        lost = list(LedgerEntry.objects.filter(sequence__gte=5).order_by("sequence"))
        proof = proof_for(lost[2])
    return lost, proof


def _consents(found, clerk):
    rows = [
        LedgerConsent(situation=found.situation, cause=found.cause, account_id=clerk.id, role=role, at=house_clock.now(), reason=f"磁盘损坏后恢复（{role}）")
        for role in ("system_admin",)
    ]
    with audited_action(CONSENT, actor=clerk) as act:
        for row in rows:
            act.add(row)
    return rows


def go_on(clerk, capture):
    found = look()
    with capture(execute=True):
        row = recovery.open_epoch(found, _consents(found, clerk), actor=clerk)
    look_anew()
    return row


def test_what_is_sealed_is_remembered_and_fits(grow, seal, folder):
    grow(300)
    seal()
    grow(2)
    seal()
    (head,) = witness.heads()
    assert (head.known.note, look().cause) == (latest().note, Cause.NONE)
    assert [one.said.size for one in witness.checkpoints()] == [300, 302]
    named = witness.entries(0, 302, epoch=1)
    assert [(one.id, one.leaf) for one in named] == [(str(one.pk), one.leaf) for one in LedgerEntry.objects.order_by("sequence")]
    assert (folder / "checkpoints.jsonl").stat().st_mode & 0o777 == 0o600


def test_no_name_and_no_text_is_remembered(grow, change, seal, folder):
    apples = grow(1)
    change(apples[0], name="张三家的苹果", phone="13811110000")
    seal()
    text = "".join(file.read_text() for file in folder.iterdir())
    assert [word for word in ("张三", "13811110000") if word in text] == []


def test_a_database_put_back_is_behind_and_each_missing_entry_is_named(later):
    lost, _proof = later
    found = look()
    assert (found.cause, found.agreed, found.lost_to, found.ours.size) == (Cause.BEHIND, 5, 12, 5)
    assert [one.id for one in found.lost] == [str(one.pk) for one in lost]
    assert {one.action for one in found.lost} == {"apples.grow"}
    assert found.is_lost_complete, "the remembered leaves lead from our tree to the signed root"
    assert [fault.kind for fault in verify().faults] == ["witness"]
    assert "第5至12条缺失" in verify().faults[0].message


def test_while_it_is_behind_nothing_is_written_and_nothing_sealed(later, grow, clerk):
    with pytest.raises(ReadOnly, match=r"第5至12条缺失.*两人确认后恢复办理"):
        grow(1)
    with audited_action(CONSENT, actor=clerk) as act:
        act.add(Basket(name="登录"))
    assert (pending_count(), sequence_all(), pending_count()) == (1, 0, 1)


def test_another_ledger_of_the_same_length_or_longer_is_a_fork(later, grow, settings, folder):
    for more in (3, 8, 20):
        with put_back():
            settings.WITNESS_DIRS = []
            grow(more)
            sequence_all()
            settings.WITNESS_DIRS = [folder]
            look_anew()
            found = look()
            assert (found.cause, found.agreed, found.ours.size) == (Cause.FORKED, 5, 5 + more)
            assert len(found.lost) == 8
            assert found.ours.root != found.known.said.root.hex()
            with pytest.raises(ReadOnly, match="不是同一本"):
                grow(1)


def test_half_a_line_and_strange_lines_are_passed_over(later, folder, grow, seal):
    file = folder / "checkpoints.jsonl"
    file.write_text(file.read_text() + "{}\nnot json\n" + '{"note": "hengj')
    assert look().cause is Cause.BEHIND
    file.write_text('{"note": "hengj')
    assert look().cause is Cause.NONE, "a folder in which nothing was ever finished says nothing"
    grow(1)
    seal()
    assert [one.said.size for one in witness.checkpoints()] == [6]


def test_lines_by_a_key_that_is_not_ours_open_nothing(later, folder, grow):
    file = folder / "checkpoints.jsonl"
    file.write_text(file.read_text().replace("hengjian/", "another/"))
    look_anew()
    assert look().cause is Cause.UNREADABLE
    with pytest.raises(ReadOnly, match="存证记录读不出"):
        grow(1)


def test_one_folder_that_remembers_is_enough(later, settings, tmp_path):
    settings.WITNESS_DIRS = [tmp_path / "empty", *settings.WITNESS_DIRS]
    assert look().cause is Cause.BEHIND


def test_a_folder_that_cannot_be_written_does_not_stop_sealing(grow, seal, settings, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    grow(1)
    seal()
    settings.WITNESS_DIRS = [tmp_path / "file" / "below", *settings.WITNESS_DIRS]
    look_anew()
    grow(1)
    assert seal() == 1
    assert "could not be remembered" in caplog.text
    assert witness.heads()[1].known.said.size == 2


def test_files_stay_small_and_the_last_ones_are_kept(grow, seal, monkeypatch, folder):
    monkeypatch.setattr(witness, "LONGEST", {"checkpoints": 1500, "entries": 1500})
    for _n in range(12):
        grow(1)
        seal()
    assert {file.name for file in folder.iterdir()} == {"checkpoints.jsonl", "checkpoints.1.jsonl", "entries.jsonl", "entries.1.jsonl"}
    assert sum(file.stat().st_size for file in folder.iterdir()) < 10_000
    assert witness.heads()[0].known.said.size == 12
    assert look().is_sound


def test_the_new_epoch_commits_to_what_is_lost_and_goes_on(later, grow, clerk, seal, django_capture_on_commit_callbacks):
    lost, proof = later
    row = go_on(clerk, django_capture_on_commit_callbacks)
    assert (row.number, row.start, row.agreed, row.lost_to, row.lost_count, row.named) == (2, 5, 5, 12, 8, 8)
    first = LedgerEntry.objects.get(sequence=5)
    after = json.loads(first.body)["after"]
    assert (first.object_id, first.action) == (row.pk, "base.open_epoch")
    assert (after["known_note"], after["agreed"], after["known_size"]) == (proof["checkpoint"], 5, 13)
    assert after["reason"].startswith("hmac-sha256:"), "the reason may name people: the entry commits to it"
    said = said_by(latest().note)
    assert (said.epoch, said.agreed, said.size) == (2, 5, 6)
    grow(3)
    seal()
    assert (look().cause, verify().faults, reconcile(TABLES).faults) == (Cause.NONE, [], [])
    assert said_by(latest().note).epoch == 2
    assert [one.id for one in witness.lost_before(2)] == [str(one.pk) for one in lost]


def test_a_proof_of_a_lost_entry_still_proves_and_is_told_to_be_lost(later, grow, clerk, seal, capsys, tmp_path, django_capture_on_commit_callbacks):
    lost, proof = later
    assert judge(proof).place is ProofPlace.UNKNOWN
    row = go_on(clerk, django_capture_on_commit_callbacks)
    found = judge(proof)
    assert (found.place, found.lost_before, found.index, found.said.epoch, found.entry["id"]) == (ProofPlace.LOST, row, 7, 1, str(lost[2].pk))
    assert verify_proof.check(proof, signer().verifier)["id"] == str(lost[2].pk)
    grow(4)
    seal()
    again = proof_for(LedgerEntry.objects.get(sequence=7))
    assert (judge(again).place, judge(again).said.epoch) == (ProofPlace.HERE, 2)
    (tmp_path / "a.hjproof").write_text(json.dumps(again))
    assert verify_proof.main([str(tmp_path / "a.hjproof")]) == 0
    assert "第 2 纪元，第 7 条" in capsys.readouterr().out
    with pytest.raises(verify_proof.Refused):
        judge({**again, "index": 6})


def test_what_waited_in_the_backup_is_not_lost_and_gets_another_number(grow, seal, clerk, django_capture_on_commit_callbacks):
    grow(5)
    seal()
    grow(2)
    waiting = LedgerEntry.objects.filter(sequence=None).order_by("id")[0]
    with put_back():
        grow(1)
        seal()
        proof = proof_for(LedgerEntry.objects.get(pk=waiting.pk))
    found = look()
    assert (found.agreed, found.lost_to, len(found.lost), found.still_here, found.is_lost_complete) == (5, 7, 1, 2, True)
    row = go_on(clerk, django_capture_on_commit_callbacks)
    seal()
    judged = judge(proof)
    assert (row.named, judged.place, judged.index != judged.number) == (1, ProofPlace.HERE, True)
    assert (look().cause, verify().faults, reconcile(TABLES).faults) == (Cause.NONE, [], [])


def test_a_crash_before_the_new_epoch_is_remembered_does_no_harm(later, clerk, grow, seal):
    found = look()
    recovery.open_epoch(found, _consents(found, clerk), actor=clerk)  # nothing of what follows a commit is run
    look_anew()
    assert (witness.heads()[0].known.said.epoch, look().cause) == (1, Cause.NONE)
    grow(1)
    seal()
    assert (look().cause, verify().faults) == (Cause.NONE, [])


def test_a_backup_of_the_first_epoch_is_noticed_in_the_second(grow, seal, clerk, django_capture_on_commit_callbacks):
    """Twice put back: to before the second epoch began, and to a stretch that the second epoch left behind."""
    grow(5)
    seal()
    with put_back():
        with put_back():
            grow(8)
            seal(limit=3)
        go_on(clerk, django_capture_on_commit_callbacks)
        grow(2)
        seal()
        assert look().is_sound
    found = look()
    assert (found.cause, found.agreed, found.known.said.epoch, found.is_lost_complete) == (Cause.BEHIND, 5, 2, True)
    assert [one.epoch for one in found.lost] == [2] * len(found.lost)
    row = go_on(clerk, django_capture_on_commit_callbacks)
    assert (row.number, row.known_epoch) == (3, 2)
    assert (look().cause, verify().faults) == (Cause.NONE, [])


def test_what_was_left_behind_cannot_come_back_as_if_nothing_had_been(grow, seal, clerk, settings, folder, django_capture_on_commit_callbacks):
    grow(5)
    seal()
    with put_back():
        grow(8)
        seal(limit=3)
    with put_back():
        go_on_after = go_on(clerk, django_capture_on_commit_callbacks)
        grow(1)
        seal()
    assert go_on_after.number == 2
    settings.WITNESS_DIRS = []
    grow(8)
    sequence_all(limit=3)  # a database that still stands in the first epoch, further than the second kept of it
    settings.WITNESS_DIRS = [folder]
    look_anew()
    found = look()
    assert (found.cause, found.agreed) == (Cause.FORKED, 5)


def test_a_forked_ledger_goes_on_with_both_roots_on_record(later, grow, clerk, settings, folder, seal, django_capture_on_commit_callbacks):
    settings.WITNESS_DIRS = []
    grow(4)
    sequence_all()
    settings.WITNESS_DIRS = [folder]
    look_anew()
    row = go_on(clerk, django_capture_on_commit_callbacks)
    assert (row.cause, row.agreed, row.start, row.lost_count) == ("forked", 5, 9, 8)
    grow(1)
    seal()
    assert (look().cause, verify().faults, reconcile(TABLES).faults) == (Cause.NONE, [], [])


def test_an_epoch_that_nobody_consented_to_is_found(later, grow, clerk, folder, django_capture_on_commit_callbacks):
    """Somebody with the signing key lets the checkpoints say that there was a second epoch; or takes the row of one away."""
    with put_back():
        with audited_action(CONSENT, actor=clerk) as act:
            act.add(Basket(name="篮"))
        seal_first_of_epoch(LedgerEntry.objects.get(sequence__isnull=True), take_turn(), epoch=2, agreed=5)
        assert [fault.kind for fault in verify().faults] == ["epoch"]
    go_on(clerk, django_capture_on_commit_callbacks)
    with past_the_wire(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_epoch")
    assert [fault.kind for fault in reconcile([LedgerEpoch]).faults] == ["no_row"]


def test_what_is_brought_in_from_elsewhere_counts(later, folder, tmp_path):
    """A checkpoint from a proof, a document or another machine, when the folder itself was lost."""
    _lost, proof = later
    for file in folder.iterdir():
        file.unlink()
    look_anew()
    assert look().is_sound
    (note,) = witness.notes_in(json.dumps(proof))
    assert witness.notes_in(note) == [note]
    witness.remember(note)
    look_anew()
    found = look()
    assert (found.cause, found.lost_to, found.lost, found.is_lost_complete) == (Cause.BEHIND, 12, (), False)


def test_the_last_look_is_good_for_seconds(later, monkeypatch):
    assert continuity.continuity().cause is Cause.BEHIND
    monkeypatch.setattr(continuity, "look", lambda: pytest.fail("looked again"))
    assert continuity.continuity().cause is Cause.BEHIND
