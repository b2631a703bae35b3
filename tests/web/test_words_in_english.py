"""English is English: one day is one day, a date stands apart from its time, bars are read with English marks; official drafts stay Chinese."""

from datetime import date

from django.template import Context, Template
from django.utils import translation

from hengjian.base.clock import now
from hengjian.web.templatetags.drawings import bar_svg
from hengjian.web.templatetags.hj import diff
from hengjian.web.templatetags.wording import due_words


def test_one_day_is_said_in_the_singular(clock):
    clock.set(2024, 7, 24, 9)
    with translation.override("en"):
        assert due_words(date(2024, 7, 23), working=1).head == "1 workday late"
        assert due_words(date(2024, 7, 22), working=2).head == "2 workdays late"
        assert due_words(date(2024, 7, 25)).head == "1 day left"
    assert due_words(date(2024, 7, 23), working=1).head == "逾期1个工作日"


def test_a_date_stands_apart_from_its_time_but_not_in_chinese(clock):
    clock.set(2024, 7, 24, 14, 20)
    when = now()
    say = Template("{% load hj %}{{ at|cn_datetime }}")
    assert say.render(Context({"at": when})) == "7月24日14:20"
    with translation.override("en"):
        assert say.render(Context({"at": when})) == "7/24 14:20"


def test_what_is_read_aloud_has_english_marks():
    with translation.override("en"):
        assert 'aria-label="East: Accepted 2, Submitted 1, Returned 0' in bar_svg({"accepted": 2, "filed": 1}, name="East")
        assert "State: <del>" in diff("a", "b", "State")
    assert 'aria-label="东区：已接收2，已报送1' in bar_svg({"accepted": 2, "filed": 1}, name="东区")
