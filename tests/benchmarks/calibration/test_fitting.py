"""Origin of every expected constant: construction; the times are made from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcbench_benchmarks.calibration.fitting import fit_line

WORK = 2.0 * np.array([256, 512, 1024, 2048, 4096, 8192]) ** 3
SD = np.full(WORK.shape, 0.02)
LATENCY_S, RATE = 2e-4, 5e11
EXACT_S = LATENCY_S + WORK / RATE


def test_exact_times_give_back_their_constants():
    line = fit_line(WORK, EXACT_S, SD)
    assert line.latency_s == pytest.approx(LATENCY_S, rel=1e-6)
    assert line.rate_per_s == pytest.approx(RATE, rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_noise_of_two_percent_moves_the_rate_little(seed):
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.02, WORK.shape))
    line = fit_line(WORK, EXACT_S * noise, SD)
    # Standard errors of the logarithms from the Fisher information of these sizes (computed apart,
    # inverse of JᵀJ): rate 0.0098, latency 0.0259. Bounds: four of them.
    assert line.rate_per_s == pytest.approx(RATE, rel=4 * 0.0098)
    assert line.latency_s == pytest.approx(LATENCY_S, rel=4 * 0.0259)


def test_rate_without_latency_has_no_latency():
    line = fit_line(WORK, WORK / RATE, SD)
    assert line.latency_s == 0
    assert line.rate_per_s == pytest.approx(RATE, rel=1e-6)


def test_latency_is_never_negative():
    """Small sizes faster than proportional, as in a cache: a free line would start below zero."""
    line = fit_line(WORK, WORK / RATE * np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1.0]), SD)
    assert line.latency_s == 0
    assert RATE < line.rate_per_s < 2 * RATE


@pytest.mark.parametrize("wrong", range(1, 6))
@pytest.mark.parametrize("factor", [0.2, 5.0])
def test_one_gross_outlier_is_tolerated(wrong, factor):
    times = EXACT_S.copy()
    times[wrong] *= factor
    line = fit_line(WORK, times, SD)
    assert line.rate_per_s == pytest.approx(RATE, rel=0.03)
    # The second smallest size holds half of what is known about the latency.
    assert line.latency_s == pytest.approx(LATENCY_S, rel=0.15)


def test_an_outlier_at_the_smallest_size_spoils_the_latency_only():
    """Only the smallest size knows the latency here, so nothing can outvote it."""
    times = EXACT_S.copy()
    times[0] *= 5
    assert fit_line(WORK, times, SD).rate_per_s == pytest.approx(RATE, rel=0.05)


def test_with_four_points_an_outlier_counts_in_full():
    times = EXACT_S[:4].copy()
    times[3] *= 5
    line = fit_line(WORK[:4], times, SD[:4])
    assert abs(np.log(line.rate_per_s / RATE)) > 0.5


def test_an_uncertain_point_weighs_less():
    times = EXACT_S[2:5] * np.array([1.0, 1.0, 1.5])
    sure = fit_line(WORK[2:5], times, np.array([0.02, 0.02, 0.02]))
    unsure = fit_line(WORK[2:5], times, np.array([0.02, 0.02, 0.5]))
    assert abs(np.log(unsure.rate_per_s / RATE)) < abs(np.log(sure.rate_per_s / RATE))


def test_one_size_has_no_latency_and_the_median_rate():
    line = fit_line(np.full(3, 1e9), np.array([1e-3, 2e-3, 4e-3]), np.full(3, 0.02))
    assert (line.latency_s, line.rate_per_s) == (0.0, pytest.approx(5e11))


@settings(deadline=None, max_examples=30)
@given(
    latency_share=st.floats(0.01, 100), rate=st.floats(1e6, 1e16), scale=st.floats(1e-3, 1e3),
    seed=st.integers(0, 1000),
)  # fmt: skip
def test_slower_clock_scales_the_constants(latency_share, rate, scale, seed):
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.05, WORK.shape))
    times = (latency_share * WORK[0] / rate + WORK / rate) * noise
    line, scaled = fit_line(WORK, times, SD), fit_line(WORK, scale * times, SD)
    assert scaled.rate_per_s * scale == pytest.approx(line.rate_per_s, rel=1e-4)
    shortest = line.time_s(WORK[0])
    assert scaled.latency_s / scale == pytest.approx(line.latency_s, rel=1e-3, abs=1e-5 * shortest)


@settings(deadline=None, max_examples=20)
@given(order=st.permutations(range(6)))
def test_order_of_points_does_not_matter(order):
    noisy = EXACT_S * np.array([1.02, 0.97, 1.01, 1.03, 0.99, 0.98])
    line, other = fit_line(WORK, noisy, SD), fit_line(WORK[order], noisy[order], SD)
    assert other.rate_per_s == pytest.approx(line.rate_per_s, rel=1e-6)
    assert other.latency_s == pytest.approx(line.latency_s, rel=1e-5)
