"""One flipped bit at a time in the file of a database: which check sees it. Runs in a process of its own; prints what it found."""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import django


def content(path: Path) -> dict[str, list[str]]:
    """All rows of all tables, as far as they can be read."""
    held = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    held.text_factory = bytes
    try:
        tables = [name.decode() for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(repr([_said(value) for value in row]) for row in held.execute(f'SELECT * FROM "{name}" NOT INDEXED')) for name in tables}
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # a name that is no text any more
        return {}
    finally:
        held.close()


def _said(value: object) -> object:
    """A value as it is read: JSON says the same with \\u5bb3 and \\u5bB3."""
    if isinstance(value, bytes) and value[:1] in b"{[":
        try:
            return json.loads(value)
        except ValueError:
            pass
    return value


def flipped(base: Path, target: Path, chance: random.Random) -> int:
    """Copy the file and flip one bit of it; return where."""
    data = bytearray(base.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    target.write_bytes(data)
    return at


def found_by(path: Path) -> Iterator[str]:
    """The checks that see something, in the order in which somebody would run them."""
    # All need loaded apps.
    from django.db import connection

    from hengjian.base.ledger.reconcile import reconcile
    from hengjian.base.ledger.storage import storage
    from hengjian.base.ledger.verify import verify

    connection.close()
    connection.settings_dict["NAME"] = path
    for name, check in (("storage", storage), ("verify", verify), ("reconcile", reconcile)):
        try:
            is_found = not check().ok
        except Exception:  # a check that breaks off is a command that ends with an error
            is_found = True
        if is_found:
            yield name
    connection.close()


def main(base: Path, folder: Path, places: int) -> None:
    """Flip so many bits; print for each what saw it and which table says something else now."""
    django.setup()
    chance, whole, told = random.Random(2024), content(base), []
    for n in range(places):
        path = folder / f"{n}.sqlite3"
        at = flipped(base, path, chance)
        now = content(path)
        differs = sorted(name for name in {*whole, *now} if whole.get(name) != now.get(name))
        told.append({"at": at, "differs": differs, "found": list(found_by(path))})
        for file in folder.glob(f"{n}.sqlite3*"):
            file.unlink()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
