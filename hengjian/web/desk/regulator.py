"""The first page of a regulator: tasks, progress of own level and those directly below, who is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hengjian.campaigns.models import Campaign
from hengjian.campaigns.queries import Leaf, Node, board_outline, read_lines
from hengjian.web.desk import campaign_tasks, letter_tasks, oversight_tasks, week
from hengjian.web.desk.tasks import Desk, Seat, collect

LATE_SHOWN = 10
LEAVES_SHOWN = 12


@dataclass(frozen=True)
class Progress:
    """How far one campaign is here and directly below."""

    campaign: Campaign
    root: Node

    @property
    def children(self) -> list[Node]:
        return self.root.children

    @property
    def leaves(self) -> list[Leaf]:
        """Institutions directly at this level, where there is no level below."""
        return [] if self.root.children else sorted(self.root.leaves, key=lambda leaf: (not leaf.is_overdue, leaf.state == "accepted"))

    @property
    def leaves_shown(self) -> list[Leaf]:
        return self.leaves[:LEAVES_SHOWN]


@dataclass(frozen=True)
class LateLeaf:
    """An institution that has not filed in time."""

    campaign: Campaign
    leaf: Leaf
    area_name: str


@dataclass(frozen=True)
class RegulatorDesk:
    """What the first page of a supervisor or leader shows."""

    desk: Desk
    progress: tuple[Progress, ...]
    late: tuple[LateLeaf, ...]
    week: str

    @property
    def late_shown(self) -> tuple[LateLeaf, ...]:
        return self.late[:LATE_SHOWN]


def regulator_desk(actor: Any) -> RegulatorDesk:
    """Put together the desk of a supervisor or leader; the number of queries does not grow with the institutions."""
    seat = Seat(actor)
    desk = collect(seat, (*campaign_tasks.PROVIDERS, *letter_tasks.PROVIDERS, *oversight_tasks.PROVIDERS))
    progress = tuple(_progress(seat))
    late = sorted((one for each in progress for one in _late(each)), key=lambda one: (-one.leaf.days_late, one.leaf.name))
    shown = [one.leaf for one in late[:LATE_SHOWN]] + [leaf for each in progress for leaf in each.leaves_shown]
    read_lines(seat.scope, list({leaf.id: leaf for leaf in shown}.values()))
    return RegulatorDesk(desk, progress, tuple(late), week.drawing(desk.tasks))


def _progress(seat: Seat) -> list[Progress]:
    if seat.authority is None:
        return []
    own = seat.authority
    tops = [(one, one.issuer if one.area.startswith(own.path) else own) for one in seat.running]
    found = [Progress(campaign, board_outline(seat.scope, campaign, top)) for campaign, top in tops]
    return [one for one in found if one.root.total]


def _late(progress: Progress) -> list[LateLeaf]:
    return [
        LateLeaf(progress.campaign, leaf, node.authority.area_name)
        for node in progress.root.walk() for leaf in node.leaves if leaf.is_overdue
    ]
