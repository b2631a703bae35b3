"""Do the keys fit this database, and how one passes to a new key while everybody goes on working."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError

from hengjian.base import clock, crypto, sealed
from hengjian.base.actions import SystemActor, audited_action, title
from hengjian.base.models import DataKey

BEGIN = title("base.begin_data_key", "启用数据密钥")
WORD = "衡鉴"
PASSES = 20
Progress = Callable[[str, int], None]


def _place(key_id: str) -> bytes:
    return crypto.context_of("base_datakey", "proof", key_id)


def _index_proof() -> str:
    return crypto.mac("datakey.index", WORD.encode()).hex()


def key_problems() -> list[str]:
    """Why the keys in ``settings.KEY_DIR`` do not fit the database, in words; empty when they do, or nothing is sealed yet."""
    folder, known = Path(settings.KEY_DIR), list(DataKey.objects.all())
    is_new = not known and not _first_sealed()
    if is_new and settings.ENV != "prod" and not (folder / crypto.RING).exists():
        return []
    return crypto.key_faults(folder) or [fault for fault in (_fault(one) for one in known) if fault] or _fault_of_content(known)


def _fault(known: DataKey) -> str:
    try:
        opened = crypto.unseal(bytes.fromhex(known.proof), _place(known.key_id))
    except crypto.Tampered:
        opened = ""
    if opened != WORD:
        return f"数据密钥 {known.key_id} 打不开这个数据库：密钥目录 {settings.KEY_DIR} 不是这套数据的，或少了后来启用的密钥。请放回这套数据最近一次另存的密钥"
    if known.index_proof != _index_proof():
        return f"索引密钥不是这个数据库的：密钥目录 {settings.KEY_DIR} 与数据不是一套。请放回这套数据的密钥"
    return ""


def _first_sealed() -> Any:
    return next((found[0] for place in sealed.places() if (found := place.values(most=1))), None)


def _fault_of_content(known: list[DataKey]) -> list[str]:
    """A database from before keys were noted down: look whether its content opens."""
    value = None if known else _first_sealed()
    try:
        if value is not None:
            crypto.unseal(value.sealed, value.context)
    except crypto.Tampered:
        return [f"密钥目录 {settings.KEY_DIR} 里的密钥打不开这个数据库里的个人信息，不是这套数据的。请放回这套数据的密钥"]
    return []


def note_active_key(*, actor: Any = None, reason: str = "") -> DataKey:
    """Note down the key that seals now, with its proof, unless it is known; entered in the ledger."""
    key_id = crypto.keyring().active[0].hex()
    known = DataKey.objects.filter(key_id=key_id).first()
    if known is not None:
        return known
    proof = crypto.seal(WORD, _place(key_id)).hex()
    try:
        with audited_action(BEGIN, actor=actor or SystemActor("启动程序"), reason=reason, names_no_one=True) as act:
            return act.add(DataKey(key_id=key_id, proof=proof, index_proof=_index_proof(), since=clock.now()))
    except IntegrityError:  # another process was first
        return DataKey.objects.get(key_id=key_id)


@dataclass
class Rotation:
    """What became of a passage to a new key."""

    key_id: str
    is_new: bool
    done: int = 0
    left: int = 0
    broken: list[str] = field(default_factory=list)


def under_other_keys() -> int:
    """How many values in the database are sealed under another key than the present one."""
    head = crypto.present_head()
    return sum(place.count(not_under=head) for place in sealed.places())


def rotate(*, actor: Any, reason: str = "", progress: Progress | None = None, pause: float = 2 * crypto.NOTICED_SECONDS) -> Rotation:
    """Pass to a new data key: make it, let every process notice, then seal all values anew in small transactions.

    When an earlier passage was broken off it is finished first, and no further key is made. Both keys stay readable, so
    it may be broken off anywhere and run again. ``pause`` is what running processes need to notice a new key.
    """
    is_new = under_other_keys() == 0
    if is_new:
        crypto.keyring().rotate()
    row = note_active_key(actor=actor, reason=reason or "更换数据密钥")
    made = Rotation(row.key_id, is_new)
    time.sleep(pause)
    for _pass in range(PASSES):
        made.broken = []
        for place in sealed.places():
            _seal_place(place, made, progress)
        made.left = under_other_keys()
        if made.left <= len(made.broken):
            break
        time.sleep(pause)
    return made


def _seal_place(place: Any, made: Rotation, progress: Progress | None) -> None:
    head, after = crypto.present_head(), None
    while values := place.values(after, not_under=head):
        done, broken = sealed.seal_anew(place, values)
        made.done += done
        made.broken += [f"{place} {value.key}" for value in broken]
        after = values[-1].key
        if progress is not None:
            progress(str(place), done)
