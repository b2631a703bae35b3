"""The clock shows UTC inside, Shanghai outside, and can be held still."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from hengjian.base import clock as house

NEW_YEARS_EVE = datetime(2024, 12, 31, 16, 30, tzinfo=UTC)


def test_now_is_aware_and_in_utc():
    assert house.now().utcoffset() == timedelta(0)


def test_today_is_the_day_in_shanghai():
    with house.use(NEW_YEARS_EVE):
        assert house.today() == date(2025, 1, 1)


def test_a_clock_in_use_ends_with_its_block():
    with house.use(NEW_YEARS_EVE):
        with house.use(lambda: NEW_YEARS_EVE + timedelta(days=1)):
            assert house.now() == NEW_YEARS_EVE + timedelta(days=1)
        assert house.now() == NEW_YEARS_EVE
    assert house.now() > NEW_YEARS_EVE


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"), house.use(datetime(2024, 1, 1)):
        pass


def test_the_clock_of_the_process_is_seen_by_every_thread():
    house.set_for_process(NEW_YEARS_EVE)
    try:
        seen = []
        thread = threading.Thread(target=lambda: seen.append(house.now()))
        thread.start()
        thread.join()
    finally:
        house.set_for_process(None)
    assert seen == [NEW_YEARS_EVE]


def test_a_running_clock_goes_on_from_where_it_was_put():
    with house.use(house.running_from(NEW_YEARS_EVE)):
        first, second = house.now(), house.now()
    assert NEW_YEARS_EVE <= first <= second < NEW_YEARS_EVE + timedelta(minutes=1)


def test_the_clock_of_the_process_can_be_set_forward():
    house.set_for_process(house.running_from(NEW_YEARS_EVE))
    try:
        house.set_forward(timedelta(days=10))
        assert house.today() == date(2025, 1, 11)
    finally:
        house.set_for_process(None)


def test_a_day_begins_at_sixteen_hours_utc_of_the_day_before():
    assert house.at(date(2024, 7, 10)) == datetime(2024, 7, 9, 16, tzinfo=UTC)
    assert house.local(house.at(date(2024, 7, 10), 8, 30)).hour == 8
