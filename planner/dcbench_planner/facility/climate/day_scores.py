"""Standard normal scores of the days of a year: how far each day is from its month's normal."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.weather import DAYS_OF_MONTH, MONTH_OF_DAY

SEED = 0
PERSISTENCE = 0.68
"""Correlation of a day's anomaly with the day before; 0.66 in 47 hourly series."""
RANGE_DEPRESSION_CORRELATION = 0.5
"""Of the daily range with the dew-point depression: clear days swing more."""
_FIRST_DAY = np.concatenate([[0], np.cumsum(DAYS_OF_MONTH)])


def day_scores(correlation: Array) -> Array:
    """Give scores of dry bulb, dew point and daily range, shape (3, 365).

    The scores of each month are normal quantiles in the order that first-order autoregressive noise
    gives them, so that every month has mean 0 and spread 1. The noise is the same for every site.

    Args:
        correlation: of dry bulb and dew point in each month, shape (12,).
    """
    first, second, third = _noise()
    mixed = _mixed(first, second, correlation[MONTH_OF_DAY])
    dry, dew = _forced_normal(first), _forced_normal(mixed)
    depression = dry - dew
    swing = _mixed(depression / depression.std(), third, RANGE_DEPRESSION_CORRELATION)
    return np.stack([dry, dew, _forced_normal(swing)])


@lru_cache(maxsize=1)
def _noise() -> Array:
    """Give two autoregressive series of equal spread and one of independent days, (3, 365)."""
    steps = np.random.default_rng(SEED).standard_normal((365, 3)).T
    noise = steps.copy()
    noise[:2, 0] = 0.0
    for day in range(1, 365):
        noise[:2, day] = PERSISTENCE * noise[:2, day - 1] + steps[:2, day]
    return noise


def _mixed(first: Array, second: Array, correlation: Array | float) -> Array:
    return np.asarray(correlation * first + np.sqrt(1 - np.square(correlation)) * second)


def _forced_normal(series: Array) -> Array:
    """Replace each month's values by normal quantiles of the same rank order."""
    forced = np.empty_like(series)
    for start, end in pairwise(_FIRST_DAY):
        forced[start + np.argsort(series[start:end])] = _quantiles(int(end - start))
    return forced


@lru_cache(maxsize=4)
def _quantiles(days: int) -> Array:
    """Give `days` ordered normal quantiles of spread 1."""
    scores = np.array([NormalDist().inv_cdf((rank + 0.5) / days) for rank in range(days)])
    return np.asarray(scores / scores.std())
