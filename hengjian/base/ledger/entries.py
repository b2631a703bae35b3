"""Entries of the ledger: what a row was, what it became, who did it, in canonical bytes."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import models
from django.db.backends.utils import format_number

from hengjian.base.bulk import insert_values
from hengjian.base.fields import BlindIndexField, EncryptedTextField, Secret
from hengjian.base.ids import uuid7
from hengjian.base.ledger.canonical import plain, text_of_plain, time_text
from hengjian.base.ledger.commitments import Personal, Sealer, committed, has_personal, make_salts, object_keys, salts_of
from hengjian.base.ledger.merkle import leaf_hash
from hengjian.base.ledger.told import digest_of_words, seal_words, words_key
from hengjian.base.models.ledger import LedgerEntry
from hengjian.base.wording import in_chinese

BODY_VERSION = 1
SUITE = "sha256"
LEFT_OUT = frozenset({"last_login"})
"""Columns that the login itself writes."""

COMMITTED = frozenset({"password"})
"""Columns of Django's own that have no business in a ledger but may not be changed behind its back either."""

LABEL_LENGTH = 200


BODY_COLUMNS = (
    ("id", "", "id"),
    ("action", "", "action"),
    ("actor_id", "actor", "id"),
    ("actor_name", "actor", "name"),
    ("post_title", "actor", "post"),
    ("object_type", "object", "type"),
    ("object_id", "object", "id"),
    ("object_label", "object", "label"),
    ("area", "object", "area"),
    ("org_id", "object", "org"),
    ("org_area", "object", "org_area"),
    ("receipt", "", "receipt"),
    ("reason", "", "reason"),
)
"""Which column repeats which part of the body; ``at`` besides, which changes its form."""

ID_COLUMNS = ("id", "actor_id", "object_id", "org_id")

ENTRY_COLUMNS = (
    "id", "at", "action", "actor_id", "actor_name", "post_title", "object_type", "object_id", "object_label", "area", "org_id", "org_area",
    "receipt", "reason", "body", "told", "leaf", "seal",
)
"""What is written of an entry; its number comes with its sealing."""

FORGOTTEN = ',"forgotten":true'
Place = tuple[str, UUID]
Values = dict[str, Any]


@dataclass(slots=True)
class Touched:
    """A row that an action has touched: its state before (``None``: it is new), whether it is removed, and whether
    the salt of its personal data was erased."""

    row: Any
    before: dict[str, Any] | None
    removed: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """How one field of a model gets into a snapshot: values of the type that it mostly holds by ``quick``, all others by ``to_plain``."""

    attname: str
    to_plain: Callable[[Any], Any]
    is_personal: bool
    is_told: bool = False
    kind: type | None = None
    quick: Callable[[Any], Any] = plain


def _json_plan(field: models.JSONField) -> Callable[[Any], Any]:
    def to_plain(value: Any) -> Any:
        return None if value is None else plain(json.loads(json.dumps(value, cls=field.encoder), cls=field.decoder))

    return to_plain


def _decimal_plan(field: models.DecimalField) -> Callable[[Any], Any]:
    def to_plain(value: Any) -> Any:
        value = field.to_python(value)
        if value is not None and value.is_finite():
            value = field.to_python(format_number(value, field.max_digits, field.decimal_places))
        return plain(value)

    return to_plain


def _file_plan(field: models.FileField) -> Callable[[Any], Any]:
    return lambda value: None if value is None else plain(str(value))


def _binary_plan(field: models.BinaryField) -> Callable[[Any], Any]:
    return lambda value: plain(field.to_python(value))


def _plain_of(field: models.Field) -> Callable[[Any], Any]:
    """Return how the field's value, in memory or read back, becomes one and the same plain value."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.FloatField):
        raise TypeError(f"{field}: a float cannot be entered in the ledger; use a decimal or an integer")
    special: dict[type[models.Field], Callable[[Any], Callable[[Any], Any]]] = {
        models.JSONField: _json_plan,
        models.DecimalField: _decimal_plan,
        models.FileField: _file_plan,
        models.BinaryField: _binary_plan,
    }
    for kind, make in special.items():
        if isinstance(field, kind):
            return make(field)
    to_python = field.to_python
    return lambda value: None if value is None else plain(to_python(value))


def _is_personal(field: models.Field) -> bool:
    """Personal columns, and blind indexes too: a keyed hash that outlived its value could still be searched."""
    return bool(getattr(field, "personal", False)) or isinstance(field, BlindIndexField) or field.attname in COMMITTED


def _personal_plain(value: Any) -> Any:
    return plain(value.reveal() if isinstance(value, Secret) else value)


def _follows(field: models.Field) -> bool:
    """Columns that follow from others of the row, such as the key by which a name sorts, are no news of their own."""
    return bool(getattr(field, "generated", False) or getattr(field, "derived", False))


@cache
def plan_of(model: type[models.Model]) -> tuple[FieldPlan, ...]:
    """Return the plan of a model's snapshot, in canonical order of its fields."""
    kept = [field for field in model._meta.concrete_fields if field.attname not in LEFT_OUT and not _follows(field)]
    return tuple(
        FieldPlan(field.attname, _to_plain(field), _is_personal(field), bool(getattr(field, "told", False)), *_quick_of(field))
        for field in sorted(kept, key=lambda one: one.attname)
    )


