"""The history of an object in Chinese sentences, each with its proof state."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
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
from hengjian.base.ledger.told import Told, told_of
from hengjian.base.ledger.verify import fault_of
from hengjian.base.models.ledger import LedgerEntry

UNSPOKEN = frozenset({"id", "version"})
"""Columns that a reader of the history is not told about."""

LONGEST = 60
MOST_PARTS = 12
"""Of a JSON column at most so many parts are told one by one."""

PART_TITLES: dict[tuple[str, str], Callable[[UUID], Mapping[str, str]]] = {}


def part_titles(object_type: str, column: str) -> Callable[[Callable[[UUID], Mapping[str, str]]], Callable[[UUID], Mapping[str, str]]]:
    """Register how the parts of a JSON column are called: a function of the object's id that returns title by key."""

    def keep(titles: Callable[[UUID], Mapping[str, str]]) -> Callable[[UUID], Mapping[str, str]]:
        PART_TITLES[object_type, column] = titles
        return titles

    return keep


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
    return sentences(entries)


def sentences(entries: Sequence[LedgerEntry]) -> list[Sentence]:
    """Put entries into words, of whatever objects, in the order given: one page of a long history."""
    states, told = proof_states(entries), told_of(entries)
    bodies = {entry.id: _body(entry, told[entry.id]) for entry in entries}
    of_object: dict[tuple[str, UUID], list[LedgerEntry]] = {}
    for entry in entries:
        of_object.setdefault((entry.object_type, entry.object_id), []).append(entry)
    tellers = {
        key: _Teller(_model(key[0]), [bodies[entry.id] for entry in held], key[1]) for key, held in of_object.items()
    }
    return [
        tellers[entry.object_type, entry.object_id].sentence(entry, bodies[entry.id], told[entry.id], states[entry.id]) for entry in entries
    ]


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


def target_of(field: models.Field) -> str:
    """Return the table that a column points at: by its foreign key, or by its name (``problem_id``, ``verified_by_id``)."""
    if isinstance(field, models.ForeignKey):
        return str(field.related_model._meta.label_lower)
    if not isinstance(field, models.UUIDField) or not field.attname.endswith("_id"):
        return ""
    noun = field.attname.removesuffix("_id").rpartition("_")[2]
    return _tables().get("account" if noun == "by" else noun, "")


@cache
def _tables() -> dict[str, str]:
    """Tables by the name of their model, where the name is theirs alone."""
    found: dict[str, str] = {}
    for tables in apps.all_models.values():
        for name, model in tables.items():
            found[name] = "" if name in found else model._meta.label_lower
    return found


def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_registered_model(*object_type.split("."))
    except (LookupError, TypeError):
        return None


def _body(entry: LedgerEntry, told: Told) -> dict[str, Any]:
    """Return the body of an entry with its words in place of their commitments."""
    try:
        body = parse(entry.body)
        return {**body, "before": {**body["before"], **told.before}, "after": {**body["after"], **told.after}}
    except (ValueError, KeyError, TypeError):
        return {}


def _title(action: str) -> str:
    return _(TITLES.get(action, action))


def labels_of(object_type: str, ids: Iterable[UUID | str]) -> dict[str, str]:
    """Return the last names under which objects were entered, by their ids as text."""
    last = {str(entry.object_id): entry for entry in LedgerEntry.objects.filter(object_type=object_type, object_id__in=list(ids)).order_by("id")}
    told = told_of(last.values())
    return {one: told[entry.id].label for one, entry in last.items()}


