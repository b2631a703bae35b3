"""Every way in which somebody with the database password might tamper with one thing, drawn at random.

Each tampering does its work and returns words or an object of which at least one has to be in a fault;
``None`` when by chance nothing would have changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Any

from hengjian.base.clock import now
from hengjian.base.ids import uuid7
from hengjian.base.models import LedgerCheckpoint, LedgerEntry, LedgerSalt, LedgerTile
from hengjian.base.scope import EVERYTHING
from tests.base.ledger.models import Apple
from tests.factories import past_the_wire

Named = set[str] | None
Tampering = Callable[[Random], Named]


def _entry(rng: Random, **where: Any) -> LedgerEntry:
    found = LedgerEntry.objects.filter(**where).order_by("id")
    return found[rng.randrange(found.count())]


def _of(entry: LedgerEntry) -> set[str]:
    return {f"{entry.object_type}:{entry.object_id}"}


def _put(entry: LedgerEntry, **values: Any) -> None:
    LedgerEntry.objects.filter(pk=entry.pk).update(**values)


def edit_entry_column(rng: Random) -> Named:
    entry = _entry(rng)
    name, value = rng.choice(
        [
            ("action", "apples.other"),
            ("actor_name", "李四"),
            ("actor_id", uuid7()),
            ("post_title", "所长"),
            ("object_label", "别的"),
            ("area", "44/"),
            ("org_id", uuid7()),
            ("org_area", "44/"),
            ("reason", "补记"),
            ("receipt", "x"),
            ("at", now()),
            ("leaf", sha256(rng.randbytes(4)).hexdigest()),
            ("seal", sha256(rng.randbytes(4)).hexdigest()),
        ]
    )
    _put(entry, **{name: value})
    return _of(entry)


def edit_entry_object(rng: Random) -> Named:
    entry = _entry(rng)
    other = uuid7()
    _put(entry, object_id=other)
    return _of(entry) | {f"{entry.object_type}:{other}"}


def edit_body_bytes(rng: Random) -> Named:
    entry = _entry(rng)
    place = rng.randrange(len(entry.body))
    body = entry.body[:place] + rng.choice('x"9é{}') + entry.body[place + rng.randrange(2) :]
    if body == entry.body:
        return None
    _put(entry, body=body)
    return _of(entry)


def _rewritten(entry: LedgerEntry, change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Rewrite a body as one would who knows the format well, but not the key of the seals."""
    read = json.loads(entry.body)
    change(read)
    body = json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"body": body, "leaf": sha256(b"\x00" + body.encode()).hexdigest()}


def edit_words(rng: Random) -> Named:
    entry, other = _entry(rng, told__isnull=False), _entry(rng, told__isnull=False)
    held = bytearray(entry.told)
    held[rng.randrange(len(held))] ^= 1 << rng.randrange(8)
    told = rng.choice([None, b"", rng.randbytes(40), bytes(held), bytes(other.told)])
    if told == bytes(entry.told):
        return None
    _put(entry, told=told)
    return _of(entry)


def rewrite_entry_knowingly(rng: Random) -> Named:
    entry = _entry(rng)
    change, columns = rng.choice(
        [
            (lambda read: read.update(reason="补记"), {"reason": "补记"}),
            (lambda read: read["actor"].update(name="李四"), {"actor_name": "李四"}),
            (lambda read: read["after"].update(version=99), {}),
            (lambda read: read.update(digest="0" * 64), {}),
            (lambda read: read["before"].update(name="甲"), {}),
        ]
    )
    values = _rewritten(entry, change)
    if values["body"] == entry.body:
        return None
    _put(entry, **values, **columns)
    return _of(entry)


def delete_entry(rng: Random) -> Named:
    entry = _entry(rng)
    entry.delete()
    return _of(entry) | ({f"#{entry.sequence} "} if entry.sequence is not None else set())


def delete_end(rng: Random) -> Named:
    size = LedgerCheckpoint.objects.order_by("-size")[0].size
    first = size - rng.randint(1, 5)
    LedgerEntry.objects.filter(sequence__gte=first).delete()
    return {f"#{first} "}


def insert_copy(rng: Random) -> Named:
    entry = _entry(rng)
    entry.pk = uuid7()
    entry.sequence = rng.choice([None, 10_000, -1, LedgerCheckpoint.objects.order_by("-size")[0].size])
    entry.save(force_insert=True)
    return _of(entry)


