"""Institutions and people of the demonstration, with 24 months of insurance and some claims that do not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from hengjian.base import clock
from hengjian.base.actions import audited_action
from hengjian.parties.models import Account, Organisation, Post
from hengjian.registry.identifiers import fake_phone, fake_resident_id, fake_uscc
from hengjian.registry.models import (
    Approval,
    Credential,
    Education,
    Employment,
    Institution,
    InstitutionWorkArea,
    InsuranceMonth,
    Person,
    Title,
    Training,
    Verification,
)
from hengjian.web.demo.geography import MAKE, SINCE, Land
from hengjian.web.demo.names import INSTITUTIONS, SCHOOLS, STREETS, TITLES, WORDS, person_name

SHOWN = 2
"""The institution with an account for every role."""

FIRST_MONTH, MONTHS = date(2022, 7, 1), 24


@dataclass
class Plant:
    """What is wrong with a person on purpose, so that self-checks can tell it, hide it or overlook it."""

    other_payer: set[Any] = field(default_factory=set)
    no_insurance: set[Any] = field(default_factory=set)
    left: set[Any] = field(default_factory=set)
    diploma_not_found: set[Any] = field(default_factory=set)
    title_mismatch: set[Any] = field(default_factory=set)

    def anything(self, person_id: Any) -> bool:
        """Whether something was planted on a person."""
        return any(person_id in held for held in vars(self).values())


@dataclass
class Staff:
    """All rows of the register made so far, by table."""

    institutions: list[Institution] = field(default_factory=list)
    people: dict[Any, list[Person]] = field(default_factory=dict)
    plant: Plant = field(default_factory=Plant)
    rows: dict[type, list[Any]] = field(default_factory=dict)

    def keep(self, *rows: Any) -> None:
        """Note rows to be saved."""
        for row in rows:
            self.rows.setdefault(type(row), []).append(row)


def month_of(number: int) -> date:
    """The first day of the ``number``-th month of the insurance record."""
    total = FIRST_MONTH.month - 1 + number
    return date(FIRST_MONTH.year + total // 12, total % 12 + 1, 1)


def make_staff(land: Land, rng: Random, used: set[str], *, actor: Any, hashed: str, people: int = 2000) -> Staff:
    """Sixty institutions of every kind and about ``people`` people with all that the register knows of them."""
    staff = Staff()
    seats, number = land.seats, 0
    taken: set[str] = set()
    heads = iter(_headcounts(rng, people))
    for kind, specialities, klass, categories, endings, count, _size in INSTITUTIONS:
        for n in range(count):
            seat = land.counties[0] if klass == "甲A1" else seats[number % len(seats)]
            number += 1
            name = _institution_name(rng, taken, seat, kind, endings, n, klass)
            institution = _institution(staff, rng, name, seat, kind, specialities, klass, categories)
            _people(staff, rng, used, institution, categories, next(heads), kind)
            _accounts(staff, rng, used, land, institution, number, hashed)
    _work_elsewhere(staff, rng, land)
    _plant(staff, rng)
    with audited_action(MAKE, actor=actor) as act:
        for rows in staff.rows.values():
            act.add_many(rows)
    return staff


def _headcounts(rng: Random, people: int) -> list[int]:
    """How many people each institution has, ``people`` in all."""
    ranges = [size for *_, count, size in INSTITUTIONS for _ in range(count)]
    counts = [max(5, round(rng.randint(*size) * people / 2000)) for size in ranges]
    step = 1 if sum(counts) < people else -1
    n = 1
    while sum(counts) != people:
        if counts[n] + step >= 5:
            counts[n] += step
        n = n % (len(counts) - 1) + 1
    return counts


def _institution_name(rng: Random, taken: set[str], seat: Any, kind: str, endings: tuple[str, ...], n: int, klass: str) -> str:
    if klass == "甲A1":
        return f"澜川省{endings[0]}"
    while True:
        place = (seat.parent.area_name if seat.parent and seat.parent.level == "city" else "澜川高新").removesuffix("市")
        name = f"{place}{rng.choice(WORDS)}{endings[n % len(endings)]}"
        if name not in taken:
            taken.add(name)
            return name


def _institution(staff: Staff, rng: Random, name: str, seat: Any, kind: str, specialities: list[str], klass: str, categories: list[str]) -> Institution:
    public = klass in {"甲A1", "甲B1"}
    organisation = Organisation(
        name=name, uscc=fake_uscc(rng, kind="12" if public else "91"), kind="institution", area=seat.path,
        address=f"{seat.area_name}{rng.choice(STREETS)}{rng.randint(1, 299)}号", legal_representative=person_name(rng, set()),
        legal_phone=fake_phone(rng), contact_name=person_name(rng, set()), contact_phone=fake_phone(rng),
    )
    row = Institution(
        id=organisation.id, organisation=organisation, name=name, kind=kind, approval_class=klass, specialities=specialities,
        in_market_system=public, founded_on=date(rng.randint(1996, 2019), rng.randint(1, 12), 1), area=seat.path, org_id=organisation.id, org_area=seat.path,
    )
    issued = date(rng.randint(2021, 2023), rng.randint(1, 12), rng.randint(1, 28))
    approval = Approval(
        institution=row, number=f"TS7{rng.randint(100000, 999999)}-{issued.year + 4}", approval_class=klass, categories=categories,
        issuer="澜川省市场监督管理局", issued_on=issued, valid_until=issued.replace(year=issued.year + 4),
    ).owned_by(row)
    staff.keep(organisation, row)
    if klass:
        staff.keep(approval)
    staff.institutions.append(row)
    return row


def _id_number(rng: Random, born: date, used: set[str]) -> str:
    """A resident ID that no other person here has."""
    while True:
        number = fake_resident_id(rng, born=born, male=rng.random() < 0.7)
        if number not in used:
            used.add(number)
            return number


def _people(staff: Staff, rng: Random, used: set[str], at: Institution, categories: list[str], count: int, kind: str) -> None:
    posts = ["technical_manager", "quality_manager", "responsible_engineer", "responsible_engineer"]
    if kind == "examination":
        posts = ["examiner"] * 4
    if kind == "appraisal":
        posts = ["appraiser"] * 6
    for n in range(count):
        born = date(rng.randint(1964, 1999), rng.randint(1, 12), rng.randint(1, 28))
        person = Person(name=person_name(rng, used), id_number=_id_number(rng, born, used), born_on=born, phone=fake_phone(rng))
        started = date(rng.randint(max(2008, born.year + 23), 2023) if born.year < 1999 else 2023, rng.randint(1, 6), rng.randint(1, 28))
        employment = Employment(
            person=person, institution=at, post=posts[n] if n < len(posts) else "inspector", full_time=rng.random() < 0.95, started_on=started,
            practice_registered_on=started, duties="现场检验检测及记录、报告编制" if n >= len(posts) else "技术与质量管理",
        ).owned_by(at)
        staff.keep(person, employment)
        staff.people.setdefault(at.id, []).append(person)
        _papers(staff, rng, person, born, categories, kind, n)
        staff.keep(*[InsuranceMonth(person=person, month=month_of(m), payer_id=at.organisation.uscc, payer_name=at.name) for m in range(MONTHS)])


def _papers(staff: Staff, rng: Random, person: Person, born: date, categories: list[str], kind: str, n: int) -> None:
    issued = date(rng.randint(2020, 2023), rng.randint(1, 12), rng.randint(1, 28))
    grade = "ndt_2" if kind == "testing" and not categories else rng.choices(["inspector", "engineer", "senior_engineer"], [70, 26, 4])[0]
    staff.keep(Credential(
        person=person, certificate_no=f"LC{rng.randint(10**7, 10**8 - 1)}", grade=grade, categories=categories[:1] if grade == "inspector" else categories,
        issuer="澜川省市场监督管理局", issued_on=issued, valid_until=issued.replace(year=issued.year + 4),
    ))
    degree = rng.choices(["college", "bachelor", "master"], [38, 52, 10])[0]
    education = Education(person=person, degree=degree, school=rng.choice(SCHOOLS), graduated_on=date(born.year + 22, 7, 1),
                          diploma_no=f"{rng.randint(10**17, 10**18 - 1)}")
    old = education.graduated_on is not None and education.graduated_on.year < 1992
    staff.keep(education, Verification(
        person=person, education=education, method="school_letter" if old else "chsi", code=f"A{rng.randint(10**11, 10**12 - 1)}",
        verified_by_name="人事部门", verified_on=date(2024, rng.randint(1, 5), rng.randint(1, 28)), result="genuine",
    ))
    if rng.random() < 0.62:
        rank = TITLES[0 if born.year > 1992 else 1 if born.year > 1980 else 2]
        held = Title(person=person, title=rank, awarded_on=date(min(2022, born.year + rng.randint(27, 38)), 12, 1), certificate_no=f"ZC{rng.randint(10**6, 10**7 - 1)}")
        staff.keep(held, Verification(
            person=person, title=held, method=rng.choice(["review_form", "approval_document", "hrss_platform"]), code=f"人社评〔2020〕{rng.randint(1, 300)}号",
            verified_by_name="人事部门", verified_on=date(2024, rng.randint(1, 5), rng.randint(1, 28)), result="genuine",
        ))
    for year in (2022, 2023):
        staff.keep(Training(person=person, year=year, technical_hours=Decimal(rng.choice([24, 26, 28, 32, 20])), quality_hours=Decimal(16 if n < 2 else 4)))


def _accounts(staff: Staff, rng: Random, used: set[str], land: Land, at: Institution, number: int, hashed: str) -> None:
    people = staff.people[at.id]
    posts = [("", "quality_manager", people[1].name), ("-admin", "institution_admin", person_name(rng, used)),
             ("-head", "unit_head", at.organisation.legal_representative)]
    if number == SHOWN:
        posts += [("-tech", "technical_manager", people[2].name), ("-filler", "filler", people[3].name), ("-inspector", "inspector", people[4].name)]
    for suffix, role, name in posts:
        username = f"inst{number:02d}{suffix}"
        account = Account(username=username, name=name, password=hashed, created_at=clock.now())
        staff.keep(account, Post(account=account, role=role, organisation=at.organisation, area=at.area, valid_from=SINCE))
        land.accounts[username] = account


def _work_elsewhere(staff: Staff, rng: Random, land: Land) -> None:
    for institution in staff.institutions:
        if institution.kind in {"inspection", "testing"} and rng.random() < 0.3:
            away = rng.choice([seat for seat in land.seats if seat.path != institution.area])
            staff.keep(InstitutionWorkArea(institution=institution, area=away.path, org_id=institution.org_id, org_area=institution.org_area, since=date(2022, 1, 1)))


def _plant(staff: Staff, rng: Random) -> None:
    """Choose about forty people and make their data say something else than a careless self-check would."""
    plant = staff.plant
    checked = [i for i in staff.institutions if i.kind in {"inspection", "testing", "type_test"}]
    insurance: dict[Any, list[InsuranceMonth]] = {}
    for month in staff.rows[InsuranceMonth]:
        insurance.setdefault(month.person_id, []).append(month)
    for n, institution in enumerate(rng.choices(checked, k=70)):
        person = rng.choice(staff.people[institution.id][2:])
        held = insurance[person.id]
        match n % 5:
            case 0:
                other = rng.choice([i for i in checked if i.id != institution.id])
                for month in held[-8:-4]:
                    month.payer_id, month.payer_name = other.organisation.uscc, other.name
                plant.other_payer.add(person.id)
            case 1:
                gone = set(map(id, held[-5:]))
                staff.rows[InsuranceMonth] = [m for m in staff.rows[InsuranceMonth] if id(m) not in gone]
                plant.no_insurance.add(person.id)
            case 2:
                employment = next(e for e in staff.rows[Employment] if e.person_id == person.id)
                employment.ended_on = date(2024, 4, 30)
                gone = set(map(id, held[-2:]))
                staff.rows[InsuranceMonth] = [m for m in staff.rows[InsuranceMonth] if id(m) not in gone]
                plant.left.add(person.id)
            case 3:
                look = next(v for v in staff.rows[Verification] if v.person_id == person.id and v.education_id)
                look.result, look.note = "not_found", "学信网未查到，院校函复无此学籍"
                plant.diploma_not_found.add(person.id)
            case _:
                look = next((v for v in staff.rows[Verification] if v.person_id == person.id and v.title_id), None)
                if look is not None:
                    look.result, look.note = "mismatch", "评审表姓名与证书不一致"
                    plant.title_mismatch.add(person.id)


