"""Reconciliation: every business row against its last entry, to find what was done behind the ledger's back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from hengjian.base.crypto import Tampered
from hengjian.base.ledger.canonical import parse
from hengjian.base.ledger.commitments import PREFIX, Personal, committed, object_key, object_keys
from hengjian.base.ledger.entries import digest_of, snapshot
from hengjian.base.ledger.reading import one_moment
from hengjian.base.ledger.replay import follow_on, replay, unequal_fields, verbose
from hengjian.base.ledger.stored import StoredState, dashed, stored
from hengjian.base.ledger.verdict import Progress, Verdict
from hengjian.base.models.ledger import LedgerEntry, LedgerSalt
from hengjian.base.models.rows import Row
from hengjian.base.scope import EVERYTHING

STEP = 5000
WAITING = 1 << 62
"""Stands for the number of an entry that has none yet: it comes after all that have."""

FORGOTTEN = '"forgotten":true'

Entry = tuple[Any, ...]
Told = tuple[Any, list[Entry]]
"""An object, by its id as the database keeps it, and its entries."""


def ledgered_models() -> list[type[models.Model]]:
    """Return all tables whose rows have to be in the ledger: every ``Row``."""
    return [model for model in apps.get_models() if issubclass(model, Row) and not model._meta.proxy]


def reconcile(models: Iterable[type[models.Model]] | None = None, progress: Progress | None = None) -> Verdict:
    """Compare every row with its last entry; name each that differs, is missing, or was put in unnoticed.

    ``models`` limits the check to some tables. Rows whose salts were erased count as ``unprovable``.
    """
    with one_moment():
        chosen = ledgered_models() if models is None else list(models)
        verdict = Verdict()
        total = sum(_all(model).count() for model in chosen)
        for model in chosen:
            _Table(model, verdict, progress, total).check()
        return verdict


def _all(model: Any) -> Any:
    """Every row, whosever it is: the check is of the whole table."""
    return model.objects.within(EVERYTHING)


class _Table:
    """One table against the entries about it: two streams in order of the id, merged.

    A row whose stored columns give the very digest that its last entry states is done with. All others, and whatever is
    out of the ordinary with their entries, are looked at one by one, as instances.
    """

    def __init__(self, model: type[models.Model], verdict: Verdict, progress: Progress | None, total: int) -> None:
        self.model, self.verdict, self.progress, self.total = model, verdict, progress, total
        self.type = model._meta.label_lower
        self.title = str(model._meta.verbose_name)
        self.state = StoredState(model)
        self.key_of = object_keys()

    def check(self) -> None:
        told = self._told()
        next_told = next(told, None)
        for chunk in stored(_all(self.model).order_by("pk").values_list("pk", *self.state.names)):
            doubtful: list[tuple[Any, bytes | None, list[Entry]]] = []
            salts = self._salts(chunk)
            for row_id, *values in chunk:
                while next_told is not None and next_told[0] < row_id:
                    self._no_row(next_told)
                    next_told = next(told, None)
                entries: list[Entry] = []
                if next_told is not None and next_told[0] == row_id:
                    entries, next_told = next_told[1], next(told, None)
                salt = salts.get(row_id)
                if not self._agrees(row_id, values, salt, entries):
                    doubtful.append((row_id, salt, entries))
            self._look_at(doubtful)
            self._count(len(chunk))
        while next_told is not None:
            self._no_row(next_told)
            next_told = next(told, None)

    def _count(self, more: int) -> None:
        self.verdict.rows += more
        if self.progress is not None and self.verdict.rows // STEP > (self.verdict.rows - more) // STEP:
            self.progress(self.verdict.rows, self.total)

    def _salts(self, chunk: Sequence[Any]) -> dict[Any, bytes]:
        held = LedgerSalt.objects.filter(object_type=self.type, object_id__range=(chunk[0][0], chunk[-1][0]))
        return {one: bytes(salt) for part in stored(held.values_list("object_id", "salt")) for one, salt in part}

    def _told(self) -> Iterator[Told]:
        """Yield for each object its entries, oldest first: (object, id, sequence, body, label)."""
        found = LedgerEntry.objects.filter(object_type=self.type).order_by("object_id", "id")
        chunks = stored(found.values_list("object_id", "id", "sequence", "body", "object_label"))
        for object_id, group in groupby(chain.from_iterable(chunks), key=itemgetter(0)):
            entries = list(group)
            if len(entries) > 1:
                entries.sort(key=_order)
            yield object_id, entries

    def _agrees(self, row_id: Any, values: Sequence[Any], salt: bytes | None, entries: list[Entry]) -> bool:
        """Whether the last entry states the digest of the row as it lies there, and nothing else asks for a closer look."""
        if not entries or entries[-1][2] is None or (salt is None and any(_speaks_of_a_salt(entry[3]) for entry in entries)):
            return False
        try:
            digest = self.state.digest(values, dashed(row_id), self.key_of(salt) if salt else None)
        except (Tampered, TypeError, ValueError):
            return False
        return f'}},"digest":"{digest}","id":"{dashed(entries[-1][1])}","object":{{' in entries[-1][3]

    def _look_at(self, doubtful: list[tuple[Any, bytes | None, list[Entry]]]) -> None:
        """Look at rows as the model reads them."""
        rows = {row.pk: row for row in _all(self.model).filter(pk__in=[row_id for row_id, _salt, _entries in doubtful])} if doubtful else {}
        for row_id, salt, entries in doubtful:
            row = rows[UUID(dashed(row_id))]
            if entries:
                self._compare(row, salt, entries)
            else:
                self._fault("no_entry", row.pk, f"{self._name(row)}在账本中没有任何条目，疑为绕过系统直接写入数据库。")

    def _compare(self, row: Any, salt: bytes | None, told: list[Entry]) -> None:
        digest = _digest(told[-1][3])
        name = self._name(row, told)
        if told[-1][2] is None and not follow_on([entry[3] for entry in told]):
            self._fault("history", row.pk, f"{name}的待封存条目前后不相接，有条目被删除或改写。")
        if digest is None:
            self._fault("removed_row", row.pk, f"{name}按账本已删除，数据库中却仍有，疑为绕过系统恢复。")
            return
        try:
            now = snapshot(row)
        except Tampered:
            self._fault("row", row.pk, f"{name}的个人信息密文无法解开，被改写或从别处搬来。")
            return
        except (TypeError, ValueError) as error:
            self._fault("row", row.pk, f"{name}的数据无法读取（{error}），被改写。")
            return
        key = object_key(salt) if salt else None
        if key is None and _owes_salt(entry[3] for entry in told):
            self._fault("salt", row.pk, f"{name}的承诺盐值不见了，账本却没有删除其个人信息的记载，疑为绕过系统删除。")
            return
        self.verdict.unprovable += key is None and any(FORGOTTEN in entry[3] for entry in told)
        try:
            if digest_of(committed(now, key)) == digest:
                return
        except LookupError:
            pass  # personal data that no entry commits to: the fields below say which
        self._differs(row, name, now, key, told)

    def _differs(self, row: Any, name: str, now: dict[str, Any], key: bytes | None, told: list[Entry]) -> None:
        due = replay(entry[3] for entry in told)
        fields = unequal_fields(self.model, now, due, key)
        if fields:
            words = "、".join(verbose(self.model, fields))
            self._fault("row", row.pk, f"{name}的“{words}”与账本最后一次记载不符，疑为绕过系统改写。")
        elif not _explained(now, due, key):
            self._fault("row", row.pk, f"{name}与账本最后一次记载的摘要不符，账本条目或数据被改写。")

    def _no_row(self, told: Told) -> None:
        object_id, entries = UUID(dashed(told[0])), told[1]
        if _digest(entries[-1][3]) is not None:
            label = entries[-1][4]
            words = "按账本应当存在，数据库中却没有，疑为绕过系统删除。"
            self._fault("no_row", object_id, f"{self._called(label, object_id)}{words}")

    def _name(self, row: Any, told: list[Entry] | None = None) -> str:
        label = told[-1][4] if told else "" if row.label_is_personal else str(row)
        return self._called(label, row.pk)

    def _called(self, label: str, object_id: UUID) -> str:
        """The object as faults name it; people and texts stay unnamed, for whoever checks need not know them."""
        return f"{self.title}“{label}”（编号 {object_id}）" if label else f"{self.title}（编号 {object_id}）"

    def _fault(self, kind: str, object_id: UUID, message: str) -> None:
        self.verdict.add(kind, message, object=f"{self.type}:{object_id}")


def _owes_salt(bodies: Iterable[str]) -> bool:
    """Whether entries commit to personal data and none since tells that they were erased."""
    owes = False
    for body in bodies:
        if FORGOTTEN in body:
            owes = False
        owes = owes or PREFIX in body or '"told":' in body
    return owes


def _speaks_of_a_salt(body: str) -> bool:
    return PREFIX in body or '"told":' in body or FORGOTTEN in body


def _order(entry: Entry) -> tuple[int, Any]:
    """Sealed entries in order of their numbers, then those that wait."""
    return (WAITING if entry[2] is None else entry[2], entry[1])


def _digest(body: str) -> str | None:
    """Return the digest an entry states; None when it removed the row; empty when it cannot be read."""
    try:
        return parse(body).get("digest")
    except ValueError:
        return ""


def _explained(now: dict[str, Any], due: dict[str, Any], key: bytes | None) -> bool:
    """Whether a digest may differ though no field does: the table has changed its columns, or a salt was erased."""
    erased = key is None and any(type(value) is Personal and not value.is_empty for value in now.values())
    return erased or set(now) != set(due)
