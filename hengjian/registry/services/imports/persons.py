"""People and employments of an import; a person is found by the keyed index of the identity number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base.fields import blind_index
from hengjian.base.normalising import normalise_code, normalise_text
from hengjian.base.scope import EVERYTHING
from hengjian.registry.identifiers import birth_date, resident_id_fault
from hengjian.registry.models import Employment, Institution, Person
from hengjian.registry.policy import is_of_institution, is_system, supervises
from hengjian.registry.queries import same_name
from hengjian.registry.queries.people import ID_INDEX
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.organisations import Organisations, in_parts
from hengjian.registry.states import IdKind

PERSON_TABLES = (m.PEOPLE, m.EMPLOYMENTS, m.CREDENTIALS, m.EDUCATIONS, m.TITLES, m.INSURANCE, m.TRAININGS)
PSEUDONYM_LENGTH = 22


@dataclass
class Persons:
    """People that rows may refer to, by identity number as given in the file."""

    actor: Any
    by_number: dict[str, Person] = field(default_factory=dict)
    kept: set[UUID] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    of_institution: bool = False

    def find(self, plan: m.Plan, row: m.TypedRow) -> Person | None:
        """The person of a row; notes the fault when there is none whose file the actor may keep."""
        number = row.values["person_id"]
        person = self.by_number.get(number)
        if person is None:
            if number not in self.refused:
                plan.refuse(row, "person_id", _("人员表和名录中都没有此证件号码，请先填人员表或核对号码。"))
        elif person.pk not in self.kept:
            plan.refuse(row, "person_id", _("不是本单位在册人员，请删除此行；如确为本单位人员，请先填聘用表。")
                        if self.of_institution else _("此人不在您的辖区内，请删除此行。"))
        else:
            return person
        return None


def plan_people(
    plan: m.Plan, tables: m.TypedTables, actor: Any, organisations: Organisations, refused: Collection[str]
) -> Persons:
    """Plan people and employments; return the people whose files the following tables may speak of."""
    persons = Persons(actor, of_institution=is_of_institution(actor), refused=set(refused))
    _read_people(persons, tables)
    employers = _employers(plan, tables.get(m.EMPLOYMENTS, []), actor, organisations)
    persons.kept = _kept(persons, employers)
    _people(plan, tables.get(m.PEOPLE, []), persons, {row.values["person_id"] for row, _own in employers})
    _employments(plan, employers, persons)
    return persons


def id_fault(number: str, kind: str) -> str | None:
    """Say what is wrong with an identity number; what is no resident ID by length may be a pseudonym."""
    if kind == IdKind.RESIDENT:
        return resident_id_fault(number)
    return None if len(number) >= 5 else _("证件号码过短，请核对。")


def kind_of(number: str) -> str:
    """A keyed pseudonym, as the exchange contract allows, is long; anything shorter is meant as a resident ID."""
    return IdKind.PSEUDONYM if len(number) >= PSEUDONYM_LENGTH else IdKind.RESIDENT


def _read_people(persons: Persons, tables: m.TypedTables) -> None:
    """Find all people the file speaks of: by index of the number, or by the index itself as pseudonym."""
    numbers = {row.values["person_id"] for name in PERSON_TABLES for row in tables.get(name, [])}
    index_of = {number: blind_index(ID_INDEX, number) for number in numbers}
    wanted = [*index_of.values(), *(number.lower() for number in numbers)]
    held: dict[str, Person] = {}
    for part in in_parts(wanted):
        held.update({one.id_index: one for one in Person.objects.within(EVERYTHING).filter(id_index__in=part)})
    for number, index in index_of.items():
        found = held.get(index) or held.get(number.lower())
        if found is not None:
            persons.by_number[number] = found


Employer = tuple[m.TypedRow, Institution]


def _employers(
    plan: m.Plan, rows: list[m.TypedRow], actor: Any, organisations: Organisations
) -> list[Employer]:
    """The rows of employments with the institution each speaks of, those of other institutions refused."""
    found: list[Employer] = []
    for row in rows:
        code = row.values.get("institution_id") or ""
        held = organisations.institutions.get(normalise_code(code)) if code else organisations.own
        if organisations.own is not None and held is not organisations.own:
            plan.refuse(row, "institution_id", _("这是其他机构的人员，请删除此行；本单位只能导入本单位人员。"))
        elif held is None and code not in organisations.refused:
            plan.refuse(row, "institution_id", _("名录和本文件的机构表中都没有这个机构，请核对机构代码。"))
        elif held is not None and organisations.own is None and not supervises(actor, held):
            plan.refuse(row, "institution_id", _("该机构不在您的辖区内，请删除此行。"))
        elif held is not None:
            found.append((row, held))
    return found


def _kept(persons: Persons, employers: list[Employer]) -> set[UUID]:
    """People already known whose files the actor may keep: employed in the file, or seen by the actor's scope."""
    known = {one.pk for one in persons.by_number.values()}
    if is_system(persons.actor):
        return known
    kept = {persons.by_number[row.values["person_id"]].pk for row, _own in employers
            if row.values["person_id"] in persons.by_number}
    for part in in_parts(known - kept):
        held = Employment.objects.within(persons.actor.scope).order_by().filter(person_id__in=part)
        if persons.of_institution:
            held = held.filter(ended_on__isnull=True, org_id=persons.actor.org_id)
        kept |= set(held.values_list("person_id", flat=True))
    return kept


