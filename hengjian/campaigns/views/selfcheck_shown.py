"""What the pages of a self-check have in common: who reads, what a save answers, the panel beside the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.base import clock
from hengjian.base.working_days import working_days_between
from hengjian.campaigns import policy
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import crosschecks, overview
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.queries.practice_facts import grounds_of
from hengjian.campaigns.queries.selfcheck_page import LineView, SheetPage, line_views, sheet_page
from hengjian.dossier import queries as dossier
from hengjian.forms import queries as forms
from hengjian.forms.services import CellOutcome

LINES_AT_ONCE = 100
Test = Callable[[SheetPage, LineView], bool]
VIEWS: dict[str, tuple[Any, Test]] = {
    "": (gettext_lazy("全部"), lambda page, view: True),
    "blank": (gettext_lazy("未填"), lambda page, view: any(cell.kind == "answer" and not cell.value for cell in view.cells)),
    "problem": (gettext_lazy("有问题"), lambda page, view: bool(page.problems.get(view.line.key))),
    "clash": (gettext_lazy("矛盾"), lambda page, view: "clash" in view.flags),
    "remark": (gettext_lazy("退回意见"), lambda page, view: "remark" in view.flags),
    "changed": (gettext_lazy("与上版不同"), lambda page, view: view.is_changed),
    "evidence": (gettext_lazy("缺证据"), lambda page, view: any(view.line.key in gap.keys for gap in page.gaps if gap.code == "evidence")),
}

OUTCOMES = {outcome: {"outcome": outcome} for outcome in ("rectified", "mistaken", "refused")}
"""Hidden fields of the three buttons with which the checker decides on a corrected answer."""


def submission_for(request: HttpRequest, submission_id: UUID) -> Submission:
    """The submission as the reader's scope sees it."""
    return queries.submission_by_id(request.actor.scope, submission_id)


