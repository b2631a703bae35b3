"""Filing a self-check: checked whole, frozen, turned into the official form, its problems opened; then sealed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.campaigns import policy
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import corrections
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.services.filing import file_submission
from hengjian.campaigns.services.selfcheck_checks import check_claims
from hengjian.campaigns.services.selfcheck_corrections import note_corrections
from hengjian.campaigns.services.selfcheck_problems import open_disclosed_problems
from hengjian.dossier import queries as dossier_queries
from hengjian.dossier import services as dossier
from hengjian.dossier.models import Document
from hengjian.forms import queries as form_queries
from hengjian.forms import services as forms
from hengjian.forms.documents import printed_sheet
from hengjian.forms.models import SheetEdition, SheetLine

FILE = title("campaigns.file_selfcheck", "核对并报送自查表")
ATTACH = title("campaigns.attach_filing_document", "生成报送件")
SEAL = title("campaigns.seal_filing", "上传盖章页")
REPORT = title("campaigns.file_written_report", "报送书面报告")


def file_selfcheck(submission: Submission, *, actor: Any, filler_name: str, filler_phone: str, filled_on: date) -> SheetEdition:
    """File a self-check with its checker, in one transaction: claims checked, foot signed, edition frozen, form made.

    Each 否 becomes a problem, sealed as told by the institution itself. A 否 that the edition before told and this one
    does not is noted on its problem for the checker. Contradictions do not hinder; what is not answered does.

    Raises:
        BadInput: answers are missing, remarks of the checker are not answered, or a 否 became a 是 without a word or
            a file to bear it out; all of them are named.
        WrongState: it is filed already.
    """
    sheet = submission.sheet
    if sheet is None:
        raise BadInput("sheet", _("还没有开始填报。"))
    with audited_action(FILE, actor=actor) as act:
        act.require(policy.may_file(actor, submission), _("须由本机构报送。"))
        submission.CHART.next("file", submission.state)
        submission.sheet = sheet = forms.sign_filler(sheet, actor=actor, name=filler_name, phone=filler_phone, filled_on=filled_on)
        lines = list(form_queries.sheet_lines(actor.scope, sheet))
        grounds = queries.sheet_grounds(actor.scope, submission, lines)
        summary = queries.summary_of(submission, lines, grounds)
        _must_be_complete(submission, lines, summary, actor)
        check_claims(submission, actor=actor, read=(lines, grounds))
        zero = queries.is_zero_report(submission, lines, summary)
        edition = file_submission(submission, actor=actor, summary=summary, is_zero_report=zero)
        _make_document(submission, edition, actor)
        note_corrections(submission, edition, lines, actor=actor)
        open_disclosed_problems(submission, lines, summary, actor=actor)
    return edition


def _must_be_complete(submission: Submission, lines: list[SheetLine], summary: dict[str, Any], actor: Any) -> None:
    if not lines:
        raise BadInput("lines", _("名单中没有一个人，请先按名录补齐名单。"))
    blocking = [gap for gap in queries.gaps(actor.scope, submission, lines) if gap.blocks]
    bare = tuple(one.claim.label for one in corrections.upcoming(actor.scope, submission, lines, summary) if one.is_bare)
    if bare:
        blocking.append(queries.Gap("correction", len(bare), bare, blocks=True))
    said = {
        "blank": _("还有%(n)s行没有填完：%(names)s。"), "remark": _("还有%(n)s处退回意见没有答复：%(names)s。"),
        "correction": _("有%(n)s处把上一版的问题改成了没有问题，却没有附证据，也没有改写说明：%(names)s。请附证据，或写明何时怎样整改、原来为什么填错。"),
    }
    if blocking:
        raise BadInput("lines", "".join(said[gap.code] % {"n": gap.count, "names": named(gap.names)} for gap in blocking))


def named(names: tuple[str, ...], most: int = 10) -> str:
    """Names in a sentence, the first ten and how many there are."""
    shown = "、".join(name if len(name) <= 20 else f"{name[:20]}…" for name in names[:most])
    return shown if len(names) <= most else _("%(shown)s等%(n)s处") % {"shown": shown, "n": len(names)}


def _make_document(submission: Submission, edition: SheetEdition, actor: Any) -> Document:
    """Make the official form of an edition and hang it on the submission."""
    definition = edition.sheet.definition
    layout, payload = printed_sheet(definition.body, edition.payload)
    document = dossier.issue_document(
        actor=actor, owner_row=submission, definition=definition, layout=layout, payload=payload, title=definition.title,
        object_type=queries.SUBMISSION_TYPE, object_id=submission.pk,
    )
    with audited_action(ATTACH, actor=actor) as act:
        row = act.take(submission)
        row.document_id = document.pk
    return document


def seal_filing(submission: Submission, *, actor: Any, file_name: str, data: bytes) -> Document:
    """Bind the scan of the signed and sealed page to the edition that is filed now.

    Raises:
        BadInput: nothing is filed, or the file is refused.
    """
    with audited_action(SEAL, actor=actor) as act:
        act.require(policy.may_file(actor, submission), _("须由本机构上传。"))
        document = filing_document(submission, actor)
        if document is None or submission.state not in ("filed", "accepted"):
            raise BadInput("file", _("报送之后才能上传盖章页：盖章页与所报送的版本绑定。"))
        evidence = dossier.keep_evidence(
            file_name, data, actor=actor, owner_row=submission, object_type="dossier.document", object_id=document.pk, item="seal",
        )
        return dossier.seal_with_scan(document, actor=actor, evidence=evidence)


def filing_document(submission: Submission, actor: Any) -> Document | None:
    """The official form of the edition that was filed last."""
    if submission.document_id is None:
        return None
    return dossier_queries.document_of(actor.scope, submission.document_id)


def file_written_report(submission: Submission, *, actor: Any, file_name: str, data: bytes, filler_name: str) -> Submission:
    """File what the document asks for as a written report: the file itself, no form (自查报告)."""
    if not filler_name.strip():
        raise BadInput("filler_name", _("请填写填表人姓名。"))
    with audited_action(REPORT, actor=actor) as act:
        row = act.take(submission)
        act.require(policy.may_file(actor, row), _("须由本机构报送。"))
        act.require(queries.definition_of(row) is None, _("这一项有规定的表式，请按表填报。"))
        if row.state == "idle":
            act.move(row, "begin")
        act.move(row, "file")
        dossier.keep_evidence(
            file_name, data, actor=actor, owner_row=row, object_type=queries.SUBMISSION_TYPE, object_id=row.pk, item="report",
        )
        row.filed_at = clock.now()
        row.first_filed_at = row.first_filed_at or row.filed_at
        row.filed_by_name, row.filler_name = actor.name, filler_name.strip()
    return row
