"""The items of each category: what is measured, how finely, within which limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.packages.world import CATEGORIES


@dataclass(frozen=True)
class Item:
    """One item; numbers count in steps of its resolution."""

    code: str
    shape: str
    mean: int = 0
    spread: int = 0
    decimals: int = 0
    share: float = 1.0

    @property
    def limit(self) -> int:
        """From here on the item fails."""
        return self.mean + 5 * self.spread


def _items(at: int) -> list[Item]:
    rng = np.random.default_rng([4, at])
    fine = {0: 6, 1: 9}.get(at, 6)
    found = []
    for number in range(fine):
        spread = int(rng.integers(60, 140))
        mean = spread * int(rng.integers(7, 14)) + int(rng.integers(0, 50))
        found.append(Item(f"{CATEGORIES[at][:2]}-{number + 1:02d}", "fine", mean, spread, int(rng.integers(0, 4))))
    if at == 0:
        found.append(Item("30-20", "constant", 0, 0, 1))
        found.append(Item("30-30", "judged"))
        found.append(Item("30-40", "fine", 1830, 75, 2, 0.70))
    elif at == 1:
        found += [Item("20-20", "coarse", 24, 3, 0), Item("20-21", "constant", 25, 0, 2), Item("20-30", "judged")]
    else:
        found.append(Item(f"{CATEGORIES[at][:2]}-30", "judged"))
        found.append(Item(f"{CATEGORIES[at][:2]}-41", "coarse", 40, 3, 1, 0.08 if at % 2 else 0.75))
    return found


ITEMS = [_items(at) for at in range(len(CATEGORIES))]
