"""What the template tags draw and how dates, names and deadlines are worded."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from hengjian.web.templatetags import drawings, wording

COUNTS = {"accepted": 35, "filed": 9, "returned": 4, "draft": 5, "idle": 2, "overdue": 5}
DESK = settings.BASE_DIR / "hengjian" / "web" / "static" / "desk"
# The bar of the mock-up desk-province, to the tenth of a pixel.
MOCK_BAR = (
    '<svg class="hj-bar" width="160" height="12" role="img" aria-label="已接收35，已报送9，已退回4，填报中5，未开始2，逾期5">'
    '<rect class="f-accepted" x="0.0" y="2" width="91.3" height="8"/><rect class="f-filed" x="94.1" y="2.75" width="20.5" height="6.5"/>'
    '<rect class="f-returned" x="118.1" y="2.5" width="7.2" height="7"/><rect class="f-draft" x="128.0" y="6" width="11.3" height="4"/>'
    '<rect class="f-idle" x="141.3" y="8.5" width="3.3" height="1.5"/><rect class="f-overdue" x="146.7" y="0" width="11.3" height="12"/></svg>'
)


def drawn(source: str, address: str = "/list/", **names: object) -> str:
    """What a piece of template gives at an address."""
    request = RequestFactory().get(address)
    return Template("{% load hj %}" + source).render(Context({"request": request, **names})).strip()


def test_the_bar_is_the_bar_of_the_mock_up():
    assert drawn("{% bar counts %}", counts=COUNTS) == MOCK_BAR


def test_the_bar_takes_objects_too_and_names_itself():
    counts = SimpleNamespace(**COUNTS)
    assert 'aria-label="全省：已接收35' in drawn("{% bar counts width=104 name='全省' %}", counts=counts)


def test_a_bar_of_nothing_is_a_thin_line():
    assert drawings.bar_svg({}, 100).count("<rect") == 1


def test_a_share_never_leaves_its_frame():
    assert 'width="96"' in drawings.share_svg(5, 4)
    assert "100%" in drawings.share_svg(5, 4)
    assert "—" in drawings.share_svg(0, 0)


def test_months_of_insurance_say_their_finding():
    found = drawn("{% insurance months %}", months=["own"] * 8 + ["other"] * 3 + ["none"])
    assert "近12个月社保：8个月由本单位缴纳，3个月由其他单位缴纳，1个月无缴纳记录" in found
    assert (found.count("m-own"), found.count("m-other"), found.count("m-none"), found.count("m-x")) == (8, 3, 1, 3)


def test_severity_has_as_many_bars_as_its_rank():
    assert [drawings.severity_svg(level).count('class="on"') for level in (1, 2, 3)] == [1, 2, 3]


def test_a_deadline_goes_by_the_clock(clock):
    clock.set(2024, 7, 24, 10)
    said = [wording.due_words(day, working=n) for day, n in ((date(2024, 7, 22), 2), (date(2024, 7, 24), None), (date(2024, 7, 31), None))]
    assert [(words.state, words.head, words.below) for words in said] == [
        ("late", "逾期2个工作日", "7月22日24:00"),
        ("today", "今天24:00", "7月24日 周三"),
        ("", "剩7天", "7月31日 周三"),
    ]


def test_midnight_of_the_next_day_is_twenty_four_hours(clock):
    clock.set(2024, 7, 24, 10)
    assert wording.ends_at(datetime(2024, 7, 24, 16, 0, tzinfo=UTC)) == (date(2024, 7, 24), "24:00")
    assert wording.due_words(datetime(2024, 7, 24, 1, 0, tzinfo=UTC)).state == "late"  # 9:00 of this day


def test_times_are_of_beijing(clock):
    clock.set(2024, 7, 24, 10)
    assert (
        drawn("{{ at|cn_datetime }} {{ at|cn_date }} {{ at|cn_weekday }}", at=datetime(2024, 7, 23, 23, 5, tzinfo=UTC))
        == "7月24日07:05 2024年7月24日 周三"
    )
    assert wording.short_day(date(2023, 12, 20)) == "2023年12月20日"


@pytest.mark.parametrize(
    ("name", "masked"), [("罗知微", "罗*微"), ("石岸", "石*"), ("欧阳若水", "欧**水"), ("某", "*"), ("", ""), (None, "")]
)
def test_names_are_masked(name, masked):
    assert wording.mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("430100199001010010", "430***********0010"), ("00006612003", "000****2003"), ("AB12", "**12"), ("7", "*"), (None, "")],
)
def test_numbers_of_papers_are_masked(number, masked):
    assert wording.mask_id(number) == masked


def test_money_is_exact():
    assert [wording.yuan(fen) for fen in (123450, 5, -101, 0, None)] == ["1234.50", "0.05", "-1.01", "0.00", ""]


def test_a_corrected_figure_keeps_the_old_one():
    found = drawn("{% fig 1 '/rows/' was=2 %}")
    assert '<span class="hj-was">2</span>' in found
    assert "更" in found
    assert 'hx-target="#panel"' in found
    assert drawn("{% fig 7 %}") == "7"


def test_what_people_wrote_is_never_markup():
    assert "<b>" not in drawn("{% diff x x %}{% empty x x %}{% state 'idle' x %}{% src x %}", x="<b>")


def test_filters_order_and_page_survive_each_other():
    address = "/list/?q=%E9%9D%92&status=filed&page=3&sort=name"
    assert drawn("{% here status='' %}", address) == "?q=%E9%9D%92&amp;sort=name"
    assert 'href="?q=%E9%9D%92&amp;status=filed&amp;sort=-name"' in drawn("{% th '机构' sort='name' %}", address)
    assert 'aria-sort="ascending"' in drawn("{% th '机构' sort='name' %}", address)
    fields = [{"name": "q", "label": "搜索"}, {"name": "area", "kind": "select", "label": "地区", "options": [("1", "青麓市")]}]
    form = drawn("{% filters fields target='#list' %}", address, fields=fields)
    assert 'name="status" value="filed"' in form
    assert 'name="q" value="青"' in form
    assert 'name="page"' not in form


def test_a_count_is_a_filter_that_is_taken_off_again():
    items = [
        {"key": "filed", "label": "待核查", "state": "filed", "count": 6},
        {"key": "idle", "label": "待确认", "state": "idle", "count": 4},
    ]
    found = drawn("{% stats items %}", "/list/?status=filed", items=items)
    assert 'href="?" aria-current="true"' in found
    assert 'href="?status=idle"' in found


def test_pages_count_in_the_words_of_a_clerk():
    found = drawn("{% pages page %}", "/list/?q=a", page=Paginator(range(96), 13).page(2))
    assert "第14–26个，共96个" in found
    assert 'href="?q=a&amp;page=3"' in found


def test_an_act_carries_a_receipt_and_asks_its_reason():
    found = drawn("{% act '/return/' '退回' ask='退回的理由' hidden=more %}", more={"line": 3})
    assert 'name="_receipt"' in found
    assert 'name="reason"' in found
    assert 'name="line" value="3"' in found
    assert "required" in found


def test_the_history_says_before_and_after():
    entries = [
        {
            "at": datetime(2024, 7, 18, 9, 52, tzinfo=UTC),
            "who": "何承望",
            "sentence": "修改第17行。",
            "post": "填表人",
            "proof": "sealed",
            "receipt": 179302,
            "changes": [("真实执业", "是", "")],
        }
    ]
    found = drawn("{% timeline entries %}", entries=entries)
    assert all(part in found for part in ("17:52:00", "<b>何承望</b>", "真实执业：<del>是</del> → <ins>（空）</ins>", "已封存"))


def test_the_day_is_written_as_in_the_documents():
    with translation.override("zh-hans"):
        assert wording.long_day(date(2024, 7, 24)) == "2024年7月24日"


def test_the_first_load_stays_light():
    """Sheet of styles and the script of each page, compressed, leave room for the page itself (250 KB in all)."""
    weight = {name: len(gzip.compress((DESK / name).read_bytes(), 9)) for name in ("desk.css", "desk.js", "roster.js")}
    assert sum(weight.values()) < 150_000


def test_scripts_evaluate_nothing():
    for name in ("desk.js", "roster.js", "charts.js"):
        text = (DESK / name).read_text()
        assert "eval(" not in text.replace("internalEval(", ""), name
