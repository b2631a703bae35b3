"""The rows of the pattern, each cut into what stays and what another copy of it calls otherwise.

A row becomes skeletons: texts split at the tokens that differ from copy to copy (ids, areas, codes, names, days). One
skeleton for each column, one for the row's state in the ledger, one for the body of its entry.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from bench.world import homes
from bench.world.homes import Home

ENTRY, DIGEST, TOLD, VERSION, BEFORE = "⟦entry⟧", "⟦digest⟧", "⟦told⟧", "⟦version⟧", "⟦before⟧"
ACTOR = ("area", "id", "name", "org", "post")
ISO_DAY = r"(?<!\d)20[0-3]\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
UUID_TEXT = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
Skeleton = tuple[str, ...]
"""Literals and tokens by turns: the even places stay, the odd ones are looked up."""

OWN = {
    "parties.authority": {"key", "region_code"}, "parties.account": {"username"}, "parties.message": {"dedupe"},
    "registry.person": {"id_number", "id_index"}, "registry.institution": {"name_key"}, "registry.equipment": {"code"},
    "dossier.document": {"code"}, "rectification.problem": {"number", "merge_key"}, "enforcement.order": {"number"},
    "enforcement.case": {"number"}, "supervision.visit": {"number"},}
"""Columns that must not repeat, or follow from others: made anew for each copy."""


@dataclass(slots=True)
class Cut:
    """One row of the pattern."""

    label: str
    pk: str
    home: Home
    is_bound: bool
    columns: list[Any]
    personal: dict[str, tuple[Skeleton, bool]]
    secrets: dict[str, str]
    state: Skeleton
    body: Skeleton
    again: Skeleton
    words: Skeleton | None
    version: int
    own: dict[str, str]


@dataclass
class Pattern:
    """All that a copy needs to know."""

    cuts: dict[Home, list[Cut]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[str, Home] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    authorities: list[dict[str, Any]] = field(default_factory=list)
    institutions: list[dict[str, Any]] = field(default_factory=list)
    codes: dict[str, Home] = field(default_factory=dict)
    actors: dict[Home, dict[str, str]] = field(default_factory=dict)
    columns: dict[str, tuple[str, list[str], list[str]]] = field(default_factory=dict)


def read() -> Pattern:
    """Read the database that Django is settled on."""
    from hengjian.base.ledger.reconcile import ledgered_models  # both need Django set up
    from hengjian.base.scope import EVERYTHING

    found = Pattern()
    rows = {model: list(model.objects.within(EVERYTHING)) for model in ledgered_models()}  # type: ignore[attr-defined]
    homes.of_all(rows, found)
    splitter = _splitter(found)
    texts = {str(row.pk): _tokens_of(row, splitter) for held in rows.values() for row in held}
    named = {model._meta.label_lower: held for model, held in rows.items()}
    sheets = {str(row.sheet_id) for row in named["campaigns.submission"] if row.sheet_id}  # each submission has its own
    found.bound = homes.bound(sheets | {str(row.pk) for row in named["campaigns.campaign"]}, texts)
    for model, held in rows.items():
        label = model._meta.label_lower
        fields = model._meta.concrete_fields
        found.columns[label] = (model._meta.db_table, [f.column for f in fields], [f.get_internal_type() for f in fields])
        for row in held:
            cut = _cut(row, found, splitter)
            found.cuts[cut.home].append(cut)
    return found


def _splitter(found: Pattern) -> re.Pattern[str]:
    names = [a["path"] for a in found.authorities] + [a["area_name"] for a in found.authorities if a["level"] != "province"]
    names += [i["name"] for i in found.institutions] + list(found.codes)
    return re.compile(f"({UUID_TEXT}|{_any_of(names)}|{ISO_DAY}|⟦[^⟧]*⟧)")


def _any_of(names: list[str]) -> str:
    """One of many texts, the longest first; sorted by their first sign, for most places in a text begin none of them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for one in sorted(set(names), key=len, reverse=True):
        groups[one[0]].append(re.escape(one[1:]))
    firsts = "".join(re.escape(sign) for sign in groups)
    return f"(?=[{firsts}])(?:{'|'.join(f'{re.escape(sign)}(?:{chr(124).join(rest)})' for sign, rest in groups.items())})"


def _tokens_of(row: Any, splitter: re.Pattern[str]) -> set[str]:
    """The ids that a row speaks of, its own left out."""
    said = {str(row.pk)}
    found: set[str] = set()
    for one in row._meta.concrete_fields:
        value = row.__dict__.get(one.attname)
        if isinstance(value, UUID):
            found.add(str(value))
        elif isinstance(value, str | dict | list) and value:
            found.update(re.findall(UUID_TEXT, str(value)))
    return found - said


