"""The practice file: certificates, diplomas, titles, verifications, training, insurance months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.normalising import normalise_code, normalise_text
from hengjian.base.scope import EVERYTHING
from hengjian.dossier.services import keep_evidence
from hengjian.registry.models import Credential, Education, InsuranceMonth, Person, Title, Training, Verification
from hengjian.registry.policy import NOT_CANCELLING, NOT_OWN_PEOPLE, may_cancel_credential, may_change_file
from hengjian.registry.services.checks import applied, jobs_seen, must_follow, must_keep_file, said_reason
from hengjian.registry.states import EDUCATION_METHODS, TITLE_METHODS, VerificationMethod, VerificationResult

title("registry.add_credential", "登记检验检测人员证")
title("registry.change_credential", "变更检验检测人员证")
title("registry.cancel_credential", "注销资质")
title("registry.add_education", "登记学历")
title("registry.change_education", "变更学历")
title("registry.add_title", "登记职称")
title("registry.change_title", "变更职称")
title("registry.record_verification", "登记核验结果")
title("registry.record_training", "登记继续教育")
title("registry.add_insurance_months", "登记社保月份")

CREDENTIAL_FIELDS = ("certificate_no", "grade", "categories", "issuer", "issued_on", "valid_until")
EDUCATION_FIELDS = ("degree", "school", "major", "graduated_on", "diploma_no")
TITLE_FIELDS = ("title", "awarded_on", "certificate_no")
EXPIRES_FIRST = gettext_noop("有效日期早于发证日期，请对照证书核对。")


def add_credential(
    person: Person, *, actor: Any, certificate_no: str, grade: str, categories: Sequence[str] = (), issuer: str = "",
    issued_on: date | None = None, valid_until: date | None = None,
) -> Credential:
    """Take a certificate into a person's practice file."""
    must_follow(issued_on, valid_until, ("issued_on", "valid_until"), _(EXPIRES_FIRST))
    with audited_action("registry.add_credential", actor=actor) as act:
        held = must_keep_file(act, actor, person)
        row = Credential(
            person=held, certificate_no=normalise_code(certificate_no), grade=grade, categories=list(categories),
            issuer=normalise_text(issuer), issued_on=issued_on, valid_until=valid_until,
        )
        _must_be_new(row)
        return act.add(row)


def _must_be_new(row: Credential) -> None:
    known = Credential.objects.within(EVERYTHING).filter(
        person_id=row.person_id, certificate_no=row.certificate_no, grade=row.grade, issued_on=row.issued_on
    )
    if known.exclude(pk=row.pk).exists():
        raise BadInput("certificate_no", _("同一编号、级别和发证日期的证书已经登记。"))


def change_credential(
    credential: Credential, *, actor: Any, version: int | None = None, changes: dict[str, Any]
) -> Credential:
    """Correct the data of a certificate."""
    with audited_action("registry.change_credential", actor=actor) as act:
        held = act.take(credential, version=version)
        act.require(may_change_file(actor, jobs_seen(actor, held.person)), _(NOT_OWN_PEOPLE))
        applied(held, changes, CREDENTIAL_FIELDS)
        held.certificate_no = normalise_code(held.certificate_no)
        must_follow(held.issued_on, held.valid_until, ("issued_on", "valid_until"), _(EXPIRES_FIRST))
        _must_be_new(held)
        return held


def cancel_credential(credential: Credential, *, actor: Any, on: date, reason: str) -> Credential:
    """Cancel a certificate (注销资质) from a day on. Source: 湘市监 2024 方案 附件2 (已注销资质)."""
    said = said_reason(reason)
    with audited_action("registry.cancel_credential", actor=actor, reason=said) as act:
        held = act.take(credential)
        act.require(may_cancel_credential(actor, jobs_seen(actor, held.person)), _(NOT_CANCELLING))
        if held.cancelled_on is not None:
            raise BadInput("on", _("该证书已于%(day)s注销。") % {"day": held.cancelled_on.isoformat()})
        held.cancelled_on, held.cancel_reason = on, said
        return held


def add_education(
    person: Person, *, actor: Any, degree: str, school: str, graduated_on: date | None = None, diploma_no: str = "",
    major: str = "",
) -> Education:
    """Take a diploma into a person's practice file."""
    with audited_action("registry.add_education", actor=actor) as act:
        held = must_keep_file(act, actor, person)
        return act.add(Education(
            person=held, degree=degree, school=normalise_text(school), major=normalise_text(major),
            graduated_on=graduated_on, diploma_no=normalise_code(diploma_no),
        ))


