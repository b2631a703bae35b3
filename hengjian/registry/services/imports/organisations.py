"""Regions, enterprises, institutions, approvals and equipment of an import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.normalising import normalise_code
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Organisation
from hengjian.parties.states import OrganisationKind
from hengjian.registry.identifiers import uscc_fault
from hengjian.registry.models import Approval, Enterprise, Equipment, Institution
from hengjian.registry.policy import is_of_institution, is_system, may_add_institution, supervises
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.regions import Places, plan_regions
from hengjian.registry.services.objects import enterprise_of

CHUNK = 900
OF_REGULATORS = (m.REGIONS, m.ENTERPRISES, m.EQUIPMENT)


@dataclass
class Organisations:
    """Institutions of the register and of the file, by unified social credit code."""

    institutions: dict[str, Institution] = field(default_factory=dict)
    own: Institution | None = None
    refused: set[str] = field(default_factory=set)


def in_parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    """The values in lists short enough for one statement."""
    held = list(dict.fromkeys(values))
    return [held[start : start + CHUNK] for start in range(0, len(held), CHUNK)]


def plan_organisations(plan: m.Plan, tables: m.TypedTables, actor: Any, places: Places) -> Organisations:
    """Plan all tables that are about organisations; return the institutions that people may refer to."""
    found = _institutions_held(tables, actor)
    if is_of_institution(actor):
        _leave_to_regulators(plan, tables)
        _institutions_unchanged(plan, tables.get(m.INSTITUTIONS, []), found)
        return found
    plan_regions(plan, tables.get(m.REGIONS, []), actor, places)
    _institutions(plan, tables.get(m.INSTITUTIONS, []), actor, places, found)
    _approvals(plan, tables.get(m.APPROVALS, []), actor, found)
    _equipment(plan, tables, actor, places, _enterprises(plan, tables, actor, places))
    return found


def _institutions_held(tables: m.TypedTables, actor: Any) -> Organisations:
    names = (m.INSTITUTIONS, m.APPROVALS, m.EMPLOYMENTS)
    codes = {str(row.values["institution_id"]) for name in names for row in tables.get(name, [])
             if row.values.get("institution_id")}
    found = Organisations()
    held = Institution.objects.within(EVERYTHING).select_related("organisation")
    for part in in_parts(codes):
        found.institutions.update({one.organisation.uscc: one for one in held.filter(organisation__uscc__in=part)})
    if is_of_institution(actor):
        found.own = held.filter(org_id=actor.org_id).first()
        if found.own is not None:
            found.institutions[found.own.organisation.uscc] = found.own
    return found


def _leave_to_regulators(plan: m.Plan, tables: m.TypedTables) -> None:
    for name in OF_REGULATORS:
        for row in tables.get(name, []):
            plan.refuse(row, "", _("本单位账号只能导入本单位人员，请删除此行；这类信息由监管部门导入。"))


def _institutions_unchanged(plan: m.Plan, rows: list[m.TypedRow], found: Organisations) -> None:
    for row in rows:
        if found.own is None or found.institutions.get(row.values["institution_id"]) is not found.own:
            plan.refuse(row, "institution_id", _("这是其他机构，请删除此行。"))
        else:
            plan.batch(m.INSTITUTIONS).unchanged += 1
            plan.warn(row, "institution_id", _("机构信息由监管部门维护，此行不作改动。"))


def _place(plan: m.Plan, row: m.TypedRow, actor: Any, places: Places) -> str:
    called = row.values.get("region_code")
    path = places.of(str(called)) if called else ""
    if not called:
        plan.refuse(row, "region_code", _("请填写区划代码（6位）或辖区名称。"))
    elif not path:
        plan.refuse(row, "region_code", _("没有“%(called)s”的监管部门，请核对区划代码或辖区名称。") % {"called": called})
    elif not may_add_institution(actor, path):
        plan.refuse(row, "region_code", _("该地不在您的辖区内，请删除此行或由当地监管部门导入。"))
        return ""
    return path


def _code_is_right(plan: m.Plan, row: m.TypedRow, key: str, seen: dict[str, int]) -> bool:
    code = row.values[key]
    fault = uscc_fault(code)
    if fault:
        plan.refuse(row, key, fault)
    elif code in seen:
        plan.refuse(row, key, _("与第%(row)d行的统一社会信用代码重复，请只留一行。") % {"row": seen[code]})
    else:
        seen[code] = row.number
        return True
    return False


def _organisations_known(codes: Iterable[str]) -> dict[str, Organisation]:
    found: dict[str, Organisation] = {}
    for part in in_parts(codes):
        found.update({one.uscc: one for one in Organisation.objects.within(EVERYTHING).filter(uscc__in=part)})
    return found


def _institutions(
    plan: m.Plan, rows: list[m.TypedRow], actor: Any, places: Places, found: Organisations
) -> None:
    seen: dict[str, int] = {}
    known = _organisations_known(row.values["institution_id"] for row in rows)
    for row in rows:
        code = row.values["institution_id"]
        if not _code_is_right(plan, row, "institution_id", seen):
            found.refused.add(code)
            continue
        held = found.institutions.get(code)
        if held is None:
            made = _new_institution(plan, row, actor, places, known)
            found.refused.update({code} if made is None else ())
            if made is not None:
                found.institutions[code] = made
        elif not supervises(actor, held):
            plan.refuse(row, "institution_id", _("该机构不在您的辖区内，请删除此行。"))
        else:
            _changed_institution(plan, row, held)


def _own_fields(values: dict[str, Any]) -> dict[str, Any]:
    pairs = {"name": "name", "kind": "kind", "approval_class": "approval_class", "specialities": "specialities",
             "status": "state", "status_since": "state_since"}
    return {ours: values[theirs] for theirs, ours in pairs.items() if values.get(theirs) is not None}


def _changed_institution(plan: m.Plan, row: m.TypedRow, held: Institution) -> None:
    plan.batch(m.INSTITUTIONS).note(held, _own_fields(row.values))
    about = {name: row.values[name] for name in ("name", "address", "legal_representative", "contact_name", "contact_phone")
             if row.values.get(name)}
    plan.batch(m.ORGANISATIONS).note(held.organisation, about)


def _new_institution(
    plan: m.Plan, row: m.TypedRow, actor: Any, places: Places, known: dict[str, Organisation]
) -> Institution | None:
    values, area = row.values, _place(plan, row, actor, places)
    missing = [name for name in ("name", "kind") if not values.get(name)]
    for name in missing:
        plan.refuse(row, name, _("新登记的机构必须填写此项。"))
    if missing or not area:
        return None
    organisation = known.get(values["institution_id"])
    if organisation is None:
        organisation = Organisation(
            name=values["name"], uscc=values["institution_id"], kind=OrganisationKind.INSTITUTION, area=area,
            address=values.get("address") or "", legal_representative=values.get("legal_representative") or "",
            contact_name=values.get("contact_name") or "", contact_phone=values.get("contact_phone") or "",
        )
        plan.batch(m.ORGANISATIONS).new.append(organisation)
    made = Institution(
        id=organisation.pk, organisation=organisation, area=organisation.area, org_area=organisation.area,
        org_id=organisation.pk, **_own_fields(values),
    )
    plan.batch(m.INSTITUTIONS).new.append(made)
    return made


def _approval_rows(tables_rows: list[m.TypedRow]) -> list[m.TypedRow]:
    return [row for row in tables_rows if row.values.get("approval_no")]


def _approvals(plan: m.Plan, rows: list[m.TypedRow], actor: Any, found: Organisations) -> None:
    usable = []
    for row in _approval_rows(rows):
        code = row.values["institution_id"]
        owner = found.institutions.get(code)
        if owner is None:
            if code not in found.refused:
                plan.refuse(row, "institution_id", _("名录和本文件的机构表中都没有这个机构，请核对机构代码。"))
        elif not supervises(actor, owner):
            plan.refuse(row, "institution_id", _("该机构不在您的辖区内，请删除此行。"))
        else:
            row.values["owner"] = owner
            usable.append(row)
    owners = {row.values["owner"].pk for row in usable}
    held = [one for part in in_parts(owners)
            for one in Approval.objects.within(EVERYTHING).filter(institution_id__in=part)]
    batch = plan.batch(m.APPROVALS)
    same = m.matched(usable, held, [
        (lambda one: (one.institution_id, one.number, one.issued_on),
         lambda row: (row.values["owner"].pk, normalise_code(row.values["approval_no"]), row.values.get("issued_on"))),
    ])
    seen: dict[Any, int] = {}
    for place, row in enumerate(usable):
        _one_approval(plan, batch, row, same.get(place), seen)


def _one_approval(plan: m.Plan, batch: m.Batch, row: m.TypedRow, held: Any, seen: dict[Any, int]) -> None:
    values, owner = row.values, row.values["owner"]
    number = normalise_code(values["approval_no"])
    key = owner.pk, number, values.get("issued_on")
    if key in seen:
        if row.values.get("derived"):
            return
        plan.refuse(row, "approval_no", _("与第%(row)d行的核准证重复，请只留一行。") % {"row": seen[key]})
        return
    seen[key] = row.number
    given = {name: values[name] for name in ("approval_class", "categories", "issuer", "valid_until")
             if values.get(name) not in (None, "", [])}
    if held is not None:
        if plan.in_order(row, held, given, ("issued_on", "valid_until")):
            batch.note(held, given)
    else:
        batch.new.append(Approval(
            institution=owner, number=number, issued_on=values.get("issued_on"), **given
        ).owned_by(owner))


def _enterprises(plan: m.Plan, tables: m.TypedTables, actor: Any, places: Places) -> dict[str, Enterprise]:
    rows = tables.get(m.ENTERPRISES, [])
    named = {row.values["enterprise_id"] for name in (m.ENTERPRISES, m.EQUIPMENT) for row in tables.get(name, [])
             if row.values.get("enterprise_id")}
    found: dict[str, Enterprise] = {}
    for part in in_parts(named):
        found.update({one.uscc: one for one in Enterprise.objects.within(EVERYTHING).filter(uscc__in=part)})
    known = _organisations_known(named)
    seen: dict[str, int] = {}
    for row in rows:
        code = row.values["enterprise_id"]
        if not _code_is_right(plan, row, "enterprise_id", seen):
            continue
        held = found.get(code)
        if held is None:
            made = _new_enterprise(plan, row, actor, places, known)
            if made is not None:
                found[code] = made
        elif not supervises(actor, held):
            plan.refuse(row, "enterprise_id", _("该单位不在您的辖区内，请删除此行。"))
        else:
            given = {name: row.values[name] for name in ("name", "address") if row.values.get(name)}
            plan.batch(m.ENTERPRISES).note(held, given)
    return found


def _new_enterprise(
    plan: m.Plan, row: m.TypedRow, actor: Any, places: Places, known: dict[str, Organisation]
) -> Enterprise | None:
    area = _place(plan, row, actor, places)
    if not row.values.get("name"):
        plan.refuse(row, "name", _("新登记的单位必须填写名称。"))
    if not area or not row.values.get("name"):
        return None
    organisation = known.get(row.values["enterprise_id"])
    if organisation is None:
        organisation = Organisation(
            name=row.values["name"], uscc=row.values["enterprise_id"], kind=OrganisationKind.ENTERPRISE, area=area,
            address=row.values.get("address") or "",
        )
        plan.batch(m.ORGANISATIONS).new.append(organisation)
    made = enterprise_of(organisation)
    plan.batch(m.ENTERPRISES).new.append(made)
    return made


def _equipment(
    plan: m.Plan, tables: m.TypedTables, actor: Any, places: Places, users: dict[str, Enterprise]
) -> None:
    rows = tables.get(m.EQUIPMENT, [])
    seen: dict[str, int] = {}
    held: dict[str, Equipment] = {}
    for part in in_parts(row.values["equipment_id"] for row in rows):
        held.update({one.code: one for one in Equipment.objects.within(EVERYTHING).filter(code__in=part)})
    for row in rows:
        code, user = row.values["equipment_id"], users.get(row.values.get("enterprise_id") or "")
        known = held.get(code)
        if code in seen:
            plan.refuse(row, "equipment_id", _("与第%(row)d行的设备代码重复，请只留一行。") % {"row": seen[code]})
            continue
        seen[code] = row.number
        if known is not None and not supervises(actor, known):
            plan.refuse(row, "equipment_id", _("该设备不在您的辖区内，请删除此行。"))
        elif known is not None:
            plan.batch(m.EQUIPMENT).note(known, _equipment_fields(row.values))
        elif user is None:
            plan.refuse(row, "enterprise_id", _("名录和本文件的使用单位表中都没有这个单位，请先填使用单位。"))
        else:
            _new_equipment(plan, row, actor, places, user)


def _equipment_fields(values: dict[str, Any]) -> dict[str, Any]:
    names = ("category", "latitude", "longitude", "registered_on", "next_due_on")
    return {name: values[name] for name in names if values.get(name) is not None}


def _new_equipment(plan: m.Plan, row: m.TypedRow, actor: Any, places: Places, user: Enterprise) -> None:
    if not row.values.get("category"):
        plan.refuse(row, "category", _("请填写设备类别代码（4位），例如3000。"))
        return
    area = user.area
    if row.values.get("region_code"):
        area = _place(plan, row, actor, places)
        if not area:
            return
    elif not is_system(actor) and not actor.scope.holds(user):
        plan.refuse(row, "enterprise_id", _("该单位不在您的辖区内，请删除此行。"))
        return
    made = Equipment(
        code=row.values["equipment_id"], enterprise=user, **_equipment_fields(row.values)
    ).owned_by(user)
    made.area = area
    plan.batch(m.EQUIPMENT).new.append(made)
