"""Working days follow the State Council's notices; how a date came about can be laid open."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.base import working_days as calendar
from hengjian.base.actions import SystemActor
from hengjian.base.errors import BadInput
from hengjian.base.models import CalendarDay
from hengjian.base.scope import EVERYTHING

SYSTEM = SystemActor()
ONE_DAY = timedelta(days=1)
NOTICE = "国办发明电〔2026〕示例号"
DAYS = st.dates(date(2004, 1, 1), date(2028, 12, 31))


@pytest.fixture(autouse=True)
def _fresh_calendar():
    calendar.forget()
    yield
    calendar.forget()


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2024, 9, 30), True, "工作日"),
        (date(2024, 10, 1), False, "国庆节"),
        (date(2024, 10, 12), True, "国庆节调休上班"),
        (date(2024, 10, 13), False, "周日"),
        (date(2024, 2, 4), True, "春节调休上班"),
        (date(2023, 12, 30), False, "元旦"),
        (date(2027, 10, 1), True, "工作日（未核实）"),
        (date(2027, 1, 2), False, "周六（未核实）"),
    ],
)
def test_each_day_has_its_reason(day, works, why):
    assert (calendar.is_workday(day), calendar.reason_of(day)) == (works, why)
    assert calendar.is_verified(day) == (day.year < 2027)


def test_ten_working_days_across_the_national_day():
    assert calendar.add_working_days(date(2024, 9, 27), 10) == date(2024, 10, 16)


def test_a_deadline_on_a_holiday_moves_to_the_next_working_day():
    assert calendar.next_workday(date(2024, 10, 5)) == date(2024, 10, 8)
    assert calendar.next_workday(date(2024, 10, 12)) == date(2024, 10, 12)


def test_a_day_ends_at_midnight_in_shanghai():
    assert calendar.end_of_day(date(2024, 7, 10)) == datetime(2024, 7, 10, 16, tzinfo=UTC)


def test_a_computed_date_is_laid_open_day_by_day():
    told = calendar.explain(date(2024, 9, 30), 3)
    assert (told.end, told.verified, len(told.days)) == (date(2024, 10, 10), True, 10)
    assert [(d.day.day, d.ordinal, d.reason) for d in told.days[-4:]] == [
        (7, None, "国庆节"),
        (8, 1, "工作日"),
        (9, 2, "工作日"),
        (10, 3, "工作日"),
    ]


def test_a_date_beyond_the_published_years_says_so():
    told = calendar.explain(date(2026, 12, 30), 3)
    assert told.end == date(2027, 1, 4)
    assert [d.verified for d in told.days] == [True, False, False, False, False]
    assert not told.verified


@given(day=DAYS, count=st.integers(-60, 60))
def test_adding_agrees_with_counting_one_by_one(day, count):
    end, left = day, abs(count)
    while left:
        end += ONE_DAY if count > 0 else -ONE_DAY
        if calendar.is_workday(end):
            left -= 1
    assert calendar.add_working_days(day, count) == end == calendar.explain(day, count).end


@given(day=DAYS, count=st.integers(1, 60))
def test_counting_undoes_adding(day, count):
    end = calendar.add_working_days(day, count)
    assert calendar.working_days_between(day, end) == count


@given(first=DAYS, length=st.integers(0, 400))
def test_between_counts_the_days_after_the_first(first, length):
    last = first + ONE_DAY * length
    one_by_one = sum(calendar.is_workday(first + ONE_DAY * n) for n in range(1, length + 1))
    back = sum(calendar.is_workday(first + ONE_DAY * n) for n in range(length))
    assert calendar.working_days_between(first, last) == one_by_one
    assert calendar.working_days_between(last, first) == -back


def test_seeding_writes_every_published_year_and_changes_no_date():
    days = [date(2004, 1, 1) + ONE_DAY * n for n in range(0, 23 * 365, 3)]
    before = [(calendar.is_workday(d), calendar.reason_of(d), calendar.is_verified(d)) for d in days]
    assert calendar.seed_calendar(actor=SYSTEM) == 771
    rows = CalendarDay.objects.within(EVERYTHING)
    assert (rows.count(), rows.filter(verified=False).count()) == (771, 0)
    assert [(calendar.is_workday(d), calendar.reason_of(d), calendar.is_verified(d)) for d in days] == before
    assert calendar.seed_calendar(actor=SYSTEM) == 0


def test_every_seeded_year_counts_as_published():
    assert [y for y in range(2004, 2027) if not calendar.is_verified(date(y, 6, 18))] == []


def test_a_day_entered_by_hand_counts_at_once():
    assert calendar.is_workday(date(2027, 10, 1))
    calendar.settle_day(date(2027, 10, 1), is_workday=False, name="国庆节", source=NOTICE, actor=SYSTEM)
    assert (calendar.is_workday(date(2027, 10, 1)), calendar.reason_of(date(2027, 10, 1))) == (False, "国庆节")
    assert not calendar.is_verified(date(2027, 10, 11))


def test_a_year_is_published_once_its_new_years_day_is_entered():
    calendar.settle_day(date(2027, 1, 1), is_workday=False, name="元旦", source=NOTICE, actor=SYSTEM)
    assert calendar.is_verified(date(2027, 10, 11))


def test_correcting_one_day_keeps_the_rest_of_its_year():
    typhoon = date(2024, 9, 16)
    assert calendar.reason_of(typhoon) == "中秋节"
    calendar.settle_day(typhoon, is_workday=True, name="抗台风", source=NOTICE, actor=SYSTEM, reason="防台抢险")
    assert calendar.reason_of(typhoon) == "抗台风上班"
    assert calendar.reason_of(date(2024, 10, 1)) == "国庆节"
    again = calendar.settle_day(typhoon, is_workday=False, name="中秋节", source=NOTICE, actor=SYSTEM)
    assert (again.version, calendar.is_workday(typhoon)) == (2, False)
    assert CalendarDay.objects.within(EVERYTHING).filter(day=typhoon).count() == 1


@pytest.mark.parametrize("missing", ["name", "source"])
def test_a_day_without_name_or_notice_is_refused(missing):
    given_ = {"name": "国庆节", "source": NOTICE, missing: " "}
    with pytest.raises(BadInput) as refused:
        calendar.settle_day(date(2027, 10, 1), is_workday=False, actor=SYSTEM, **given_)
    assert refused.value.field == missing


def test_a_calendar_read_once_is_not_read_again(django_assert_num_queries):
    calendar.is_workday(date(2024, 1, 1))
    with django_assert_num_queries(0):
        calendar.explain(date(2024, 1, 1), 200)


def test_another_process_learns_of_a_change_after_a_while(monkeypatch):
    assert calendar.is_workday(date(2027, 10, 1))
    held = dict(calendar._years)
    calendar.settle_day(date(2027, 10, 1), is_workday=False, name="国庆节", source=NOTICE, actor=SYSTEM)
    calendar._years.update(held)
    assert calendar.is_workday(date(2027, 10, 1))
    later = calendar.time.monotonic() + 31
    monkeypatch.setattr(calendar.time, "monotonic", lambda: later)
    assert not calendar.is_workday(date(2027, 10, 1))
