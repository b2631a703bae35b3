"""Rules of time that no document sets: when reminders go out, when leaders hear of it, how long a letter leaves, how long
an institution has that was approved after the launch.

The campaign's issuer may set its own; until then the system's hold, and pages say 系统设定.
"""

from __future__ import annotations

from dataclasses import dataclass

from hengjian.campaigns.models import Campaign


@dataclass(frozen=True)
class Rules:
    """Days before and after a deadline on which something happens by itself."""

    before: tuple[int, ...] = (7, 3, 0)
    after: tuple[int, ...] = (1,)
    leaders_after: int = 1
    letter_days: int = 5
    joiner_days: int = 10
    is_own: bool = False

    def rung(self, days_left: int) -> int | None:
        """The last step of the ladder that has come, none before the first: a day on which nothing ran loses no reminder."""
        return min((step for step in self.ladder if step >= days_left), default=None)

    @property
    def ladder(self) -> frozenset[int]:
        """Days to the deadline on which a message goes out; negative once it has passed."""
        return frozenset({*self.before, *(-day for day in (*self.after, self.leaders_after))})


SYSTEM_RULES = Rules()


def rules_of(campaign: Campaign) -> Rules:
    """The rules of a campaign: its own, or the system's."""
    held = campaign.body.get("rules")
    if not held:
        return SYSTEM_RULES
    return Rules(tuple(held["before"]), tuple(held["after"]), int(held["leaders_after"]), int(held["letter_days"]), int(held.get("joiner_days", 10)), True)
