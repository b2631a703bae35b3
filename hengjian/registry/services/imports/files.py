"""Certificates, diplomas, titles, verifications, training and insurance months of an import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hengjian.base.scope import EVERYTHING
from hengjian.registry.models import Credential, Education, InsuranceMonth, Title, Training, Verification
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.organisations import in_parts
from hengjian.registry.services.imports.persons import Persons

TAKEN_OVER = gettext_noop("随名册导入")


def plan_files(plan: m.Plan, tables: m.TypedTables, persons: Persons) -> None:
    """Plan all tables that belong to a person's practice file."""
    _credentials(plan, _of_people(plan, tables.get(m.CREDENTIALS, []), persons))
    _papers(plan, _of_people(plan, tables.get(m.EDUCATIONS, []), persons), m.EDUCATIONS, Education, _EDUCATION_KEYS)
    _papers(plan, _of_people(plan, tables.get(m.TITLES, []), persons), m.TITLES, Title, _TITLE_KEYS)
    _trainings(plan, _of_people(plan, tables.get(m.TRAININGS, []), persons))
    _insurance(plan, _of_people(plan, tables.get(m.INSURANCE, []), persons))


def _of_people(plan: m.Plan, rows: list[m.TypedRow], persons: Persons) -> list[m.TypedRow]:
    usable = []
    for row in rows:
        person = persons.find(plan, row)
        if person is not None:
            row.values["person"] = person
            usable.append(row)
    return usable


def _who(row: m.TypedRow) -> UUID:
    return row.values["person"].pk


def _held(model: Any, rows: Iterable[m.TypedRow]) -> list[Any]:
    """Rows of a table that the people of these lines already have."""
    return [one for part in in_parts(_who(row) for row in rows)
            for one in model.objects.within(EVERYTHING).filter(person_id__in=part)]


def _given(row: m.TypedRow, names: Iterable[str]) -> dict[str, Any]:
    return {name: row.values[name] for name in names if row.values.get(name) not in (None, "", [])}


def _is_repeated(plan: m.Plan, row: m.TypedRow, key: Any, seen: dict[Any, int], at: str) -> bool:
    if key not in seen:
        seen[key] = row.number
        return False
    if not row.values.get("again"):
        plan.refuse(row, at, _("与第%(row)d行重复，请只留一行。") % {"row": seen[key]})
    return True


def _credentials(plan: m.Plan, rows: list[m.TypedRow]) -> None:
    batch, seen = plan.batch(m.CREDENTIALS), {}  # type: ignore[var-annotated]

    def of_line(row: m.TypedRow) -> Any:
        return _who(row), row.values["certificate_no"], row.values["grade"], row.values.get("issued_on")

    same = m.matched(rows, _held(Credential, rows), [
        (lambda one: (one.person_id, one.certificate_no, one.grade, one.issued_on), of_line),
        (lambda one: (one.person_id, one.certificate_no, one.grade),
         lambda row: None if row.values.get("issued_on") else of_line(row)[:3]),
    ])
    for place, row in enumerate(rows):
        if _is_repeated(plan, row, of_line(row), seen, "certificate_no"):
            continue
        given = _given(row, ("categories", "issuer", "valid_until"))
        if place in same:
            held: Any = same[place]
            if held.cancelled_on is not None and given.get("valid_until") == held.cancelled_on:
                del given["valid_until"]  # as the contract, which has no other column, tells of a cancellation
            if plan.in_order(row, same[place], given, ("issued_on", "valid_until")):
                batch.note(same[place], given)
        else:
            batch.new.append(Credential(
                person=row.values["person"], certificate_no=row.values["certificate_no"], grade=row.values["grade"],
                issued_on=row.values.get("issued_on"), **given,
            ))


Keys = tuple[tuple[str, ...], list[tuple[Callable[[Any], Any], Callable[[m.TypedRow], Any]]]]

