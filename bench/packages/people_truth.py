"""What the rules of families A and B must find, by the letter of their definitions, person after person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from bench.packages.days import END, EPOCH, number
from bench.packages.person import OPEN, Employment, Person

AGES = {"secondary": 15, "college": 18, "bachelor": 19, "master": 19, "doctor": 19}


def longest_run(months: Iterable[int], holds: Callable[[int], bool]) -> int:
    """The longest run of months in which something holds."""
    best = run = 0
    for month in months:
        run = run + 1 if holds(month) else 0
        best = max(best, run)
    return best


def found_in(person: Person) -> Iterator[str]:
    """Name the rules that one person alone fulfils."""
    yield from _insurance(person)
    if any(_overlap(a, b) >= 31 for at, a in enumerate(person.employments) for b in person.employments[at + 1 :]):
        yield "concurrent_employment"
    if any(one.result in ("not_found", "mismatch") for one in person.educations):
        yield "diploma_not_genuine"
    if any(one[4] in ("not_found", "mismatch") for one in person.titles):
        yield "title_not_genuine"
    if _is_implausible(person):
        yield "diploma_implausible"
    if any(_is_short(person, one) for one in person.employments):
        yield "training_short"


def _insurance(person: Person) -> Iterator[str]:
    if sum(len(person.payers(month)) >= 2 for month in range(42)) >= 2:
        yield "multi_payer"
    for one in person.employments:
        if not one.full_time:
            continue
        months = one.whole_months()
        if longest_run(months, lambda m, e=one: e.is_registered_in(m) and not person.payers(m)) >= 3:
            yield "insurance_gap"
        if longest_run(months, lambda m, e=one: e.is_registered_in(m) and bool(person.payers(m)) and e.institution not in person.payers(m)) >= 3:
            yield "payer_mismatch"


def _overlap(a: Employment, b: Employment) -> int:
    if not (a.full_time and b.full_time) or a.institution == b.institution or a.started is None or b.started is None:
        return 0
    return min(a.ended or END, b.ended or END, END) - max(a.started, b.started) + 1


def _is_implausible(person: Person) -> bool:
    done = [one for one in person.educations if one.graduated is not None]
    if person.born is not None and any(one.graduated < birthday(person.born, AGES[one.degree]) for one in done):
        return True
    issues = [one.issued for one in person.credentials if one.issued is not None and not one.grade.startswith("ndt")]
    return bool(done and issues) and min(one.graduated for one in done) > min(issues)


def birthday(born: int, age: int) -> int:
    """The day on which somebody reaches an age."""
    day = EPOCH + timedelta(days=born)
    return number(day.year + age, day.month, day.day)


def _is_short(person: Person, one: Employment) -> bool:
    for year, (technical, quality) in person.trainings.items():
        if one.started is None or one.started > number(year, 1, 1) or (one.ended or OPEN) < number(year, 12, 31):
            continue
        if one.post == "inspector" and one.full_time and technical is not None and technical < 24:
            return True
        if one.post in ("technical_manager", "quality_manager") and quality is not None and quality < 16:
            return True
    return False


def shared_diplomas(people: Iterable[Person]) -> set[int]:
    """Who has a diploma number of a school that somebody else has too."""
    holders = defaultdict(set)
    for person in people:
        for one in person.educations:
            if one.school and one.number:
                holders[one.school, one.number].add(person.at)
    return {at for found in holders.values() if len(found) >= 2 for at in found}
