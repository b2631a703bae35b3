"""Writes of supervision: a visit recorded, its record signed, its violations opened as problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults, NotAllowed, OutOfScope
from hengjian.base.numbering import next_number, serial_number
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.dossier.models import Evidence
from hengjian.dossier.services import keep_evidence
from hengjian.enforcement import queries as enforcement
from hengjian.enforcement.policy import clean_officers
from hengjian.enforcement.states import VIOLATION_CLAUSES, Violation
from hengjian.rectification.models import Problem
from hengjian.rectification.policy import area_of_work
from hengjian.rectification.queries import sees
from hengjian.rectification.services import open_problem
from hengjian.rectification.states import Finder, ProblemKind, Severity
from hengjian.registry.models import Institution
from hengjian.supervision import policy
from hengjian.supervision.models import Visit
from hengjian.supervision.queries import VISIT_TYPE
from hengjian.supervision.states import VISIT_ITEMS, ItemResult, SigningKind, VisitKind

RECORD = title("supervision.record_visit", "登记监督检查")
AMEND = title("supervision.amend_visit", "补充检查记录")
SIGN = title("supervision.sign_record", "确认检查记录")
ATTACH = title("supervision.add_evidence", "添加检查证据")

ONLY_OFFICERS = "只有本辖区的监管人员可以办理。"
# What a violation of 第九十三条 is in the register of problems, and how grave.
PROBLEM_OF: dict[str, tuple[str, int]] = {
    Violation.UNAPPROVED: (ProblemKind.OTHER, Severity.GRAVE),
    Violation.NOT_PER_RULES: (ProblemKind.RECORD, Severity.MAJOR),
    Violation.FALSE_RESULT: (ProblemKind.REPORT, Severity.GRAVE),
    Violation.HAZARD_UNREPORTED: (ProblemKind.REPORT, Severity.GRAVE),
    Violation.SECRETS_LEAKED: (ProblemKind.CONDUCT, Severity.MAJOR),
    Violation.TRADE: (ProblemKind.CONDUCT, Severity.MAJOR),
    Violation.RECOMMENDING: (ProblemKind.CONDUCT, Severity.MAJOR),
    Violation.OBSTRUCTION: (ProblemKind.CONDUCT, Severity.MAJOR),
    Violation.TWO_EMPLOYERS: (ProblemKind.OTHER, Severity.GRAVE),  # the person is named by ``open_finding``
}


def _clean_items(items: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Keep the items that were looked at; an unsound one says what was seen.

    Raises:
        BadInput: an unknown item or result, or an unsound item without a note.
    """
    known, found = dict(VISIT_ITEMS), []
    for one in items:
        key, result, note = str(one.get("item", "")), str(one.get("result", "")), str(one.get("note", "")).strip()
        if not result:
            continue
        if key not in known or result not in ItemResult.values:
            raise BadInput("items", _("检查项目或结果不在列表中，请重新选择。"))
        if result == ItemResult.UNSOUND and not note:
            raise BadInput("items", _("“%(item)s”不符合，请写明看到了什么。") % {"item": str(known[key])})
        found.append({"item": key, "result": result, "note": note})
    return found


def _check(*, kind: str, visited_on: date, findings: str, violations: list[str]) -> None:
    faults = Faults()
    if kind not in VisitKind.values:
        faults.add("kind", _("请选择检查类别。"))
    if visited_on > clock.today():
        faults.add("visited_on", _("检查日期不能晚于今天。"))
    if not findings.strip():
        faults.add("findings", _("请写明检查情况；没有发现问题也要写明。"))
    if any(one not in Violation.values for one in violations):
        faults.add("violation_kinds", _("违法违规行为不在列表中，请重新选择。"))
    faults.raise_if_any()


def record_visit(
    institution: Institution, *, actor: Any, kind: str, visited_on: date, on_site: bool,
    officers: Iterable[Mapping[str, str]], findings: str, items: Iterable[Mapping[str, str]] = (),
    handling: str = "", violation_kinds: Iterable[str] = (), campaign_id: UUID | None = None, plan_ref: str = "",
    place_name: str = "",
) -> Visit:
    """Record a visit; each violation of 特种设备安全法 第九十三条 opens a problem or joins the open one.

    Raises:
        BadInput: fewer than two officers with cards, no findings, a future date, unknown items or violations.
        NotAllowed: not a regulator. OutOfScope: the institution neither sits nor works in the area.
    """
    violations = list(dict.fromkeys(violation_kinds))
    _check(kind=kind, visited_on=visited_on, findings=findings, violations=violations)
    named, looked_at = clean_officers(officers), _clean_items(items)
    with transaction.atomic():
        with audited_action(RECORD, actor=actor) as act:
            act.require(policy.may_record(actor), _(ONLY_OFFICERS))
            authority = enforcement.issuing_authority(EVERYTHING, actor.org_id)
            if authority is None or not sees(actor.scope, institution):
                raise OutOfScope(institution.name)
            unit = enforcement.addressee(EVERYTHING, institution)
            visit = Visit(
                institution=institution, institution_name=unit.name or institution.name,
                institution_kind=institution.kind, institution_uscc=unit.uscc, authority_id=authority.id,
                authority_name=authority.name, kind=kind, visited_on=visited_on, place=place_name or unit.address,
                on_site=on_site, officers=named, items=looked_at, findings=findings.strip(),
                handling=handling.strip(), violation_found=bool(violations), violation_kinds=violations,
                recorded_by_name=actor.name, campaign_id=campaign_id, plan_ref=plan_ref.strip()[:120],
            )
            visit.owned_by(institution).area = area_of_work(actor, institution)
            serial = next_number("visit", authority.id, visited_on.year)
            visit.number = serial_number("J", visited_on.year, serial)
            act.add(visit)
        for violation in violations:
            _open_problem(visit, violation, actor=actor)
    return visit