class _Teller:
    """Puts values of one table into words."""

    def __init__(self, model: type[models.Model] | None, bodies: Iterable[dict[str, Any]], object_id: UUID) -> None:
        self.object_type, self.object_id = "", object_id
        self.fields: dict[str, models.Field] = {}
        self.kind = ""
        if model is not None:
            self.object_type = model._meta.label_lower
            self.kind = str(model._meta.verbose_name)
            self.fields = {field.attname: field for field in model._meta.concrete_fields}
        self.targets = {name: target for name, field in self.fields.items() if (target := target_of(field))}
        self.names = self._names_of_others(bodies)

    def _names_of_others(self, bodies: Iterable[dict[str, Any]]) -> dict[str, str]:
        """Return the last known names of the rows that this table's columns point at."""
        wanted: dict[str, set[str]] = {}
        for body in bodies:
            for side in ("before", "after"):
                for name, value in body.get(side, {}).items():
                    if value and name in self.targets:
                        wanted.setdefault(self.targets[name], set()).add(value)
        found: dict[str, str] = {}
        for kind, ids in wanted.items():
            found.update(labels_of(kind, ids))
        return found

    def sentence(self, entry: LedgerEntry, body: Mapping[str, Any], told: Told, state: ProofState) -> Sentence:
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
            self._text(entry, body, told, who, title, changes),
            told.reason,
            entry.receipt,
            changes,
            state,
            entry.sequence,
        )

    def _changes(self, body: Mapping[str, Any]) -> tuple[Change, ...]:
        before, after = body.get("before", {}), body.get("after", {})
        found: list[Change] = []
        for name in self._spoken(before, after):
            was, became = before.get(name), after.get(name)
            if isinstance(became, dict) and isinstance(was, dict | None):
                found += self._part_changes(name, was or {}, became)
            else:
                found.append(Change(name, self._field_title(name), self._words(name, was), self._words(name, became)))
        return tuple(found)

    def _part_changes(self, name: str, was: Mapping[str, Any], became: Mapping[str, Any]) -> list[Change]:
        """Tell a JSON column part by part; technical parts have no title and are not told."""
        titles = PART_TITLES.get((self.object_type, name))
        known = titles(self.object_id) if titles else None
        changed = [key for key in dict.fromkeys([*was, *became]) if was.get(key) != became.get(key) and (known is None or key in known)]
        if known is None or len(changed) > MOST_PARTS:
            return [Change(name, self._field_title(name), self._words(name, was or None), self._words(name, became))]
        return [Change(name, str(known[key]), self._words("", was.get(key)), self._words("", became.get(key))) for key in changed]

    def _spoken(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """Return the changed columns in the order of the table, without technical ones and empty starts."""
        order = {name: place for place, name in enumerate(self.fields)}
        names = [
            name
            for name in {**before, **after}
            if name not in UNSPOKEN
            and not self._is_index(name)
            and not self._is_named_beside(name)
            and (before.get(name) not in (None, "") or after.get(name) not in (None, ""))
        ]
        return sorted(names, key=lambda name: (order.get(name, len(order)), name))

    def _is_index(self, name: str) -> bool:
        return getattr(self.fields.get(name), "source", None) is not None

    def _is_named_beside(self, name: str) -> bool:
        """Whether an id repeats what a name beside it says (核查人账号 beside 核查人), or cannot be put into words."""
        if not isinstance(self.fields.get(name), models.UUIDField):
            return False
        return f"{name.removesuffix('_id')}_name" in self.fields or name not in self.targets

    def _field_title(self, name: str) -> str:
        field = self.fields.get(name)
        return str(field.verbose_name) if field is not None else name

    def _text(self, entry: LedgerEntry, body: Mapping[str, Any], told: Told, who: str, title: str, changes: tuple[Change, ...]) -> str:
        if not body:
            return _("%(who)s：%(title)s（内容已无法读取）") % {"who": who, "title": title}
        label = _("（个人信息，已删除）") if told.is_erased else told.label
        named = _("%(kind)s“%(label)s”") % {"kind": self.kind or entry.object_type, "label": label}
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
        elif name in self.targets:
            words = self.names.get(str(value), str(value))
        elif isinstance(field, models.DateTimeField):
            moment = clock.local(datetime.datetime.fromisoformat(value))
            words = f"{_day_words(moment)} {moment:%H:%M}"
        elif isinstance(field, models.DateField):
            words = _day_words(datetime.date.fromisoformat(value))
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            words = _("、").join(value)
        elif isinstance(value, dict | list):
            words = _("%(count)s 项") % {"count": len(value)}
        else:
            words = str(value)
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _day_words(day: datetime.date) -> str:
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def _change_words(change: Change) -> str:
    words = {"field": change.title, "before": change.before, "after": change.after}
    if change.before and change.after:
        if change.before == change.after:
            return _("改了%(field)s") % words
        return _("把%(field)s由“%(before)s”改为“%(after)s”") % words
    if change.after:
        return _("把%(field)s填为“%(after)s”") % words
    return _("清空了%(field)s（原为“%(before)s”）") % words
