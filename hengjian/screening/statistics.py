"""Statistics of rules that judge many people at once: what chance explains, and how large an effect is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

# A chi-square cell below this expectation is merged with its neighbours in size (the usual rule of five).
LEAST_EXPECTED = 5.0
ROUNDS = 8


def benjamini_hochberg(p_values: Floats, rate: float) -> NDArray[np.bool_]:
    """Return which hypotheses are rejected at a false discovery rate."""
    number = len(p_values)
    if not number:
        return np.zeros(0, bool)
    order = np.argsort(p_values, kind="stable")
    passing = np.nonzero(p_values[order] <= rate * np.arange(1, number + 1) / number)[0]
    rejected = np.zeros(number, bool)
    if len(passing):
        rejected[order[: passing[-1] + 1]] = True
    return rejected


@dataclass(frozen=True)
class ChiSquare:
    """A goodness of fit: the statistic, its degrees of freedom, its p-value, and V = sqrt(chi² / (n · df))."""

    statistic: float
    df: int
    p_value: float
    effect: float


def chi_square(observed: Floats, expected: Floats) -> ChiSquare:
    """Compare counts with expected counts of the same sum; cells that are expected too rarely are merged. df 0: nothing to compare."""
    seen, due = _merged(observed, expected)
    df, total = len(due) - 1, float(observed.sum())
    if df < 1 or total <= 0:
        return ChiSquare(0.0, 0, 1.0, 0.0)
    statistic = float(((seen - due) ** 2 / due).sum())
    return ChiSquare(statistic, df, float(stats.chi2.sf(statistic, df)), float(np.sqrt(statistic / (total * df))))


def _merged(observed: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Put the rarest cells together until none is expected less than the least."""
    order = np.argsort(expected, kind="stable")
    seen, due = list(observed[order]), list(expected[order])
    while len(due) > 1 and due[0] < LEAST_EXPECTED:
        seen[1] += seen[0]
        due[1] += due[0]
        del seen[0], due[0]
        again = np.argsort(due, kind="stable")
        seen, due = [seen[one] for one in again], [due[one] for one in again]
    return np.array(seen), np.array(due)


def poisson_binomial_below(most: int, numbers: NDArray[np.int64], chances: Floats) -> float:
    """Return P(X ≤ most) exactly, X the successes of numbers[i] trials at chances[i] each."""
    mass = np.zeros(most + 1)
    mass[0] = 1.0
    counts = np.arange(most + 1)
    for number, chance in zip(numbers, chances, strict=True):
        mass = np.convolve(mass, stats.binom.pmf(counts, number, chance))[: most + 1]
    return float(min(mass.sum(), 1.0))


def fewer_than(most: int, numbers: NDArray[np.int64], chances: Floats, spread: float) -> float:
    """Return P(X ≤ most) where honest people differ: their chances vary by a factor of mean 1 and variance `spread`.

    Exact when they do not differ; else the beta-binomial of the same number, mean and variance.
    """
    total, mean = int(numbers.sum()), float(numbers @ chances)
    share = mean / total
    binomial = total * share * (1 - share)
    variance = float(numbers @ (chances * (1 - chances))) + spread * mean**2
    correlation = (variance / binomial - 1) / (total - 1) if binomial > 0 and total > 1 else 0.0
    if correlation <= 0:
        return poisson_binomial_below(most, numbers, chances)
    scale = 1 / min(correlation, 0.999) - 1
    return float(stats.betabinom.cdf(most, total, share * scale, (1 - share) * scale))


def spread_between(counts: Floats, means: Floats, variances: Floats) -> float:
    """Return by how much people differ beyond chance: the variance of their factors around 1, by the method of moments; 0 at least."""
    weight = float((means**2).sum())
    return max(0.0, float(((counts - means) ** 2 - variances).sum()) / weight) if weight > 0 else 0.0
