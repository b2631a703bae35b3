"""The only door for writing: transaction, lock, scope, policy, state move, ledger entry, event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.db import ProgrammingError, transaction

from hengjian.base import clock, guard, standing
from hengjian.base.bulk import insert_all
from hengjian.base.errors import NotAllowed, OutOfScope, StaleRow
from hengjian.base.fields import with_blind_indexes
from hengjian.base.ledger.commitments import forget as erase_salt
from hengjian.base.ledger.continuity import must_be_open
from hengjian.base.ledger.entries import Touched, snapshot, write_entries
from hengjian.base.ledger.sequencer import nudge
from hengjian.base.models.rows import Row
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.sight import seeing

RowT = TypeVar("RowT", bound=Row)
P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[["Event"], None]

RECEIPT: ContextVar[str] = ContextVar("hengjian_receipt", default="")
TITLES: dict[str, str] = {}
_listeners: dict[str, list[Listener]] = {}

BATCH = 1000
POLICY_CHECK = "ExecWithCheckOptions"  # where PostgreSQL refuses a row; its words depend on the server's language


class ActorLike(Protocol):
    """Who acts: an account in one post, or the system."""

    id: UUID | None
    name: str
    post_title: str
    org_id: UUID | None
    area: str
    scope: Scope


class Event:
    """What listeners learn once an action has committed: its code, its actor and the ids it touched."""

    def __init__(self, action: str, actor: ActorLike, ids: dict[str, list[UUID]]) -> None:
        self.action, self.actor, self.ids = action, actor, ids


class SystemActor:
    """The system itself, acting for a named reason (到期提醒, 演示数据, 迁移)."""

    id: UUID | None = None
    org_id: UUID | None = None
    area = ""
    role = "system"
    scope = EVERYTHING

    def __init__(self, name: str = "系统") -> None:
        self.name, self.post_title = name, "系统"

    def holds(self, *_roles: str, **_where: Any) -> bool:
        return True


def title(code: str, chinese: str) -> str:
    """Register the Chinese title of an action, used by histories; return the code."""
    TITLES[code] = chinese
    return code


def on(action: str) -> Callable[[Listener], Listener]:
    """Register a listener that an upper app runs after ``action`` has committed."""

    def keep(listener: Listener) -> Listener:
        if listener not in _listeners.setdefault(action, []):
            _listeners[action].append(listener)
        return listener

    return keep


class Action:
    """What one audited action has touched so far."""

    def __init__(self, name: str, actor: ActorLike, reason: str) -> None:
        self.name, self.actor, self.reason = name, actor, reason
        self._touched: dict[tuple[type[Row], UUID], Touched] = {}
        self._bulk: list[tuple[list[Touched], tuple[str, ...] | None]] = []

    def take(self, row: RowT, *, version: int | None = None) -> RowT:
        """Lock the row, check that the actor's scope holds it, and hand out its present state.

        Raises:
            OutOfScope: not in the actor's scope, or gone.
            StaleRow: ``version`` was given and somebody has changed the row since.
        """
        model = type(row)
        known = self._touched.get((model, row.pk))
        if known is not None:
            return known.row  # type: ignore[return-value]
        locked = model.objects.within(self.actor.scope).select_for_update(of=("self",))
        found = locked.filter(pk=row.pk).first()
        if found is None:
            raise OutOfScope(f"{model.__name__} {row.pk}")
        if version is not None and found.version != version:
            raise StaleRow(found, version)
        self._touched[model, found.pk] = Touched(found, snapshot(found))
        return found  # type: ignore[no-any-return]

    def forget(self, row: RowT) -> RowT:
        """Take a row to erase personal data (个人信息保护法 第四十七条): clear the columns of what this returns.

        The salt goes, so that nothing the ledger holds of them can be proved, guessed or opened; the entry says so.
        """
        held = self.take(row)
        erase_salt(held._meta.label_lower, held.pk)
        self._touched[type(held), held.pk].forgotten = True
        return held

    def add(self, row: RowT) -> RowT:
        """Take a new row in; it is saved and entered in the ledger when the action closes."""
        self._touched[type(row), row.pk] = Touched(row, None)
        return row

    def add_many(self, rows: Iterable[RowT]) -> list[RowT]:
        """Take many new rows of one table in, inserted set-wise, one ledger entry each."""
        taken = list(rows)
        self._bulk.append(([Touched(row, None) for row in taken], None))
        return taken

    def change_many(self, rows: Sequence[RowT], change: Callable[[RowT], None], *, fields: Sequence[str]) -> list[RowT]:
        """Lock rows of one table set-wise, apply ``change`` to each, and update ``fields`` of all."""
        if not rows:
            return []
        model = type(rows[0])
        locked: list[Touched] = []
        for start in range(0, len(rows), BATCH):
            keys = [row.pk for row in rows[start : start + BATCH]]
            found = model.objects.within(self.actor.scope).select_for_update(of=("self",)).filter(pk__in=keys)
            locked += [Touched(row, snapshot(row)) for row in found]
        if len(locked) != len({row.pk for row in rows}):
            raise OutOfScope(f"{model.__name__}: {len(rows) - len(locked)}")
        for one in locked:
            change(one.row)  # type: ignore[arg-type]
            one.row.version += 1
        self._bulk.append((locked, (*fields, "version")))
        return [one.row for one in locked]  # type: ignore[misc]

    def remove(self, row: Row) -> None:
        """Delete a row; its last state stays in the ledger."""
        found = self.take(row)
        self._touched[type(found), found.pk].removed = True

    def require(self, allowed: bool, why: str) -> None:
        """Go on only if allowed; ``why`` is what the user reads otherwise."""
        if not allowed:
            raise NotAllowed(why)

    def move(self, row: Any, name: str) -> None:
        """Move the row along its state chart; raises ``WrongState``."""
        row.state = row.CHART.next(name, row.state)

    def _must_hold(self, done: list[Touched]) -> None:
        """New rows must lie in the actor's scope, as they stand once everything is saved."""
        new: dict[type[Row], list[Row]] = {}
        for one in done:
            if not one.removed:
                new.setdefault(type(one.row), []).append(one.row)
        for model, rows in new.items():
            if not model.held_by(self.actor.scope, rows):
                raise OutOfScope(model.__name__)

    def _save(self) -> list[Touched]:
        done: list[Touched] = []
        with guard.the_door_writes(), _wall_in_words():
            for one in list(self._touched.values()):
                done.append(_save_one(one))
            for group, fields in self._bulk:
                _save_group(group, fields)
                done += group
        self._must_hold(done)
        return done


