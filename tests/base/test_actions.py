"""The one door for writing, and reads that say for whom."""

from __future__ import annotations

import pytest
from django.db import transaction

from hengjian.base import actions
from hengjian.base.actions import audited_action
from hengjian.base.errors import NotAllowed, OutOfScope, StaleRow
from hengjian.base.guard import UnscopedRead, WriteOutsideAction
from hengjian.base.models import LedgerEntry
from hengjian.base.scope import NOTHING
from hengjian.registry.models import Institution
from tests import factories
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    return factories.world()


def entries(action: str) -> int:
    return LedgerEntry.objects.filter(action=action).count()


@pytest.mark.parametrize("write", [
    lambda row: row.save(),
    lambda row: row.delete(),
    lambda row: all_of(Institution).filter(pk=row.pk).update(name="x"),
    lambda row: all_of(Institution).filter(pk=row.pk).delete(),
    lambda row: all_of(Institution).bulk_create([row]),
    lambda row: all_of(Institution).bulk_update([row], ["name"]),
    lambda row: Institution.objects.create(name="x"),
])
def test_nothing_is_written_behind_the_back_of_an_action(world, write):
    with pytest.raises(WriteOutsideAction):
        write(world.institutions[0])


def test_not_even_inside_an_action_by_hand(world):
    with pytest.raises(WriteOutsideAction), audited_action("test.write", actor=SYSTEM):
        all_of(Institution).update(name="x")
    assert entries("test.write") == 0


@pytest.mark.parametrize("read", [list, lambda q: q.count(), lambda q: q.exists(), lambda q: q.first(), lambda q: list(q.iterator())])
def test_a_scoped_table_answers_only_when_it_knows_for_whom(world, read):
    with pytest.raises(UnscopedRead):
        read(Institution.objects.filter(name="x"))
    read(Institution.objects.within(NOTHING))


def test_a_change_leaves_one_entry_and_one_event(world, django_capture_on_commit_callbacks):
    heard: list[list[object]] = []
    actions.on("test.rename")(lambda event: heard.append(event.ids["registry.institution"]))
    row = world.institutions[0]
    with django_capture_on_commit_callbacks(execute=True), audited_action("test.rename", actor=SYSTEM, reason="改名") as act:
        act.take(row).name = "新名"
    row.refresh_from_db()
    assert (row.name, row.version, entries("test.rename"), heard) == ("新名", 2, 1, [[row.pk]])


def test_a_row_outside_the_scope_does_not_exist_for_the_actor(world):
    foreign = world.officer(world.cities[1])
    with pytest.raises(OutOfScope), audited_action("test.touch", actor=foreign) as act:
        act.take(world.institutions[0])


def test_a_new_row_outside_the_scope_is_refused_and_nothing_stays(world):
    home, foreign = world.institutions[0], world.officer(world.cities[1])
    before = all_of(factories.Employment).count()
    person = factories.person("沈砚秋", home)
    stray = factories.Employment(person=person, institution=home, started_on=factories.date(2021, 1, 1)).owned_by(home)
    with pytest.raises(OutOfScope), audited_action("test.add", actor=foreign) as act:
        act.add(stray)
    assert all_of(factories.Employment).count() == before + 1


def test_a_refusal_half_way_undoes_everything(world):
    row = world.institutions[0]

    def change_and_refuse() -> None:
        with audited_action("test.half", actor=SYSTEM) as act:
            act.take(row).name = "半途"
            act.require(False, "不可以")

    with pytest.raises(NotAllowed, match="不可以"):
        change_and_refuse()
    row.refresh_from_db()
    assert row.name != "半途"
    assert entries("test.half") == 0


def test_a_stale_page_is_told_so(world):
    row = world.institutions[0]
    with audited_action("test.first", actor=SYSTEM) as act:
        act.take(row).name = "甲"
    with pytest.raises(StaleRow), audited_action("test.second", actor=SYSTEM) as act:
        act.take(row, version=1)


def test_bulk_forms_write_set_wise_and_enter_each_row(world, django_assert_max_num_queries):
    rows = list(all_of(Institution).order_by("name"))
    with django_assert_max_num_queries(20), audited_action("test.bulk", actor=SYSTEM) as act:
        act.change_many(rows, lambda row: setattr(row, "approval_class", "甲B1"), fields=("approval_class",))
    assert entries("test.bulk") == len(rows)
    assert set(all_of(Institution).values_list("approval_class", "version")) == {("甲B1", 2)}


def test_inside_another_transaction_a_failure_takes_the_entries_along(world):
    def change_and_fail() -> None:
        with transaction.atomic():
            with audited_action("test.inner", actor=SYSTEM) as act:
                act.take(world.institutions[0]).name = "里"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert entries("test.inner") == 0


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_is_logged_and_undoes_nothing(clock, caplog):
    """The act has committed: whoever did it is told so, whatever goes wrong in those who only listen."""
    heard = []

    def fails(event):
        heard.append(event.action)
        raise ZeroDivisionError

    actions.on("tests.rename_quietly")(fails)
    try:
        unit = factories.institution("湘南检验", factories.authority("湘南省", "43", "province"))
        with audited_action("tests.rename_quietly", actor=SYSTEM) as act:
            act.take(unit).name = "湘南检测"
    finally:
        actions._listeners["tests.rename_quietly"].remove(fails)
    assert heard == ["tests.rename_quietly"]
    assert "fails" in caplog.text
    assert all_of(Institution).get(pk=unit.pk).name == "湘南检测"
