"""Enterprises and the equipment they use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.normalising import normalise_code
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Organisation
from hengjian.parties.states import OrganisationKind
from hengjian.registry.identifiers import uscc_fault
from hengjian.registry.models import Enterprise, Equipment
from hengjian.registry.policy import NOT_REGULATOR, may_change_enterprise
from hengjian.registry.services.checks import applied

title("registry.add_enterprise", "登记使用单位")
title("registry.add_equipment", "登记设备")
title("registry.change_equipment", "变更设备信息")

EQUIPMENT_FIELDS = ("category", "latitude", "longitude", "registered_on", "next_due_on")


def add_enterprise(*, actor: Any, name: str, uscc: str, area: str, address: str = "") -> Enterprise:
    """Take an enterprise into the register."""
    code = normalise_code(uscc)
    fault = uscc_fault(code)
    if fault:
        raise BadInput("uscc", fault)
    if Enterprise.objects.within(EVERYTHING).filter(uscc=code).exists():
        raise BadInput("uscc", _("该单位已在名录中，请用搜索找到它。"))
    with audited_action("registry.add_enterprise", actor=actor) as act:
        act.require(may_change_enterprise(actor, area), _(NOT_REGULATOR))
        known = Organisation.objects.within(EVERYTHING).filter(uscc=code).first()
        if known is None:
            known = act.add(Organisation(
                name=name, uscc=code, kind=OrganisationKind.ENTERPRISE, area=area, address=address
            ))
        return act.add(enterprise_of(known))


def enterprise_of(organisation: Organisation) -> Enterprise:
    """A new enterprise row of an organisation."""
    return Enterprise(
        id=organisation.pk, organisation=organisation, name=organisation.name, uscc=organisation.uscc,
        address=organisation.address, area=organisation.area, org_area=organisation.area, org_id=organisation.pk,
    )


def add_equipment(
    enterprise: Enterprise, *, actor: Any, code: str, category: str, area: str = "", latitude: Decimal | None = None,
    longitude: Decimal | None = None, registered_on: date | None = None, next_due_on: date | None = None,
) -> Equipment:
    """Take a piece of equipment into the register, standing in ``area`` (the seat of its user if not given)."""
    number = normalise_code(code)
    if Equipment.objects.within(EVERYTHING).filter(code=number).exists():
        raise BadInput("code", _("该设备代码已经登记。"))
    with audited_action("registry.add_equipment", actor=actor) as act:
        held = act.take(enterprise)
        row = Equipment(
            code=number, category=category, enterprise=held, latitude=latitude, longitude=longitude,
            registered_on=registered_on, next_due_on=next_due_on,
        ).owned_by(held)
        row.area = area or held.area
        act.require(may_change_enterprise(actor, row.area), _(NOT_REGULATOR))
        return act.add(row)


def change_equipment(
    equipment: Equipment, *, actor: Any, version: int | None = None, changes: dict[str, Any]
) -> Equipment:
    """Correct the data of a piece of equipment."""
    with audited_action("registry.change_equipment", actor=actor) as act:
        held = act.take(equipment, version=version)
        act.require(may_change_enterprise(actor, held.area), _(NOT_REGULATOR))
        return applied(held, changes, EQUIPMENT_FIELDS)