def insert_forgery(rng: Random) -> Named:
    entry = _entry(rng)
    entry.pk, entry.sequence = uuid7(), rng.choice([None, 10_000])
    for name, value in _rewritten(entry, lambda read: read.update(id=str(entry.pk))).items():
        setattr(entry, name, value)
    entry.save(force_insert=True)
    return _of(entry)


def swap_bodies(rng: Random) -> Named:
    one, other = _entry(rng), _entry(rng)
    if one.pk == other.pk:
        return None
    whole = rng.random() < 0.5
    for to, source in ((one, other), (other, one)):
        _put(to, body=source.body, **({"leaf": source.leaf, "seal": source.seal} if whole else {}))
    return _of(one) | _of(other)


def swap_numbers(rng: Random) -> Named:
    one, other = _entry(rng, sequence__isnull=False), _entry(rng, sequence__isnull=False)
    if one.pk == other.pk:
        return None
    _put(one, sequence=None)
    _put(other, sequence=one.sequence)
    _put(one, sequence=other.sequence)
    return _of(one) | _of(other)


def renumber(rng: Random) -> Named:
    entry = _entry(rng, sequence__isnull=False)
    _put(entry, sequence=rng.choice([None, 5_000, -1]))
    return _of(entry) | {f"#{entry.sequence} "}


def number_a_waiting_entry(rng: Random) -> Named:
    entry = _entry(rng, sequence__isnull=True)
    _put(entry, sequence=rng.choice([LedgerCheckpoint.objects.order_by("-size")[0].size, 7_000]))
    return _of(entry)


def _tile(rng: Random) -> tuple[LedgerTile, str]:
    found = LedgerTile.objects.order_by("level", "index")
    tile = found[rng.randrange(found.count())]
    return tile, f"第 {tile.level} 层第 {tile.index} 块"


