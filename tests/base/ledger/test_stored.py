"""Rows as their table keeps them, against rows as the model reads them: one digest, and no doubt passed over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from hengjian.base.actions import audited_action
from hengjian.base.ids import uuid7
from hengjian.base.ledger import canonical
from hengjian.base.ledger.commitments import committed, make_salts, object_key, salts_of
from hengjian.base.ledger.entries import digest_of, snapshot
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.stored import StoredState, dashed, stored
from hengjian.base.models import LedgerEntry
from hengjian.base.scope import EVERYTHING
from tests.base.ledger.models import Apple

FULL = {
    "name": "é苹果\"\\\n\u2028\U00020000", "phone": "13900001234", "keeper": "张\t三", "answers": {"乙": ["是", None, True], "a": {}},
    "score": Decimal("90.50"), "due_on": date(2024, 7, 10), "seen_at": datetime(2024, 7, 10, 9, 30, 0, 7, tzinfo=UTC), "extra": {"b": 1, "a": "e\u0301"},
}


@pytest.mark.parametrize("values", [{}, FULL, {"phone": "", "extra": [], "answers": []}, {"score": Decimal(0), "seen_at": datetime(2024, 7, 10, tzinfo=UTC)}])
def test_the_digest_of_stored_columns_is_that_of_the_row(grow: Any, values: dict[str, Any]) -> None:
    grow(3, **values)
    state = StoredState(Apple)
    rows = {row.pk: row for row in Apple.objects.within(EVERYTHING)}
    salts = salts_of("ledger_tests.apple", rows)
    for row_id, *columns in (one for chunk in stored(Apple.objects.within(EVERYTHING).values_list("pk", *state.names)) for one in chunk):
        row = next(one for one in rows.values() if str(one.pk) == dashed(row_id))
        key = object_key(salts[row.pk]) if row.pk in salts else None
        try:
            found = state.digest(columns, dashed(row_id), key)
        except ValueError:
            assert "extra" in values or not values.get("phone"), "only what a table keeps in another form is looked at as an instance"
            continue
        assert found == digest_of(committed(snapshot(row), key))
    assert reconcile([Apple]).ok


def test_every_entry_is_written_in_canonical_form(grow: Any, clerk: Any) -> None:
    kept, removed = grow(2, **FULL)
    with audited_action("apples.change", actor=clerk, reason="改“名”\\") as act:
        held = act.take(kept)
        held.name, held.keeper = "国光", ""
    with audited_action("apples.forget", actor=clerk) as act:
        act.forget(kept).phone = ""
        act.remove(removed)
    for entry in LedgerEntry.objects.all():
        assert canonical.text(canonical.parse(entry.body)) == entry.body


@pytest.mark.usefixtures("ledger_db")
@pytest.mark.parametrize("count", [1, 600])
def test_a_second_salt_of_one_object_is_not_made(count: int) -> None:
    before, after = [uuid7() for _ in range(count)], uuid7()
    first = make_salts("ledger_tests.apple", before)
    assert all(is_new for _pk, _salt, is_new in first)
    again = make_salts("ledger_tests.apple", [*before, after])
    assert [(pk, salt) for pk, salt, is_new in again if not is_new] == [(pk, salt) for pk, salt, _is_new in first]
    assert [pk for pk, _salt, is_new in again if is_new] == [after]
    assert salts_of("ledger_tests.apple", before) == {pk: salt for pk, salt, _is_new in first}
