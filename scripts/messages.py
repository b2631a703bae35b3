"""The English catalogue beside the Chinese source: extract, list what is missing, fill in, compile."""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hengjian"
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "lazy": None,  # gettext_lazy as lazy
    "say": None,
    # Said where they are raised, translated where they are shown: titles of actions, plain refusals.
    "title": (2,),
    "require": (2,),
    "BadInput": (2,),
    "NotAllowed": None,
    "noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
FIXED = datetime(2024, 1, 1, tzinfo=UTC)  # a date that never moves keeps differences small


def sources() -> Iterator[Path]:
    """Yield every file that may hold interface text."""
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE).parts
        if {"migrations", "static", "node_modules", "locale"} & set(inside) or inside[0] == "packs":
            continue
        if path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in inside):
            yield path


def messages_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Yield (text or (singular, plural), context) for every marked text of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = templatize(text, origin=str(path))
    file = io.BytesIO(text.encode())
    for _line, function, found, _comments in extract_python(file, KEYWORDS, [], {"encoding": "utf-8"}):
        words = [found] if isinstance(found, str) else list(found or ())
        plan = KEYWORDS.get(str(function)) or (1,)
        at = [place - 1 for place in plan if isinstance(place, int)]
        context = next((words[place[0] - 1] for place in plan if isinstance(place, tuple)), None)
        if max(at) >= len(words) or any(not words[index] or words[index].isascii() for index in at):
            continue
        yield (words[at[0]] if len(at) == 1 else tuple(words[index] for index in at)), context


def extracted() -> Catalog:
    """Return the catalogue of the source as it is now, without translations."""
    found = _catalogue()
    for path in sources():
        for text, context in messages_of(path):
            found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return found


def _catalogue() -> Catalog:
    made = Catalog(locale="en", domain="django", project="Hengjian", fuzzy=False, creation_date=FIXED)
    made.revision_date = FIXED
    made.header_comment = "# English beside the Chinese source. Written by scripts/messages.py extract."
    return made


def kept() -> Catalog:
    """Return the catalogue on disk."""
    if not CATALOGUE.exists():
        return _catalogue()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def _is_translated(message: Message | None) -> bool:
    if message is None:
        return False
    texts = _parts(message.string)
    return bool(texts) and all(texts)


def _parts(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _placeholders(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    return {found for part in _parts(text) for found in PLACEHOLDER.findall(part)}


def faults() -> list[str]:
    """Name each text without an English translation, each with other placeholders, each no longer used."""
    found: list[str] = []
    now, old = extracted(), kept()
    for message in now:
        if not message.id:
            continue
        known = old.get(message.id, context=message.context)
        where = message.locations[0][0] if message.locations else ""
        if known is None or not _is_translated(known):
            found.append(f"no translation: {message.id!r} ({where})")
        elif _placeholders(message.id) != _placeholders(known.string):
            found.append(f"other placeholders: {message.id!r} -> {known.string!r}")
    unused = [old_one.id for old_one in old if old_one.id and now.get(old_one.id, context=old_one.context) is None]
    return found + [f"no longer used: {text!r}" for text in unused]


def extract(given: dict[str, str] | None = None) -> int:
    """Write the catalogue anew, keeping translations and taking those given; return how many are missing."""
    now, old = extracted(), kept()
    for message in now:
        known = old.get(message.id, context=message.context)
        if message.id and known is not None and _is_translated(known):
            message.string = _in_the_shape_of(message, known.string)
        elif given and isinstance(message.id, str) and given.get(message.id):
            message.string = given[message.id]
        elif given and isinstance(message.id, tuple) and given.get(message.id[0]):
            message.string = (given[message.id[0]], given.get(message.id[1], given[message.id[0]]))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, now, width=110, include_lineno=False)
    CATALOGUE.write_bytes(buffer.getvalue())
    return sum(1 for message in now if message.id and not _is_translated(message))


def _in_the_shape_of(message: Message, known: str | tuple[str, ...] | list[str] | None) -> str | tuple[str, ...]:
    """A text that got a plural keeps its English for both until somebody writes the singular; one that lost it keeps the plural."""
    parts = _parts(known)
    return (parts[0], parts[-1]) if isinstance(message.id, tuple) else parts[-1]


def compile_catalogues() -> None:
    """Write the .mo beside each .po."""
    for path in (PACKAGE / "locale").rglob("*.po"):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parts[-3], domain=path.stem)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def main() -> int:
    """Do what is asked; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("extract", help="bring the catalogue up to date with the source")
    acts.add_parser("missing", help="list what has no translation; exit 1 if there is any")
    todo = acts.add_parser("untranslated", help="write a JSON of the texts without translation, to be filled in")
    todo.add_argument("file", type=Path)
    fill = acts.add_parser("fill", help="take translations from a JSON {Chinese: English}")
    fill.add_argument("file", type=Path)
    acts.add_parser("compile", help="write the .mo files")
    asked = parser.parse_args()
    if asked.act == "extract":
        print(f"{extract()} texts without a translation")
    elif asked.act == "fill":
        print(f"{extract(json.loads(asked.file.read_text()))} texts without a translation")
    elif asked.act == "untranslated":
        old = kept()
        parts = [message.id for message in extracted() if not _is_translated(old.get(message.id, message.context))]
        flat = [text for part in parts for text in _parts(part) if text]
        asked.file.write_text(json.dumps(dict.fromkeys(flat, ""), ensure_ascii=False, indent=1))
    elif asked.act == "compile":
        compile_catalogues()
    else:
        listed = faults()
        print("\n".join(listed) or "Every text has its translation.")
        return 1 if listed else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
