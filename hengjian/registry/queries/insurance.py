"""Insurance months as a matrix person × month × payer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hengjian.base.scope import EVERYTHING, Scope
from hengjian.registry.models import Employment, Institution, InsuranceMonth

CHUNK = 1000
Payer = tuple[str, str]


@dataclass(frozen=True)
class InsuranceCell:
    """One month of one person: who paid. ``state`` is own, other or none; two payers are shown as such."""

    month: date
    state: str
    payers: tuple[Payer, ...] = ()

    @property
    def kind(self) -> str:
        """The state, as drawings ask for it."""
        return self.state

    @property
    def label(self) -> str:
        """Month and payers in words."""
        names = "、".join(name or code for code, name in self.payers)
        return f"{self.month:%Y-%m} {names}".strip()

    @property
    def is_double(self) -> bool:
        """Paid by more than one in the same month."""
        return len(self.payers) > 1


def months_before(on: date, count: int) -> list[date]:
    """The first days of the last ``count`` months up to and without the month of ``on``, oldest first."""
    last = on.year * 12 + on.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(last - count, last)]


def insurance_matrix(
    scope: Scope, persons: Iterable[UUID], months: Sequence[date], institution: Institution | None = None
) -> dict[UUID, list[InsuranceCell]]:
    """Who paid for each person in each month; persons outside the scope are left out.

    "Own" is the institution given; without one, any institution where the person has been employed.
    Persons of whom nothing is known have cells of state none.
    """
    wanted = list(dict.fromkeys(persons))
    found: dict[UUID, list[InsuranceCell]] = {}
    for start in range(0, len(wanted), CHUNK):
        found.update(_part(scope, wanted[start : start + CHUNK], months, institution))
    return found


def _part(
    scope: Scope, persons: list[UUID], months: Sequence[date], institution: Institution | None
) -> dict[UUID, list[InsuranceCell]]:
    seen = Employment.objects.within(scope).order_by().filter(person_id__in=persons).values_list("person_id", flat=True)
    held = set(persons) if scope.everything else set(seen)
    own = _own_payers(persons, institution)
    paid: dict[tuple[UUID, date], list[Payer]] = defaultdict(list)
    if months:
        rows = InsuranceMonth.objects.within(EVERYTHING).order_by("payer_id").filter(
            person_id__in=list(held), month__gte=min(months), month__lte=max(months)
        )
        for person, month, payer, name in rows.values_list("person_id", "month", "payer_id", "payer_name"):
            paid[person, month].append((payer, name))
    return {
        person: [_cell(month, paid.get((person, month), []), own[person]) for month in months]
        for person in persons if person in held
    }


def _own_payers(persons: list[UUID], institution: Institution | None) -> dict[UUID, set[str]]:
    own: dict[UUID, set[str]] = defaultdict(set)
    if institution is not None:
        code = institution.organisation.uscc
        own.update({person: {code} for person in persons})
        return own
    rows = Employment.objects.within(EVERYTHING).order_by().filter(person_id__in=persons)
    for person, code in rows.values_list("person_id", "institution__organisation__uscc"):
        own[person].add(code)
    return own


def _cell(month: date, payers: list[Payer], own: set[str]) -> InsuranceCell:
    if not payers:
        return InsuranceCell(month, "none")
    state = "own" if any(code in own for code, _name in payers) else "other"
    return InsuranceCell(month, state, tuple(payers))
