"""Claims held against the register: contradictions kept, explained by the filler, judged by the checker."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.base.wording import in_chinese
from hengjian.campaigns import policy
from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.queries import crosschecks
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.queries.crosschecks import Finding
from hengjian.campaigns.services.selfcheck_problems import open_confirmed_problem
from hengjian.forms import queries as forms
from hengjian.forms import services as form_services
from hengjian.forms.models import SheetLine
from hengjian.forms.queries import problem_columns

CHECK = title("campaigns.check_claims", "核对填报与系统数据")
EXPLAIN = title("campaigns.explain_contradiction", "说明矛盾的原因")
CONCEDE = title("campaigns.concede_contradiction", "按系统数据改为“否”")
JUDGE = title("campaigns.judge_contradiction", "判断矛盾")

WAITING = ("open", "explained")
Key = tuple[str, str, str]


Read = tuple[list[SheetLine], queries.Grounds]


def check_claims(
    submission: Submission, *, actor: Any, line_keys: Collection[str] | None = None, read: Read | None = None,
) -> list[Contradiction]:
    """Hold claims against the register and keep what contradicts; what no longer holds is settled by itself.

    Args:
        line_keys: only these lines (``""``: the sheet as a whole); ``None``: all of it.
        read: the lines and what they rest on, where the same act has just read all of them.

    Returns:
        the contradictions of these lines that stand.
    """
    with audited_action(CHECK, actor=actor) as act:
        found = _findings(submission, actor, line_keys, read)
        held = Contradiction.objects.within(actor.scope).filter(submission=submission)
        if line_keys is not None:
            held = held.filter(line_key__in=list(line_keys))
        known: dict[Key, Contradiction] = {(one.line_key, one.column, one.rule): one for one in held}
        for key, (finding, line) in found.items():
            if key not in known:
                known[key] = act.add(_contradiction(submission, key[0], finding, line))
            elif known[key].state == "settled" or (known[key].state in WAITING and known[key].facts != finding.facts):
                known[key] = _renewed(act, known[key], finding)
        for key in known.keys() - found.keys():
            if known[key].state in WAITING:
                known[key] = act.take(known[key])
                act.move(known[key], "settle")
    return [one for one in known.values() if one.state != "settled"]


def _findings(
    submission: Submission, actor: Any, line_keys: Collection[str] | None, read: Read | None,
) -> dict[Key, tuple[Finding, SheetLine | None]]:
    sheet = submission.sheet
    assert sheet is not None
    body = sheet.definition.body
    is_roster, whole = body["kind"] == "roster", line_keys is None or "" in line_keys
    wanted, grounds = read or _read(submission, actor, line_keys, is_roster=is_roster, whole=whole)
    text_column = crosschecks.REMARKS if is_roster else forms.PROBLEM
    found: dict[Key, tuple[Finding, SheetLine | None]] = {}
    for line in wanted:
        facts = grounds.people.get(line.subject_id) if line.subject_id else None
        said = crosschecks.check_person(line.values, facts, grounds) if facts else []
        said += crosschecks.check_remarks(problem_columns(body, line.key, line.values), line.values, text_column)
        found.update({(line.key, one.column, one.rule): (one, line) for one in said})
    if is_roster and whole:
        for one in crosschecks.check_staffing(sheet.head.get("staffing_met", ""), grounds):
            found["", one.column, one.rule] = (one, None)
    return found


def _read(submission: Submission, actor: Any, line_keys: Collection[str] | None, *, is_roster: bool, whole: bool) -> Read:
    assert submission.sheet is not None
    lines = forms.sheet_lines(actor.scope, submission.sheet)
    wanted = list(lines if line_keys is None else lines.filter(key__in=list(line_keys)))
    return wanted, queries.grounds_of(actor.scope, submission, queries.person_ids(wanted) if is_roster else [], with_staffing=is_roster and whole)


@in_chinese
def _on_record(finding: Finding) -> str:
    return finding.sentence


def _contradiction(submission: Submission, line_key: str, finding: Finding, line: SheetLine | None) -> Contradiction:
    return Contradiction(
        submission=submission, line_key=line_key, column=finding.column, rule=finding.rule, sentence=_on_record(finding),
        facts=dict(finding.facts), subject_id=line.subject_id if line else None, rows=[dict(row) for row in finding.rows], found_at=clock.now(),
    ).owned_by(submission)


def _renewed(act: Any, known: Contradiction, finding: Finding) -> Contradiction:
    row: Contradiction = act.take(known)
    row.sentence, row.facts, row.rows = _on_record(finding), dict(finding.facts), [dict(one) for one in finding.rows]
    if row.state == "settled":
        act.move(row, "reopen")
        row.found_at = clock.now()
    return row


def explain_contradiction(contradiction: Contradiction, *, actor: Any, text: str) -> Contradiction:
    """The filler explains; the checker will read it."""
    if not says_enough(text):
        raise BadInput("explanation", _("请写明原因（至少5个字），例如社保由谁缴纳、为什么。"))
    with audited_action(EXPLAIN, actor=actor) as act:
        row = act.take(contradiction)
        act.require(policy.may_file(actor, row.submission), _("须由本机构说明。"))
        act.move(row, "explain")
        row.explanation, row.explained_by_name, row.explained_at = text.strip(), actor.name, clock.now()
    return row


def concede_contradiction(contradiction: Contradiction, *, actor: Any) -> Submission:
    """The filler finds that the register is right: the answer becomes 否 (or -), and the contradiction is settled with it."""
    submission = queries.submission_by_id(actor.scope, contradiction.submission_id)
    sheet = submission.sheet
    with audited_action(CONCEDE, actor=actor) as act:
        act.require(policy.may_file(actor, submission) and sheet is not None, _("须由本机构填报。"))
        assert sheet is not None
        bad = crosschecks.conceded_answer(contradiction.rule, forms.problem_answer(sheet.definition.body, contradiction.line_key))
        if not bad:
            raise BadInput("value", _("这一处请补写说明，或说明原因。"))
        if not contradiction.line_key:
            form_services.fill_head(sheet, actor=actor, values={contradiction.column: bad})
            submission = queries.submission_by_id(actor.scope, submission.pk)
        else:
            form_services.fill_cells(sheet, actor=actor, cells={contradiction.line_key: {contradiction.column: bad}})
        check_claims(submission, actor=actor, line_keys=[contradiction.line_key])
    return submission


def judge_contradiction(contradiction: Contradiction, *, actor: Any, confirm: bool, note: str = "") -> Contradiction:
    """The checker takes the explanation (采纳), or confirms that there is a problem, which is opened at once."""
    with audited_action(JUDGE, actor=actor, reason=note) as act:
        row = act.take(contradiction)
        submission = queries.submission_by_id(EVERYTHING, row.submission_id)
        act.require(policy.may_check(actor, submission), _("须由审核单位判断。"))
        act.require(submission.state in ("filed", "accepted"), _("报送之后才能判断。"))
        act.move(row, "confirm" if confirm else "accept")
        row.decided_by_name, row.decided_at = actor.name, clock.now()
        if confirm:
            open_confirmed_problem(submission, row, actor=actor, note=note)
    return row
