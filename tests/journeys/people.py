"""Who takes part in the main job: the people, the clock on the wall, what they hand on to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.factories import World
from tests.journeys.desks import Desk, Office

PROVINCE, CITY, COUNTY, CLERK = "officer0", "officer1", "officer3", "clerk0"


@dataclass
class Journey:
    """The people of the journey, the clock on the wall, and what they hand on to each other."""

    office: Office
    clock: Any
    world: World
    folder: Path
    held: dict[str, Any] = field(default_factory=dict)

    @property
    def province(self) -> Desk:
        """The officer of the province."""
        return self.office(PROVINCE)

    @property
    def city(self) -> Desk:
        """The officer of the city 青麓."""
        return self.office(CITY)

    @property
    def county(self) -> Desk:
        """The officer of the county 东浦."""
        return self.office(COUNTY)

    @property
    def clerk(self) -> Desk:
        """The quality manager of the institution."""
        return self.office(CLERK)

    @property
    def institution(self) -> Any:
        """The institution that does the self-check."""
        return self.world.institutions[0]

    def on(self, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let it be that time of 2024."""
        self.clock.set(2024, month, day, hour, minute)