def common(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    """What every page of one submission is told."""
    actor, today = request.actor, clock.today()
    return {
        "priorities": overview.priorities_of(submission.campaign, submission.target.institution),
        "submission": submission, "sheet": submission.sheet, "institution": submission.target.institution,
        "form": queries.definition_of(submission), "hide_names": queries.names_are_hidden(submission, actor),
        "may_file": policy.may_file(actor, submission), "may_check": policy.may_check(actor, submission),
        "may_assign": policy.may_assign(actor, submission), "is_late": queries.is_late(submission, today),
        "working_days": abs(working_days_between(today, submission.due_on)), "confirm_judgement": {"judgement": "confirm"},
        "staffing_choices": [("", _("按系统核对")), ("是", _("是")), ("否", _("否"))],
        "legend_own": ["own"], "legend_other": ["other"], "legend_none": ["none"],
    }


def views_shown(request: HttpRequest, page: SheetPage) -> dict[str, Any]:
    """Views of a sheet as links (``?view=``), and the lines of the one that is chosen; empty views are left out."""
    wanted = request.GET.get("view", "")
    items = [
        {"key": key, "label": label, "n": count, "current": key == wanted}
        for key, (label, test) in VIEWS.items()
        if (count := sum(test(page, view) for view in page.lines)) or key in ("", wanted)
    ]
    _label, test = VIEWS.get(wanted, VIEWS[""])
    return {"segments": items, "shown": [view for view in page.lines if test(page, view)]}


def lines_page(request: HttpRequest, lines: list[LineView]) -> Page:
    """The lines of a sheet that one page shows while it is read: those that are asked for, else those around ``?line=``."""
    key, asked = request.GET.get("line", ""), request.GET.get("page")
    at = next((at for at, view in enumerate(lines) if view.line.key == key), 0)
    return Paginator(lines, LINES_AT_ONCE).get_page(asked or at // LINES_AT_ONCE + 1)


def head_shown(submission: Submission) -> dict[str, Any]:
    """The head of a checklist, label by label."""
    assert submission.sheet is not None
    head, body = submission.sheet.head, submission.sheet.definition.body
    days = {column["key"] for column in (body.get("approvals") or {}).get("columns", []) if column.get("type") == "date"}
    approvals = [
        [date.fromisoformat(value) if key in days and value else value for key, value in line.items()] for line in head.get("approvals", [])
    ]
    return {"head": [(field["label"], head.get(field["key"], "")) for field in body.get("head", [])], "approvals": approvals}


def views_of(request: HttpRequest, submission: Submission, keys: Iterable[str]) -> dict[str, LineView]:
    """Some lines as they stand now, by key; none before the self-check was begun."""
    if submission.sheet is None:
        return {}
    scope = request.actor.scope
    lines = list(forms.sheet_lines(scope, submission.sheet).filter(key__in=list(keys)))
    grounds = grounds_of(scope, submission, queries.person_ids(lines), with_staffing=False)
    return {view.line.key: view for view in line_views(scope, submission, lines, grounds, request.actor)}


def answer_of(request: HttpRequest, submission: Submission, outcome: CellOutcome, views: dict[str, LineView]) -> dict[str, Any]:
    """What the grid is told of one cell: its version, what else of the line moved, what contradicts."""
    line, column = outcome.line, outcome.write.column
    if outcome.status == "wrong" or line is None:
        return {"status": 422, "message": outcome.message}
    if outcome.status == "stale":
        mark = line.marks.get(column, {})
        return {
            "status": 409, "theirs": line.values.get(column, ""), "by": mark.get("by", ""), "version": line.version,
            "at": clock.local(line.saved_at).strftime("%H:%M") if line.saved_at else "",
            "message": _("%(by)s刚改过这一格，您填的没有丢，请选择保留哪一个。") % {"by": mark.get("by", "")},
        }
    view = views[line.key]
    moved = [cell for cell in view.cells if cell.by_other and cell.key != column]
    return {
        "status": 200, "saved_at": clock.now().isoformat(), "version": line.version, "value": line.values.get(column, ""), "clash": view.clash_columns,
        "fills": [{"line": line.key, "column": cell.key, "value": cell.value, "version": line.version} for cell in moved],
        "flags": view.flags, "say": said(request, submission, view),
    }


def said(request: HttpRequest, submission: Submission, view: LineView) -> str:
    """Contradictions and remarks under a line, as rows of its table."""
    facts = {**common(request, submission), "view": view, "mode": "fill", "width": width_of(submission)}
    return render_to_string("campaigns/selfcheck/say.html", facts, request)


def width_of(submission: Submission) -> int:
    """Columns of the table on the filling page."""
    assert submission.sheet is not None
    return len(forms.fillable_columns(submission.sheet.definition.body)) + 4


def panel_of(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    """What is opened beside the list: a line (``?line=``) with facts and evidence, or a figure (``?figure=``) with its rows."""
    if request.GET.get("figure"):
        page = sheet_page(request.actor.scope, submission, request.actor)
        return {"figure": next((one for one in page.summary if one.key == request.GET["figure"]), None), "page": page}
    view = views_of(request, submission, [request.GET.get("line", "")]).get(request.GET.get("line", ""))
    if view is None:
        return {}
    scope = request.actor.scope
    grounds = grounds_of(scope, submission, queries.person_ids([view.line]), with_staffing=False)
    own = dossier.current(scope).filter(org_id=submission.org_id)
    held = list(dossier.evidence_for(scope, queries.LINE_TYPE, view.line.pk))
    return {
        "line_hidden": {"line": view.line.key}, "view": view, "evidence": held, "others": own.exclude(pk__in=[one.pk for one in held])[:50],
        "proposals": crosschecks.proposals(view.facts, grounds) if view.facts else [],
        "column": request.GET.get("column", ""), "columns": {cell.key: cell.label for cell in view.cells},
    }


def at_line(submission: Submission, view: LineView | None = None, *, line_key: str = "") -> str:
    """The address of the sheet, at one line."""
    anchor = view.line.key if view else line_key
    return f"{reverse('campaigns:sheet', args=[submission.pk])}{f'#line-{anchor}' if anchor else ''}"
