"""Canonical JSON: one sequence of bytes for one value, in the manner of RFC 8785, without floats."""

from __future__ import annotations

import datetime
import enum
import json
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

SAFE_INTEGER = 2**53 - 1
"""Integers beyond this are written as strings: a JavaScript reader would round them."""


def plain(value: Any) -> Any:
    """Turn a value into what JSON knows, in canonical form (NFC text, UTC times, no floats).

    Raises ``TypeError`` for floats and for types that have no canonical form.
    """
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is str:
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if kind is int:
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)
    if kind is dict:
        return _sorted({_key(key): plain(inner) for key, inner in value.items()}, len(value))
    if kind is list or kind is tuple:
        return [plain(inner) for inner in value]
    return _plain_other(value)


def _plain_other(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, str):
        return plain(str.__str__(value))
    if isinstance(value, int):
        return plain(int(value))
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime.datetime):
        return time_text(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return plain(value // datetime.timedelta(microseconds=1))
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return plain(dict(value))
    if isinstance(value, list | tuple):
        return plain(list(value))
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r:.60}")


def decimal_text(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros; 1.50 and 1.5 are one value."""
    if not value.is_finite():
        raise TypeError(f"{value} has no canonical form")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def time_text(value: datetime.datetime) -> str:
    """Write an aware time as ISO 8601 in UTC with microseconds and ``Z``."""
    if value.tzinfo is None:
        raise TypeError("a time without zone has no canonical form")
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys are text, not {type(key).__name__}")
    return key if key.isascii() else unicodedata.normalize("NFC", key)


def _sorted(pairs: dict[str, Any], count: int) -> dict[str, Any]:
    if len(pairs) != count:
        raise TypeError("two keys are the same after Unicode normalisation")
    if all(map(str.isascii, pairs)):
        return dict(sorted(pairs.items()))
    # RFC 8785 orders keys by their UTF-16 code units.
    return dict(sorted(pairs.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass")))


def _encoder() -> Callable[[Any], str]:
    """What the encoder of ``json`` does, without putting it together anew for each value: half of its time."""
    plain_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return plain_encoder.encode
    parts = make(None, plain_encoder.default, json.encoder.encode_basestring, None, ":", ",", False, False, False)  # type: ignore[attr-defined]
    return lambda value: "".join(parts(value, 0))


_encode = _encoder()


def text(value: Any) -> str:
    """Return the canonical JSON of a value as text."""
    return _encode(plain(value))


def encode(value: Any) -> bytes:
    """Return the canonical JSON of a value as UTF-8 bytes."""
    return text(value).encode()


def text_of_plain(value: Any) -> str:
    """Return the canonical text of what ``plain`` has already made and sorted."""
    return _encode(value)


def _no_float(literal: str) -> Any:
    raise ValueError(f"a float in canonical JSON: {literal}")


def _safe_integer(literal: str) -> int:
    value = int(literal)
    if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        raise ValueError(f"an integer beyond what canonical JSON holds: {literal}")
    return value


_decoder = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_safe_integer)
_resort = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def canonical_of(kept: str) -> str:
    """Return JSON as a database keeps it in canonical form; raise ``ValueError`` for what only ``plain`` can bring into it."""
    found = _resort(_decoder.decode(kept))
    if not (found.isascii() or unicodedata.is_normalized("NFC", found)):
        raise ValueError("not in NFC")
    return found


def parse(body: str) -> dict[str, Any]:
    """Read canonical JSON back; raise ``ValueError`` when the text is not in canonical form."""
    value, end = _decoder.raw_decode(body)
    if not isinstance(value, dict) or end != len(body):
        raise ValueError("not one object")
    if _resort(value) == body and (body.isascii() or unicodedata.is_normalized("NFC", body)):
        return value
    try:
        same = text(value) == body
    except TypeError as error:
        raise ValueError(str(error)) from error
    if not same:
        raise ValueError("not in canonical form")
    return value
