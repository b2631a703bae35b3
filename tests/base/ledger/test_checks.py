"""Checks of the ledger on record: asked for once, run by the worker, kept with what they found, due each week."""

from __future__ import annotations

import pytest
from django.db import connection

from hengjian.base import jobs
from hengjian.base.ledger import checks, sequencer
from hengjian.base.models import CheckState, LedgerCheck
from tests import factories


@pytest.fixture
def province(db, clock):
    row = factories.authority("湘南省", "43", "province")
    sequencer.sequence_all()
    return row


def test_a_check_is_asked_for_once_and_kept_with_its_result(province, clock):
    asked = checks.ask("verify", actor=factories.SYSTEM)
    assert checks.ask("verify", actor=factories.SYSTEM).pk == asked.pk
    checks.ask("reconcile", actor=factories.SYSTEM)
    assert jobs.run_checks() == 2
    assert jobs.run_checks() == 0
    rows = {row.kind: row for row in LedgerCheck.objects.all()}
    assert {kind: row.state for kind, row in rows.items()} == {"verify": "sound", "reconcile": "sound"}
    assert rows["verify"].root
    assert rows["reconcile"].looked > 0
    assert checks.last_finished("verify") == rows["verify"]


def test_what_was_found_is_kept_by_name(province):
    with factories.past_the_wire(), connection.cursor() as cursor:
        cursor.execute("UPDATE parties_authority SET short_name = 'X'")
    checks.ask("reconcile", actor=factories.SYSTEM)
    jobs.run_checks()
    row = LedgerCheck.objects.get()
    assert (row.state, row.found) == (CheckState.FAULTY, 1)
    assert row.faults[0]["object"] == f"parties.authority:{province.pk}"
    assert "简称" in row.faults[0]["message"]


def test_a_check_that_breaks_off_says_so(province, monkeypatch):
    def fails(_told):
        raise OSError("disk")

    monkeypatch.setitem(checks.CHECKS, "verify", fails)
    checks.ask("verify", actor=factories.SYSTEM)
    jobs.run_checks()
    assert LedgerCheck.objects.get().state == CheckState.BROKEN


def test_a_check_whose_worker_is_gone_is_called_broken_by_the_next(province, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(_told):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setitem(checks.CHECKS, "verify", killed)
        checks.ask("verify", actor=factories.SYSTEM)
        with pytest.raises(Killed):
            jobs.run_checks()
    assert LedgerCheck.objects.get().state == CheckState.RUNNING
    jobs.run_checks()
    assert LedgerCheck.objects.get().state == CheckState.BROKEN
    assert checks.ask("verify", actor=factories.SYSTEM).state == CheckState.ASKED


def test_all_checks_are_due_each_week_at_night(province, clock):
    assert jobs.ask_weekly_checks() == 0
    clock.set(2024, 6, 4, 2)
    assert jobs.ask_weekly_checks() == 3
    jobs.run_checks()
    clock.set(2024, 6, 7, 2)
    assert jobs.ask_weekly_checks() == 0
    clock.set(2024, 6, 11, 2)
    assert jobs.ask_weekly_checks() == 3