def change_education(
    education: Education, *, actor: Any, version: int | None = None, changes: dict[str, Any]
) -> Education:
    """Correct the data of a diploma."""
    with audited_action("registry.change_education", actor=actor) as act:
        held = act.take(education, version=version)
        act.require(may_change_file(actor, jobs_seen(actor, held.person)), _(NOT_OWN_PEOPLE))
        return applied(held, changes, EDUCATION_FIELDS)


def add_title(
    person: Person, *, actor: Any, title: str, awarded_on: date | None = None, certificate_no: str = ""
) -> Title:
    """Take a professional title into a person's practice file."""
    with audited_action("registry.add_title", actor=actor) as act:
        held = must_keep_file(act, actor, person)
        return act.add(Title(
            person=held, title=normalise_text(title), awarded_on=awarded_on, certificate_no=normalise_code(certificate_no)
        ))


def change_title(row: Title, *, actor: Any, version: int | None = None, changes: dict[str, Any]) -> Title:
    """Correct the data of a title."""
    with audited_action("registry.change_title", actor=actor) as act:
        held = act.take(row, version=version)
        act.require(may_change_file(actor, jobs_seen(actor, held.person)), _(NOT_OWN_PEOPLE))
        return applied(held, changes, TITLE_FIELDS)


def record_verification(
    paper: Education | Title, *, actor: Any, method: str, result: str, on: date, by: str = "", code: str = "",
    note: str = "", evidence_id: UUID | None = None, valid_until: date | None = None,
    proof: tuple[str, bytes] | None = None,
) -> Verification:
    """Record that somebody verified a diploma or a title: how, code, who, when, what came out, the proof.

    ``proof`` is the name and bytes of a file that is kept as evidence; ``evidence_id`` one that is kept already.

    Raises:
        BadInput: the method is none for this kind of paper, or the day lies ahead.
    """
    is_education = isinstance(paper, Education)
    if method not in (EDUCATION_METHODS if is_education else TITLE_METHODS):
        raise BadInput("method", _("这种核验方式不适用于这类证书，请重新选择。"))
    if on > clock.today():
        raise BadInput("on", _("核验日期不能晚于今天。"))
    with audited_action("registry.record_verification", actor=actor) as act:
        held = act.take(paper)
        act.require(may_change_file(actor, jobs_seen(actor, held.person)), _(NOT_OWN_PEOPLE))
        if proof is not None:
            evidence_id = _kept(proof, held, actor)
        return act.add(Verification(
            person_id=held.person_id, education_id=held.pk if is_education else None,
            title_id=None if is_education else held.pk,
            method=VerificationMethod(method), code=normalise_code(code), verified_by_name=by or actor.name,
            verified_on=on, result=VerificationResult(result), note=note, evidence_id=evidence_id,
            valid_until=valid_until,
        ))


def _kept(proof: tuple[str, bytes], paper: Education | Title, actor: Any) -> UUID:
    """Keep a proof in the dossier of the institution by which the actor sees the person; return its id."""
    jobs = jobs_seen(actor, paper.person)
    owner = next((one for one in jobs if actor.scope.holds(one)), jobs[0])
    kept = keep_evidence(
        proof[0], proof[1], actor=actor, owner_row=owner, object_type=paper._meta.label_lower, object_id=paper.pk,
    )
    return kept.pk


def record_training(
    person: Person, *, actor: Any, year: int, technical_hours: Decimal, quality_hours: Decimal = Decimal(0)
) -> Training:
    """Record the hours of training of a person in a year; a second time replaces the hours."""
    for field, hours in (("technical_hours", technical_hours), ("quality_hours", quality_hours)):
        if not 0 <= hours <= 999:
            raise BadInput(field, _("学时应在0到999之间。"))
    with audited_action("registry.record_training", actor=actor) as act:
        held = must_keep_file(act, actor, person)
        known = Training.objects.within(EVERYTHING).filter(person=held, year=year).first()
        row = act.take(known) if known else act.add(Training(person=held, year=year))
        row.technical_hours, row.quality_hours = technical_hours, quality_hours
        return row


def add_insurance_months(
    person: Person, *, actor: Any, months: Iterable[date], payer_id: str, payer_name: str = ""
) -> list[InsuranceMonth]:
    """Add insurance months paid for a person by one payer; months already known are left."""
    with audited_action("registry.add_insurance_months", actor=actor) as act:
        held = must_keep_file(act, actor, person)
        payer = normalise_code(payer_id)
        known = set(
            InsuranceMonth.objects.within(EVERYTHING).filter(person=held, payer_id=payer).values_list("month", flat=True)
        )
        first_days = sorted({month.replace(day=1) for month in months} - known)
        return act.add_many(
            InsuranceMonth(person=held, month=month, payer_id=payer, payer_name=payer_name) for month in first_days
        )
