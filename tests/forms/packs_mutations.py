"""One word of a pack changed at a time, to see whether the comparisons with the documents notice."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from hengjian.forms.packs import Checklist, Definition, check_definitions, load, parse
from tests.forms.packs_seeds import plain, seed_of

Path_ = tuple[str | int, ...]
Check = tuple[Callable[..., None], tuple[Any, ...]]
HAN = re.compile(r"[一-鿿]")
NOT_OF_THE_DOCUMENT = re.compile(
    r"notes|provenance|filled_by|own_words|layout\.blocks\.\d+\.list\.columns\.\d+\.title"  # covered by heads, where there are any
)
OWN = re.compile(r"(^|\.)(columns|answers|foot|head)\b")


def texts(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every text of a document with its path."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from texts(each, (*path, at))
    elif isinstance(value, str):
        yield path, value


def quoted(definition: Definition) -> list[tuple[Path_, str]]:
    """The texts of a definition that are quoted from its document."""
    words = seed_of(definition)
    ours = getattr(definition, "own_words", False)
    found = []
    for path, text in texts(json.loads(definition.canonical)):
        name = ".".join(map(str, path))
        if NOT_OF_THE_DOCUMENT.search(name) or (ours and OWN.search(name)):
            continue
        if len(HAN.findall(text)) >= 2 and plain(text) in words:
            found.append((path, text))
    return found


def changed(definition: Definition, path: Path_, rng: random.Random) -> Definition:
    """The definition with one character of one text exchanged."""
    document = copy.deepcopy(json.loads(definition.canonical))
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    text = place[path[-1]]
    at = rng.choice([at for at, sign in enumerate(text) if HAN.match(sign)])
    place[path[-1]] = text[:at] + ("之" if text[at] != "之" else "的") + text[at + 1 :]
    return parse(document, definition.pack, definition.origin)


def checks_of(*modules: ModuleType) -> list[Check]:
    """The comparisons of these modules, each with its arguments."""
    found: list[Check] = []
    for module in modules:
        for name, function in vars(module).items():
            if name.startswith("test_") and callable(function):
                marks = [one for one in getattr(function, "pytestmark", []) if one.name == "parametrize"]
                given = marks[0].args[1] if marks else [()]
                found += [(function, one if isinstance(one, tuple) else (one,)) for one in given]
    return found


def about(check: Check, definition: Definition) -> bool:
    """Whether a comparison may be about a definition: it names its pack, or names none."""
    folder = definition.code.rsplit(".", 1)[0]
    return not check[1] or any(isinstance(one, str) and one.rsplit(".", 1)[0] == folder for one in check[1])


def is_noticed(definition: Definition, checks: list[Check], others: dict[str, Definition]) -> bool:
    """Whether ``packs check`` or any comparison fails."""
    if check_definitions([*others.values(), definition]):
        return True
    for function, arguments in checks:
        try:
            function(*arguments)
        except (AssertionError, ValueError, IndexError, KeyError, AttributeError, StopIteration):
            return True
    return False


def is_own_checklist(definition: Definition) -> bool:
    """A checklist whose heads are ours, because the document prints no form."""
    return isinstance(definition, Checklist) and bool(definition.own_words)


def all_definitions() -> dict[str, Definition]:
    """The definitions of the five documents by their code."""
    return {one.code: one for one in load() if not one.code.startswith("national.")}
