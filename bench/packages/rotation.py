"""Who is always sent to the same enterprise."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from bench.packages.chunk import Chunk
from bench.packages.days import EPOCH

LEAST, SHARE, MONTHS = 12, 0.9, 36


def tell_rotation(chunk: Chunk) -> None:
    """Count the plans of each enterprise: a team is all that its institution sends there."""
    counts = np.bincount(chunk.enterprise)
    for enterprise in np.flatnonzero(counts >= LEAST):
        plans = np.flatnonzero(chunk.enterprise == enterprise)
        if months_between(int(chunk.day[plans].min()), int(chunk.day[plans].max())) < MONTHS:
            _remember(chunk, plans, "honest no_rotation:less than three years")
            continue
        people = np.concatenate([chunk.first_person[plans], chunk.second_person[plans]])
        who, times = np.unique(people[people >= 0], return_counts=True)
        always = who[times >= SHARE * len(plans)]
        chunk.truth.found_all("no_rotation", "person", always)
        _remember(chunk, plans, "no_rotation:always" if len(always) else "honest no_rotation:changes now and then")
    for enterprise in np.flatnonzero(counts == LEAST - 1):
        _remember(chunk, np.flatnonzero(chunk.enterprise == enterprise), "honest no_rotation:eleven times")


def _remember(chunk: Chunk, plans: np.ndarray, label: str) -> None:
    chunk.truth.played("no_rotation", "person", label, int(chunk.first_person[plans[0]]))


def months_between(first: int, last: int) -> int:
    """Whole months from one day to another."""
    a, b = EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day)
