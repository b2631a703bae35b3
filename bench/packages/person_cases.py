"""The cases that are played on single persons: what is not as it should be, and what only looks so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bench.packages.days import END, MONTHS, START, number
from bench.packages.people_truth import birthday
from bench.packages.person import NOBODY, Credential, Education, Employment, Person

Play = Callable[[Person, np.random.Generator, int, int], None]
"""Called with the person, random numbers, another institution, another unit that may pay."""
PLAYS: dict[tuple[str, str], tuple[str, Play]] = {}


def plays(rule: str, label: str, pool: str = "extra") -> Callable[[Play], Play]:
    """Enter a case under its rule; `pool` says on whom it is played."""

    def entered(play: Play) -> Play:
        PLAYS[rule, label] = (pool, play)
        return play

    return entered


def _month(rng: np.random.Generator) -> int:
    return int(rng.integers(6, 26))


def _pays(months: tuple[int, ...], who: str) -> Play:
    """In these months, counted from a month by chance, the other unit pays too, pays instead, or nobody pays."""

    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        first = _month(rng)
        for month in months:
            if who == "too":
                person.paid_too.append((first + month, unit))
            else:
                person.paid[first + month] = unit if who == "instead" else NOBODY

    return play


PLAYS["multi_payer", "two months"] = ("any", _pays((0, 1), "too"))
PLAYS["multi_payer", "two months apart"] = ("any", _pays((0, 9), "too"))
PLAYS["multi_payer", "year"] = ("any", _pays(tuple(range(12)), "too"))
PLAYS["multi_payer", "honest one month"] = ("any", _pays((0,), "too"))
PLAYS["multi_payer", "honest in turn"] = ("any", _pays((0, 1), "instead"))
PLAYS["insurance_gap", "three months"] = ("any", _pays((0, 1, 2), "nobody"))
PLAYS["insurance_gap", "long"] = ("any", _pays(tuple(range(9)), "nobody"))
PLAYS["insurance_gap", "honest two months"] = ("any", _pays((0, 1), "nobody"))
PLAYS["insurance_gap", "honest two and two"] = ("any", _pays((0, 1, 3, 4), "nobody"))
PLAYS["payer_mismatch", "three months"] = ("any", _pays((0, 1, 2), "instead"))
PLAYS["payer_mismatch", "long"] = ("any", _pays(tuple(range(14)), "instead"))
PLAYS["payer_mismatch", "honest two months"] = ("any", _pays((0, 1), "instead"))
PLAYS["payer_mismatch", "honest two and two"] = ("any", _pays((0, 1, 3, 4), "instead"))


@plays("insurance_gap", "to the end")
def _to_the_end(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    person.paid[-3:] = NOBODY


@plays("insurance_gap", "honest last months")
def _last_months(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    person.paid[-2:] = NOBODY


@plays("insurance_gap", "honest broken by another")
def _broken(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    month = _month(rng)
    person.paid[month : month + 5] = [NOBODY, NOBODY, unit, NOBODY, NOBODY]


@plays("payer_mismatch", "honest in turns")
def _in_turns(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    month = _month(rng)
    person.paid[month : month + 6] = [unit, NOBODY, unit, unit, NOBODY, unit]


def _employed(unpaid: str, **changes: object) -> Play:
    """Change the employment first; then for eight months nobody pays, or another unit."""

    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        for name, value in changes.items():
            setattr(person.employments[0], name, value)
        month = _month(rng)
        person.paid[month : month + 8] = NOBODY if unpaid == "nobody" else unit

    return play


for _rule, _who in (("insurance_gap", "nobody"), ("payer_mismatch", "instead")):
    PLAYS[_rule, "honest part-time"] = ("extra", _employed(_who, full_time=False))
    PLAYS[_rule, "honest not registered"] = ("extra", _employed(_who, registered=None))
    PLAYS[_rule, "honest not said"] = ("extra", _employed(_who, full_time=None))
    PLAYS[_rule, "honest registration over"] = ("extra", _employed(_who, cancelled=MONTHS[4] + 10))


@plays("insurance_gap", "honest begun within the month")
def _begun(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    month = _month(rng)
    person.employments[0].started = person.employments[0].registered = MONTHS[month] + 9
    person.paid[: month + 3] = NOBODY


@plays("insurance_gap", "honest ended within the month")
def _ended(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    month = _month(rng)
    person.employments[0].ended = MONTHS[month] + 19
    person.paid[month - 2 :] = NOBODY


@plays("insurance_gap", "honest registered late")
def _registered_late(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    month = _month(rng)
    person.employments[0].registered = MONTHS[month + 3] + 14
    person.paid[month : month + 5] = NOBODY


@plays("multi_payer", "honest job change")
def _job_change(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    month = _month(rng)
    before = person.employments[0]
    before.ended = MONTHS[month] + 14
    person.employments.append(Employment(other, "other", True, MONTHS[month] + 15, None, MONTHS[month] + 40))
    person.paid[month + 1 :] = other
    person.paid_too.append((month, other))


def _second(days: int | None, **changes: object) -> Play:
    """Another employment that overlaps the ending first one by so many days; None: both stay open."""

    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        start = int(rng.integers(START + 100, END - 500))
        if days is not None:
            person.employments[0].ended = start + days - 1
            person.paid[[at for at, month in enumerate(MONTHS) if month > start + days - 1]] = NOBODY
        second = Employment(other, "other", True, start, None, None)
        for name, value in changes.items():
            setattr(second, name, person.employments[0].institution if value == "same" else value)
        person.employments.append(second)

    return play


PLAYS["concurrent_employment", "thirty-two days"] = ("extra", _second(32))
PLAYS["concurrent_employment", "a year"] = ("extra", _second(365))
PLAYS["concurrent_employment", "both open"] = ("extra", _second(None))
PLAYS["concurrent_employment", "honest thirty days"] = ("extra", _second(30))
PLAYS["concurrent_employment", "honest next day"] = ("extra", _second(0))
PLAYS["concurrent_employment", "honest part-time"] = ("extra", _second(None, full_time=False))
PLAYS["concurrent_employment", "honest not said"] = ("extra", _second(None, full_time=None))
PLAYS["concurrent_employment", "honest same institution"] = ("extra", _second(None, institution="same"))
PLAYS["concurrent_employment", "honest no start"] = ("extra", _second(None, started=None))


def _posted(post: str, **changes: object) -> Play:
    """Employ as somebody else and do no work at all."""

    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        one = person.employments[0]
        one.post = post
        for name, value in changes.items():
            setattr(one, name, value)
        if one.started is not None and one.started > START:
            person.paid[[at for at, month in enumerate(MONTHS) if month < one.started]] = NOBODY
            person.trainings = {}
            one.registered = one.started + 20
        if one.ended is not None:
            person.paid[[at for at, month in enumerate(MONTHS) if month > (one.ended or END)]] = NOBODY
        if not one.full_time:
            person.paid[:] = NOBODY

    return play


PLAYS["no_work_trace", "never"] = ("extra", _posted("inspector"))
PLAYS["no_work_trace", "seven months"] = ("extra", _posted("inspector", started=END - 215))
PLAYS["no_work_trace", "honest five months"] = ("extra", _posted("inspector", started=END - 150))
PLAYS["no_work_trace", "honest ended"] = ("extra", _posted("inspector", ended=END - 20))
PLAYS["no_work_trace", "honest part-time"] = ("extra", _posted("inspector", full_time=False))
PLAYS["no_work_trace", "honest other post"] = ("extra", _posted("responsible_engineer"))
PLAYS["no_work_trace", "honest examiner"] = ("extra", _posted("examiner"))
PLAYS["no_work_trace", "honest no start"] = ("extra", _posted("inspector", started=None, registered=None))


def _checked(what: str, result: str | None) -> Play:
    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        if what == "diploma":
            person.educations[-1].result = result
        else:
            person.titles[:] = [("工程师", number(2012, 6, 1), f"ZC{person.at:07d}", "hrss_platform", result)]

    return play


for _what in ("diploma", "title"):
    for _result in ("not_found", "mismatch"):
        PLAYS[f"{_what}_not_genuine", _result] = ("any", _checked(_what, _result))
    PLAYS[f"{_what}_not_genuine", "honest pending"] = ("any", _checked(_what, "pending"))
    PLAYS[f"{_what}_not_genuine", "honest not checked"] = ("any", _checked(_what, None))


def _graduated(degree: str, age: int, days: int) -> Play:
    """Graduated so many days after a birthday."""

    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        assert person.born is not None
        person.educations[:] = [Education(degree, f"第{person.at % 90}学校", birthday(person.born, age) + days, f"X{person.at:09d}", "school_letter")]
        person.credentials[:] = []

    return play


for _degree, _age in (("secondary", 15), ("college", 18), ("bachelor", 19), ("doctor", 19)):
    PLAYS["diploma_implausible", f"{_degree} too young"] = ("extra", _graduated(_degree, _age, -1))
    PLAYS["diploma_implausible", f"honest {_degree} on the birthday"] = ("extra", _graduated(_degree, _age, 0))


def _after(days: int, grade: str, first: bool = False, born: bool = True) -> Play:
    """The (only, or first) graduation lies so many days after the issue of a certificate."""

    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        issued = number(2011, 5, 10)
        person.credentials[:] = [Credential(grade, None if grade.startswith("ndt") else "3000", issued, issued + 1460)]
        degree = Education("bachelor", "示例理工大学", issued + days, f"B{person.at:09d}")
        person.educations[:] = [degree]
        if first:
            person.educations.insert(0, Education("college", "示例职业学院", issued - 900, f"C{person.at:09d}"))

    return play


PLAYS["diploma_implausible", "after the certificate"] = ("extra", _after(1, "inspector"))
PLAYS["diploma_implausible", "long after the certificate"] = ("extra", _after(800, "engineer"))
PLAYS["diploma_implausible", "honest on that day"] = ("extra", _after(0, "inspector"))
PLAYS["diploma_implausible", "honest second degree"] = ("extra", _after(700, "inspector", first=True))
PLAYS["diploma_implausible", "honest ndt only"] = ("extra", _after(700, "ndt_2"))


@plays("diploma_implausible", "honest no birth")
def _no_birth(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    person.born = None
    person.educations[:] = [Education("bachelor", "示例大学", number(1985, 6, 30), f"D{person.at:09d}")]
    person.credentials[:] = []


def _trained(post: str, hours: tuple[float | None, float | None], **changes: object) -> Play:
    def play(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
        if post != "as is":
            _posted(post, **changes)(person, rng, other, unit)
        person.trainings[int(rng.integers(2022, 2025))] = hours

    return play


PLAYS["training_short", "inspector"] = ("inspector", _trained("as is", (23.5, 20.0)))
PLAYS["training_short", "inspector none"] = ("inspector", _trained("as is", (0.0, 40.0)))
PLAYS["training_short", "technical manager"] = ("extra", _trained("technical_manager", (40.0, 15.5)))
PLAYS["training_short", "quality manager"] = ("extra", _trained("quality_manager", (0.0, 8.0)))
PLAYS["training_short", "honest inspector just enough"] = ("inspector", _trained("as is", (24.0, 0.0)))
PLAYS["training_short", "honest no hours"] = ("inspector", _trained("as is", (None, None)))
PLAYS["training_short", "honest manager just enough"] = ("extra", _trained("quality_manager", (0.0, 16.0)))
PLAYS["training_short", "honest part-time"] = ("extra", _trained("inspector", (4.0, 0.0), full_time=False))
PLAYS["training_short", "honest engineer"] = ("extra", _trained("responsible_engineer", (2.0, 0.0)))


@plays("training_short", "honest missing year", "inspector")
def _missing_year(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    person.trainings.pop(2023, None)


@plays("training_short", "honest begun in the year")
def _begun_in_year(person: Person, rng: np.random.Generator, other: int, unit: int) -> None:
    _posted("inspector", started=number(2023, 1, 20), ended=number(2024, 12, 10))(person, rng, other, unit)
    person.trainings = {2023: (10.0, 0.0), 2024: (6.0, 0.0)}
