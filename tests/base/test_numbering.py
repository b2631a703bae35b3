"""Numbers run on without a gap, also when acts fail or come at the same moment."""

import threading
from uuid import uuid4

import pytest
from django.db import connection

from hengjian.base.actions import SystemActor, audited_action
from hengjian.base.guard import WriteOutsideAction
from hengjian.base.numbering import next_number, paper_number, serial_number

SYSTEM = SystemActor()
BUREAU, COUNTY = uuid4(), uuid4()


def take(series="order", holder=BUREAU, year=2024):
    with audited_action("test.number", actor=SYSTEM):
        return next_number(series, holder, year)


def take_and_fail():
    with audited_action("test.number", actor=SYSTEM):
        raise ZeroDivisionError(next_number("order", BUREAU, 2024))


@pytest.mark.django_db
def test_each_series_holder_and_year_counts_for_itself():
    taken = [take(), take(), take(holder=COUNTY), take(year=2025), take(series="case"), take()]
    assert taken == [1, 2, 1, 1, 1, 3]


@pytest.mark.django_db
def test_an_act_that_fails_gives_its_number_back():
    take()
    with pytest.raises(ZeroDivisionError):
        take_and_fail()
    assert take() == 2


@pytest.mark.django_db
def test_one_act_may_take_several_numbers():
    with audited_action("test.number", actor=SYSTEM):
        assert [next_number("order", BUREAU, 2024) for _ in range(3)] == [1, 2, 3]


@pytest.mark.django_db
def test_a_number_outside_an_audited_action_is_refused():
    with pytest.raises(WriteOutsideAction):
        next_number("order", BUREAU, 2024)


@pytest.mark.django_db(transaction=True)
def test_threads_get_every_number_once_although_some_acts_fail():
    holder, kept, faults = uuid4(), [], []

    def work(worker):
        try:
            for turn in range(15):
                try:
                    with audited_action("test.number", actor=SYSTEM):
                        number = next_number("order", holder, 2024)
                        if (worker + turn) % 5 == 0:
                            raise ZeroDivisionError
                    kept.append(number)
                except ZeroDivisionError:
                    continue
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(kept) == list(range(1, 8 * 15 - 24 + 1))


def test_numbers_are_written_as_on_papers():
    assert paper_number("湘市监特令", 2024, 7) == "湘市监特令〔2024〕7号"
    assert serial_number("WT", 2024, 7) == "WT-2024-0007"