def _open_problem(visit: Visit, violation: str, *, actor: Any) -> Problem:
    kind, severity = PROBLEM_OF[violation]
    clause = VIOLATION_CLAUSES[violation]
    return open_problem(
        actor=actor, owner_row=visit, kind=kind, title=str(Violation(violation).label)[:200], facts=visit.findings,
        clause=clause, severity=severity, subject_type="", subject_id=None, subject_label=clause,
        finder=Finder.INSPECTION, ref_type=VISIT_TYPE, ref_id=visit.pk, label=_label(visit),
        campaign_id=visit.campaign_id, institution_name=visit.institution_name,
    )


def _label(visit: Visit) -> str:
    return _("%(authority)s %(day)s监督检查 %(number)s") % {
        "authority": visit.authority_name, "day": f"{visit.visited_on:%Y-%m-%d}", "number": visit.number,
    }


def open_finding(
    visit: Visit, *, actor: Any, kind: str, title: str, facts: str, clause: str, severity: int,
    subject_type: str = "", subject_id: UUID | None = None, subject_label: str = "",
) -> Problem:
    """Open a problem that was seen at a visit and is no violation of 第九十三条 (or names a person)."""
    if not policy.may_handle(actor, visit):
        raise NotAllowed(_(ONLY_OFFICERS))
    return open_problem(
        actor=actor, owner_row=visit, kind=kind, title=title, facts=facts, clause=clause, severity=severity,
        subject_type=subject_type, subject_id=subject_id, subject_label=subject_label or title,
        finder=Finder.INSPECTION, ref_type=VISIT_TYPE, ref_id=visit.pk, label=_label(visit),
        campaign_id=visit.campaign_id, institution_name=visit.institution_name,
    )


def amend_visit(
    visit: Visit, *, actor: Any, findings: str, handling: str, reason: str, version: int | None = None
) -> Visit:
    """Complete the words of a record that is not yet signed, for a stated reason."""
    if not says_enough(reason, 2) or not findings.strip():
        raise BadInput("reason" if findings.strip() else "findings", _("请写明检查情况和补充的理由。"))
    with audited_action(AMEND, actor=actor, reason=reason) as act:
        row = act.take(visit, version=version)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.require(row.signing == SigningKind.WAITING, _("检查记录已经确认，不能再修改。"))
        row.findings, row.handling = findings.strip(), handling.strip()
    return row


def sign_record(
    visit: Visit, *, actor: Any, signing: str, signed_by: str = "", note: str = "", witness: str = ""
) -> Visit:
    """Record how the checked unit confirmed the record: signed, refused (with a note), or ended.

    Source: 特种设备安全监督检查办法 第二十一、二十七、二十八条.
    """
    faults = Faults()
    if signing not in (SigningKind.SIGNED, SigningKind.REFUSED, SigningKind.ENDED):
        faults.add("signing", _("请选择确认方式。"))
    if signing == SigningKind.SIGNED and not signed_by.strip():
        faults.add("signed_by", _("请填写被检查单位签字的负责人。"))
    if signing in (SigningKind.REFUSED, SigningKind.ENDED) and not note.strip():
        faults.add("note", _("请写明拒签或终止的情况，以及拍照、录音、录像或见证人的情况。"))
    faults.raise_if_any()
    with audited_action(SIGN, actor=actor, reason=note) as act:
        row = act.take(visit)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.require(row.signing == SigningKind.WAITING, _("检查记录已经确认，不能再修改。"))
        row.signing, row.signed_by, row.signing_note = signing, signed_by.strip()[:40], note.strip()
        row.witness, row.signed_at = witness.strip()[:40], clock.now()
    return row


def add_evidence(visit: Visit, *, actor: Any, file_name: str, data: bytes, item: str = "site", note: str = "") -> Evidence:
    """Keep a photograph, recording or paper as evidence of a visit."""
    with audited_action(ATTACH, actor=actor) as act:
        row = act.take(visit)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        return keep_evidence(
            file_name, data, actor=actor, owner_row=row, object_type=VISIT_TYPE, object_id=row.pk, item=item, note=note
        )
