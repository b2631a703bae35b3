"""Statistics of rules that judge many people at once."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from hengjian.screening.statistics import benjamini_hochberg, chi_square, fewer_than, poisson_binomial_below, spread_between


def test_a_false_discovery_rate_rejects_up_to_the_last_that_lies_under_its_line():
    p_values = np.array([0.04, 0.001, 0.9, 0.019, 0.025])
    assert benjamini_hochberg(p_values, 0.05).tolist() == [True, True, False, True, True]
    assert benjamini_hochberg(p_values, 0.005).tolist() == [False, True, False, False, False]
    assert benjamini_hochberg(np.array([]), 0.05).tolist() == []


def test_chi_square_and_its_effect_size():
    fit = chi_square(np.array([30.0, 10.0]), np.array([20.0, 20.0]))
    assert (fit.statistic, fit.df) == (10.0, 1)
    assert fit.p_value == pytest.approx(stats.chi2.sf(10, 1))
    assert fit.effect == pytest.approx(np.sqrt(10 / 40))


def test_cells_that_are_hardly_expected_are_merged():
    fit = chi_square(np.array([3.0, 17.0, 0.0, 20.0]), np.array([0.0, 20.0, 2.0, 18.0]))
    assert (fit.df, fit.statistic) == (1, pytest.approx(9 / 20 + 9 / 20))
    assert chi_square(np.array([3.0]), np.array([3.0])).df == 0
    assert chi_square(np.zeros(10), np.zeros(10)).p_value == 1.0


def test_a_poisson_binomial_tail_is_the_sum_over_all_outcomes():
    numbers, chances = np.array([2, 3]), np.array([0.1, 0.4])
    each = np.repeat(chances, numbers)
    for most in range(6):
        told = sum(np.prod(np.where(one, each, 1 - each)) for one in product([0, 1], repeat=5) if sum(one) <= most)
        assert poisson_binomial_below(most, numbers, chances) == pytest.approx(told)


def test_people_who_differ_make_few_fails_less_surprising():
    numbers, chances = np.array([100, 200]), np.array([0.1, 0.05])
    exact = fewer_than(5, numbers, chances, 0.0)
    assert exact == poisson_binomial_below(5, numbers, chances)
    assert exact < fewer_than(5, numbers, chances, 0.05) < fewer_than(5, numbers, chances, 0.2)


def test_the_spread_between_people_is_found_again_and_is_none_where_only_chance_is():
    random = np.random.default_rng(1)
    means = np.full(4000, 20.0)
    only_chance = random.poisson(means).astype(float)
    assert spread_between(only_chance, means, means) == pytest.approx(0.0, abs=0.005)
    differing = random.poisson(means * random.gamma(10, 0.1, 4000)).astype(float)
    assert spread_between(differing, means, means) == pytest.approx(0.1, abs=0.015)
    assert spread_between(np.zeros(0), np.zeros(0), np.zeros(0)) == 0.0
