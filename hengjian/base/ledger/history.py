"""The history of an object in Chinese sentences, each with its proof state."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import TITLES
from hengjian.base.ledger.canonical import parse
from hengjian.base.ledger.checkpoints import latest
from hengjian.base.ledger.commitments import Sealer, is_commitment
from hengjian.base.ledger.merkle import SIZE, WIDTH
from hengjian.base.ledger.tiles import DatabaseTiles
from hengjian.base.ledger.verify import fault_of
from hengjian.base.models.ledger import LedgerEntry

UNSPOKEN = frozenset({"id", "version"})
"""Columns that a reader of the history is not told about."""

LONGEST = 60


class ProofState(enum.StrEnum):
    """Whether an entry is in the sealed tree."""

    SEALED = "sealed"
    WAITING = "waiting"
    BROKEN = "broken"

    @property
    def label(self) -> str:
        """已封存、待封存、不符."""
        return {"sealed": _("已封存"), "waiting": _("待封存"), "broken": _("不符")}[self.value]


@dataclass(frozen=True)
class Change:
    """One field that an action changed, with both values as a reader sees them."""

    field: str
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Sentence:
    """One entry of the ledger as a sentence, with what stands behind it."""

    entry_id: UUID
    at: datetime.datetime
    who: str
    action: str
    title: str
    text: str
    reason: str
    receipt: str
    changes: tuple[Change, ...]
    state: ProofState
    sequence: int | None

    def __str__(self) -> str:
        return self.text


def history(object_type: str, object_id: UUID) -> list[Sentence]:
    """Tell what happened to an object, oldest first: ``history("rectification.problem", problem.pk)``."""
    entries = list(LedgerEntry.objects.filter(object_type=object_type, object_id=object_id))
    entries.sort(key=lambda entry: (entry.sequence is None, entry.sequence or 0, entry.id))
    states = proof_states(entries)
    bodies = {entry.id: _body(entry) for entry in entries}
    teller = _Teller(_model(object_type), bodies.values())
    return [teller.sentence(entry, bodies[entry.id], states[entry.id]) for entry in entries]


def proof_states(entries: Iterable[LedgerEntry]) -> dict[UUID, ProofState]:
    """Tell for each entry whether it stands in the tree up to the last checkpoint exactly as it reads now."""
    last = latest()
    size, store, sealer = last.size if last else 0, DatabaseTiles(), Sealer()
    found = {}
    for entry in entries:
        leaf = sha256(b"\x00" + entry.body.encode()).digest()
        if fault_of(entry, leaf.hex(), sealer) is not None:
            state = ProofState.BROKEN
        elif entry.sequence is None:
            state = ProofState.WAITING
        else:
            index, offset = divmod(entry.sequence, WIDTH)
            kept = store.get(0, index)[offset * SIZE : (offset + 1) * SIZE]
            state = ProofState.SEALED if entry.sequence < size and kept == leaf else ProofState.BROKEN
        found[entry.id] = state
    return found


def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_registered_model(*object_type.split("."))
    except (LookupError, TypeError):
        return None


def _body(entry: LedgerEntry) -> dict[str, Any]:
    try:
        return parse(entry.body)
    except ValueError:
        return {}


def _title(action: str) -> str:
    return _(TITLES.get(action, action))


class _Teller:
    """Puts values of one table into words."""

    def __init__(self, model: type[models.Model] | None, bodies: Iterable[dict[str, Any]]) -> None:
        self.fields: dict[str, models.Field] = {}
        self.kind = ""
        if model is not None:
            self.kind = str(model._meta.verbose_name)
            self.fields = {field.attname: field for field in model._meta.concrete_fields}
        self.names = self._names_of_others(bodies)

    def _names_of_others(self, bodies: Iterable[dict[str, Any]]) -> dict[str, str]:
        """Return the last known names of the rows that foreign keys point at."""
        wanted: dict[str, set[str]] = {}
        for body in bodies:
            for side in ("before", "after"):
                for name, value in body.get(side, {}).items():
                    field = self.fields.get(name)
                    if value and isinstance(field, models.ForeignKey):
                        wanted.setdefault(field.related_model._meta.label_lower, set()).add(value)
        found: dict[str, str] = {}
        for kind, ids in wanted.items():
            entries = LedgerEntry.objects.filter(object_type=kind, object_id__in=ids).order_by("id")
            found.update({str(one): label for one, label in entries.values_list("object_id", "object_label")})
        return found

    def sentence(self, entry: LedgerEntry, body: Mapping[str, Any], state: ProofState) -> Sentence:
        """Return one entry as a sentence."""
        title = _title(entry.action)
        who = entry.actor_name + (f"（{entry.post_title}）" if entry.post_title else "")
        changes = self._changes(body)
        return Sentence(
            entry.id,
            entry.at,
            who,
            entry.action,
            title,
            self._text(entry, body, who, title, changes),
            entry.reason,
            entry.receipt,
            changes,
            state,
            entry.sequence,
        )

    def _changes(self, body: Mapping[str, Any]) -> tuple[Change, ...]:
        before, after = body.get("before", {}), body.get("after", {})
        return tuple(
            Change(name, self._field_title(name), self._words(name, before.get(name)), self._words(name, after.get(name)))
            for name in self._spoken(before, after)
        )

    def _spoken(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """Return the changed columns in the order of the table, without technical ones and empty starts."""
        order = {name: place for place, name in enumerate(self.fields)}
        names = [
            name
            for name in {**before, **after}
            if name not in UNSPOKEN
            and not self._is_index(name)
            and (before.get(name) not in (None, "") or after.get(name) not in (None, ""))
        ]
        return sorted(names, key=lambda name: (order.get(name, len(order)), name))

    def _is_index(self, name: str) -> bool:
        return getattr(self.fields.get(name), "source", None) is not None

    def _field_title(self, name: str) -> str:
        field = self.fields.get(name)
        return str(field.verbose_name) if field is not None else name

    def _text(self, entry: LedgerEntry, body: Mapping[str, Any], who: str, title: str, changes: tuple[Change, ...]) -> str:
        if not body:
            return _("%(who)s：%(title)s（内容已无法读取）") % {"who": who, "title": title}
        named = _("%(kind)s“%(label)s”") % {"kind": self.kind or entry.object_type, "label": entry.object_label}
        if "digest" not in body:
            what = _("删除了%(object)s") % {"object": named}
        elif "id" in body["after"]:
            what = _("登记了%(object)s") % {"object": named}
        elif changes:
            what = "，".join(_change_words(change) for change in changes)
        elif title != entry.action:
            what = title
        else:
            what = _("办理了%(object)s，内容未变") % {"object": named}
        return f"{who}{what}"

    def _words(self, name: str, value: Any) -> str:
        """Return a value as a reader sees it."""
        field = self.fields.get(name)
        if value is None or value == "":
            return ""
        if is_commitment(value):
            return _("（个人信息，账本只存凭证）")
        if field is not None and field.choices:
            words = str(dict(field.flatchoices).get(value, value))
        elif isinstance(value, bool):
            words = _("是") if value else _("否")
        elif isinstance(field, models.ForeignKey):
            words = self.names.get(str(value), str(value))
        elif isinstance(field, models.DateTimeField):
            moment = datetime.datetime.fromisoformat(value)
            words = clock.local(moment).strftime("%Y-%m-%d %H:%M")
        elif isinstance(value, dict | list):
            words = _("%(count)s 项") % {"count": len(value)}
        else:
            words = str(value)
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _change_words(change: Change) -> str:
    words = {"field": change.title, "before": change.before, "after": change.after}
    if change.before and change.after:
        if change.before == change.after:
            return _("改了%(field)s") % words
        return _("把%(field)s由“%(before)s”改为“%(after)s”") % words
    if change.after:
        return _("把%(field)s填为“%(after)s”") % words
    return _("清空了%(field)s（原为“%(before)s”）") % words
