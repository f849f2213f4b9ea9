"""Wind hours and the power curve."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dcbench_planner.facility.renewables.wind import power_curve, wind_share, wind_speeds


def test_speeds_are_rayleigh_with_the_stated_mean(book):
    speeds = wind_speeds(7.0, book)
    assert speeds.mean() == pytest.approx(7.0, rel=1e-3)
    # Rayleigh: median = mean x 2 sqrt(ln 2 / pi), standard deviation = mean x sqrt(4 / pi - 1)
    assert np.median(speeds) == pytest.approx(7.0 * 2 * math.sqrt(math.log(2) / math.pi), rel=1e-3)
    assert speeds.std() == pytest.approx(7.0 * math.sqrt(4 / math.pi - 1), rel=1e-2)


def test_an_hour_resembles_the_hour_before(book):
    speeds = wind_speeds(7.0, book)
    # the assumption 0.94 holds for the underlying normal series; the Weibull's is a little lower
    assert np.corrcoef(speeds[1:], speeds[:-1])[0, 1] == pytest.approx(0.93, abs=0.015)


def test_the_curve_starts_and_stops():
    shares = power_curve(np.array([0.0, 2.9, 3.0, 7.0, 14.0, 25.0, 25.1]))
    # rows of the packaged table; nothing outside cut-in and cut-out
    assert shares.tolist() == [0.0, 0.0, 0.0052, 0.3127, 1.0, 1.0, 0.0]


def test_capacity_factor_by_integration(book):
    # trapezoid over the Rayleigh density at mean 7 m/s times the table, by hand in 0.01 m/s steps
    speed = np.arange(0.005, 40, 0.01)
    density = math.pi / 2 * speed / 49 * np.exp(-math.pi / 4 * (speed / 7) ** 2)
    expected = (density * power_curve(speed)).sum() * 0.01
    assert power_curve(wind_speeds(7.0, book)).mean() == pytest.approx(expected, rel=5e-3)
    # IEC class 2 machines at 7 m/s: about a third (recalled), before losses
    assert 0.3 < expected < 0.42


def test_thin_air_makes_less(book):
    warm = np.full(8760, 15.0)
    speeds = wind_speeds(7.0, book)
    sea, high = (wind_share(speeds, warm, kpa, book).mean() for kpa in (101.325, 82.0))
    assert high < sea
    # at 15 °C and 101.325 kPa air has 1.225 kg/m³ and only the losses of 15 % are taken off
    assert sea == pytest.approx(power_curve(speeds).mean() * 0.85, rel=1e-3)
