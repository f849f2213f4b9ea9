"""A typical year of 8760 hours from a site's monthly normals.

Daily means follow three harmonics through the monthly means plus an anomaly that persists from day
to day; the day follows the curve of Erbs, scaled to a lognormal daily range. Every month keeps its
mean and spread. The hottest and most humid 2 % of hours are then stretched to the published 0.4 %
design temperatures.

Sources: Erbs, Klein and Beckman 1983 (diurnal shape); own regressions, see
docs/facility/climate.md.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dcbench.catalog import Site
from dcbench_planner.facility.climate.day_scores import day_scores
from dcbench_planner.facility.climate.psychrometrics import Array, pressure_at
from dcbench_planner.facility.climate.spread import (
    dew_point_spread,
    dry_bulb_spread,
    dry_dew_correlation,
)
from dcbench_planner.facility.climate.weather import (
    DAYS_OF_MONTH,
    MONTH_OF_DAY,
    MONTH_OF_HOUR,
    Weather,
)
from dcbench_planner.facility.climate.wet_bulb import wet_bulb

RANGE_VARIATION = 0.35
"""Coefficient of variation of the daily range."""
SMALLEST_DEPRESSION_K = 0.3
DESIGN_QUANTILE = 0.996
STRETCH_FROM = 0.98
WATER_DAMPING = 0.7
WATER_LAG_DAYS = 30
COLDEST_WATER_C = 2.0
_ERBS = ((0.4632, 3.805), (0.0984, 0.36), (0.0168, 0.822), (0.0138, 3.513))
_ROUNDS = 3
"""Of restoring the monthly dew points after cutting them below the dry bulb."""


@lru_cache(maxsize=128)
def typical_year(site: Site) -> Weather:
    """Give 8760 hours with the site's monthly means, ranges and 0.4 % design temperatures.

    The same site always gives the same hours. How far annual dPUE from such years is from that of
    hourly records stands in docs/facility/climate.md, by cooling system.
    """
    dry, dew = _hourly(site)
    pressure = pressure_at(site.elevation_m)
    wet = wet_bulb(dry, dew, pressure)
    dry = _stretched(dry, site.design_db_0p4_c)
    wet = np.minimum(_stretched(wet, site.design_wb_0p4_c), dry)
    water = water_temperature(dry)
    for hours in (dry, wet, water):
        hours.setflags(write=False)
    return Weather(
        dry_bulb_c=dry, wet_bulb_c=wet, water_c=water, month=MONTH_OF_HOUR, pressure_kpa=pressure,
        source=f"8760 h generated from monthly normals of {site.name}: {site.source}",
    )  # fmt: skip


def water_temperature(dry_bulb_c: Array) -> Array:
    """Estimate the intake water of 8760 h: the air of a month earlier, damped towards the year.

    An assumption, good to a few kelvin; replace it where the water was measured.
    """
    daily = dry_bulb_c.reshape(365, 24).mean(axis=1)
    smooth = _daily_curve(month_means(daily))
    lagged = np.roll(smooth, WATER_LAG_DAYS)
    water = daily.mean() + WATER_DAMPING * (lagged - daily.mean())
    return np.repeat(np.maximum(water, COLDEST_WATER_C), 24)


def month_means(daily: Array) -> Array:
    """Average 365 days to 12 months."""
    return np.asarray(np.bincount(MONTH_OF_DAY, weights=daily) / DAYS_OF_MONTH)


def _hourly(site: Site) -> tuple[Array, Array]:
    """Give dry bulb and dew point, shape (8760,), before the design temperatures are imposed."""
    dry_month, range_month = np.array(site.dry_bulb_c), np.array(site.daily_range_c)
    dry_score, dew_score, range_score = day_scores(dry_dew_correlation(site))
    dry_day = _daily_curve(dry_month) + dry_bulb_spread(site)[MONTH_OF_DAY] * dry_score
    dry_day += (dry_month - month_means(dry_day))[MONTH_OF_DAY]
    range_day = np.exp(RANGE_VARIATION * range_score)
    range_day = range_day * (range_month / month_means(range_day))[MONTH_OF_DAY]
    dry = (dry_day[:, None] + range_day[:, None] * _diurnal_shape()).ravel()
    dew_curve = _daily_curve(np.array(site.dew_point_c))
    dew_day = dew_curve + dew_point_spread(site)[MONTH_OF_DAY] * dew_score
    return dry, _below(dry, np.repeat(dew_day, 24), np.array(site.dew_point_c))


def _below(dry: Array, dew: Array, dew_month: Array) -> Array:
    """Cut the dew point below the dry bulb and raise the rest until the monthly means are back."""
    highest = dry - SMALLEST_DEPRESSION_K
    dew = np.minimum(dew, highest)
    for _ in range(_ROUNDS):
        missing = dew_month - month_means(dew.reshape(365, 24).mean(axis=1))
        dew = np.minimum(dew + missing[MONTH_OF_HOUR], highest)
    return dew


def _daily_curve(monthly: Array) -> Array:
    """Give a mean and three harmonics through the monthly means, shape (365,)."""
    return np.asarray(_harmonics() @ monthly)


@lru_cache(maxsize=1)
def _harmonics() -> Array:
    """Give the matrix from 12 monthly means to 365 days, least squares."""
    angle = 2 * np.pi * (np.arange(365) + 0.5) / 365
    terms = [np.ones(365)] + [f(k * angle) for k in (1, 2, 3) for f in (np.sin, np.cos)]
    basis = np.stack(terms, axis=1)
    return np.asarray(basis @ np.linalg.pinv(np.stack([month_means(c) for c in basis.T], axis=1)))


def _diurnal_shape() -> Array:
    """Give the deviation from the day's mean over its range, shape (24,); Erbs et al. 1983."""
    angle = 2 * np.pi * np.arange(24) / 24
    shape = sum(a * np.cos(k * angle - phase) for k, (a, phase) in enumerate(_ERBS, start=1))
    return np.asarray(shape / np.ptp(shape))


def _stretched(hours: Array, design: float | None) -> Array:
    """Stretch the top 2 % so that 0.4 % of the hours exceed `design`; unchanged without one."""
    start, reached = np.quantile(hours, [STRETCH_FROM, DESIGN_QUANTILE])
    if design is None or design <= start or reached <= start:
        return hours
    stretch = (design - start) / (reached - start)
    return np.where(hours > start, start + (hours - start) * stretch, hours)
