"""Small SVG drawings of the design language: each says its finding in words as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hengjian.web.templatetags.wording import word_gap

STATES = ("accepted", "filed", "returned", "draft", "idle", "overdue")
STATE_LABELS = {
    "idle": gettext_lazy("未开始"),
    "draft": gettext_lazy("填报中"),
    "filed": gettext_lazy("已报送"),
    "returned": gettext_lazy("已退回"),
    "accepted": gettext_lazy("已接收"),
    "overdue": gettext_lazy("逾期"),
}
SEVERITY_LABELS = {1: gettext_lazy("一般"), 2: gettext_lazy("较重"), 3: gettext_lazy("严重")}
# y, height, and how far the outline lies inside: height tells the state as well as hue does.
_SHAPES = {
    "accepted": ("2", "8", 0.0),
    "filed": ("2.75", "6.5", 0.75),
    "returned": ("2.5", "7", 0.75),
    "draft": ("6", "4", 0.0),
    "idle": ("8.5", "1.5", 0.0),
    "overdue": ("0", "12", 0.0),
}
_GAP = 2
_STATE_SIGNS = frozenset({*STATES, "zero"})


@lru_cache(maxsize=200, typed=True)
def sign(name: str) -> SafeString:
    """Draw a symbol of the sprite: a state (``filed``), ``zero``, or an icon (``seal``)."""
    symbol = f"s-{name}" if name in _STATE_SIGNS else f"i-{name}"
    return format_html('<svg class="i" aria-hidden="true"><use href="#{}"/></svg>', symbol)


def count_of(counts: Any, state: str) -> int:
    """The count of one state in a mapping or an object."""
    value = counts.get(state) if isinstance(counts, Mapping) else getattr(counts, state, 0)
    return int(value or 0)


def bar_svg(counts: Any, width: int = 160, name: str = "") -> SafeString:
    """Draw the shares of the six states as one bar; ``counts`` maps or has a number for each state."""
    numbers = {state: count_of(counts, state) for state in STATES}
    total = sum(numbers.values())
    said = _("，").join(f"{STATE_LABELS[state]}{word_gap()}{number}" for state, number in numbers.items())
    label = f"{name}{_('：')}{said}" if name else said
    return format_html(
        '<svg class="hj-bar" width="{}" height="12" role="img" aria-label="{}">{}</svg>',
        width,
        label,
        format_html_join("", '<rect class="f-{}" x="{}" y="{}" width="{}" height="{}"/>', _pieces(numbers, total, width)),
    )


def _pieces(numbers: Mapping[str, int], total: int, width: int) -> Iterable[tuple[str, str, str, str, str]]:
    if not total:
        yield "idle", "0", "8.5", str(width), "1.5"
        return
    at = 0.0
    for state, number in numbers.items():
        if not number:
            continue
        room = width * number / total
        y, height, inset = _SHAPES[state]
        yield state, f"{at + inset:.1f}", y, f"{max(room - _GAP - 2 * inset, 2):.1f}", height
        at += room


def share_svg(part: int, whole: int, width: int = 96) -> SafeString:
    """Draw one share with its percentage beside it."""
    share = min(part / whole, 1) if whole else 0
    return format_html(
        '<span class="hj-share"><svg class="hj-bar" width="{0}" height="8" aria-hidden="true"><rect class="f-rest" width="{0}" height="8"/>'
        '<rect class="f-brand" width="{1}" height="8"/></svg> <span class="hj-num">{2}</span></span>',
        width,
        f"{width * share:.0f}",
        f"{share * 100:.0f}%" if whole else "—",
    )


def insurance_svg(months: Iterable[Any]) -> SafeString:
    """Draw months of social insurance, oldest first: ``own``, ``other`` or ``none``.

    A month is one of these words, a pair (word, label), or an object with ``kind`` and ``label``.
    """
    return _insurance_drawn(tuple(_month(month) for month in months), get_language())


@lru_cache(maxsize=500)
def _insurance_drawn(given: tuple[tuple[str, str], ...], _language: str | None) -> SafeString:
    """The drawing of these months: most people of a list have the same ones."""
    kinds = [kind for kind, _label in given]
    said = _("近%(n)s个月社保：%(own)s个月由本单位缴纳，%(other)s个月由其他单位缴纳，%(none)s个月无缴纳记录") % {
        "n": len(given),
        "own": kinds.count("own"),
        "other": kinds.count("other"),
        "none": kinds.count("none"),
    }
    drawn = format_html_join("", "{}", ((_month_svg(9 * at, kind, label),) for at, (kind, label) in enumerate(given)))
    return format_html(
        '<span class="hj-ins"><svg width="{}" height="12" role="img" aria-label="{}"><title>{}</title>{}</svg></span>',
        9 * len(given),
        said,
        said,
        drawn,
    )


def _month(month: Any) -> tuple[str, str]:
    if isinstance(month, str):
        return month, ""
    if isinstance(month, tuple | list):
        return str(month[0]), str(month[1])
    return str(month.kind), str(getattr(month, "label", ""))


def _month_svg(x: int, kind: str, label: str) -> SafeString:
    title = format_html("<title>{}</title>", label) if label else ""
    square = format_html('<rect class="m-{}" x="{}.5" y="2" width="7" height="8">{}</rect>', kind, x, title)
    if kind != "other":
        return square
    return format_html('{}<path class="m-x" d="M{} 3.500l4 5m0-5l-4 5"/>', square, x + 2)


def severity_svg(level: int, label: str = "") -> SafeString:
    """Draw one, two or three bars with 一般, 较重 or 严重."""
    rank = min(max(int(level), 1), 3)
    return _severity_drawn(rank, str(label or SEVERITY_LABELS[rank]))


@lru_cache(maxsize=50, typed=True)
def _severity_drawn(rank: int, label: str) -> SafeString:
    bars = ((1, 9, 4), (5.5, 5, 8), (10, 1, 12))
    drawn = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="3" height="{}"/>',
        (("on" if at < rank else "", x, y, height) for at, (x, y, height) in enumerate(bars)),
    )
    return format_html(
        '<span class="hj-sev s{}"><svg aria-hidden="true" viewBox="0 0 14 14">{}</svg>{}</span>',
        rank,
        drawn,
        label,
    )
