"""The form in which a campaign is drawn up: basic data, scope, phases, tasks, deadlines, lists, contacts, options."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.errors import BadInput, Fault, OutOfScope
from hengjian.base.ids import is_id
from hengjian.campaigns.forms.rows import (
    REPEAT,
    Rows,
    cut_and_grow,
    day_fault,
    day_of,
    keyed,
    repeat_fault,
    round_of,
    rows_of,
    same_round_faults,
    wants_more,
    without_repeat,
)
from hengjian.registry.states import InstitutionKind, Speciality

PHASE = ("key", "title", "starts_on", "ends_on", "printed", "clause", "text")
TASK = ("key", "clause", "title", "text")
DEADLINE = ("key", "title", "form", "from", "to", "round", "due", "printed", "clause")
COVERAGE = ("key", "title", "clause", "text")
CONTACT = ("name", "phone", "email")
TABLES = {"phases": PHASE, "tasks": TASK, "deadlines": DEADLINE, "coverage": COVERAGE, "priorities": COVERAGE, "contacts": CONTACT}
LEVELS = ("institution", "county", "city", "province")


@dataclass
class DraftForm:
    """What the page shows: the campaign as it stands, or as it was just typed, with its faults."""

    columns: dict[str, Any]
    body: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    only_rows: bool = False

    @property
    def by_field(self) -> dict[str, list[str]]:
        """Faults by field; those of a table under its name."""
        found: dict[str, list[str]] = {}
        for fault in self.faults:
            found.setdefault(fault.field, []).append(f"{_('第%(n)s行') % {'n': fault.row}}　{fault.message}" if fault.row else fault.message)
        return found

    def refuse(self, refusal: BadInput) -> None:
        """Take over the faults that the service found."""
        self.faults += refusal.faults

    @property
    def changes(self) -> dict[str, Any]:
        """What goes into the body of the campaign: rows that were only just added are not kept."""
        return {**self.body, **{name: [without_repeat(row) for row in self.body[name] if not row.get("is_new")] for name in TABLES}}


def draft_form(campaign: Any, post: QueryDict | None = None) -> DraftForm:
    """The form of a draft, from the campaign or from what was typed."""
    if post is None:
        columns = {name: getattr(campaign, name) for name in ("title", "short_title", "document_number", "issued_on")}
        return DraftForm(columns, {**{name: [] for name in TABLES}, **campaign.body})
    form = DraftForm(_columns(post), _body(campaign, post), only_rows=wants_more(post))
    form.faults = _faults(post, form)
    form.columns["issued_on"] = day_of(post.get("issued_on", "")) or campaign.issued_on
    return form


def _columns(post: QueryDict) -> dict[str, Any]:
    return {name: post.get(name, "").strip() for name in ("title", "short_title", "document_number")}


def _body(campaign: Any, post: QueryDict) -> dict[str, Any]:
    asked = {**TABLES, "deadlines": (*DEADLINE, *REPEAT)}
    tables = cut_and_grow(post, {name: rows_of(post, name, fields) for name, fields in asked.items()})
    return {
        **campaign.body,
        **tables,
        "tasks": _tasks(campaign, tables["tasks"]),
        "deadlines": [_deadline(campaign, row) for row in keyed(tables["deadlines"], "own_deadline")],
        "phases": [_kept(campaign, "phases", row, n) for n, row in enumerate(tables["phases"], start=1)],
        "coverage": [_kept(campaign, "coverage", row, n) for n, row in enumerate(tables["coverage"], start=1)],
        "priorities": [_kept(campaign, "priorities", row, n) for n, row in enumerate(tables["priorities"], start=1)],
        "audience": [kind for kind in post.getlist("audience") if kind in InstitutionKind.values],
        "areas": _ids(post, "areas"),
        "starts_on": post.get("starts_on", ""), "ends_on": post.get("ends_on", ""), "purpose": post.get("purpose", "").strip(),
        "exceptions": {key: post.get(f"why-{key}", "").strip() for key in _ids(post, "exception")},
        "lowest_first": post.get("lowest_first") == "1", "hide_superiors": post.get("hide_superiors") == "1",
        "review_days": int(post.get("review_days") or 0) if post.get("review_days", "").isdigit() else 0,
    }


def _ids(post: QueryDict, name: str) -> list[str]:
    """The rows that a field names; what is no id names none, and the page sends no such thing."""
    found = [one for one in post.getlist(name) if one]
    if strange := [one for one in found if not is_id(one)]:
        raise OutOfScope(f"{name}: {strange[0]}")
    return found


def _as_it_was(campaign: Any, table: str, key: str) -> dict[str, Any]:
    """A row of the template keeps what the page does not show (its wording, subtasks, forms, kinds asked)."""
    return next((dict(row) for row in campaign.body.get(table, []) if key and row.get("key") == key), {})


def _kept(campaign: Any, table: str, row: dict[str, Any], number: int) -> dict[str, Any]:
    named = row if row.get("is_new") or row.get("key") else {**row, "key": f"own_{table}_{number}"}
    return {**_as_it_was(campaign, table, row.get("key", "")), **named}


def _tasks(campaign: Any, rows: Rows) -> Rows:
    """Tasks of the template stay verbatim and may only be left out; one's own are typed."""
    found = []
    for number, row in enumerate(rows, start=1):
        held = _as_it_was(campaign, "tasks", row.get("key", ""))
        own = row if row.get("is_new") else {**row, "key": row.get("key") or f"own_task_{number}", "is_own": True}
        found.append(held if held and not held.get("is_own") else {**held, **own})
    return found