def _cut(row: Any, found: Pattern, splitter: re.Pattern[str]) -> Cut:
    from hengjian.base.ledger.canonical import text_of_plain  # all need Django set up
    from hengjian.base.ledger.commitments import Personal
    from hengjian.base.ledger.entries import label_of, snapshot

    def split(text: str) -> Skeleton:
        return ("", text, "") if len(text) == 36 and text[14] == "7" and text in found.homes else tuple(splitter.split(text))

    label = row._meta.label_lower
    own = OWN.get(label, set())
    state, personal = {}, {}
    for name, value in snapshot(row).items():
        if type(value) is Personal and not value.is_empty:
            personal[name] = (split(text_of_plain(value.value)), value.is_told)
            state[name] = f"⟦{name}⟧"
        else:
            held = value.value if type(value) is Personal else value
            state[name] = f"⟦{name}⟧" if name in own else held
    state["version"] = VERSION
    said, is_named = label_of(row), bool(row.label_is_personal)
    secrets = {f.attname: getattr(row, f.attname).reveal() for f in row._meta.concrete_fields if type(f).__name__ == "EncryptedTextField" and getattr(row, f.attname)}
    needs_key = bool(personal) or is_named
    has_words = needs_key and (is_named or any(told for _text, told in personal.values()))
    shown = "" if is_named else said
    body, again = _body(row, {}, state, shown, has_words), _body(row, {"version": BEFORE}, {"version": VERSION}, shown, False)
    return Cut(
        label, str(row.pk), found.homes[str(row.pk)], str(row.pk) in found.bound, [_column(f, row, own, split) for f in row._meta.concrete_fields],
        personal, secrets, split(text_of_plain(state)), split(text_of_plain(body)), split(text_of_plain(again)),
        split(said) if has_words and is_named else ("",) if has_words else None, row.version,
        {name: str(row.__dict__.get(name, "")) for name in own},
    )


def _body(row: Any, before: dict[str, Any], after: dict[str, Any], label: str, has_words: bool) -> dict[str, Any]:
    """The body of an entry in the order of its keys, with what only the copy knows left open."""
    from hengjian.base.ledger.canonical import plain, time_text  # all need Django set up

    place = {
        "area": getattr(row, "area", None) or "", "id": row.pk, "label": label, "org": getattr(row, "org_id", None),
        "org_area": getattr(row, "org_area", None) or "", "type": row._meta.label_lower,
    }
    body = {
        "action": f"{row._meta.app_label}.enter_{row._meta.model_name}", "actor": {key: f"⟦actor.{key}⟧" for key in ACTOR}, "after": after,
        "at": time_text(moment_of(row)), "before": before, "digest": DIGEST, "id": ENTRY, "object": plain(place), "reason": "", "receipt": "",
        "suite": "sha256", "v": 1,
    }
    if has_words:
        body["told"] = TOLD
    return dict(sorted(body.items()))


def moment_of(row: Any) -> datetime:
    """The first moment that a row tells of; the day on which the register was made, if none."""
    from django.db.models import DateTimeField  # both need Django set up

    from hengjian.base import clock

    for one in row._meta.concrete_fields:
        value = row.__dict__.get(one.attname)
        if isinstance(one, DateTimeField) and isinstance(value, datetime) and value.year > 2020:
            return value
    return clock.at(datetime(2024, 6, 3).date(), 9)  # noqa: DTZ001  a day


def _column(one: Any, row: Any, own: set[str], split: Any) -> Any:
    """What a column holds: a skeleton, or a plain value that no copy changes."""
    kind, value = type(one).__name__, row.__dict__.get(one.attname)
    if one.attname in own or kind == "EncryptedTextField":
        return ("own", one.attname)
    if value is None or isinstance(value, bool | int):
        return value
    return ("text", split(_text(one, value)), "uuid" if one.get_internal_type() in ("UUIDField", "ForeignKey", "OneToOneField") else "")


def _text(one: Any, value: Any) -> str:
    import json  # beside its only use
    from datetime import UTC

    if one.get_internal_type() == "JSONField":
        return json.dumps(value, ensure_ascii=False, cls=one.encoder)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
    return str(value)


def each(pattern: Pattern) -> Iterator[Cut]:
    """All rows."""
    for held in pattern.cuts.values():
        yield from held
