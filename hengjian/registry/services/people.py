"""People and their employments; the public registration of practice and its cancellation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.fields import blind_index
from hengjian.base.normalising import normalise_code, normalise_phone, normalise_text
from hengjian.base.scope import EVERYTHING
from hengjian.registry.identifiers import birth_date, phone_fault, resident_id_fault
from hengjian.registry.models import Employment, Institution, Person
from hengjian.registry.policy import NOT_OWN_PEOPLE, may_add_person, may_change_employment
from hengjian.registry.queries import on_day, same_name
from hengjian.registry.queries.people import ID_INDEX
from hengjian.registry.services.checks import applied, must_follow, must_keep_file, said_reason
from hengjian.registry.states import EmploymentPost, IdKind

title("registry.add_person", "登记人员")
title("registry.change_person", "变更人员信息")
title("registry.add_employment", "登记聘用")
title("registry.change_employment", "变更聘用信息")
title("registry.end_employment", "登记离职")
title("registry.register_practice", "登记执业公示")
title("registry.cancel_practice", "取消执业公示")

EMPLOYMENT_FIELDS = ("post", "full_time", "duties", "started_on", "ended_on", "practice_registered_on")
OTHER_NAME = gettext_noop("该证件号码在名录中登记的是另一姓名，请核对证件号码和姓名。")


def checked_id(id_number: str, id_kind: str) -> str:
    """The identity number as it is kept; ``BadInput`` when it cannot be one."""
    number = normalise_code(id_number)
    fault = resident_id_fault(number) if id_kind == IdKind.RESIDENT else None
    if fault or not number:
        raise BadInput("id_number", fault or _("请填写证件号码。"))
    return number


def checked_phone(phone: str) -> str:
    """The telephone number as it is kept; ``BadInput`` when it cannot be one."""
    number = normalise_phone(phone)
    fault = phone_fault(number) if number else None
    if fault:
        raise BadInput("phone", fault)
    return number


def add_person(
    institution: Institution, *, actor: Any, name: str, id_number: str, id_kind: str = IdKind.RESIDENT,
    phone: str = "", born_on: date | None = None, post: str = EmploymentPost.INSPECTOR, full_time: bool = True,
    started_on: date | None = None, duties: str = "",
) -> Employment:
    """Take a person into an institution; a person known from elsewhere keeps the one practice file.

    Raises:
        BadInput: the identity number is wrong, stands for another name, or the person is already employed here.
    """
    number, called = checked_id(id_number, id_kind), normalise_text(name)
    reached = checked_phone(phone)
    with audited_action("registry.add_person", actor=actor) as act:
        held = act.take(institution)
        act.require(may_add_person(actor, held), _(NOT_OWN_PEOPLE))
        person = Person.objects.within(EVERYTHING).filter(id_index=blind_index(ID_INDEX, number)).first()
        if person is None:
            born = birth_date(number) if id_kind == IdKind.RESIDENT else born_on
            person = act.add(Person(name=called, id_kind=id_kind, id_number=number, born_on=born, phone=reached))
        elif same_name(person.name) != same_name(called):
            raise BadInput("name", _(OTHER_NAME))
        elif Employment.objects.within(EVERYTHING).filter(person=person, institution=held, ended_on=None).exists():
            raise BadInput("id_number", _("此人已在本机构人员名册中。"))
        return act.add(Employment(
            person=person, institution=held, post=post, full_time=full_time, started_on=started_on, duties=duties,
        ).owned_by(held))


def change_person(
    person: Person, *, actor: Any, version: int | None = None, name: str | None = None, phone: str | None = None,
    reason: str = "",
) -> Person:
    """Change a person's name (a reason is asked) or telephone number."""
    said = said_reason(reason) if name is not None and name != person.name else reason
    with audited_action("registry.change_person", actor=actor, reason=said) as act:
        act.take(person, version=version)
        held = must_keep_file(act, actor, person)
        if name is not None:
            held.name = normalise_text(name)
        if phone is not None:
            held.phone = checked_phone(phone)
        return held