def _must_last(one: Touched) -> None:
    """What was once filed or issued is neither changed nor removed; erasing personal data alone may clear it."""
    lasting = one.row.lasting_columns
    if one.before is None or not lasting or one.forgotten:
        return
    now = {} if one.removed else snapshot(one.row)
    changed = sorted(name for name in lasting if now.get(name) != one.before[name])
    if changed:
        raise guard.LastingRow(f"{type(one.row).__name__} {one.row.pk}: {', '.join(changed)}")


@contextmanager
def _wall_in_words() -> Iterator[None]:
    """PostgreSQL's row security refuses a row outside the scope before we look at it ourselves: the refusal is the same."""
    try:
        yield
    except ProgrammingError as refused:
        if getattr(getattr(refused.__cause__, "diag", None), "source_function", "") == POLICY_CHECK:
            raise OutOfScope(str(refused)) from refused
        raise


def _save_one(one: Touched) -> Touched:
    row = one.row
    _must_last(one)
    if one.removed:
        kept = row.pk
        row.delete()
        row.pk = kept
    elif one.before is None:
        row.save(force_insert=True)
    else:
        row.version += 1
        row.save(force_update=True)
    return one


def _save_group(group: list[Touched], fields: tuple[str, ...] | None) -> None:
    if not group:
        return
    for one in group:
        _must_last(one)
    rows = [one.row for one in group]
    manager: Any = type(rows[0]).objects  # it writes under the scope of whoever acts
    if fields is None:
        insert_all(rows)
    else:
        manager.bulk_update(rows, with_blind_indexes(type(rows[0]), fields), batch_size=200)


@contextmanager
def audited_action(name: str, *, actor: Any, reason: str = "", names_no_one: bool = False) -> Iterator[Action]:
    """Open one audited action: a transaction that ends in ledger entries and one event.

    A reason that a person gives is sealed among the words of each entry; with ``names_no_one`` it stands in clear, for
    reasons that a program words from codes and figures.
    Inside another action it joins that one's transaction and keeps its own name in the ledger.

    Raises:
        ReadOnly: the database was put back to an earlier time; see ``base.ledger.continuity``.
    """
    must_be_open(name)
    with seeing(actor.scope), transaction.atomic():
        act = Action(name, actor, reason)
        token = guard.OPEN.set(act)
        try:
            yield act
            done = act._save()
            if done:
                write_entries(
                    done, action=name, actor=actor, reason=reason, receipt=RECEIPT.get(), at=clock.now(), names_no_one=names_no_one
                )
        finally:
            guard.OPEN.reset(token)
        _tell(act, done)


def all_or_nothing(service: Callable[P, T]) -> Callable[P, T]:
    """A service of several acts, one after the other: all of them are written, or none."""
    return transaction.atomic(service)


def _tell(act: Action, done: list[Touched]) -> None:
    ids: dict[str, list[UUID]] = {}
    for one in done:
        ids.setdefault(one.row._meta.label_lower, []).append(one.row.pk)
    event = Event(act.name, act.actor, ids)
    for listener in _listeners.get(act.name, []):
        # Django names what failed by its __qualname__, which a bare partial lacks.
        transaction.on_commit(update_wrapper(partial(listener, event), listener), robust=True)
    if done:
        transaction.on_commit(standing.write_done)
        transaction.on_commit(nudge)


