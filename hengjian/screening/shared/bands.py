"""Bands of items: records whose readings are nearly all equal agree in a whole band, and are found by its signature instead of in pairs.

The usable items of a category are dealt into bands. Each reading in which two records differ, and each item that only one of them has,
spoils one band at most. Which sets of items could hide a pair from the bands is known beforehand (`blind_pairs`); records of such sets are
looked for by their rarest readings instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MOST_BANDS = 8
MOST_MASKED = 60
SPARE_BANDS = (2, 1, 0)
# How many pairs per record may meet in a band by chance before fewer, longer bands are better.
CHANCE_PAIRS = 20.0
ROUNDING = 1e-9

Masks = NDArray[np.int64]


@dataclass
class Item:
    """One usable item. alike: the chance that two records have the same value. Items beyond what a mask holds have neither band nor bit."""

    key: int
    readings: int
    alike: float
    band: int = -1
    bit: int = 0


@dataclass
class Bands:
    """The bands of one category: its items, and the mask of each band."""

    items: list[Item]
    masks: list[int] = field(default_factory=list)


def allowed(readings: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """Return in how many readings two records may differ."""
    return np.floor(readings * (1 - share) + ROUNDING).astype(np.int64)


def deal(items: list[Item], records: int, share: float) -> Bands:
    """Deal the items of a category into bands: as many as chance collisions allow, as telling as each other."""
    ordered = sorted(items, key=lambda one: (one.alike, one.key))
    masked = sorted(ordered, key=lambda one: (-one.readings, one.key))[:MOST_MASKED]
    for at, one in enumerate(sorted(masked, key=lambda one: one.key)):
        one.bit = 1 << at
    usual = int(np.ceil(sum(one.readings for one in items) / max(records, 1)))
    least = int(allowed(np.array([usual]), share)[0]) + 1
    for spare in SPARE_BANDS:
        number = min(least + spare, MOST_BANDS, max(len(masked), 1))
        chances = _into_bands([one for one in ordered if one.bit], number)
        if sum(chances) * records / 2 <= CHANCE_PAIRS:
            break
    return Bands(items, [sum(one.bit for one in items if one.band == band) for band in range(number)])


def _into_bands(items: list[Item], number: int) -> list[float]:
    """Give each item, the most telling first, to the band that tells least so far; return the chance of each band to agree."""
    chances = [1.0] * number
    for one in items:
        one.band = max(range(number), key=lambda band: (chances[band], -band))
        chances[one.band] *= max(one.alike, ROUNDING)
    return chances


def blind_pairs(bands: Bands, masks: Masks, readings: NDArray[np.int64], share: float) -> list[tuple[int, int]]:
    """Return pairs of sets of items (earlier, later), by place, of which two records can be alike without agreeing in any band."""
    may_differ = allowed(readings, share)
    blind: list[tuple[int, int]] = []
    for earlier, mask in enumerate(masks):
        left = may_differ - np.bitwise_count(masks & ~mask).astype(np.int64)
        whole = sum((((masks & band) == (mask & band)) & ((masks & band) != 0)).astype(np.int64) for band in bands.masks)
        blind.extend((earlier, int(later)) for later in np.nonzero((left >= 0) & (whole <= left))[0])
    return blind
