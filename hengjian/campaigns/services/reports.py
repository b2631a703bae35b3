"""Work reports: drafted from the data, edited, filed upwards with their figures fixed, received or sent back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import WorkReport
from hengjian.campaigns.queries.report_draft import ReportFigure, unknown_names

BEGIN = title("campaigns.begin_report", "起草工作情况报告")
SAVE = title("campaigns.save_report", "修改工作情况报告")
REDRAFT = title("campaigns.redraft_report", "按最新数据重新起草")
FILE = title("campaigns.file_report", "报送工作情况报告")
ACCEPT = title("campaigns.accept_report", "接收工作情况报告")
RETURN = title("campaigns.return_report", "退回工作情况报告")
REVISE = title("campaigns.revise_report", "修订工作情况报告")

OPEN = ("idle", "draft", "returned")
OWN = gettext_lazy("须由报告单位的监管员或分管负责人办理。")
Sections = Sequence[Mapping[str, Any]]


def begin_report(report: WorkReport, *, actor: Any, sections: Sections) -> WorkReport:
    """Begin to edit: the draft that the system wrote is kept with the report."""
    with audited_action(BEGIN, actor=actor) as act:
        row = act.take(report)
        act.require(policy.may_fill_return(actor, row), str(OWN))
        act.move(row, "begin")
        row.sections = _clean(sections)
    return row


def save_report(
    report: WorkReport, *, actor: Any, report_title: str, sections: Sections, figures: Mapping[str, ReportFigure], version: int | None = None
) -> WorkReport:
    """Save what was edited.

    Raises:
        BadInput: no title, nothing written, or a mark {…} that names no figure.
        StaleRow: somebody saved it since ``version``.
    """
    held = _clean(sections)
    if not report_title.strip():
        raise BadInput("title", _("请填写标题。"))
    if not any(one["paragraphs"] for one in held):
        raise BadInput("sections", _("正文不能全部为空。"))
    unknown = unknown_names(held, figures)
    if unknown:
        raise BadInput("sections", _("没有名为“%(names)s”的数，请从右边的清单中选用，或直接写数字。") % {"names": _("、").join(unknown)})
    with audited_action(SAVE, actor=actor) as act:
        row = act.take(report, version=version)
        act.require(policy.may_fill_return(actor, row), str(OWN))
        act.require(row.state in OPEN, _("报告已经报送，须先修订或由上级退回。"))
        if row.state == "idle":
            act.move(row, "begin")
        row.title, row.sections = report_title.strip()[:200], held
    return row


def redraft_report(report: WorkReport, *, actor: Any, sections: Sections, reason: str) -> WorkReport:
    """Throw the edited text away and begin again from the data; the old text stays in the ledger."""
    _must_say(reason, _("重新起草的理由"))
    with audited_action(REDRAFT, actor=actor, reason=reason) as act:
        row = act.take(report)
        act.require(policy.may_fill_return(actor, row), str(OWN))
        act.require(row.state in OPEN, _("报告已经报送，须先修订或由上级退回。"))
        row.sections = _clean(sections)
    return row


def file_report(report: WorkReport, *, actor: Any, sections: Sections, figures: Iterable[ReportFigure]) -> WorkReport:
    """File the report upwards; the figures it quotes are fixed as they stand now."""
    with audited_action(FILE, actor=actor) as act:
        row = act.take(report)
        act.require(policy.may_file_return(actor, row), str(OWN))
        if row.state == "idle":
            act.move(row, "begin")
            row.sections = _clean(sections)
        act.require(any(one["paragraphs"] for one in row.sections), _("正文不能全部为空。"))
        act.move(row, "file")
        row.figures = [one.plain() for one in figures]
        row.filed_at, row.filed_by_name, row.return_reason, row.document_id = clock.now(), actor.name, "", None
        if row.authority.parent_id is None or row.authority.path == row.campaign.area:
            act.move(row, "accept")
            row.accepted_at, row.accepted_by_name = clock.now(), actor.name
    return row


def accept_report(report: WorkReport, *, actor: Any) -> WorkReport:
    """The authority above accepts the report."""
    with audited_action(ACCEPT, actor=actor) as act:
        row = act.take(report)
        act.require(policy.may_check_report(actor, row), _("须由上一级单位接收。"))
        act.move(row, "accept")
        row.accepted_at, row.accepted_by_name = clock.now(), actor.name
    return row


def return_report(report: WorkReport, *, actor: Any, reason: str) -> WorkReport:
    """The authority above sends the report back."""
    _must_say(reason, _("退回意见"))
    with audited_action(RETURN, actor=actor, reason=reason) as act:
        row = act.take(report)
        act.require(policy.may_check_report(actor, row), _("须由上一级单位退回。"))
        _open_again(act, row, reason.strip())
    return row


def revise_report(report: WorkReport, *, actor: Any, reason: str) -> WorkReport:
    """The authority itself opens a filed report again, to mend it."""
    _must_say(reason, _("修订的理由"))
    with audited_action(REVISE, actor=actor, reason=reason) as act:
        row = act.take(report)
        act.require(policy.may_fill_return(actor, row), str(OWN))
        _open_again(act, row, f"本级修订：{reason.strip()}")
    return row


def _open_again(act: Any, row: WorkReport, why: str) -> None:
    act.move(row, "send_back")
    row.return_reason = why[:500]
    row.accepted_at, row.accepted_by_name = None, ""


def _clean(sections: Sections) -> list[dict[str, Any]]:
    return [
        {"key": str(one["key"]), "title": str(one["title"]).strip()[:80], "paragraphs": [str(text).strip() for text in one["paragraphs"] if str(text).strip()]}
        for one in sections
    ]


def _must_say(reason: str, what: str) -> None:
    if not says_enough(reason):
        raise BadInput("reason", _("请写明%(what)s（至少5个字）。") % {"what": what})
