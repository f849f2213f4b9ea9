"""Confidence interval of a median. Origin of expected ranks: the sign test, as each line says."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from dcbench.records.intervals import median_interval


@pytest.mark.parametrize(
    ("n", "rank"),
    [
        # Largest k with 2·P(Binomial(n, 1/2) <= k - 1) <= 0.05: the critical values of the
        # two-sided sign test at 5 %, plus one.
        (6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (25, 8), (30, 10), (100, 40),
    ],
)  # fmt: skip
def test_ranks_at_95_percent(n, rank):
    assert median_interval(range(1, n + 1)) == (rank, n + 1 - rank)


@pytest.mark.parametrize("n", range(6))
def test_below_six_samples_there_is_none(n):
    # Smallest n whose full range covers 95 %: 1 - 2·2⁻⁵ = 93.75 % < 95 % <= 1 - 2·2⁻⁶ = 96.9 %.
    assert median_interval([1.0] * n) is None


@pytest.mark.parametrize("n", [6, 7, 11, 20, 51])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95])
def test_coverage_is_reached_and_not_by_waste(n, confidence):
    low, high = median_interval(range(1, n + 1), confidence)

    def coverage(rank):
        return 1 - 2 * sum(math.comb(n, i) for i in range(rank)) / 2**n

    assert low + high == n + 1
    assert coverage(low) >= confidence > coverage(low + 1) or low == n // 2


def test_order_of_samples_does_not_matter():
    samples = np.random.default_rng(1).random(15).tolist()
    assert median_interval(samples) == median_interval(sorted(samples))


def test_interval_holds_the_median_of_the_samples():
    for seed in range(50):
        samples = np.random.default_rng(seed).lognormal(size=6 + seed % 35).tolist()
        low, high = median_interval(samples)
        assert low <= statistics.median(samples) <= high


def test_true_median_is_covered_in_at_least_95_percent():
    hits = 0
    for samples in np.random.default_rng(7).exponential(size=(2000, 12)).tolist():
        low, high = median_interval(samples)
        hits += low <= math.log(2) <= high  # median of the exponential distribution
    # Exact coverage at n = 12, rank 3: 96.1 %; four standard errors of 2,000 trials: 1.7 %.
    assert hits / 2000 == pytest.approx(0.961, abs=0.017)
