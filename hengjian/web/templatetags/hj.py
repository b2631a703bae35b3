"""Template tags of the design language: ``{% load hj %}``. The page web/components.html shows each of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.base import uploads
from hengjian.web.templatetags import drawings, wording
from hengjian.web.templatetags.script_words import page_words as words_of_scripts

register = template.Library()

register.filter("iso_day", wording.iso_day)
register.filter("iso_moment", wording.iso_moment)
register.filter("cn_date", wording.long_day)
register.filter("cn_day", wording.short_day)
register.filter("cn_weekday", wording.weekday)
register.filter("cn_datetime", wording.moment)
register.filter("cn_time", wording.time_of)
register.filter("mask_name", wording.mask_name)
register.filter("mask_id", wording.mask_id)
register.filter("yuan", wording.yuan)
register.simple_tag(drawings.sign, name="icon")
register.simple_tag(drawings.bar_svg, name="bar")
register.simple_tag(drawings.share_svg, name="share")
register.simple_tag(drawings.insurance_svg, name="insurance")
register.simple_tag(drawings.severity_svg, name="severity")
register.simple_tag(uploads.most_bytes, name="max_bytes")
register.simple_tag(uploads.most_said, name="max_size")

PROOFS = {
    "sealed": ("", "seal", gettext_lazy("已封存")),
    "pending": ("wait", "seal-wait", gettext_lazy("待封存")),
    "broken": ("bad", "seal-bad", gettext_lazy("不符")),
}
PANEL = "#panel"
_NOT_FILTERS = frozenset({"page", "before", "after"})


@register.simple_tag
def state(code: str, label: object = "", plain: bool = False) -> SafeString:
    """State of one object: word, shape, colour. ``code`` is one of the six shapes, ``label`` the word of the life cycle."""
    return format_html(
        '<span class="hj-st {}{}">{}{}</span>',
        code,
        " plain" if plain else "",
        drawings.sign(code),
        label or drawings.STATE_LABELS.get(code, code),
    )


@register.simple_tag
def zero_report() -> SafeString:
    """零问题报告: a tag beside 已接收, never a state."""
    return format_html('<span class="hj-st">{}{}</span>', drawings.sign("zero"), _("零问题报告"))


@register.simple_tag
def legend() -> SafeString:
    """What the heights and patterns of ``bar`` mean."""
    said = {
        "accepted": _("已接收"),
        "filed": _("空心，已报送"),
        "returned": _("斜纹，已退回"),
        "draft": _("半高，填报中"),
        "idle": _("细线，未开始"),
        "overdue": _("超高，逾期"),
    }
    return format_html_join("　", "{}", ((state(code, label, plain=True),) for code, label in said.items()))


@register.simple_tag
def due(when: date | datetime | None, state: str = "", working: int | None = None, note: str = "") -> SafeString:
    """A deadline; see ``wording.due_words``. ``state``: late, today, met, or "" to go by the clock."""
    if when is None:
        return format_html('<span class="hj-due"><b>{}</b></span>', _("未定期限"))
    words = wording.due_words(when, state, working, note)
    mark = "" if words.state == "met" else drawings.sign("overdue" if words.state == "late" else "clock")
    return format_html('<span class="hj-due {}"><b>{}{}</b>{}</span>', words.state, mark, words.head, words.below)


@register.simple_tag
def src(clause: str, url: str = "") -> SafeString:
    """The clause that a duty rests on; with an address it opens the wording."""
    if url:
        return format_html('<a class="hj-src" href="{}">{}</a>', url, clause)
    return format_html('<span class="hj-src">{}</span>', clause)


@register.simple_tag
def proof(code: str, label: object = "") -> SafeString:
    """Proof state: ``sealed``, ``pending`` or ``broken``."""
    kind, mark, word = PROOFS[code]
    return format_html('<span class="hj-proof {}">{}{}</span>', kind, drawings.sign(mark), label or word)


@register.simple_tag
def proof_for(states: Mapping[Any, str] | None, object_id: object) -> SafeString:
    """Proof state of one row, looked up by its id; a row that the ledger has not sealed yet is pending."""
    return proof((states or {}).get(object_id, "pending"))


@register.simple_tag
def opens(url: str) -> SafeString:
    """Attributes of a link that opens beside its list: the answer must hold an element with id="panel"."""
    return format_html('href="{0}" hx-get="{0}" hx-target="{1}" hx-select="{1}" hx-swap="outerHTML" hx-push-url="true"', url, PANEL)


@register.simple_tag
def fig(value: object, url: str = "", open: bool = False, was: object = None, reason: str = "") -> SafeString:
    """A figure with rows and proof beneath; without an address it is plain. ``was`` is the value before a correction."""
    before = format_html('<span class="hj-was">{}</span>', was) if was is not None else ""
    mark = format_html('<span class="hj-corr" title="{}">{}</span>', reason or _("已更正"), _("更")) if was is not None else ""
    if not url:
        return format_html("{}{}{}", before, value, mark)
    expanded = "true" if open else "false"
    return format_html('{}<a class="hj-fig" {} aria-expanded="{}">{}</a>{}', before, opens(url), expanded, value, mark)


@register.simple_tag
def number(value: int | None, bad: bool = False) -> SafeString:
    """A table cell with a figure: zeros grey, late ones red."""
    kind = "n zero" if not value else "n hj-bad" if bad else "n"
    return format_html('<td class="{}">{}</td>', kind, "—" if value is None else value)


@register.simple_tag
def diff(before: object, after: object, field: str = "") -> SafeString:
    """Old value struck, new value strong."""
    blank = _("（空）")
    old, new = (blank if value in (None, "") else value for value in (before, after))
    return format_html('<span class="hj-change">{}<del>{}</del> → <ins>{}</ins></span>', f"{field}{_('：')}" if field else "", old, new)


@register.simple_tag
def empty(
    title: str, text: str = "", action_url: str = "", action_label: str = "", icon: str = "tray", more_url: str = "", more_label: str = ""
) -> SafeString:
    """What would be here, why it is not, the next step."""
    mark = drawings.sign(icon) if icon else ""
    told = format_html('<p class="hj-2 hj-measure">{}</p>', text) if text else ""
    first = format_html('<a class="btn" href="{}">{}</a>', action_url, action_label) if action_url else ""
    second = format_html('<a href="{}">{}</a>', more_url, more_label) if more_url else ""
    acts = format_html('<div class="hj-acts mt-2">{}{}</div>', first, second) if first or second else ""
    return format_html('<div class="hj-empty">{}<h3>{}</h3>{}{}</div>', mark, title, told, acts)


@register.simple_tag
def receipt() -> SafeString:
    """Hidden field that makes a command sent twice have one effect."""
    return format_html('<input type="hidden" name="_receipt" value="{}">', uuid.uuid4())


@register.simple_tag
def page_words() -> SafeString:
    """The sentences that scripts say, in the reader's language."""
    return json_script(words_of_scripts(), "hj-words")


