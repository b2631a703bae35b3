"""Answers corrected on refiling: noted on their problem, proposed when the filing is accepted, decided by the checker.

A “否” that was told stays told. What its correction means (put right since, or told by mistake) the checker says; until
then, and when the correction is not believed, the problem stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import AnswerCorrection, Submission
from hengjian.campaigns.queries import corrections as queries
from hengjian.campaigns.queries import selfcheck
from hengjian.campaigns.queries.claims import Claim, ClaimKey, claims_of, lines_filed, words_of
from hengjian.campaigns.queries.corrections import WAITING, Change
from hengjian.campaigns.services.selfcheck_telling import tell_correction
from hengjian.dossier import queries as dossier_queries
from hengjian.dossier import services as dossier
from hengjian.forms import queries as forms
from hengjian.forms.models import SheetEdition, SheetLine
from hengjian.rectification import services as rectification
from hengjian.rectification.queries import OBJECT_TYPE
from hengjian.rectification.states import AFTER, ProblemState

NOTE = title("campaigns.note_corrections", "记下重报时的更正")
PROPOSE = title("campaigns.propose_corrections", "提请认定更正")
JUDGE = title("campaigns.judge_correction", "认定更正")

OUTCOMES = {"rectified": "rectify", "mistaken": "dismiss", "refused": "refuse"}


def note_corrections(submission: Submission, edition: SheetEdition, lines: list[SheetLine], *, actor: Any) -> list[AnswerCorrection]:
    """Hold an edition against the one before: note on each problem what its unit tells otherwise now.

    A 否 that is none any more becomes a correction for the checker; words that changed reach the problem's facts, the
    earlier ones stay with their source; a correction that was taken back falls.
    """
    scope, summary = actor.scope, edition.payload["summary"]
    earlier = queries.last_edition(scope, submission, before=edition.number)
    if earlier is None:
        return []
    told = claims_of(submission, lines_filed(edition), summary)
    with audited_action(NOTE, actor=actor) as act:
        last = queries.latest(scope, submission)
        _take_back(act, submission, edition, told, last, actor)
        _reword(submission, edition, earlier, told, actor)
        made = [
            _correct(act, submission, edition, one, actor)
            for one in queries.changes(scope, submission, lines, summary, earlier) if one.problem and one.problem.state in WAITING
        ]
        made += _told_again(act, edition, lines, told, last, actor)
    return made


def _take_back(
    act: Any, submission: Submission, edition: SheetEdition, told: Mapping[ClaimKey, Claim], last: Mapping[ClaimKey, AnswerCorrection], actor: Any
) -> None:
    for key, one in last.items():
        if key in told and one.state in queries.PENDING:
            row = act.take(one)
            act.move(row, "withdraw")
            _note(submission, row.problem, edition, told[key], f"改回“{told[key].answer}”", told[key].wanted["facts"], actor)


def _reword(submission: Submission, edition: SheetEdition, earlier: SheetEdition, told: Mapping[ClaimKey, Claim], actor: Any) -> None:
    """Words that changed beside an answer that is still a problem."""
    before = claims_of(submission, lines_filed(earlier), earlier.payload["summary"])
    for key in told.keys() & before.keys():
        was, now = before[key], told[key]
        if was.wanted["facts"] == now.wanted["facts"]:
            continue
        problem = queries.problem_of(actor.scope, submission, now)
        if problem is not None:
            _note(submission, problem, edition, now, "更正说明", now.wanted["facts"], actor, replaces=was.wanted["facts"])


def _note(
    submission: Submission, problem: Any, edition: SheetEdition, claim: Claim, what: str, facts: str, actor: Any, replaces: str = ""
) -> None:
    place = claim.place.replace("自查表", f"自查表第{edition.number}版", 1)
    rectification.note_amendment(
        problem, actor=actor, edition_id=edition.pk, label=f"《{submission.campaign.short_title}》{place}{what}", facts=facts, replaces=replaces,
    )


def _correct(act: Any, submission: Submission, edition: SheetEdition, change: Change, actor: Any) -> AnswerCorrection:
    claim = change.claim
    said = f"改填“{change.after}”" if change.line or not claim.line_key else "名单中已删去"
    facts = f"第{edition.number - 1}版填报“{claim.answer}”，第{edition.number}版{said}。"
    facts += f"更正说明：{change.words}。" if change.words else ""
    facts += f"附证据{change.evidence}份。" if change.evidence else ""
    _note(submission, change.problem, edition, claim, said, facts.replace("。。", "。"), actor)
    row: AnswerCorrection = act.add(AnswerCorrection(
        submission=submission, problem=change.problem, edition_number=edition.number, line_key=claim.line_key, column=claim.column,
        label=claim.label[:200], before=claim.answer[:20], after=change.after[:20], words=change.words, evidence_count=change.evidence,
        told_at=clock.now(), told_by_id=actor.id, told_by_name=actor.name[:40],
    ).owned_by(submission))
    return row


def _told_again(
    act: Any, edition: SheetEdition, lines: list[SheetLine], told: Mapping[ClaimKey, Claim], last: Mapping[ClaimKey, AnswerCorrection], actor: Any
) -> list[AnswerCorrection]:
    """Corrections that stand and are borne out further: the pending one says more, a refused one is proposed anew."""
    by_key, evidence = {one.key: one for one in lines}, selfcheck.evidence_counts(actor.scope, lines)
    found = []
    for key, one in last.items():
        line = by_key.get(key[0])
        if key in told or line is None or one.problem.state not in WAITING or one.state not in (*queries.PENDING, "refused"):
            continue
        words, files = words_of(line.values, key[1]), evidence.get(line.pk, 0)
        if (words, files) == (one.words, one.evidence_count):
            continue
        if one.state == "refused":
            row = act.add(_anew(one, edition, actor))
        else:
            row = act.take(one)
        row.words, row.evidence_count, row.edition_number = words, files, edition.number
        found.append(row)
    return found


def _anew(one: AnswerCorrection, edition: SheetEdition, actor: Any) -> AnswerCorrection:
    return AnswerCorrection(
        submission=one.submission, problem=one.problem, edition_number=edition.number, line_key=one.line_key, column=one.column,
        label=one.label, before=one.before, after=one.after, told_at=clock.now(), told_by_id=actor.id, told_by_name=actor.name[:40],
    ).owned_by(one.submission)


def propose_corrections(submission: Submission, *, actor: Any, recall: bool = False) -> int:
    """Put the corrections of an accepted filing before the checker; ``recall``: take them back when it is returned again."""
    held = queries.corrections_of(actor.scope, submission).filter(state="proposed" if recall else "told")
    with audited_action(PROPOSE, actor=actor) as act:
        for one in held:
            act.move(act.take(one), "recall" if recall else "propose")
    return len(held)


def judge_correction(correction: AnswerCorrection, *, actor: Any, outcome: str, note: str = "") -> AnswerCorrection:
    """Say what a correction means: put right since (认定已整改), told by mistake (认定误填), or not believed (不予认可).

    Put right: the problem counts as reported at refiling and verified now; the evidence of the line becomes its evidence
    after rectification; closing it stays an act of its own. By mistake: the problem is dismissed, unless an officer or the
    data found it too. Not believed: it stays as it is.

    Raises:
        BadInput: no such outcome, no reason where one is needed, or an officer's finding stands against it.
        NotAllowed: not the checking authority. WrongState: not accepted yet, or decided already.
    """
    if outcome not in OUTCOMES:
        raise BadInput("outcome", _("请选择认定结果：已整改、误填或不予认可。"))
    if outcome != "rectified" and not says_enough(note):
        raise BadInput("reason", _("请写明认定的依据（至少5个字），机构会看到。"))
    with audited_action(JUDGE, actor=actor, reason=note) as act:
        row = act.take(correction)
        act.require(policy.may_judge(actor, row), _("须由审核单位认定。"))
        act.move(row, OUTCOMES[outcome])
        problem = row.problem
        if problem.state not in WAITING:
            raise BadInput("outcome", _("问题%(number)s已在台账中办理，不需再认定。") % {"number": problem.number})
        row.decided_at, row.decided_by_name, row.decision = clock.now(), actor.name, note.strip()[:500]
        if outcome == "rectified":
            _put_right(row, actor, note)
        elif outcome == "mistaken":
            _dismiss(row, actor, note)
        tell_correction(row, actor=actor)
    return row


def _put_right(row: AnswerCorrection, actor: Any, note: str) -> None:
    line = forms.sheet_lines(actor.scope, row.submission.sheet).filter(key=row.line_key).first() if row.line_key and row.submission.sheet else None
    for one in dossier_queries.evidence_for(actor.scope, selfcheck.LINE_TYPE, line.pk) if line else []:
        dossier.attach_evidence(one, actor=actor, object_type=OBJECT_TYPE, object_id=row.problem_id, item=AFTER)
    if row.problem.state == ProblemState.REPORTED:
        rectification.verify_problem(row.problem, actor=actor, note=note)
        return
    said = row.words or f"自查表第{row.edition_number}版由“{row.before}”更正为“{row.after or '名单中已删去'}”。"
    rectification.accept_correction(
        row.problem, actor=actor, text=said, told_at=row.told_at, told_by_id=row.told_by_id, told_by_name=row.told_by_name, note=note,
    )


def _dismiss(row: AnswerCorrection, actor: Any, note: str) -> None:
    others = queries.officers_found(actor.scope, row.problem)
    if others:
        raise BadInput("outcome", _("问题%(number)s另由%(finders)s发现，不能仅凭更正认定误填；请认定已整改、不予认可，或在问题台账办理。") % {
            "number": row.problem.number, "finders": "、".join(others)})
    rectification.dismiss_problem(row.problem, actor=actor, reason=note)