def edit_tile(rng: Random) -> Named:
    tile, name = _tile(rng)
    held = bytearray(tile.hashes)
    place = rng.randrange(len(held))
    kind = rng.randrange(5)
    if kind == 0:
        held[place] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del held[-32 * rng.randint(1, len(held) // 32) :]
    elif kind == 2:
        held += rng.randbytes(rng.choice([32, 64, 7]))
    elif kind == 3:
        start = place // 32 * 32
        held[start : start + 32] = bytes(32)
    else:
        first, second = (rng.randrange(len(held) // 32) * 32 for _ in range(2))
        held[first : first + 32], held[second : second + 32] = held[second : second + 32], held[first : first + 32]
    if held == tile.hashes:
        return None
    LedgerTile.objects.filter(pk=tile.pk).update(hashes=bytes(held))
    return {name}


def delete_tile(rng: Random) -> Named:
    tile, name = _tile(rng)
    tile.delete()
    return {name}


def insert_tile(rng: Random) -> Named:
    level, index = rng.choice([(0, 9), (1, 1), (2, 0), (3, 5), (0, 2_000)])
    LedgerTile.objects.create(level=level, index=index, hashes=rng.randbytes(32 * rng.randint(1, 4)))
    return {f"第 {level} 层第 {index} 块"}


def swap_tiles(rng: Random) -> Named:
    (one, first), (other, second) = _tile(rng), _tile(rng)
    if one.pk == other.pk:
        return None
    LedgerTile.objects.filter(pk=one.pk).update(hashes=bytes(other.hashes))
    LedgerTile.objects.filter(pk=other.pk).update(hashes=bytes(one.hashes))
    return {first, second}


def _point(rng: Random) -> LedgerCheckpoint:
    found = LedgerCheckpoint.objects.order_by("size")
    return found[rng.randrange(found.count())]


def edit_checkpoint(rng: Random) -> Named:
    point = _point(rng)
    place = rng.randrange(len(point.note))
    spoilt = point.note[:place] + chr(ord(point.note[place]) ^ 1) + point.note[place + 1 :]
    name, value = rng.choice(
        [
            ("root", "0" * 64),
            ("at", now()),
            ("previous", "1" * 64),
            ("key_id", "00000000"),
            ("note", spoilt),
            ("note", ""),
        ]
    )
    LedgerCheckpoint.objects.filter(pk=point.pk).update(**{name: value})
    return {f"封存点 {point.size} "}


def delete_checkpoint(rng: Random) -> Named:
    point = _point(rng)
    before = LedgerCheckpoint.objects.filter(size__lt=point.size).order_by("-size").first()
    after = LedgerCheckpoint.objects.filter(size__gt=point.size).order_by("size").first()
    point.delete()
    if after is None:
        return {"其后的封存点被删除"}
    return {f"封存点 {before.size} 与 {after.size} 之间" if before else f"封存点 {after.size} 之前"}


def insert_checkpoint(rng: Random) -> Named:
    point = _point(rng)
    size = point.size + rng.choice([-1, 1, 1000])
    if LedgerCheckpoint.objects.filter(size=size).exists():
        return None
    LedgerCheckpoint.objects.create(size=size, root=point.root, at=point.at, previous=point.previous, note=point.note, key_id=point.key_id)
    return {f"封存点 {size} "}


def swap_checkpoints(rng: Random) -> Named:
    one, other = _point(rng), _point(rng)
    if one.pk == other.pk:
        return None
    LedgerCheckpoint.objects.filter(pk=one.pk).update(note=other.note, root=other.root)
    LedgerCheckpoint.objects.filter(pk=other.pk).update(note=one.note, root=one.root)
    return {f"封存点 {one.size} ", f"封存点 {other.size} "}


def _apple(rng: Random) -> Apple:
    found = Apple.objects.within(EVERYTHING).order_by("pk")
    return found[rng.randrange(found.count())]


@past_the_wire()
def edit_row(rng: Random) -> Named:
    apple = _apple(rng)
    name, value = rng.choice(
        [
            ("name", apple.name + "x"),
            ("keeper", apple.keeper + "x"),
            ("answers", {"a": "是"}),
            ("score", "77.7"),
            ("due_on", "1999-01-01"),
            ("seen_at", now()),
            ("area", "44/"),
            ("org_id", uuid7()),
            ("org_area", "44/"),
            ("is_done", not apple.is_done),
            ("extra", {"a": [rng.random() < 2, "b"]}),
            ("state", "awaiting" if apple.state == "rectifying" else "rectifying"),
            ("version", apple.version + 1),
            ("phone_index", "f" * 32),
            ("phone", rng.randbytes(60)),
            ("phone", b""),
        ]
    )
    Apple.objects.within(EVERYTHING).filter(pk=apple.pk).update(**{name: value})
    return {f"ledger_tests.apple:{apple.pk}"}


@past_the_wire()
def delete_row(rng: Random) -> Named:
    apple = _apple(rng)
    Apple.objects.within(EVERYTHING).filter(pk=apple.pk).delete()
    return {f"ledger_tests.apple:{apple.pk}"}


@past_the_wire()
def insert_row(rng: Random) -> Named:
    apple = Apple(name="假", area="43/", org_id=uuid7(), org_area="43/")
    Apple.objects.within(EVERYTHING).bulk_create([apple])
    return {f"ledger_tests.apple:{apple.pk}"}


@past_the_wire()
def swap_rows(rng: Random) -> Named:
    one, other = _apple(rng), _apple(rng)
    names = rng.choice([("name", "org_id"), ("phone",)])
    if one.pk == other.pk:
        return None
    kept = Apple.objects.within(EVERYTHING).filter(pk__in=[one.pk, other.pk]).values("pk", *names)
    values = {row.pop("pk"): {name: _raw(value) for name, value in row.items()} for row in list(kept)}
    Apple.objects.within(EVERYTHING).filter(pk=one.pk).update(**values[other.pk])
    Apple.objects.within(EVERYTHING).filter(pk=other.pk).update(**values[one.pk])
    return {f"ledger_tests.apple:{one.pk}", f"ledger_tests.apple:{other.pk}"}


def _raw(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytes) else value


def edit_salt(rng: Random) -> Named:
    found = LedgerSalt.objects.filter(object_id__in=Apple.objects.within(EVERYTHING).values("pk")).order_by("id")
    salt = found[rng.randrange(found.count())]
    LedgerSalt.objects.filter(pk=salt.pk).update(salt=rng.randbytes(32))
    return {f"{salt.object_type}:{salt.object_id}"}


TAMPERINGS: list[Tampering] = [
    edit_entry_column,
    edit_entry_object,
    edit_body_bytes,
    edit_words,
    rewrite_entry_knowingly,
    delete_entry,
    delete_end,
    insert_copy,
    insert_forgery,
    swap_bodies,
    swap_numbers,
    renumber,
    number_a_waiting_entry,
    edit_tile,
    delete_tile,
    insert_tile,
    swap_tiles,
    edit_checkpoint,
    delete_checkpoint,
    insert_checkpoint,
    swap_checkpoints,
    edit_row,
    delete_row,
    insert_row,
    swap_rows,
    edit_salt,
]
