"""Institutions, their approvals and where they work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.normalising import normalise_code, normalise_text
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Organisation
from hengjian.parties.states import OrganisationKind
from hengjian.registry.identifiers import uscc_fault
from hengjian.registry.models import Approval, Institution, InstitutionWorkArea
from hengjian.registry.policy import NOT_REGULATOR, may_add_institution, may_change_institution
from hengjian.registry.services.checks import applied, must_follow, said_reason

title("registry.add_institution", "登记机构")
title("registry.change_institution", "变更机构信息")
title("registry.suspend_institution", "暂停机构")
title("registry.suspend_approval", "暂停核准证")
title("registry.resume_institution", "恢复机构")
title("registry.resume_approval", "恢复核准证")
title("registry.revoke_institution", "吊销机构")
title("registry.revoke_approval", "吊销核准证")
title("registry.cancel_institution", "注销机构")
title("registry.cancel_approval", "注销核准证")
title("registry.rescind_approval", "撤销核准证")
title("registry.add_work_area", "登记业务开展地")
title("registry.remove_work_area", "取消业务开展地")
title("registry.add_approval", "登记核准证")
title("registry.change_approval", "变更核准证")

INSTITUTION_FIELDS = ("name", "kind", "approval_class", "specialities", "in_market_system", "founded_on")
ORGANISATION_FIELDS = ("address", "legal_representative", "legal_phone", "contact_name", "contact_phone")
APPROVAL_FIELDS = ("number", "approval_class", "categories", "issuer", "issued_on", "valid_until")
EXPIRES_FIRST = gettext_noop("有效日期早于发证日期，请对照核准证核对。")


def add_institution(
    organisation: Organisation, *, actor: Any, kind: str, approval_class: str = "", specialities: Sequence[str] = (),
    in_market_system: bool = False, founded_on: date | None = None,
) -> Institution:
    """Take an organisation into the register as an institution; the organisation is added when it is new.

    Raises:
        BadInput: the code is wrong or already taken by another organisation.
    """
    code = normalise_code(organisation.uscc)
    fault = uscc_fault(code)
    if fault:
        raise BadInput("uscc", fault)
    if Institution.objects.within(EVERYTHING).filter(organisation__uscc=code).exists():
        raise BadInput("uscc", _("该统一社会信用代码的机构已在名录中，请用搜索找到它。"))
    with audited_action("registry.add_institution", actor=actor) as act:
        act.require(may_add_institution(actor, organisation.area), _(NOT_REGULATOR))
        known = Organisation.objects.within(EVERYTHING).filter(uscc=code).first()
        if known is None:
            organisation.uscc, organisation.kind = code, OrganisationKind.INSTITUTION
            known = act.add(organisation)
        return act.add(Institution(
            id=known.pk, organisation=known, name=known.name, kind=kind, approval_class=approval_class,
            specialities=list(specialities), in_market_system=in_market_system, founded_on=founded_on,
            area=known.area, org_area=known.area, org_id=known.pk,
        ))


def change_institution(
    institution: Institution, *, actor: Any, version: int | None = None, changes: dict[str, Any]
) -> Institution:
    """Change data of an institution and of its organisation (address, representative, contact)."""
    with audited_action("registry.change_institution", actor=actor) as act:
        held = act.take(institution, version=version)
        act.require(may_change_institution(actor, held), _(NOT_REGULATOR))
        own = {name: value for name, value in changes.items() if name not in ORGANISATION_FIELDS}
        about = {name: value for name, value in changes.items() if name in ORGANISATION_FIELDS}
        applied(held, own, INSTITUTION_FIELDS)
        if about or "name" in own:
            organisation = act.take(held.organisation)
            applied(organisation, about, ORGANISATION_FIELDS)
            organisation.name = held.name
        return held


def move_institution(institution: Institution, *, actor: Any, move: str, on: date, reason: str) -> Institution:
    """Suspend, resume, revoke (吊销) or cancel (注销) an institution from a day on.

    Raises:
        WrongState: it is not in a state from which this move may start.
    """
    said = said_reason(reason)
    with audited_action(f"registry.{move}_institution", actor=actor, reason=said) as act:
        held = act.take(institution)
        act.require(may_change_institution(actor, held), _(NOT_REGULATOR))
        act.move(held, move)
        held.state_since = on
        return held


def add_work_area(
    institution: Institution, *, actor: Any, area: str, since: date | None = None
) -> InstitutionWorkArea:
    """Note that an institution works in an area other than its seat."""
    with audited_action("registry.add_work_area", actor=actor) as act:
        held = act.take(institution)
        act.require(may_change_institution(actor, held) or may_add_institution(actor, area), _(NOT_REGULATOR))
        if InstitutionWorkArea.objects.within(EVERYTHING).filter(institution=held, area=area).exists():
            raise BadInput("area", _("该机构在此地开展业务已经登记。"))
        row = InstitutionWorkArea(institution=held, since=since).owned_by(held)
        row.area = area
        return act.add(row)


def remove_work_area(row: InstitutionWorkArea, *, actor: Any) -> None:
    """Take back that an institution works in an area."""
    with audited_action("registry.remove_work_area", actor=actor) as act:
        held = act.take(row)
        act.require(may_change_institution(actor, held), _(NOT_REGULATOR))
        act.remove(held)


def add_approval(
    institution: Institution, *, actor: Any, number: str, approval_class: str = "", categories: Sequence[str] = (),
    issuer: str = "", issued_on: date | None = None, valid_until: date | None = None,
) -> Approval:
    """Take an approval certificate into the register."""
    must_follow(issued_on, valid_until, ("issued_on", "valid_until"), _(EXPIRES_FIRST))
    with audited_action("registry.add_approval", actor=actor) as act:
        held = act.take(institution)
        act.require(may_change_institution(actor, held), _(NOT_REGULATOR))
        code = normalise_code(number)
        _must_be_new(held, code, issued_on)
        return act.add(Approval(
            institution=held, number=code, approval_class=approval_class, categories=list(categories),
            issuer=normalise_text(issuer), issued_on=issued_on, valid_until=valid_until,
        ).owned_by(held))


def _must_be_new(institution: Institution, number: str, issued_on: date | None, *, but: Approval | None = None) -> None:
    known = Approval.objects.within(EVERYTHING).filter(institution=institution, number=number, issued_on=issued_on)
    if but is not None:
        known = known.exclude(pk=but.pk)
    if known.exists():
        raise BadInput("number", _("同一编号、同一发证日期的核准证已经登记。"))


def change_approval(
    approval: Approval, *, actor: Any, version: int | None = None, changes: dict[str, Any]
) -> Approval:
    """Correct the data of an approval certificate."""
    with audited_action("registry.change_approval", actor=actor) as act:
        held = act.take(approval, version=version)
        act.require(may_change_institution(actor, held), _(NOT_REGULATOR))
        applied(held, changes, APPROVAL_FIELDS)
        held.number = normalise_code(held.number)
        must_follow(held.issued_on, held.valid_until, ("issued_on", "valid_until"), _(EXPIRES_FIRST))
        _must_be_new(held.institution, held.number, held.issued_on, but=held)
        return held


def move_approval(approval: Approval, *, actor: Any, move: str, on: date, reason: str) -> Approval:
    """Suspend, resume, revoke (吊销), rescind (撤销) or cancel (注销) one approval from a day on."""
    said = said_reason(reason)
    with audited_action(f"registry.{move}_approval", actor=actor, reason=said) as act:
        held = act.take(approval)
        act.require(may_change_institution(actor, held), _(NOT_REGULATOR))
        act.move(held, move)
        held.state_since = on
        return held
