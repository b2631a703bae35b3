"""What the register of the two provinces holds: people, papers, areas of work, enterprises, equipment, imports, looks."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from hengjian.base import clock
from hengjian.dossier import services as dossier
from hengjian.registry import services as registry
from hengjian.registry.identifiers import fake_uscc
from hengjian.registry.models import (
    Approval,
    Credential,
    Education,
    Employment,
    ImportRun,
    InstitutionWorkArea,
    InsuranceMonth,
    Person,
    Reveal,
    Title,
    Training,
    Verification,
)
from tests import factories
from tests.trust.ground import ELSEWHERE, TWO_EMPLOYERS, World, mark, month


def add(world: World) -> None:
    """People and papers of each institution; enterprises of each county; pairs that work across areas."""
    for key, institution in world.institutions.items():
        _people(world, key, institution)
        _papers(world, key, institution)
    for key, away in ELSEWHERE.items():
        there = world.authorities[away]
        one = world.institutions[key]
        factories.keep(InstitutionWorkArea(institution=one, area=there.path, org_id=one.org_id, org_area=one.area, since=factories.START))
    for first, second in TWO_EMPLOYERS:
        _works_for_both(world, first, second)
    for key in world.level("county"):
        _enterprise(world, key)
    for key in [*world.authorities, *world.institutions]:
        _import(world, key)


def _people(world: World, key: str, institution: Any) -> None:
    rows: list[Any] = []
    for n, who in enumerate(("first", "second", "third")):
        number, born = factories._fresh_id()
        person = Person(name=f"{mark(key, who)}", id_number=number, born_on=born, phone=f"139{n}{factories._rng.randrange(10**7):07d}")
        job = Employment(person=person, institution=institution, started_on=factories.START, practice_registered_on=factories.START,
                         duties=mark(key, "duties")).owned_by(institution)
        credential = Credential(person=person, certificate_no=f"{mark(key, 'certificate')}{n}", grade="inspector", categories=["3000"],
                                issuer=mark(key, "certifier"), issued_on=factories.START, valid_until=date(2027, 12, 31))
        school = Education(person=person, degree="bachelor", school=mark(key, "school"), major=mark(key, "major"), graduated_on=date(2007, 7, 1),
                           diploma_no=f"{mark(key, 'diploma')}{n}")
        held = Title(person=person, title=mark(key, "title"), awarded_on=date(2018, 1, 1), certificate_no=f"{mark(key, 'titleno')}{n}")
        looked = Verification(person=person, education=school, method="chsi", code=mark(key, "proof"), verified_by_name=mark(key, "verifier"),
                              verified_on=date(2024, 5, 20), result="genuine", note=mark(key, "looked"))
        rows += [person, job, credential, school, held, looked, Training(person=person, year=2023, technical_hours=24, quality_hours=16)]
        payer = {"payer_id": institution.organisation.uscc, "payer_name": institution.name}
        rows += [InsuranceMonth(person=person, month=month(n), **payer) for n in range(5, 19) if who != "first" or n < 12]
        place = ELSEWHERE.get(key, world.above(key))
        world.note("person", key, place, person_id=person.pk)
        for kind, row in (("employment", job), ("credential", credential), ("education", school), ("title", held)):
            world.note(f"{kind}_row", key, place, kind=kind, row_id=row.pk)
        world.note("credential_end_row", key, place, kind="credential", row_id=credential.pk)
    factories.keep(*rows)


def _papers(world: World, key: str, institution: Any) -> None:
    """An approval, a file with the institution, a look at a person that was entered."""
    factories.keep(Approval(
        institution=institution, number=f"{mark(key, 'approval')}", approval_class="甲B1", categories=["3000"], issuer=mark(key, "approver"),
        issued_on=date(2022, 1, 1), valid_until=date(2026, 1, 1),
    ).owned_by(institution))
    person = world.held["person"][-1].kwargs["person_id"]
    factories.keep(Reveal(
        object_type="registry.person", object_id=person, label=mark(key, "third"), fields=["id_number"], purpose="inspection", reason=mark(key, "look"),
        at=clock.now(), by_id=world.clerk(key).id, by_name=world.clerk(key).name,
    ).owned_by(institution))
    paper(world, key, institution, "registry.institution", institution.pk, "licence", by=world.clerk(key))
    for kind in ("institution_row", "institution_staff_row"):
        world.note(kind, key, ELSEWHERE.get(key, world.above(key)), kind="institution", row_id=institution.pk)


def paper(world: World, key: str, owner: Any, object_type: str, object_id: Any, what: str, *, by: Any, about: str = "") -> None:
    """A workbook, marked in name, note and cell, put to an object."""
    dossier.keep_evidence(
        f"{mark(key, what, about)}.txt", mark(key, what + "cell", about).encode(), actor=by, owner_row=owner, object_type=object_type, object_id=object_id,
        item="document", note=mark(key, what + "note", about),
    )

def _works_for_both(world: World, first: str, second: str) -> None:
    """A person of one institution who is employed by another as well."""
    person = [one for one in world.held["person"] if one.owner == first][-1].kwargs["person_id"]
    there = world.institutions[second]
    factories.keep(Employment(person_id=person, institution=there, started_on=date(2023, 5, 1), duties=mark(second, "seconduties")).owned_by(there))
    world.note("shared", second, world.above(second), person_id=person)


def _enterprise(world: World, key: str) -> None:
    officer, area = world.officer(key), world.authorities[key].path
    row = registry.add_enterprise(actor=officer, name=f"{mark(key, 'enterprise')}物业有限公司", uscc=fake_uscc(factories._rng), area=area,
                                  address=mark(key, "where"))
    lift = registry.add_equipment(row, actor=officer, code=mark(key, "code")[:40], category="3000", next_due_on=date(2024, 9, 1))
    world.note("enterprise", key, enterprise_id=row.pk)
    world.note("equipment", key, equipment_id=lift.pk)
    world.note("enterprise_row", key, kind="enterprise", row_id=row.pk)


def _import(world: World, key: str) -> None:
    """A file that was refused, with what was wrong in it."""
    holder = world.holder(key)
    by = world.clerk(key) if key in world.institutions else world.officer(key)
    name = f"{mark(key, 'import')}.xlsx"
    fault = {"sheet": mark(key, "faultsheet"), "row": 2, "column": 3, "head": mark(key, "faulthead"), "message": mark(key, "faultsaid"), "warning": False}
    row = ImportRun(
        file_name=name, sha256=hashlib.sha256(name.encode()).hexdigest(), size=9, kind="workbook", state="refused", counts={}, faults=[fault], fault_count=1,
        started_at=clock.now(), finished_at=clock.now(), by_id=by.id, by_name=by.name,
    )
    row.org_id, row.area, row.org_area = holder.org_id, holder.area, holder.area
    factories.keep(row)
    world.note("run", key, run_id=row.pk)