_EDUCATION_KEYS: Keys = (("degree", "school", "graduated_on", "diploma_no", "major"), [
    (lambda one: (one.person_id, one.diploma_no) if one.diploma_no else None,
     lambda row: (_who(row), row.values["diploma_no"]) if row.values.get("diploma_no") else None),
    (lambda one: (one.person_id, one.degree, one.school),
     lambda row: (_who(row), row.values.get("degree"), row.values.get("school"))),
])
_TITLE_KEYS: Keys = (("title", "awarded_on", "certificate_no"), [
    (lambda one: (one.person_id, one.certificate_no) if one.certificate_no else None,
     lambda row: (_who(row), row.values["certificate_no"]) if row.values.get("certificate_no") else None),
    (lambda one: (one.person_id, one.title), lambda row: (_who(row), row.values.get("title"))),
])


def _papers(plan: m.Plan, rows: list[m.TypedRow], table: str, model: Any, keys: Keys) -> None:
    batch, seen, names = plan.batch(table), {}, keys[0]  # type: ignore[var-annotated]
    same = m.matched(rows, _held(model, rows), keys[1])
    papers: list[tuple[m.TypedRow, Any]] = []
    for place, row in enumerate(rows):
        given = _given(row, names)
        if _is_repeated(plan, row, (_who(row), *sorted(given.items(), key=str)), seen, names[0]):
            continue
        if place in same:
            batch.note(same[place], given)
            papers.append((row, same[place]))
        else:
            made = model(person=row.values["person"], **given)
            batch.new.append(made)
            papers.append((row, made))
    _verifications(plan, papers, "education_id" if table == m.EDUCATIONS else "title_id")


def _verifications(plan: m.Plan, papers: list[tuple[m.TypedRow, Any]], key: str) -> None:
    """Add the verification a row speaks of, unless its paper's latest one says the same."""
    said = [(row, paper) for row, paper in papers if row.values.get("verification") and row.values.get("result")]
    latest: dict[UUID, Verification] = {}
    for part in in_parts(paper.pk for _row, paper in said):
        held = Verification.objects.within(EVERYTHING).filter(**{f"{key}__in": part})
        for one in held.order_by("verified_on", "id"):
            latest[getattr(one, key)] = one
    batch = plan.batch(m.VERIFICATIONS)
    for row, paper in said:
        values, known = row.values, latest.get(paper.pk)
        code = values.get("verification_code") or ""
        if known is not None and (known.method, known.result) == (values["verification"], values["result"]) and (
            not code or known.code == code
        ):
            batch.unchanged += 1
            continue
        batch.new.append(Verification(
            person=values["person"], method=values["verification"], result=values["result"], code=code,
            verified_on=values.get("verified_on"), verified_by_name=values.get("verified_by") or "",
            note=_(TAKEN_OVER), **{key: paper.pk},
        ))


def _trainings(plan: m.Plan, rows: list[m.TypedRow]) -> None:
    batch, seen = plan.batch(m.TRAININGS), {}  # type: ignore[var-annotated]
    held = {(one.person_id, one.year): one for one in _held(Training, rows)}
    for row in rows:
        key = _who(row), row.values["year"]
        if _is_repeated(plan, row, key, seen, "year"):
            continue
        given = _given(row, ("technical_hours", "quality_hours"))
        if key in held:
            batch.note(held[key], given)
        else:
            batch.new.append(Training(person=row.values["person"], year=row.values["year"], **given))


def _insurance(plan: m.Plan, rows: list[m.TypedRow]) -> None:
    batch, seen = plan.batch(m.INSURANCE), {}  # type: ignore[var-annotated]
    held = {(one.person_id, one.month, one.payer_id): one for one in _held(InsuranceMonth, rows)}
    for row in rows:
        key = _who(row), row.values["month"], row.values["payer_id"]
        if _is_repeated(plan, row, key, seen, "month"):
            continue
        given = _given(row, ("payer_name",))
        if key in held:
            batch.note(held[key], given)
        else:
            batch.new.append(InsuranceMonth(
                person=row.values["person"], month=key[1], payer_id=key[2], **given
            ))