def add_employment(
    person: Person, *, actor: Any, institution: Institution, post: str, full_time: bool = True,
    started_on: date | None = None, duties: str = "",
) -> Employment:
    """Add a further employment of a person in an institution (another post, or a return)."""
    with audited_action("registry.add_employment", actor=actor) as act:
        held = act.take(institution)
        act.require(may_add_person(actor, held), _(NOT_OWN_PEOPLE))
        known = Employment.objects.within(EVERYTHING).filter(
            person=person, institution=held, post=post, started_on=started_on
        )
        if known.exists():
            raise BadInput("started_on", _("同一岗位、同一入职日期的聘用已经登记。"))
        return act.add(Employment(
            person=person, institution=held, post=post, full_time=full_time, started_on=started_on, duties=duties,
        ).owned_by(held))


def change_employment(
    employment: Employment, *, actor: Any, version: int | None = None, changes: dict[str, Any]
) -> Employment:
    """Correct the data of an employment."""
    with audited_action("registry.change_employment", actor=actor) as act:
        held = act.take(employment, version=version)
        act.require(may_change_employment(actor, held), _(NOT_OWN_PEOPLE))
        applied(held, changes, EMPLOYMENT_FIELDS)
        _must_hang_together(held)
        return held


def _must_hang_together(row: Employment) -> None:
    must_follow(row.started_on, row.ended_on, ("started_on", "ended_on"), _("离职日期早于入职日期，请核对。"))
    must_follow(
        row.practice_registered_on, row.practice_cancelled_on, ("practice_registered_on", "practice_cancelled_on"),
        _("取消执业公示的日期早于公示日期，请核对。"),
    )


def end_employment(employment: Employment, *, actor: Any, on: date, reason: str) -> Employment:
    """Note that a person has left; the registration of practice has to be cancelled separately."""
    with audited_action("registry.end_employment", actor=actor, reason=said_reason(reason)) as act:
        held = act.take(employment)
        act.require(may_change_employment(actor, held), _(NOT_OWN_PEOPLE))
        held.ended_on = on
        _must_hang_together(held)
        return held


def register_practice(employment: Employment, *, actor: Any, on: date) -> Employment:
    """Register a person's practice publicly in the institution.

    Raises:
        BadInput: the practice is registered elsewhere. Nobody practises in two (特种设备安全法 第五十一条).
    """
    with audited_action("registry.register_practice", actor=actor) as act:
        held = act.take(employment)
        act.require(may_change_employment(actor, held), _(NOT_OWN_PEOPLE))
        elsewhere = Employment.objects.within(EVERYTHING).filter(
            on_day(on), person_id=held.person_id, practice_registered_on__isnull=False,
            practice_cancelled_on__isnull=True,
        ).exclude(institution_id=held.institution_id)
        if elsewhere.exists():
            raise BadInput("on", _("此人的执业公示仍在另一机构，须先由该机构取消后才能在本机构公示。"))
        held.practice_registered_on, held.practice_cancelled_on, held.practice_cancel_reason = on, None, ""
        _must_hang_together(held)
        return held


def cancel_practice(employment: Employment, *, actor: Any, on: date, reason: str) -> Employment:
    """Cancel the public registration of a person's practice in the institution."""
    said = said_reason(reason)
    with audited_action("registry.cancel_practice", actor=actor, reason=said) as act:
        held = act.take(employment)
        act.require(may_change_employment(actor, held), _(NOT_OWN_PEOPLE))
        if held.practice_registered_on is None or held.practice_cancelled_on is not None:
            raise BadInput("on", _("此人在本机构没有有效的执业公示，无须取消。"))
        held.practice_cancelled_on, held.practice_cancel_reason = on, said
        _must_hang_together(held)
        return held
