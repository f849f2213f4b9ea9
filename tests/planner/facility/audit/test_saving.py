"""Change-point regressions and savings: forms recovered, intervals by the guideline's equation."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from dcbench_planner.facility.audit.hourly import Daily
from dcbench_planner.facility.audit.regression import fit_baseline, lag_one
from dcbench_planner.facility.audit.saving import verified_saving
from dcbench_planner.facility.audit.steps import find_steps, target_of, trend
from dcbench_planner.facility.audit.students_t import quantile

FIRST = 20089  # 2025-01-01


def year(days=365, noise=0.0, seed=0, change=0.0, from_day=10**6):
    """Days whose energy beyond IT is 50 kW + 4 kW/K above 12 °C of wet bulb, by construction."""
    rng = np.random.default_rng(seed)
    place = np.arange(days)
    wet = 10 - 10 * np.cos(2 * np.pi * place / 365) + rng.normal(0, 2, days)
    kw = 50 + 4 * np.maximum(0, wet - 12)
    kw = kw * (1 - change * (place >= from_day)) * (1 + noise * rng.standard_normal(days))
    return Daily(
        days=FIRST + place, hours=np.full(days, 24.0), it_kw=np.full(days, 1000.0), overhead_kw=kw,
        parts_kw={}, temperatures_c={"wet bulb": wet},
    )  # fmt: skip


def test_a_hinge_is_recovered():
    days = year()
    fit = fit_baseline(days.overhead_kw, days.it_kw, days.temperatures_c)
    warm = {"wet bulb": np.array([0.0, 20.0])}
    predicted = fit.matrix(np.array([1000.0, 1000.0]), warm) @ fit.coefficients

    assert fit.form.name in {"3P", "4P", "5P"}
    assert fit.form.change_points_c[-1] == pytest.approx(12, abs=2.5)  # grid of quantiles
    np.testing.assert_allclose(predicted, [50, 82], rtol=0.03)
    assert fit.cv_rmse < 0.03


def test_statistics_of_a_line_are_those_of_scipy():
    rng = np.random.default_rng(3)
    warm = rng.uniform(0, 30, 200)
    kw = 80 + 2 * warm + rng.normal(0, 3, 200)
    fit = fit_baseline(kw, np.full(200, 500.0), {"dry bulb": warm})
    line = stats.linregress(warm, kw)

    assert fit.form.name == "2P"
    np.testing.assert_allclose(fit.coefficients, [line.intercept, line.slope], rtol=1e-9)
    assert fit.r_squared == pytest.approx(line.rvalue**2)
    residuals = kw - line.intercept - line.slope * warm
    assert fit.cv_rmse == pytest.approx(np.sqrt((residuals**2).sum() / 198) / kw.mean())
    assert fit.nmbe == pytest.approx(0, abs=1e-12)


def test_load_is_a_regressor_where_it_varies():
    rng = np.random.default_rng(4)
    it = rng.uniform(500, 1000, 120)
    fit = fit_baseline(20 + 0.1 * it, it, {})

    np.testing.assert_allclose(fit.coefficients, [20, 0.1 * it.mean()], rtol=1e-6)


def test_too_few_days_give_no_regression():
    days = year(days=13)

    assert fit_baseline(days.overhead_kw, days.it_kw, days.temperatures_c) is None


@pytest.mark.parametrize("degrees", [3, 5, 10, 40, 200])
@pytest.mark.parametrize("probability", [0.9, 0.95, 0.975])
def test_students_t_is_that_of_scipy(degrees, probability):
    assert quantile(probability, degrees) == pytest.approx(
        stats.t.ppf(probability, degrees), rel=0.002
    )


def test_the_interval_is_not_narrower_than_the_guidelines_equation():
    """ASHRAE Guideline 14: t 1.26 CV / F sqrt(n/n' (1 + 2/n') / m), computed here by hand."""
    days = year(noise=0.03, change=0.1, from_day=182)
    found = verified_saving(days, date(2025, 7, 2), "m.csv")
    fit = found.baseline
    n, rho, m = fit.days, fit.autocorrelation, found.compared_days
    effective = n * (1 - rho) / (1 + rho)
    parameters = 3 if fit.form.startswith(("4P", "5P")) else 2
    t = stats.t.ppf(0.95, effective - parameters)
    fraction = found.saving_kwh / found.expected_kwh
    guideline = t * 1.26 * fit.cv_rmse / fraction * np.sqrt(n / effective * (1 + 2 / effective) / m)

    assert guideline * 0.99 <= found.intervals[1].fractional_uncertainty <= 5 * guideline
    assert found.intervals[0].low_kwh > found.intervals[1].low_kwh


def test_a_saving_is_found_and_its_interval_holds_it():
    days = year(noise=0.02, change=0.1, from_day=182)
    found = verified_saving(days, date(2025, 7, 2), "m.csv")

    assert found.is_significant
    assert found.saving_share == pytest.approx(0.1, abs=0.02)
    assert found.intervals[1].low_kwh < 0.1 * found.expected_kwh < found.intervals[1].high_kwh
    assert found.saving_kwh == pytest.approx(found.expected_kwh - found.measured_kwh)


def test_more_use_is_a_negative_saving():
    found = verified_saving(year(noise=0.02, change=-0.1, from_day=182), date(2025, 7, 2), "m.csv")

    assert found.is_significant
    assert found.intervals[1].high_kwh < 0


def test_no_change_is_seldom_called_a_saving():
    """20 seeds at 90 % confidence: two are expected by chance, five would be 4 sigma too many."""
    called = sum(
        verified_saving(year(noise=0.03, seed=s), date(2025, 7, 2), "m.csv").is_significant
        for s in range(20)
    )

    assert called <= 4


def test_weather_that_was_not_there_before_is_left_out():
    """January to March know no summer."""
    found = verified_saving(year(noise=0.02), date(2025, 4, 1), "m.csv")

    assert found.compared_days < found.after_days
    assert "left out" in found.notes[0]


def test_a_step_is_found_on_its_day_and_nothing_where_there_is_none():
    quiet, _ = find_steps(target_of(year(noise=0.02)), 6.0, 0.05)
    steps, _ = find_steps(target_of(year(noise=0.02, change=0.15, from_day=200)), 6.0, 0.05)

    assert quiet == []
    assert [abs(step.day - (FIRST + 200)) <= 3 for step in steps] == [True]
    assert steps[0].share == pytest.approx(-0.15, abs=0.03)


def test_drift_is_found():
    days = year(noise=0.02)
    grown = days.overhead_kw * (1 + 0.2 * np.arange(365) / 365)
    drifting = Daily(**{**vars(days), "overhead_kw": grown})
    found = trend(target_of(drifting), None, 0.05)

    assert found.is_significant
    assert found.share_per_year == pytest.approx(0.18, abs=0.04)  # 0.2 of January's, over the mean
    assert not trend(target_of(days), None, 0.05).is_significant


def test_autocorrelation_of_a_known_series():
    rng = np.random.default_rng(0)
    noise, series = rng.standard_normal(20_000), np.zeros(20_000)
    for i in range(1, 20_000):
        series[i] = 0.6 * series[i - 1] + noise[i]

    assert lag_one(series) == pytest.approx(0.6, abs=0.02)  # by construction