@register.simple_tag
def chart_data(value: object, element_id: str) -> SafeString:
    """The JSON that ``<figure data-chart="element_id">`` draws."""
    return json_script(value, element_id)


# Addresses: filters, order and page live in the query and survive each other.


def _query(context: Mapping[str, Any]) -> QueryDict:
    request: HttpRequest | None = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


def _address(query: QueryDict) -> str:
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def here(context: Mapping[str, Any], **changes: object) -> str:
    """This address with some of its query changed; "" or None takes a name out, and the page goes back to the first."""
    query = _query(context)
    for name in _NOT_FILTERS - changes.keys():
        query.pop(name, None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return _address(query)


@register.inclusion_tag("web/parts/pages.html", takes_context=True)
def pages(context: Mapping[str, Any], page: Page, target: str = "") -> dict[str, Any]:
    """第1–20个，共96个, and links to the other pages."""
    around = [
        (number, here(context, page=number) if isinstance(number, int) else "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    before = here(context, page=page.previous_page_number()) if page.has_previous() else ""
    after = here(context, page=page.next_page_number()) if page.has_next() else ""
    return {"page": page, "around": around, "before": before, "after": after, "target": target}


@register.simple_tag(takes_context=True)
def th(context: Mapping[str, Any], label: str, sort: str = "", num: bool = False, opt: bool = False) -> SafeString:
    """Head of a column; with ``sort`` it orders the list (``?sort=name`` or ``-name``)."""
    kind = " ".join(word for word, is_so in (("n", num), ("opt", opt)) if is_so)
    if not sort:
        return format_html('<th class="{}" scope="col">{}</th>', kind, label)
    present = _query(context).get("sort", "")
    order = {sort: "ascending", f"-{sort}": "descending"}.get(present, "")
    turned = f"-{sort}" if present == sort else sort
    mark = drawings.sign("down") if order else ""
    aria = format_html(' aria-sort="{}"', order) if order else ""
    return format_html('<th class="{}" scope="col"{}><a href="{}">{}{}</a></th>', kind, aria, here(context, sort=turned), label, mark)


@register.inclusion_tag("web/parts/stats.html", takes_context=True)
def stats(context: Mapping[str, Any], items: Iterable[Mapping[str, Any]], name: str = "status", label: str = "") -> dict[str, Any]:
    """4–6 counts that are also the filter. Item: key, label, count, and perhaps state, note, bad, url."""
    return {"items": _choices(context, items, name), "label": label or _("按状态筛选")}


@register.inclusion_tag("web/parts/segments.html", takes_context=True)
def segments(context: Mapping[str, Any], items: Iterable[Mapping[str, Any]], name: str = "view", label: str = "") -> dict[str, Any]:
    """2–5 exclusive views as links. Item: key ("" for the first), label, and perhaps n, url."""
    return {"items": _choices(context, items, name, toggles=False), "label": label or _("筛选")}


def _choices(context: Mapping[str, Any], items: Iterable[Mapping[str, Any]], name: str, toggles: bool = True) -> list[dict[str, Any]]:
    present = _query(context).get(name, "")
    found = []
    for item in items:
        is_current = str(item.get("key", "")) == present
        wanted = "" if is_current and toggles else item.get("key", "")
        found.append(
            {**item, "current": is_current and (bool(present) or not toggles), "href": item.get("url") or here(context, **{name: wanted})}
        )
    return found


@register.inclusion_tag("web/parts/filters.html", takes_context=True)
def filters(context: Mapping[str, Any], fields: Iterable[Mapping[str, Any]], target: str = "") -> dict[str, Any]:
    """Filter form by GET. Field: name, label, kind (search, select, date or hidden), and perhaps placeholder, options [(value, label)].

    With ``target`` ("#list") only that part of the page is exchanged; the answer must hold an element of that id.
    """
    query = _query(context)
    shown = [{"kind": "search", **field, "value": query.get(field["name"], "")} for field in fields]
    names = {field["name"] for field in shown} | _NOT_FILTERS
    kept = [(name, value) for name, values in query.lists() if name not in names for value in values]
    request: HttpRequest | None = context.get("request")
    return {"fields": shown, "kept": kept, "target": target, "path": request.path if request is not None else ""}


@register.inclusion_tag("web/parts/chips.html", takes_context=True)
def chips(context: Mapping[str, Any], fields: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The filters in force, each with a way to take it off."""
    query = _query(context)
    found = []
    for field in fields:
        value = query.get(field["name"], "")
        if value:
            words = {str(key): label for key, label in field.get("options", ())}
            shown = field["show"](value) if "show" in field else words.get(value, value)
            said = f"{field['label']}{shown}" if field.get("kind") == "date" else shown
            found.append({"label": field.get("chip") or field["label"], "value": said, "url": here(context, **{field["name"]: ""})})
    return {"chips": found, "clear": here(context, **{field["name"]: "" for field in fields})}


@register.inclusion_tag("web/parts/act.html", takes_context=True)
def act(
    context: Mapping[str, Any],
    url: str,
    label: str,
    ask: str = "",
    button: str = "",
    kind: str = "",
    name: str = "reason",
    required: bool = True,
    hint: str = "",
    hidden: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """A command that asks for its reason in place (a POST form in a fold), never in a dialogue.

    ``label`` is the button that opens, ``button`` the verb that sends; ``kind``: primary, sm, left, in; ``hidden``: further fields.
    """
    return {
        "url": url,
        "label": label,
        "ask": ask or _("理由"),
        "button": button or label,
        "kinds": kind.split(),
        "name": name,
        "required": required,
        "hint": hint,
        "hidden": dict(hidden or {}),
        "csrf_token": context.get("csrf_token"),
        "id": f"a-{uuid.uuid4().hex[:8]}",
    }


@register.inclusion_tag("web/parts/field.html")
def field(bound: Any, hint: str = "") -> dict[str, Any]:
    """A field of a Django form: label, control, hint, faults."""
    kind = {"Select": "form-select", "SelectMultiple": "form-select", "CheckboxInput": "form-check-input"}.get(
        type(bound.field.widget).__name__, "form-control"
    )
    if type(bound.field.widget).__name__ in {"RadioSelect", "CheckboxSelectMultiple", "HiddenInput"}:
        kind = ""
    widget = bound.as_widget(attrs={"class": kind} if kind else {})
    return {"bound": bound, "widget": widget, "hint": hint or bound.help_text, "is_box": kind == "form-check-input"}


@register.inclusion_tag("web/timeline.html")
def timeline(entries: Sequence[Any], tight: bool = False) -> dict[str, Any]:
    """History; see web/timeline.html for what an entry holds."""
    return {"entries": entries, "tight": tight}
