"""From plain data to frozen dataclasses, guided by the type of each field."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from hengjian.base.plain_words import gettext as _
from hengjian.forms.packs.campaign import CampaignTemplate, Lists
from hengjian.forms.packs.definitions import Checklist, Definition, Pack, Roster, ScoredChecklist, Statistics

KINDS: Mapping[str, type[Definition]] = types.MappingProxyType({
    "roster": Roster,
    "checklist": Checklist,
    "scored_checklist": ScoredChecklist,
    "statistics": Statistics,
    "campaign": CampaignTemplate,
    "lists": Lists,
})


def canonical(document: Mapping[str, Any]) -> str:
    """Write a document as canonical JSON: keys sorted, no spaces, UTF-8 as it is. Floats are refused (ValueError)."""
    _refuse_floats(document, "")
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(document: Mapping[str, Any]) -> str:
    """Give the SHA-256 of the canonical JSON of a definition, in hex."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def parse(document: Mapping[str, Any], pack: Pack | None = None, origin: str = "") -> Definition:
    """Build the definition from plain data that was checked before, e.g. from what a database kept."""
    text = canonical(document)
    known = {"canonical": text, "digest": hashlib.sha256(text.encode()).hexdigest(), "pack": pack, "origin": origin}
    made = _make(KINDS[document["kind"]], document, known)
    assert isinstance(made, Definition)
    return made


def parse_pack(document: Mapping[str, Any]) -> Pack:
    """Build the description of a pack from plain data that was checked before."""
    made = _make(Pack, document, {})
    assert isinstance(made, Pack)
    return made


def _refuse_floats(value: Any, place: str) -> None:
    if isinstance(value, float):
        raise ValueError(_("%(place)s：不能用小数，请改为整数或者文字") % {"place": place})
    if isinstance(value, Mapping):
        for key, each in value.items():
            _refuse_floats(each, f"{place}.{key}" if place else str(key))
    elif isinstance(value, (list, tuple)):
        for number, each in enumerate(value, 1):
            _refuse_floats(each, f"{place}[{number}]")


@cache
def _shape(cls: type) -> tuple[tuple[str, str, Any], ...]:
    hints = get_type_hints(cls)
    return tuple((each.name, each.name.rstrip("_"), hints[each.name]) for each in fields(cls))


def _make(cls: type, data: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    values = dict(known)
    for name, key, hint in _shape(cls):
        if name not in known and key in data:
            values[name] = _convert(hint, data[key])
    return cls(**values)


def _convert(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _convert(next(each for each in inner if each is not type(None)), value)
    if origin is tuple:
        return tuple(_convert(inner[0], each) for each in value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _make(hint, value, {})
    if hint is date:
        return date.fromisoformat(value)
    return _freeze(value)


def _freeze(value: Any) -> Any:
    if isinstance(value, Mapping):
        return types.MappingProxyType({key: _freeze(each) for key, each in value.items()})
    if isinstance(value, list):
        return tuple(_freeze(each) for each in value)
    return value
