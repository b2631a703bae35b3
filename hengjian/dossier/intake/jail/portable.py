"""Looking through every object of a PDF for what acts by itself."""
from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

_MOST_OBJECTS = 200_000
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
# In the raw bytes only names that are too long to arise by chance in a compressed stream.
_RAW = {b"/JavaScript": "javascript", b"/EmbeddedFile": "embedded", b"/Launch": "launch", b"/RichMedia": "media"}
_ACTIONS = {
    "/JavaScript": "javascript", "/Launch": "launch", "/SubmitForm": "submit", "/ImportData": "submit",
    "/Rendition": "media", "/Movie": "media", "/Sound": "media", "/GoToE": "embedded",
}
_SUBTYPES = {
    "/RichMedia": "media", "/3D": "media", "/Movie": "media", "/Screen": "media", "/FileAttachment": "embedded",
}
_KEYS = {"/JS": "javascript", "/XFA": "xfa", "/EF": "embedded", "/EmbeddedFiles": "embedded"}


def _of_dictionary(held: DictionaryObject) -> set[str]:
    found = {why for key, why in _KEYS.items() if key in held}
    for key, table in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES)):
        name = held.raw_get(key) if key in held else None
        if isinstance(name, NameObject) and str(name) in table:
            found.add(table[str(name)])
    if held.get("/Type") == "/EmbeddedFile":
        found.add("embedded")
    return found


def _walk(root: Any) -> set[str]:
    """Look at one object and all direct objects inside, without following references."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        held = waiting.pop()
        if isinstance(held, DictionaryObject):
            found |= _of_dictionary(held)
            waiting += [held.raw_get(key) for key in held]
        elif isinstance(held, ArrayObject):
            waiting += [each for each in list.__iter__(held) if not isinstance(each, IndirectObject)]
    return found


def _objects(reader: PdfReader) -> set[tuple[int, int]]:
    held = {(number, generation) for generation, table in reader.xref.items() for number in table}
    return held | {(number, 0) for number in reader.xref_objStm}


def portable(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the number of pages, whether it is signed, and the kinds of active content found."""
    plain = _ESCAPE.sub(lambda hit: bytes([int(hit.group(1), 16)]), data)
    active = {why for name, why in _RAW.items() if name in plain}
    pages = 0
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            return {"fault": "encrypted"}, b""
        active |= _walk(reader.trailer)
        numbers = _objects(reader)
        if len(numbers) > _MOST_OBJECTS:
            return {"fault": "broken"}, b""
        for number, generation in sorted(numbers):
            held = reader.get_object(IndirectObject(number, generation, reader))
            active |= _walk(held)
            if isinstance(held, DictionaryObject) and held.get("/Type") == "/Page":
                pages += 1
        pages = max(pages, reader.get_num_pages())
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, AssertionError):
        return {"fault": "broken"}, b""
    except RecursionError:
        return {"fault": "broken"}, b""
    return {"pages": pages, "active": sorted(active), "signed": b"/ByteRange" in data}, b""
