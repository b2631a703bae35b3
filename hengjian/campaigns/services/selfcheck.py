"""Self-checks filled in: begun from the register, filled cell by cell with the cross-checks beside, read back from Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import policy
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import crosschecks
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.services.filing import begin_submission
from hengjian.campaigns.services.selfcheck_checks import check_claims
from hengjian.forms import queries as form_queries
from hengjian.forms import services as forms
from hengjian.forms.models import FormDefinition, SheetLine, WorkbookReading
from hengjian.forms.services import CellOutcome, CellWrite, LineDraft
from hengjian.registry import queries as registry
from hengjian.registry.models import Institution
from hengjian.registry.states import EmploymentPost

BEGIN = title("campaigns.begin_selfcheck", "开始自查填报")
FILL = title("campaigns.fill_selfcheck", "填写自查表")
CLAIM = title("campaigns.claim_staffing", "填报人员资源条件")
REFRESH = title("campaigns.refresh_roster", "按名录补齐名单")
ADD = title("campaigns.add_person", "名单中添加一人")
REMOVE = title("campaigns.remove_person", "名单中删去一人")
PROPOSE = title("campaigns.apply_proposals", "按系统数据预填")
WORKBOOK = title("campaigns.apply_selfcheck_workbook", "采用导入的内容")

POST_ORDER = {post: rank for rank, post in enumerate([*EmploymentPost.values[1:-1], "inspector", "other"])}


def begin_selfcheck(submission: Submission, *, actor: Any) -> Submission:
    """Open the sheet of a submission: a line per certified person or per item, the head from the register, no answers.

    Raises:
        BadInput: the form is a written report, or is not loaded.
        WrongState: it is begun already.
    """
    with audited_action(BEGIN, actor=actor) as act:
        act.require(policy.may_file(actor, submission), _("须由本机构填报。"))
        definition = queries.definition_of(submission)
        if definition is None or definition.kind not in ("roster", "checklist"):
            raise BadInput("form_code", _("这一项是书面报告，请直接上传报告文件报送。"))
        institution = submission.target.institution
        sheet = forms.open_sheet(
            definition, actor=actor, owner_row=submission, subject_label=institution.name,
            lines=_lines(definition, institution), head=_head(definition, institution),
        )
        return begin_submission(submission, actor=actor, sheet=sheet)


def _lines(definition: FormDefinition, institution: Institution) -> list[LineDraft]:
    if definition.kind == "checklist":
        items = form_queries.checklist_items(definition.body)
        return [LineDraft(item["key"], f"{item['mark']}{item['text']}"[:200]) for item in items]
    return [LineDraft(str(job.person_id), job.person.name, job.person_id) for job in _certified(institution)]


def _certified(institution: Institution) -> list[Any]:
    """Certified people of the institution, key posts first, then by name; each once."""
    jobs = registry.certified_people(EVERYTHING, institution, clock.today())
    held: dict[Any, Any] = {}
    for job in sorted(jobs, key=lambda one: (POST_ORDER.get(one.post, 9), _by_sound(one.person.name), str(one.person_id))):
        held.setdefault(job.person_id, job)
    return list(held.values())


def _by_sound(name: str) -> bytes:
    """GB 18030 orders the common characters by their sound, as people look for names in a list."""
    return name.encode("gb18030", "replace")


def _head(definition: FormDefinition, institution: Institution) -> dict[str, Any]:
    """The head as far as the register knows it; personal fields are kept as pages show them: masked."""
    organisation = institution.organisation
    known = {
        "institution_name": institution.name, "address": organisation.address, "unified_code": organisation.uscc,
        "legal_representative": organisation.legal_representative, "contact_name": organisation.contact_name,
        "legal_representative_phone": str(organisation.legal_phone or ""), "contact_phone": str(organisation.contact_phone or ""),
    }
    head: dict[str, Any] = {}
    for field in definition.body.get("head", []):
        source = (field.get("from") or {}).get("registry")
        if source in known:
            head[field["key"]] = known[source]
    if definition.body.get("approvals"):
        head["approvals"] = [
            {"institution_name": institution.name, "certificate_no": one.number, "issuing_authority": one.issuer,
             "issued_on": one.issued_on.isoformat() if one.issued_on else "",
             "valid_until": one.valid_until.isoformat() if one.valid_until else ""}
            for one in registry.approvals_valid(EVERYTHING, institution, clock.today())
        ]
    return head


def fill_selfcheck(submission: Submission, *, actor: Any, writes: Sequence[CellWrite]) -> list[CellOutcome]:
    """Fill cells and hold the lines that changed against the register. One outcome for each write, in order."""
    with audited_action(FILL, actor=actor):
        done = forms.fill_block(_sheet(submission), actor=actor, writes=writes)
        saved = {one.write.line_key for one in done if one.status == "saved"}
        if saved:
            check_claims(submission, actor=actor, line_keys=saved)
    return done


def _sheet(submission: Submission) -> Any:
    if submission.sheet is None:
        raise OutOfScope(f"submission {submission.pk} has no sheet")
    return submission.sheet


def claim_staffing(submission: Submission, *, actor: Any, value: str) -> Submission:
    """Say whether the staffing conditions are met; empty goes back to what the register counts."""
    if value not in ("", "是", "否"):
        raise BadInput("staffing_met", _("只能填“是”或“否”。"))
    with audited_action(CLAIM, actor=actor):
        submission.sheet = forms.fill_head(_sheet(submission), actor=actor, values={"staffing_met": value})
        check_claims(submission, actor=actor, line_keys=[""])
    return submission


def refresh_roster(submission: Submission, *, actor: Any) -> int:
    """Add certified people who are not on the list yet, and hold all claims against the register; return how many are new.

    Nobody is taken off by itself.
    """
    sheet = _sheet(submission)
    with audited_action(REFRESH, actor=actor):
        there = set(form_queries.sheet_lines(actor.scope, sheet).values_list("key", flat=True))
        new = [draft for draft in _lines(sheet.definition, submission.target.institution) if draft.key not in there]
        for draft in new:
            forms.add_line(sheet, actor=actor, draft=draft)
        check_claims(submission, actor=actor)
    return len(new)


def add_person(submission: Submission, *, actor: Any, name: str) -> SheetLine:
    """Add one person by name (本表可根据实际需要添加行): of the institution's register if there is one of that name.

    Raises:
        BadInput: no name, several people of that name in the register, or on the list already.
    """
    name = "".join(name.split())
    if not name:
        raise BadInput("name", _("请填写姓名。"))
    sheet, institution = _sheet(submission), submission.target.institution
    known = list(registry.people(actor.scope, institution=institution.pk, present=False, search=name).filter(name=name)[:2])
    if len(known) > 1:
        raise BadInput("name", _("名录中有多位“%(name)s”，请用“按名录补齐名单”。") % {"name": name})
    draft = LineDraft(str(known[0].pk) if known else f"name:{name}"[:60], name, known[0].pk if known else None)
    with audited_action(ADD, actor=actor):
        return forms.add_line(sheet, actor=actor, draft=draft)


def remove_person(submission: Submission, *, actor: Any, line_key: str, reason: str) -> None:
    """Take one person off the list, with the reason; what the register says against the line falls away with it."""
    with audited_action(REMOVE, actor=actor, reason=reason):
        line = form_queries.sheet_lines(actor.scope, _sheet(submission)).filter(key=line_key).first()
        if line is None:
            raise OutOfScope(f"line {line_key}")
        if submission.sheet is not None and submission.sheet.definition.kind != "roster":
            raise BadInput("line", _("对照表的项目不能删去；不涉及的请选“不适用”。"))
        forms.remove_line(line, actor=actor, reason=reason)
        check_claims(submission, actor=actor, line_keys=[line_key])


def apply_proposals(submission: Submission, *, actor: Any) -> int:
    """Fill the empty answers that the register bears out; answers that are there stay. Returns how many were filled."""
    sheet = _sheet(submission)
    with audited_action(PROPOSE, actor=actor):
        lines = list(form_queries.sheet_lines(actor.scope, sheet))
        cells = proposed_cells(submission, lines, actor=actor)
        writes = [CellWrite(key, column, value) for key, values in cells.items() for column, value in values.items()]
        done = fill_selfcheck(submission, actor=actor, writes=writes)
    return sum(one.status == "saved" for one in done)


def proposed_cells(submission: Submission, lines: Iterable[SheetLine], *, actor: Any) -> dict[str, dict[str, str]]:
    """The empty answers that the register bears out: ``{line key: {column: value}}``. Writes nothing."""
    held = list(lines)
    grounds = queries.sheet_grounds(actor.scope, submission, held)
    columns = set(form_queries.answer_columns(_sheet(submission).definition.body))
    found: dict[str, dict[str, str]] = {}
    for line in held:
        facts = grounds.people.get(line.subject_id) if line.subject_id else None
        for one in crosschecks.proposals(facts, grounds) if facts else []:
            if one.column in columns and not line.values.get(one.column):
                found.setdefault(line.key, {})[one.column] = one.value
    return found


def take_workbook(submission: Submission, reading: WorkbookReading, *, actor: Any, chosen: Iterable[tuple[str, str]]) -> int:
    """Take over what was chosen of a workbook that was read; returns how many cells were saved."""
    with audited_action(WORKBOOK, actor=actor) as act:
        act.require(policy.may_file(actor, submission), _("须由本机构填报。"))
        done = forms.apply_workbook(reading, actor=actor, chosen=chosen)
        check_claims(submission, actor=actor, line_keys={one.write.line_key for one in done if one.status == "saved"})
    return sum(one.status == "saved" for one in done)
