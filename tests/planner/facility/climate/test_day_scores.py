"""Scores of the days: normal in every month, persistent, correlated as asked."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.climate.day_scores import PERSISTENCE, day_scores
from dcbench_planner.facility.climate.weather import MONTH_OF_DAY


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_every_month_has_mean_0_and_spread_1(correlation):
    for series in day_scores(np.full(12, correlation)):
        for month in range(12):
            inside = series[month == MONTH_OF_DAY]
            assert inside.mean() == pytest.approx(0, abs=1e-12)
            assert inside.std() == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_dry_bulb_and_dew_point_are_correlated_as_asked(correlation):
    dry, dew, _ = day_scores(np.full(12, correlation))
    # 365 days with persistence carry the information of about 70: standard error 0.1
    assert np.corrcoef(dry, dew)[0, 1] == pytest.approx(correlation, abs=0.2)


def test_a_day_resembles_the_day_before():
    dry, _, _ = day_scores(np.full(12, 0.5))
    # less than the noise's own, because every month is forced to mean 0
    assert 0.45 < np.corrcoef(dry[1:], dry[:-1])[0, 1] < PERSISTENCE


def test_clear_dry_days_swing_more():
    dry, dew, swing = day_scores(np.full(12, 0.5))
    assert np.corrcoef(dry - dew, swing)[0, 1] > 0.3
