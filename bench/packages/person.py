"""A person of the province with the rows that hang on them, in days and months of the axis."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bench.packages.days import MONTH_ENDS, MONTHS

OPEN = 10**6
NOBODY = -1


@dataclass
class Employment:
    """One employment; days since 1970, None where the cell is empty."""

    institution: int
    post: str
    full_time: bool | None = True
    started: int | None = 0
    ended: int | None = None
    registered: int | None = 0
    cancelled: int | None = None

    def whole_months(self) -> range:
        """The months of the data that lie wholly inside."""
        if self.started is None:
            return range(0)
        inside = [at for at, (one, end) in enumerate(zip(MONTHS, MONTH_ENDS, strict=True)) if self.started <= one and end <= (self.ended or OPEN)]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def is_registered_in(self, month: int) -> bool:
        """Whether the practice registration covers the whole month."""
        return self.registered is not None and self.registered <= MONTHS[month] and (self.cancelled or OPEN) > MONTH_ENDS[month]


@dataclass
class Credential:
    """One certificate; both days inside its validity."""

    grade: str
    categories: str | None
    issued: int | None
    until: int | None


@dataclass
class Education:
    """One diploma with what its check said."""

    degree: str
    school: str | None
    graduated: int | None
    number: str | None
    verification: str | None = "chsi"
    result: str | None = "genuine"


@dataclass
class Person:
    """All that the exchange says of one person."""

    at: int
    born: int | None
    employments: list[Employment] = field(default_factory=list)
    credentials: list[Credential] = field(default_factory=list)
    educations: list[Education] = field(default_factory=list)
    titles: list[tuple[str, int, str, str | None, str | None]] = field(default_factory=list)
    paid: np.ndarray = field(default_factory=lambda: np.full(len(MONTHS), NOBODY))
    paid_too: list[tuple[int, int]] = field(default_factory=list)
    trainings: dict[int, tuple[float | None, float | None]] = field(default_factory=dict)
    is_special: bool = False

    def payers(self, month: int) -> set[int]:
        """Who pays in a month."""
        found = {payer for when, payer in self.paid_too if when == month}
        return found | ({int(self.paid[month])} if self.paid[month] != NOBODY else set())

    def insure(self) -> None:
        """Let each employer pay for the months of the employment, also the first and last that are not whole."""
        for one in self.employments:
            if one.full_time and one.started is not None:
                for month, (first, end) in enumerate(zip(MONTHS, MONTH_ENDS, strict=True)):
                    if one.started <= end and first <= (one.ended or OPEN):
                        self.paid[month] = one.institution