def _quick_of(field: models.Field) -> tuple[type | None, Callable[[Any], Any]]:
    """The type that a column mostly holds in memory, and how such a value becomes plain: what ``to_python`` leaves as it is."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    own = type(field).to_python
    if own is models.UUIDField.to_python:
        return UUID, str
    if own is models.DateField.to_python:
        return datetime.date, datetime.date.isoformat
    if own is models.BooleanField.to_python:
        return bool, bool
    if own is models.CharField.to_python or own is models.TextField.to_python:
        return str, plain
    return (int, plain) if own is models.IntegerField.to_python else (None, plain)


def _to_plain(field: models.Field) -> Callable[[Any], Any]:
    return _personal_plain if isinstance(field, EncryptedTextField | BlindIndexField) else _plain_of(field)


def snapshot(row: Any) -> dict[str, Any]:
    """Return all column values of a row in plain form, personal ones wrapped in ``Personal``.

    Raises ``TypeError`` for values without a canonical form (floats, unresolved expressions).
    """
    found = {}
    model: type[models.Model] = type(row)
    for one in plan_of(model):
        value = getattr(row, one.attname)
        try:
            held = one.quick(value) if type(value) is one.kind else one.to_plain(value)
        except TypeError as error:
            raise TypeError(f"{model.__name__}.{one.attname}: {error}") from error
        found[one.attname] = Personal(held, one.is_told) if one.is_personal else held
    return found


def digest_of(after: Mapping[str, Any]) -> str:
    """Return the digest of a row's full state, personal values already committed."""
    return sha256(text_of_plain(after).encode()).hexdigest()


def write_entries(
    items: Sequence[Touched], *, action: str, actor: Any, reason: str, receipt: str, at: datetime.datetime, names_no_one: bool = False
) -> None:
    """Enter one entry for each touched row, in the order of ``items``, set-wise, in the caller's transaction.

    ``actor`` needs id, name, post_title, org_id and area. A reason that a person wrote is kept among the words, for it
    may name people; one of the system's own, or with ``names_no_one``, stands in clear.
    """
    states = [(one, None if one.removed else snapshot(one.row)) for one in items]
    words = {} if names_no_one or getattr(actor, "id", None) is None or not reason else {"reason": plain(str(reason))}
    object_keys = _object_keys(states, every=bool(words))
    made = _Maker(action, actor, "" if words else reason, receipt, at, words)
    insert_values(LedgerEntry, ENTRY_COLUMNS, _made_entries(made, states, object_keys))


@in_chinese
def _made_entries(made: _Maker, states: Iterable[tuple[Touched, Values | None]], object_keys: dict[Place, _Key]) -> list[tuple[Any, ...]]:
    """The columns of each entry; labels are Chinese whatever language the page is read in."""
    return [made.entry(one, after, object_keys.get((one.row._meta.label_lower, one.row.pk))) for one, after in states]


@dataclass(frozen=True, slots=True)
class _Key:
    """The commitment key of one object, and whether its salt was made just now."""

    key: bytes
    is_new: bool


def _object_keys(states: Iterable[tuple[Touched, dict[str, Any] | None]], *, every: bool) -> dict[Place, _Key]:
    """Return the commitment keys of objects with personal data; make salts for those that will hold some.

    ``every``: all of them will, for the reason is sealed with each. Only of rows that were there before is it asked
    whether they have a salt.
    """
    known: dict[str, set[UUID]] = {}
    held: dict[str, dict[UUID, None]] = {}
    for one, after in states:
        object_type, pk = one.row._meta.label_lower, one.row.pk
        needs = every or has_personal(after) or (after is not None and one.row.label_is_personal)
        if needs:
            held.setdefault(object_type, {})[pk] = None
        if one.before and (needs or has_personal(one.before) or one.row.label_is_personal):
            known.setdefault(object_type, set()).add(pk)
    found: dict[Place, _Key] = {}
    for object_type in {**known, **held}:
        kept = salts_of(object_type, known.get(object_type, ()))
        made = make_salts(object_type, [one for one in held.get(object_type, ()) if one not in kept])
        key_of = object_keys()
        found.update({(object_type, one): _Key(key_of(salt), False) for one, salt in kept.items()})
        found.update({(object_type, one): _Key(key_of(salt), is_new) for one, salt, is_new in made})
    return found