def _deadline(campaign: Any, row: dict[str, Any]) -> dict[str, Any]:
    if row.get("is_new"):
        return row
    blank = dict.fromkeys(DEADLINE, "")
    return {**blank, **_as_it_was(campaign, "deadlines", row.get("key", "")), **row, "round": round_of(row)}


def _faults(post: QueryDict, form: DraftForm) -> list[Fault]:
    found = [Fault(name, why) for name, why in (
        ("title", "" if form.columns["title"] else _("请填写行动名称。")),
        ("short_title", "" if form.columns["short_title"] else _("请填写简称（用于列表和提醒）。")),
        ("issued_on", _("请填写印发日期。") if not post.get("issued_on") else day_fault(post.get("issued_on", ""), _("印发日期"))),
        ("starts_on", day_fault(post.get("starts_on", ""), _("开始日期"))), ("ends_on", day_fault(post.get("ends_on", ""), _("结束日期"))),
    ) if why]
    found += [
        Fault("exceptions", _("请写明每一家除外机构的理由（至少5个字）。"))
        for why in list(form.body["exceptions"].values())[:1] if any(len(w) < 5 for w in form.body["exceptions"].values())
    ]
    for number, row in enumerate(form.body["deadlines"], start=1):
        found += [Fault("deadlines", why, number) for why in _deadline_faults(row)]
    found += [Fault("deadlines", why, number) for number, why in same_round_faults(form.body["deadlines"])]
    for number, row in enumerate(form.body["phases"], start=1):
        found += [Fault("phases", why, number) for why in _phase_faults(row)]
    return found


def _deadline_faults(row: dict[str, Any]) -> list[str]:
    if row.get("is_new"):
        return []
    found = [day_fault(row["due"], _("期限")), repeat_fault(row)]
    if not row["title"]:
        found.append(_("请填写报送事项。"))
    if row["from"] not in LEVELS or row["to"] not in LEVELS or LEVELS.index(row["from"]) >= LEVELS.index(row["to"]):
        found.append(_("“由谁报、报给谁”须自下而上，例如机构报县。"))
    if not row["form"] and row["from"] == "institution":
        found.append(_("机构报送的事项请选择表单。"))
    return [one for one in found if one]


def _phase_faults(row: dict[str, Any]) -> list[str]:
    if row.get("is_new"):
        return []
    found = [day_fault(row.get("starts_on") or "", _("阶段开始")), day_fault(row.get("ends_on") or "", _("阶段结束"))]
    if not row.get("title"):
        found.append(_("请填写阶段名称。"))
    if not row.get("ends_on"):
        found.append(_("请填写阶段结束日期。"))
    return [one for one in found if one]


def choices() -> dict[str, Any]:
    """What the selects of the page offer."""
    return {
        "kinds": InstitutionKind.choices, "specialities": Speciality.choices, "today": clock.today(),
        "levels": [("institution", _("机构")), ("county", _("县级")), ("city", _("市级")), ("province", _("省级"))],
    }


@dataclass
class NewForm:
    """The few words with which a draft begins."""

    data: dict[str, Any]
    faults: dict[str, list[str]] = field(default_factory=dict)


def new_form(post: QueryDict | None, template: Any = None) -> NewForm:
    """Read the beginning of a draft; a template proposes its own title."""
    if post is None:
        body = template.body if template else {}
        return NewForm({"title": template.title if template else "", "short_title": body.get("short_title", ""), "document_number": "",
                        "issued_on": clock.today()})
    names = ("title", "short_title", "document_number")
    form = NewForm({**{name: post.get(name, "").strip() for name in names}, "issued_on": day_of(post.get("issued_on", ""))})
    for name, why in (("title", _("请填写行动名称。")), ("short_title", _("请填写简称（用于列表和提醒）。")), ("issued_on", _("请填写印发日期。"))):
        if not form.data[name]:
            form.faults[name] = [why]
    return form
