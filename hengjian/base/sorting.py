"""Names in order of pinyin, the same on every database: a key in digits that stands beside the name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from hengjian.base.fields import _PlainInMigrations
from hengjian.base.normalising import normalise_text

SIGNS = 20
"""So many signs of a name are sorted by; what is equal that far is sorted as it was taken in."""

WIDTH = 6
FIRST_CHARACTER = 10_000
LAST = 10**WIDTH - 10

# Surnames that are read otherwise than the character alone (单 is Shàn, not dān), after a character that is read alike.
SURNAMES = {
    "单": "善", "仇": "求", "解": "谢", "查": "渣", "区": "欧", "曾": "增", "朴": "瓢", "盖": "葛", "任": "人", "华": "画", "缪": "妙",
    "覃": "秦", "种": "虫", "员": "运", "折": "舌", "翟": "宅", "秘": "币", "繁": "婆", "句": "勾", "黑": "贺", "祭": "债", "乐": "月",
    "召": "绍", "洗": "显", "隗": "葵", "应": "英", "牟": "谋", "乜": "聂", "葛": "舸", "燕": "烟", "要": "腰", "占": "詹", "万俟": "莫",
    "尉迟": "玉", "令狐": "铃", "澹台": "谭", "单于": "蝉", "拓跋": "唾",
}


@cache
def _places() -> dict[str, int]:
    text = Path(__file__).with_name("pinyin.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {sign: at * 10 for at, sign in enumerate("".join(lines), FIRST_CHARACTER)}


@cache
def _surnames() -> dict[str, int]:
    """Where each surname stands: right behind the character that is read alike, none of them in the same place."""
    found: dict[str, int] = {}
    for name, alike in SURNAMES.items():
        place = _places()[alike] + 1
        while place in found.values():
            place += 1
        found[name] = place
    return found


def _place_of(sign: str) -> int:
    beyond = LAST if ord(sign) >= FIRST_CHARACTER else ord(sign) * 10
    return _places().get(sign, beyond)


def pinyin_key(name: str, *, is_person: bool = False) -> str:
    """Digits that sort as the name does: signs and Latin letters first, then Chinese characters by pinyin and tone."""
    text = normalise_text(name).lower()
    marks: list[int] = []
    if is_person:
        surname = next((text[:length] for length in (2, 1) if text[:length] in _surnames()), "")
        marks += [_surnames()[surname]] if surname else []
        text = text[len(surname):]
    marks += [_place_of(sign) for sign in text]
    return "".join(f"{mark:0{WIDTH}d}" for mark in marks[:SIGNS])


class _KeyAttribute(DeferredAttribute):
    """The key of a name, always that of the name as it stands."""

    field: SortKeyField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is not None and self.field.source in instance.__dict__:
            instance.__dict__[self.field.attname] = self.field.of(instance)
        return super().__get__(instance, cls)

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SortKeyField(_PlainInMigrations, models.CharField):
    """The key by which a name sorts: ``order_by("name_key")``. Follows its source by itself; no news for the ledger.

    Args:
        source: the column with the name.
        is_person: whether it begins with a surname.
    """

    in_migrations = models.CharField
    descriptor_class = _KeyAttribute
    derived = True

    def __init__(self, *args: Any, source: str = "name", is_person: bool = False, **kwargs: Any) -> None:
        kwargs.update(max_length=SIGNS * WIDTH, blank=True, default="", editable=False)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)
        self.source, self.is_person = source, is_person

    def of(self, instance: models.Model) -> str:
        """The key of the name that an instance holds now."""
        return pinyin_key(str(getattr(instance, self.source) or ""), is_person=self.is_person)


def with_sort_keys(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Column names with the sort keys that follow from them, for ``bulk_update``."""
    wanted = list(dict.fromkeys(names))
    keys = [one for one in model._meta.concrete_fields if isinstance(one, SortKeyField)]
    return wanted + [key.name for key in keys if key.source in wanted and key.name not in wanted]
