"""Names and texts in the ledger: a commitment in the entry, the words encrypted beside it, both gone with the salt."""

from __future__ import annotations

import json

import pytest

from hengjian.base.actions import SystemActor, audited_action
from hengjian.base.ids import uuid7
from hengjian.base.ledger import sequencer
from hengjian.base.ledger.commitments import is_commitment
from hengjian.base.ledger.history import PART_TITLES, history, labels_of, part_titles
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.told import told_of
from hengjian.base.ledger.triggers import without_triggers
from hengjian.base.ledger.verify import verify
from hengjian.base.models import LedgerEntry, LedgerSalt
from tests.base.ledger.models import Apple, Worm

KEEPER, FINDER = "欧阳看管", "司马发现"
APPLE, WORM = "ledger_tests.apple", "ledger_tests.worm"
PLACE = {"area": "43/4301/", "org_area": "43/4301/"}


@pytest.fixture
def worm(ledger_db, clerk):
    with audited_action("worms.find", actor=clerk, reason=f"{FINDER}报告") as act:
        return act.add(Worm(finder=FINDER, org_id=uuid7(), **PLACE))


def kept(row):
    return list(LedgerEntry.objects.filter(object_id=row.pk).order_by("id"))


def everything_in_clear() -> str:
    """All that somebody with the table, but not the keys, can read."""
    columns = [f.attname for f in LedgerEntry._meta.concrete_fields]
    cells = [one for row in LedgerEntry.objects.values_list(*columns) for one in row]
    return "".join(bytes(one).decode(errors="replace") if isinstance(one, bytes | memoryview) else str(one) for one in cells)


def test_the_ledger_names_no_one_but_who_acted(worm, grow, change):
    (apple,) = grow(1, keeper=KEEPER)
    change(apple, answers={"name": KEEPER})
    assert KEEPER not in everything_in_clear()
    assert FINDER not in everything_in_clear()
    assert is_commitment(json.loads(kept(apple)[0].body)["after"]["keeper"])
    assert kept(worm)[0].object_label == kept(worm)[0].reason == ""


def test_readers_of_the_history_see_the_words(worm, grow, change, clerk):
    (apple,) = grow(1, keeper=KEEPER)
    change(apple, keeper="上官接任")
    assert "把看管人由“欧阳看管”改为“上官接任”" in history(APPLE, apple.pk)[-1].text
    (found,) = history(WORM, worm.pk)
    assert FINDER in found.text
    assert found.reason == f"{FINDER}报告"
    assert labels_of(WORM, [worm.pk]) == {str(worm.pk): f"{FINDER}的虫"}


def test_the_systems_own_reasons_stand_in_clear_and_make_no_salt(ledger_db):
    with audited_action("worms.find", actor=SystemActor(), reason="到期提醒") as act:
        apple = act.add(Apple(name="红", org_id=uuid7(), **PLACE))
    (entry,) = kept(apple)
    assert (entry.reason, entry.told) == ("到期提醒", None)


def test_reasons_are_sealed_for_rows_without_personal_data_too(grow, clerk):
    (apple,) = grow(1, phone="")
    (entry,) = kept(apple)
    assert "测试" not in entry.body
    assert told_of([entry])[entry.id].reason == "测试"


def test_erasing_the_salt_erases_the_words_and_leaves_the_log_whole(worm, clerk):
    with audited_action("worms.erase", actor=clerk) as act:
        act.forget(worm).finder = ""
    told = told_of(kept(worm))
    assert told[kept(worm)[0].id].is_erased
    assert all(FINDER not in one.text + one.reason for one in history(WORM, worm.pk))
    sequencer.sequence_pending()
    assert verify().ok
    assert reconcile([Worm]).ok


@pytest.mark.parametrize("other", [None, b"", b"\x01" + bytes(40)], ids=["gone", "empty", "foreign"])
def test_words_that_were_changed_are_found_and_not_shown(worm, other):
    with without_triggers():
        LedgerEntry.objects.filter(object_id=worm.pk).update(told=other)
    (fault,) = verify().faults
    assert fault.object == f"{WORM}:{worm.pk}"
    assert "可读内容" in fault.message
    assert FINDER not in history(WORM, worm.pk)[0].text


def test_words_open_only_in_their_own_entry(worm, grow):
    (apple,) = grow(1, keeper=KEEPER)
    (mine,), (other,) = kept(worm), kept(apple)
    other.told = mine.told
    assert told_of([other])[other.id].is_erased


def test_json_is_told_part_by_part_under_the_titles_of_its_form(grow, change):
    (apple,) = grow(1, answers={"a": "是", "b": "否", "note": "x"})
    part_titles(APPLE, "answers")(lambda _id: {"a": "全职", "b": "学历"})
    try:
        change(apple, answers={"a": "是", "b": "是", "note": "y"})
        (found,) = [one for one in history(APPLE, apple.pk)[-1].changes if one.field == "answers"]
        assert (found.title, found.before, found.after) == ("学历", "否", "是")
    finally:
        del PART_TITLES[APPLE, "answers"]


def test_an_id_beside_its_name_is_not_told_and_others_are_told_by_name(ledger_db, clerk, grow):
    (apple,) = grow(1, name="红富士")
    with audited_action("worms.find", actor=clerk) as act:
        worm = act.add(Worm(finder=FINDER, org_id=uuid7(), apple_id=apple.pk, seen_by_id=clerk.id, seen_by_name="张三", **PLACE))
    told = {one.title: one.after for one in history(WORM, worm.pk)[0].changes}
    assert told["苹果"] == "红富士"
    assert told["查看人"] == "张三"
    assert "查看人账号" not in told


def test_a_salt_that_is_gone_without_a_word_is_found(worm, grow):
    (apple,) = grow(1)
    with without_triggers():
        LedgerSalt.objects.all().delete()
    assert [fault.object for fault in reconcile([Apple, Worm]).faults] == [f"{APPLE}:{apple.pk}", f"{WORM}:{worm.pk}"]


def test_an_erased_row_that_gets_personal_data_again_owes_its_salt(worm, clerk):
    with audited_action("worms.erase", actor=clerk) as act:
        act.forget(worm).finder = ""
    assert reconcile([Worm]).ok
    with audited_action("worms.name", actor=clerk) as act:
        act.take(worm).finder = "诸葛再见"
    with without_triggers():
        LedgerSalt.objects.all().delete()
    assert [fault.kind for fault in reconcile([Worm]).faults] == ["salt"]
