"""Entries of the ledger as an auditor looks for them: by person, action, kind and days, paged by key."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import TITLES
from hengjian.base.ledger.history import ProofState, labels_of, proof_states
from hengjian.base.lists import uuid_or_none
from hengjian.base.models import LedgerEntry, Row
from hengjian.base.texts import harmless_cell
from hengjian.parties.models import Account
from hengjian.web.templatetags.wording import long_day

PER_PAGE = 50
MOST_COUNTED = 10_000
MOST_PEOPLE = 200
OWN_KINDS = ("parties.account", "parties.post", "parties.authority", "parties.signin", "base.calendarday", "base.ledgercheck")
"""Kinds whose objects an auditor reads by name: rights and platform, not business."""


@dataclass(frozen=True)
class KeyPage:
    """One page of a list that is paged by key: rows and the keys of the pages beside it."""

    rows: list[LedgerEntry]
    newer: str
    older: str
    count: int
    is_more: bool


def kinds() -> list[tuple[str, str]]:
    """Every kind of object that the ledger speaks of, by its name."""
    found = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in apps.get_models() if issubclass(model, Row)]
    return sorted(found, key=lambda pair: pair[1])


def fields() -> list[dict[str, Any]]:
    """The filters of the page."""
    actions = sorted(((code, _(title)) for code, title in TITLES.items()), key=lambda pair: pair[1])
    return [
        {"name": "who", "label": _("姓名、登录名"), "chip": _("操作人")},
        {"name": "actor", "label": _("操作人"), "kind": "hidden", "show": _name_of},
        {"name": "action", "label": _("全部动作"), "kind": "select", "options": actions},
        {"name": "kind", "label": _("全部对象"), "kind": "select", "options": kinds()},
        {"name": "from", "label": _("从"), "chip": _("日期"), "kind": "date", "show": _day_words},
        {"name": "to", "label": _("至"), "chip": _("日期"), "kind": "date", "show": _day_words},
    ]


def _name_of(key: str) -> str:
    """The name that an account has now."""
    one = uuid_or_none(key)
    return Account.objects.filter(pk=one).values_list("name", flat=True).first() or key if one else key


def _day_words(text: str) -> str:
    day = _day(text)
    return long_day(day) if day else text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def found_entries(asked: Mapping[str, str]) -> QuerySet[LedgerEntry]:
    """Entries that answer to the filters of an address, the newest first."""
    found = LedgerEntry.objects.order_by("-at", "-id")
    first, last = _day(asked.get("from", "")), _day(asked.get("to", ""))
    if first is not None:
        found = found.filter(at__gte=clock.at(first))
    if last is not None:
        found = found.filter(at__lt=clock.at(last + timedelta(days=1)))
    if asked.get("action"):
        found = found.filter(action=asked["action"])
    if asked.get("kind"):
        found = found.filter(object_type=asked["kind"])
    if one := uuid_or_none(asked.get("actor", "")):
        found = found.filter(actor_id=one)
    if words := asked.get("who", "").strip():
        found = found.filter(_by(words))
    return found


def _by(words: str) -> Q:
    """Entries by accounts of that name or user name; where there are none, by a part of the system of that name."""
    named = Account.objects.filter(Q(name__icontains=words) | Q(username__icontains=words)).order_by().values_list("pk", flat=True)
    people = list(named[:MOST_PEOPLE])
    return Q(actor_id__in=people) if people else Q(actor_id__isnull=True, actor_name__icontains=words)


def key_page(found: QuerySet[LedgerEntry], asked: Mapping[str, str]) -> KeyPage:
    """The page before or after the key that the address names; no page costs more than the first."""
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    older_than, newer_than = _entry(asked.get("before", "")), _entry(asked.get("after", ""))
    if newer_than is not None:
        later = found.filter(at__gte=newer_than.at).filter(Q(at__gt=newer_than.at) | Q(id__gt=newer_than.pk)).order_by("at", "id")
        rows = list(later[: PER_PAGE + 1])
        is_first, rows = len(rows) <= PER_PAGE, rows[:PER_PAGE][::-1]
        is_last = False
    else:
        if older_than is not None:
            found = found.filter(at__lte=older_than.at).filter(Q(at__lt=older_than.at) | Q(id__lt=older_than.pk))
        rows = list(found[: PER_PAGE + 1])
        is_first, is_last, rows = older_than is None, len(rows) <= PER_PAGE, rows[:PER_PAGE]
    newer = str(rows[0].pk) if rows and not is_first else ""
    older = str(rows[-1].pk) if rows and not is_last else ""
    return KeyPage(rows, newer, older, min(counted, MOST_COUNTED), counted > MOST_COUNTED)


def _entry(key: str) -> LedgerEntry | None:
    pk = uuid_or_none(key)
    return LedgerEntry.objects.only("id", "at").filter(pk=pk).first() if pk else None


def _titles() -> dict[str, str]:
    return dict(kinds())


def lines_of(rows: list[LedgerEntry]) -> list[dict[str, Any]]:
    """Entries as the page lists them: who, when, what, to what."""
    states, titles, labels = proof_states(rows), _titles(), _labels(rows)
    return [
        {
            "at": one.at, "who": one.actor_name, "actor_id": one.actor_id, "post": one.post_title, "title": _(TITLES.get(one.action, one.action)),
            "kind": titles.get(one.object_type, one.object_type), "object_type": one.object_type, "object_id": one.object_id,
            "label": labels.get(one.object_id, ""), "sequence": one.sequence, "is_known": one.object_type in titles,
            "proof": "pending" if states[one.id] is ProofState.WAITING else states[one.id].value,
        }
        for one in rows
    ]


def _labels(rows: list[LedgerEntry]) -> dict[UUID, str]:
    """Names of objects of the platform; those of business stay out of an auditor's list."""
    found: dict[UUID, str] = {}
    for kind in OWN_KINDS:
        ids = {one.object_id for one in rows if one.object_type == kind}
        found |= {UUID(key): label for key, label in labels_of(kind, ids).items()} if ids else {}
    return found


HEADS = ("账", "时间", "操作人", "操作人账号", "岗位", "动作", "动作代码", "对象", "对象类型", "对象编号", "回执", "散列")


def csv_lines(found: QuerySet[LedgerEntry]) -> Iterator[str]:
    """The entries as a table that Excel opens, line by line; times of Beijing."""
    titles, buffer = _titles(), io.StringIO()
    writer = csv.writer(buffer)

    def written(values: tuple[Any, ...]) -> str:
        writer.writerow(values)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield "\ufeff" + written(HEADS)
    for one in found.defer("body", "told").iterator(chunk_size=2000):
        yield written((
            "" if one.sequence is None else one.sequence, f"{clock.local(one.at):%Y-%m-%d %H:%M:%S}", harmless_cell(one.actor_name), one.actor_id or "",
            harmless_cell(one.post_title), TITLES.get(one.action, one.action), one.action, titles.get(one.object_type, one.object_type), one.object_type,
            one.object_id, one.receipt, one.leaf,
        ))
