"""What an action leaves in the ledger."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import models

from hengjian.base.actions import audited_action
from hengjian.base.ids import uuid7
from hengjian.base.ledger import canonical
from hengjian.base.ledger.commitments import PREFIX, Personal, Sealer, commit, forget, object_key
from hengjian.base.ledger.entries import snapshot
from hengjian.base.models import LedgerEntry, LedgerSalt
from hengjian.base.scope import EVERYTHING
from tests.base.ledger.models import Apple, Basket

PHONE = "13900001234"


def bodies(apple):
    entries = LedgerEntry.objects.filter(object_id=apple.pk).order_by("id")
    return [json.loads(entry.body) for entry in entries]


def test_a_new_row_is_entered_whole(grow, clerk):
    (apple,) = grow(1, name="红富士", score=Decimal("90.50"), due_on=date(2024, 7, 10), extra={"项": [1]})
    (body,) = bodies(apple)
    assert body["v"] == 1
    assert body["suite"] == "sha256"
    assert body["action"] == "apples.grow"
    assert body["reason"] == "", "what a person wrote stands among the sealed words"
    assert body["before"] == {}
    after = body["after"]
    assert (after["name"], after["score"], after["due_on"], after["extra"]) == ("红富士", "90.5", "2024-07-10", {"项": [1]})
    assert set(after) == {field.attname for field in Apple._meta.concrete_fields}
    assert body["actor"] == {
        "id": str(clerk.id),
        "name": "张三",
        "post": "监管员",
        "org": str(clerk.org_id),
        "area": "43/",
    }
    assert body["object"] == {
        "type": "ledger_tests.apple",
        "id": str(apple.pk),
        "label": "红富士",
        "area": "43/4301/",
        "org": str(apple.org_id),
        "org_area": "43/4301/",
    }


def test_columns_leaf_and_seal_follow_from_the_body(grow):
    (apple,) = grow(1)
    entry = LedgerEntry.objects.get(object_id=apple.pk)
    assert canonical.parse(entry.body)["id"] == str(entry.id)
    assert entry.leaf == sha256(b"\x00" + entry.body.encode()).hexdigest()
    assert entry.seal == Sealer().of(entry.leaf)
    assert (entry.area, entry.org_id, entry.object_label) == ("43/4301/", apple.org_id, "苹果0")
    assert entry.sequence is None


def test_a_change_is_entered_with_the_changed_fields_only(grow, change):
    (apple,) = grow(1)
    change(apple, state="awaiting", is_done=True)
    body = bodies(apple)[-1]
    assert body["before"] == {"is_done": False, "state": "rectifying", "version": 1}
    assert body["after"] == {"is_done": True, "state": "awaiting", "version": 2}


def test_a_removal_keeps_the_last_state_and_has_no_digest(grow, clerk):
    (apple,) = grow(1)
    with audited_action("apples.eat", actor=clerk, reason="") as act:
        act.remove(apple)
    body = bodies(apple)[-1]
    assert body["after"] == {}
    assert body["before"]["name"] == "苹果0"
    assert "digest" not in body


def test_what_is_read_back_has_the_same_snapshot(grow):
    (apple,) = grow(1, score="1.500", due_on="2024-07-10", seen_at=datetime(2024, 7, 1, 8, tzinfo=UTC), extra={"b": (1, 2), "a": None})
    assert snapshot(Apple.objects.within(EVERYTHING).get(pk=apple.pk)) == snapshot(apple)


def fail_after_growing(clerk):
    with audited_action("apples.grow", actor=clerk) as act:
        act.add(Apple(name="x", area="43/", org_id=uuid7(), org_area="43/"))
        raise ZeroDivisionError


def test_a_failed_action_leaves_nothing(grow, clerk):
    with pytest.raises(ZeroDivisionError):
        fail_after_growing(clerk)
    assert LedgerEntry.objects.count() == 0


def test_personal_values_are_entered_as_commitments(grow, change):
    (apple,) = grow(1, phone=PHONE)
    change(apple, phone="13900005678")
    entered = "".join(LedgerEntry.objects.values_list("body", flat=True))
    assert PHONE not in entered
    assert "13900005678" not in entered
    assert apple.phone_index not in entered
    first, second = bodies(apple)
    key = object_key(LedgerSalt.objects.get(object_id=apple.pk).salt)
    assert first["after"]["phone"] == commit(key, "phone", PHONE)
    assert second["before"]["phone"] == commit(key, "phone", PHONE)
    assert second["after"]["phone"] == commit(key, "phone", "13900005678")


def test_commitments_of_equal_values_differ_between_objects(grow):
    one, other = grow(2, phone=PHONE)
    assert bodies(one)[0]["after"]["phone"] != bodies(other)[0]["after"]["phone"]


def test_empty_personal_values_need_no_salt(ledger_db, clerk):
    with audited_action("apples.grow", actor=clerk) as act:
        apple = act.add(Apple(name="红", area="43/4301/", org_id=uuid7(), org_area="43/4301/"))
    assert bodies(apple)[0]["after"]["phone"] == ""
    assert not LedgerSalt.objects.exists()


def test_an_erasure_commits_to_nothing_again(grow, clerk):
    (apple,) = grow(1, phone=PHONE)
    with audited_action("apples.erase", actor=clerk) as act:
        act.forget(apple).phone = ""
    body = bodies(apple)[-1]
    assert "phone" not in body["before"]
    assert body["after"]["phone"] == ""
    assert not LedgerSalt.objects.exists()


def test_after_an_erasure_new_values_are_stated_under_a_new_salt(grow, change):
    (apple,) = grow(1, phone=PHONE)
    forget("ledger_tests.apple", apple.pk)
    change(apple, name="国光")
    body = bodies(apple)[-1]
    assert body["after"]["phone"].startswith(PREFIX)
    assert body["after"]["phone"] != bodies(apple)[0]["after"]["phone"]
    assert body["before"] == {"name": "苹果0", "version": 1}


def test_a_personal_value_does_not_show_itself():
    assert "139" not in repr(Personal(PHONE))


def test_a_float_column_is_refused():
    class Weighed(models.Model):
        grams = models.FloatField()

        class Meta:
            app_label = "ledger_tests"

        def __str__(self):
            return str(self.grams)

    with pytest.raises(TypeError, match="float"):
        snapshot(Weighed(grams=1.5))


def test_a_float_inside_json_is_refused_and_named():
    with pytest.raises(TypeError, match=r"Apple\.extra"):
        snapshot(Apple(extra={"a": 0.5}, area="43/", org_id=uuid7(), org_area="43/"))


def test_many_rows_are_entered_set_wise(grow, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        grow(1000)
    assert LedgerEntry.objects.count() == LedgerSalt.objects.count() == 1000


def test_rows_of_several_tables_are_entered_in_the_order_of_the_action(ledger_db, clerk):
    with audited_action("apples.fill", actor=clerk) as act:
        basket = act.add(Basket(name="竹篮"))
        act.add(Apple(name="x", area="43/", org_id=uuid7(), org_area="43/", basket=basket))
    kinds = LedgerEntry.objects.order_by("id").values_list("object_type", flat=True)
    assert list(kinds) == ["ledger_tests.basket", "ledger_tests.apple"]
    assert bodies(Apple.objects.within(EVERYTHING).get())[0]["after"]["basket_id"] == str(basket.pk)
