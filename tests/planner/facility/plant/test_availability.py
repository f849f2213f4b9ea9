"""Reliability algebra against goldens and simulations."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.plant.availability import (
    Unit,
    doubled_group,
    k_of_n,
    k_of_n_outages,
    parallel,
    series_group,
    spared_group,
    unit_availability,
    with_common_cause,
)

HOURS = 8760.0


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    # binomial sums by hand for A = 0.999
    [(4, 4, 0.996006), (4, 5, 0.99999002), (4, 6, 0.99999998)],
)
def test_k_of_n_goldens(k, n, expected):
    assert k_of_n(k, n, 0.999) == pytest.approx(expected, abs=6e-9)


def test_two_paths_golden():
    assert parallel(0.9995, 0.9995) == pytest.approx(0.99999975, abs=1e-12)


def test_common_cause_dominates_redundancy():
    # 4 of 5 at 0.999 with beta 0.05: 1 - (1e-5 + 0.05 x 0.001) = 0.99994
    together = with_common_cause(k_of_n(4, 5, 0.999), 0.999, 0.05)
    assert together == pytest.approx(0.99994, abs=1e-6)


def test_unit_availability_by_hand():
    # one failure a year of 8.76 h: 8760 / 8768.76
    assert unit_availability(1.0, 8.76) == pytest.approx(0.999000999)
    assert unit_availability(0.0, 8.76) == 1


@pytest.mark.parametrize(("k", "n", "unit"), [(4, 4, 0.97), (5, 6, 0.9), (4, 6, 0.8), (1, 2, 0.7)])
def test_k_of_n_agrees_with_draws_within_three_sigma(k, n, unit):
    rng = np.random.default_rng(7)
    draws = (rng.random((200_000, n)) < unit).sum(axis=1) >= k
    spread = np.sqrt(draws.var() / len(draws))
    assert k_of_n(k, n, unit) == pytest.approx(draws.mean(), abs=3 * spread)


def _simulated(k, n, unit, years, seed):
    """Fail and repair n units one event at a time; give down time and outages per year."""
    rng = np.random.default_rng(seed)
    fail, repair = unit.failures_per_year / HOURS, 1 / unit.repair_h
    time, down, outages, up = 0.0, 0.0, 0, n
    while time < years * HOURS:
        rate = up * fail + (n - up) * repair
        wait = rng.exponential(1 / rate)
        time += wait
        down += wait * (up < k)
        if rng.random() < up * fail / rate:
            outages += up == k
            up -= 1
        else:
            up += 1
    return down / time, outages / (time / HOURS)


@pytest.mark.parametrize(("k", "n"), [(3, 3), (4, 5), (2, 4)])
def test_hours_and_number_of_outages_agree_with_simulated_lives(k, n):
    # exponential lives and repairs, 20 lives of 400 years: within three sigma of their mean
    unit = Unit(failures_per_year=6.0, repair_h=120.0)
    lives = np.array([_simulated(k, n, unit, 400, seed) for seed in range(20)])
    mean, sigma = lives.mean(axis=0), lives.std(axis=0, ddof=1) / np.sqrt(len(lives))
    assert 1 - k_of_n(k, n, unit.availability) == pytest.approx(mean[0], abs=3 * sigma[0])
    assert k_of_n_outages(k, n, unit) == pytest.approx(mean[1], abs=3 * sigma[1])


def test_series_by_hand():
    # two units, each 1 failure a year of 8.76 h: outages 2 A^2
    group = series_group(2, Unit(failures_per_year=1.0, repair_h=8.76))
    assert group.availability == pytest.approx(0.999000999**2)
    assert group.outages_per_year == pytest.approx(2 * 0.999000999**2)
    # about 2 x 8.76 h a year
    assert group.outage_h * group.outages_per_year == pytest.approx(17.5, abs=0.05)


def test_a_spare_leaves_common_cause_and_double_failures():
    unit = Unit(failures_per_year=0.1, repair_h=10.0)
    group = spared_group(4, 1, unit, 0.05)
    # alone: C(5,4) (1-A) x 4 x 0.1, about 20 x 1.14e-4 x 0.1; common cause 0.05 x 0.1
    assert group.outages_per_year == pytest.approx(20 * 1.14e-4 * 0.1 + 0.005, rel=0.01)
    assert group.availability < k_of_n(4, 5, unit.availability)


def test_two_paths_fail_together_seldom():
    unit = Unit(failures_per_year=1.0, repair_h=8.76)
    alone = doubled_group(1, unit, 0.0)
    assert alone.availability == pytest.approx(1 - 0.000999**2, rel=1e-6)
    # 2 lambda (1 - A), about twice in a thousand years
    assert alone.outages_per_year == pytest.approx(2 * 0.000999, rel=0.01)
    one_of_two = k_of_n_outages(1, 2, unit)
    assert alone.outages_per_year == pytest.approx(one_of_two, rel=1e-9)