def _people(plan: m.Plan, rows: list[m.TypedRow], persons: Persons, employed: set[str]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        number = row.values["person_id"]
        if number in seen:
            if not _same_again(plan, rows, row, seen[number]):
                persons.refused.add(number)
            continue
        seen[number] = row.number
        held = persons.by_number.get(number)
        if held is not None:
            _known_person(plan, row, held, persons)
        else:
            _new_person(plan, row, number, persons, employed)


def _same_again(plan: m.Plan, rows: list[m.TypedRow], row: m.TypedRow, first: int) -> bool:
    """A person named twice: in a flat roster a second certificate, elsewhere a fault."""
    if row.values.get("again"):
        former = next(one for one in rows if one.number == first and one.sheet == row.sheet)
        if same_name(former.values.get("name") or "") == same_name(row.values.get("name") or ""):
            return True
        plan.refuse(row, "name", _("与第%(row)d行证件号码相同、姓名不同，请核对。") % {"row": first})
        return False
    plan.refuse(row, "person_id", _("与第%(row)d行的证件号码重复，请只留一行。") % {"row": first})
    return True


def _known_person(plan: m.Plan, row: m.TypedRow, held: Person, persons: Persons) -> None:
    if persons.find(plan, row) is None:
        return
    name = row.values.get("name")
    if name and same_name(name) != same_name(held.name):
        plan.refuse(row, "name", _("该证件号码在名录中登记的是另一姓名，请核对；确需更名的，请在人员页面办理。"))
        persons.refused.add(row.values["person_id"])
        return
    given = {key: row.values[key] for key in ("phone", "born_on") if row.values.get(key)}
    plan.batch(m.PEOPLE).note(held, given)


def _new_person(plan: m.Plan, row: m.TypedRow, number: str, persons: Persons, employed: set[str]) -> None:
    kind = row.values.get("id_kind") or kind_of(number)
    fault = id_fault(number, kind)
    name = row.values.get("name")
    if fault:
        plan.refuse(row, "person_id", fault)
    elif not name:
        plan.refuse(row, "name", _("请填写姓名。"))
    elif number not in employed and not is_system(persons.actor):
        plan.refuse(row, "person_id", _("此人没有聘用记录，请在聘用表中填写其所在机构和入职日期。"))
    else:
        born = birth_date(number) if kind == IdKind.RESIDENT else None
        made = Person(
            name=normalise_text(name), id_kind=kind, id_number=number, born_on=row.values.get("born_on") or born,
            phone=row.values.get("phone") or "",
        )
        persons.by_number[number] = made
        persons.kept.add(made.pk)
        plan.batch(m.PEOPLE).new.append(made)
        return
    persons.refused.add(number)


EMPLOYMENT_FIELDS = (
    "post", "full_time", "duties", "ended_on", "practice_registered_on", "practice_cancelled_on",
)

DATES_IN_ORDER = (("started_on", "ended_on"), ("practice_registered_on", "practice_cancelled_on"))


def _employments(plan: m.Plan, employers: list[Employer], persons: Persons) -> None:
    usable: list[m.TypedRow] = []
    for row, institution in employers:
        person = persons.find(plan, row)
        if person is not None:
            row.values["person"], row.values["institution"] = person, institution
            usable.append(row)
    held = [one for part in in_parts(row.values["person"].pk for row in usable)
            for one in Employment.objects.within(EVERYTHING).filter(person_id__in=part)]
    same = m.matched(usable, held, [
        (lambda one: (one.person_id, one.institution_id, one.post, one.started_on),
         lambda row: (*_whom(row), row.values.get("post"), row.values.get("started_on"))),
        (lambda one: (one.person_id, one.institution_id, one.started_on),
         lambda row: (*_whom(row), row.values.get("started_on"))),
        (lambda one: None if one.ended_on else (one.person_id, one.institution_id),
         lambda row: None if row.values.get("started_on") else _whom(row)),
    ])
    seen: dict[Any, int] = {}
    for place, row in enumerate(usable):
        _one_employment(plan, row, same.get(place), seen)


def _whom(row: m.TypedRow) -> tuple[UUID, UUID]:
    return row.values["person"].pk, row.values["institution"].pk


def _one_employment(plan: m.Plan, row: m.TypedRow, held: Any, seen: dict[Any, int]) -> None:
    values = row.values
    key = (*_whom(row), values.get("post"), values.get("started_on"))
    if key in seen:
        if not values.get("again"):
            plan.refuse(row, "started_on", _("与第%(row)d行的聘用重复，请只留一行。") % {"row": seen[key]})
        return
    seen[key] = row.number
    given = {name: values[name] for name in EMPLOYMENT_FIELDS if values.get(name) not in (None, "")}
    if held is not None:
        if all(plan.in_order(row, held, given, pair) for pair in DATES_IN_ORDER):
            plan.batch(m.EMPLOYMENTS).note(held, given)
    else:
        made = Employment(
            person=values["person"], institution=values["institution"], started_on=values.get("started_on"), **given
        )
        plan.batch(m.EMPLOYMENTS).new.append(made.owned_by(values["institution"]))
