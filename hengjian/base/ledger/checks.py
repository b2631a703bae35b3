"""Checks of the whole ledger as a matter on record: asked for, run by the worker, kept with what they found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet

from hengjian.base import clock
from hengjian.base.actions import SystemActor, audited_action, title
from hengjian.base.errors import OutOfScope
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.storage import storage
from hengjian.base.ledger.verdict import Progress, Verdict
from hengjian.base.ledger.verify import verify
from hengjian.base.models.ledger import LedgerEntry
from hengjian.base.models.ledger_checks import CheckKind, CheckState, LedgerCheck

ASK = title("base.ask_ledger_check", "要求核对账本")
START = title("base.start_ledger_check", "开始核对账本")
FINISH = title("base.finish_ledger_check", "完成账本核对")
SHOWN_FAULTS = 200
EVERY = timedelta(days=6, hours=12)
NIGHT = range(1, 5)
"""Hours of Shanghai in which the check that is due each week may begin."""

CHECKS: dict[str, Callable[[Progress], Verdict]] = {
    CheckKind.VERIFY: lambda told: verify(told),
    CheckKind.RECONCILE: lambda told: reconcile(progress=told),
    CheckKind.STORAGE: lambda told: storage(told),
}
log = logging.getLogger(__name__)


def checks() -> QuerySet[LedgerCheck]:
    """Checks, the newest first."""
    return LedgerCheck.objects.order_by("-asked_at", "-id")


def one(check_id: UUID) -> LedgerCheck:
    """One check. Raises ``OutOfScope``."""
    found = LedgerCheck.objects.filter(pk=check_id).first()
    if found is None:
        raise OutOfScope(f"check {check_id}")
    return found


def last_finished(kind: str) -> LedgerCheck | None:
    """The newest check of a kind that came to its end."""
    return checks().filter(kind=kind, state__in=[CheckState.SOUND, CheckState.FAULTY]).first()


def ask(kind: str, *, actor: Any) -> LedgerCheck:
    """Ask for a check; one that waits or runs already is not asked for twice. The worker begins within seconds."""
    under_way = checks().filter(kind=kind, state__in=[CheckState.ASKED, CheckState.RUNNING]).first()
    if under_way is not None:
        return under_way
    with audited_action(ASK, actor=actor) as act:
        return act.add(LedgerCheck(kind=CheckKind(kind), asked_at=clock.now(), asked_by_id=actor.id))


def ask_weekly() -> int:
    """Ask for the checks of the week, at night, when the last ones are older; return how many."""
    if clock.local(clock.now()).hour not in NIGHT or not LedgerEntry.objects.exists():
        return 0
    since = clock.now() - EVERY
    due = [kind for kind in CheckKind.values if not checks().filter(kind=kind, asked_at__gt=since).exists()]
    for kind in due:
        ask(kind, actor=SystemActor("定期核对"))
    return len(due)


def run_asked() -> int:
    """Run the checks that wait, oldest first; return how many. Only the one worker calls this."""
    actor = SystemActor("定期核对")
    for left in checks().filter(state=CheckState.RUNNING):  # the worker that ran it is gone
        _finish(left, None, actor)
    waiting = list(checks().filter(state=CheckState.ASKED).reverse())
    for one in waiting:
        with audited_action(START, actor=actor) as act:
            row = act.take(one)
            act.move(row, "start")
            row.began_at = clock.now()
        try:
            verdict = CHECKS[row.kind](_teller(row))
        except Exception:
            log.exception("check of the ledger broke off")
            verdict = None
        _finish(row, verdict, actor)
    return len(waiting)


def _finish(check: LedgerCheck, verdict: Verdict | None, actor: Any) -> None:
    with audited_action(FINISH, actor=actor) as act:
        row = act.take(check)
        row.ended_at = clock.now()
        if verdict is None:
            act.move(row, "break_")
            return
        act.move(row, "pass_" if verdict.ok else "fail")
        row.looked = verdict.rows or verdict.entries
        row.size, row.root, row.found = verdict.size, verdict.root, len(verdict.faults)
        row.faults = [{"object": one.object, "sequence": one.sequence, "message": one.message} for one in verdict.faults[:SHOWN_FAULTS]]


def _key(check: LedgerCheck) -> str:
    return f"ledger-check:{check.pk}"


def _teller(check: LedgerCheck) -> Progress:
    def tell(seen: int, total: int) -> None:
        cache.set(_key(check), (seen, total), timeout=3600)

    return tell


def progress_of(check: LedgerCheck) -> int | None:
    """How far a check is, in percent; ``None`` where the worker has not told."""
    told = cache.get(_key(check))
    return min(99, told[0] * 100 // told[1]) if told and told[1] else None