@in_chinese
def label_of(row: Any) -> str:
    """Return the short name under which a row is entered, in Chinese whatever language the page is read in."""
    return _label(row)


def _label(row: Any) -> str:
    label = row.ledger_label() if hasattr(row, "ledger_label") else row
    return str(plain(str(label)))[:LABEL_LENGTH]


def _changes(before: Values, now: Values, held: _Key | None) -> tuple[Values, Values]:
    """Return the changed fields on both sides, personal values not yet committed."""
    changed = [name for name in (now or before) if name not in before or name not in now or before[name] != now[name]]
    was = {name: before[name] for name in changed if name in before}
    became = {name: now[name] for name in changed if name in now}
    if before and (held is None or held.is_new):
        # The salt was erased: old values are not committed to again; the present ones are stated anew.
        was = {name: value for name, value in was.items() if type(value) is not Personal or value.is_empty}
        became = {name: value for name, value in now.items() if name in became or type(value) is Personal}
    return was, became


def _readable(values: Values) -> Values:
    return {name: value.value for name, value in values.items() if type(value) is Personal and value.is_told and not value.is_empty}


class _Maker:
    """Makes the entries of one action: canonical text put together from parts, of which those of the action are written once."""

    def __init__(self, action: str, actor: Any, reason: str, receipt: str, at: datetime.datetime, words: Values) -> None:
        who = plain({
            "area": getattr(actor, "area", ""), "id": getattr(actor, "id", None), "name": str(getattr(actor, "name", "")),
            "org": getattr(actor, "org_id", None), "post": str(getattr(actor, "post_title", "")),
        })
        reason, receipt = plain(str(reason)), plain(str(receipt))
        self._words, self._sealer = words, Sealer()
        self._head = f'{{"action":{text_of_plain(action)},"actor":{text_of_plain(who)},"after":'
        self._at = f',"at":"{time_text(at)}","before":'
        self._tail = f',"reason":{text_of_plain(reason)},"receipt":{text_of_plain(receipt)},"suite":"{SUITE}"'
        self._of_action = (at, action, _id_of(who["id"]), who["name"], who["post"])
        self._of_request = (receipt, reason)

    def entry(self, one: Touched, after: Values | None, held: _Key | None) -> tuple[Any, ...]:
        """The columns of an entry, in the order of ``ENTRY_COLUMNS``: changed fields on both sides, and the digest of the state after."""
        row, key, entry_id = one.row, held.key if held else None, uuid7()
        was, became = _changes(one.before, after or {}, held) if one.before else ({}, after or {})
        before_text, after_text, digest = _sides(was, became, after, key)
        words, label = self._words_of(row, was, became, key)
        sealed = seal_words(words_key(key), words, str(entry_id)) if words and key is not None else None
        org = getattr(row, "org_id", None)
        place = {
            "area": plain(getattr(row, "area", None) or ""), "id": str(row.pk), "label": label, "org": None if org is None else str(org),
            "org_area": plain(getattr(row, "org_area", None) or ""), "type": row._meta.label_lower,
        }
        body = "".join((
            self._head, after_text, self._at, before_text, f',"digest":"{digest}"' if digest else "", FORGOTTEN if one.forgotten else "",
            f',"id":"{entry_id}","object":', text_of_plain(place), self._tail,
            "" if sealed is None else f',"told":"{digest_of_words(sealed)}"', f',"v":{BODY_VERSION}}}',
        ))
        leaf = leaf_hash(body.encode()).hex()
        of_object = place["type"], row.pk, label, place["area"], org if type(org) is UUID else _id_of(place["org"]), place["org_area"]
        return (entry_id, *self._of_action, *of_object, *self._of_request, body, sealed, leaf, self._sealer.of(leaf))

    def _words_of(self, row: Any, was: Values, became: Values, key: bytes | None) -> tuple[Values, str]:
        """What is sealed beside the entry, and the label that stands in clear."""
        words, label = dict(self._words), _label(row)
        if key and row.label_is_personal:
            words["label"], label = label, ""
        words.update({side: told for side, values in (("before", was), ("after", became)) if (told := _readable(values))})
        return words, label


def _sides(was: Values, became: Values, after: Values | None, key: bytes | None) -> tuple[str, str, str]:
    """Both sides of a change as canonical text, personal values committed, and the digest of the whole state after."""
    before_text = text_of_plain(committed(was, key)) if was else "{}"
    if after is None:
        return before_text, "{}", ""
    now = committed(after, key)
    whole = text_of_plain(now)
    after_text = whole if became is after else text_of_plain({name: now[name] for name in became})
    return before_text, after_text, sha256(whole.encode()).hexdigest()


def _id_of(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def columns_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the searchable columns that repeat a body (all but ``at``)."""
    found = {column: (body[part] if part else body)[key] for column, part, key in BODY_COLUMNS}
    for column in ID_COLUMNS:
        found[column] = found[column] and UUID(found[column])
    return found
