"""A typical year of 8760 hours, and the design conditions, from a site's monthly normals.

Daily means follow three harmonics through the monthly means plus a first-order autoregressive
anomaly; the day follows the curve of Erbs, scaled to a lognormal daily range. The scores of days
within a month are forced to normal quantiles, so that every month keeps its mean and spread. The
hottest and most humid 2 % of hours are then stretched to the published 0.4 % design temperatures.

Sources: Erbs, Klein and Beckman 1983 (diurnal shape); persistence, correlations and spread
regressions were fitted to 55 hourly series (see docs/facility-model.md).
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

from dcbench.catalog import Site
from dcbench_planner.facility.climate.psychrometrics import Array, pressure_at, wet_bulb
from dcbench_planner.facility.climate.weather import (
    DAYS_OF_MONTH,
    MONTH_OF_DAY,
    MONTH_OF_HOUR,
    Weather,
)

SEED = 0
PERSISTENCE = 0.68
"""Correlation of a day's anomaly with the day before."""
DRY_DEW_CORRELATION = 0.73
RANGE_DEPRESSION_CORRELATION = 0.5
"""Of the daily range with the dew-point depression: clear days swing more."""
RANGE_VARIATION = 0.35
"""Coefficient of variation of the daily range."""
SMALLEST_SPREAD_K = 0.4
SMALLEST_DEPRESSION_K = 0.3
DESIGN_QUANTILE = 0.996
STRETCH_FROM = 0.98
WATER_DAMPING = 0.7
WATER_LAG_DAYS = 30
COLDEST_WATER_C = 2.0
_ERBS = ((0.4632, 3.805), (0.0984, 0.36), (0.0168, 0.822), (0.0138, 3.513))


@lru_cache(maxsize=128)
def typical_year(site: Site) -> Weather:
    """Give 8760 hours with the site's monthly means, ranges and 0.4 % design temperatures.

    The same site always gives the same hours. Annual dPUE from such years differs from that of
    hourly records by 0.0002-0.0015 on average and by 0.014 at most; see docs/facility-model.md.
    """
    dry, dew = _hourly(site)
    pressure = pressure_at(site.elevation_m)
    wet = wet_bulb(dry, dew, pressure)
    dry = _stretched(dry, site.design_db_0p4_c)
    wet = np.minimum(_stretched(wet, site.design_wb_0p4_c), dry)
    water = _water_temperature(dry)
    for hours in (dry, wet, water):
        hours.setflags(write=False)
    return Weather(
        dry_bulb_c=dry, wet_bulb_c=wet, water_c=water, month=MONTH_OF_HOUR, pressure_kpa=pressure,
        source=f"8760 h generated from monthly normals of {site.name}: {site.source}",
    )  # fmt: skip


def design_conditions(site: Site) -> Weather:
    """Give two time points for sizing: the 0.4 % dry bulb and the 0.4 % wet bulb.

    The coincident wet or dry bulb is the mean of the typical year's hours at or past the design
    value.
    """
    year = typical_year(site)
    hot = year.dry_bulb_c >= np.quantile(year.dry_bulb_c, DESIGN_QUANTILE)
    humid = year.wet_bulb_c >= np.quantile(year.wet_bulb_c, DESIGN_QUANTILE)
    dry = np.array([year.dry_bulb_c[hot].min(), year.dry_bulb_c[humid].mean()])
    wet = np.array([year.wet_bulb_c[hot].mean(), year.wet_bulb_c[humid].min()])
    month = np.array([np.bincount(year.month[these]).argmax() for these in (hot, humid)])
    return Weather(
        dry_bulb_c=dry, wet_bulb_c=np.minimum(wet, dry),
        water_c=np.array([year.water_c[these].max() for these in (hot, humid)]), month=month,
        pressure_kpa=year.pressure_kpa, source=f"0.4 % design conditions of {site.name}",
    )  # fmt: skip


def _hourly(site: Site) -> tuple[Array, Array]:
    """Give dry bulb and dew point, shape (8760,), before the design temperatures are imposed."""
    dry_month, dew_month = np.array(site.dry_bulb_c), np.array(site.dew_point_c)
    range_month = np.array(site.daily_range_c)
    dry_spread, dew_spread = spreads(site)
    scores = _day_scores()
    dry_day = _daily_curve(dry_month) + dry_spread[MONTH_OF_DAY] * scores[0]
    dew_day = _daily_curve(dew_month) + dew_spread[MONTH_OF_DAY] * scores[1]
    range_day = range_month[MONTH_OF_DAY] * np.exp(RANGE_VARIATION * scores[2])
    range_day = range_day * (range_month / _month_means(range_day))[MONTH_OF_DAY]
    dry_day += (dry_month - _month_means(dry_day))[MONTH_OF_DAY]
    dry = (dry_day[:, None] + range_day[:, None] * _diurnal_shape()).ravel()
    dew = np.minimum(np.repeat(dew_day, 24), dry - SMALLEST_DEPRESSION_K)
    dew += (dew_month - _month_means(dew.reshape(365, 24).mean(axis=1)))[MONTH_OF_HOUR]
    return dry, np.minimum(dew, dry - SMALLEST_DEPRESSION_K)


def spreads(site: Site) -> tuple[Array, Array]:
    """Give the standard deviation of daily dry bulb and dew point within each month, shape (12,).

    Published spread of the dry bulb where the site has it; else regressions on the normals, fitted
    to 55 hourly series (R² 0.59 and 0.50).
    """
    dry, dew = np.array(site.dry_bulb_c), np.array(site.dew_point_c)
    swing, depression, yearly = np.array(site.daily_range_c), dry - dew, dry.std()
    dry_spread = 2.12 + 0.184 * yearly - 0.0747 * dry + 0.0768 * swing - 0.0114 * depression
    dew_spread = 2.65 + 0.236 * yearly - 0.0784 * dry - 0.0111 * swing + 0.086 * depression
    if site.sd_daily_mean_c is not None:
        dry_spread = np.array(site.sd_daily_mean_c)
    return np.maximum(dry_spread, SMALLEST_SPREAD_K), np.maximum(dew_spread, SMALLEST_SPREAD_K)


@lru_cache(maxsize=1)
def _day_scores() -> Array:
    """Give normal scores of dry bulb, dew point and daily range, shape (3, 365), for every site."""
    noise = np.random.default_rng(SEED).standard_normal((365, 3))
    noise[:, 1] = _mixed(noise[:, 0], noise[:, 1], DRY_DEW_CORRELATION)
    anomaly = np.zeros((365, 2))
    for day in range(1, 365):
        anomaly[day] = PERSISTENCE * anomaly[day - 1] + noise[day, :2]
    dry, dew = _forced_normal(anomaly[:, 0]), _forced_normal(anomaly[:, 1])
    depression = (dry - dew) / (dry - dew).std()
    swing = _forced_normal(_mixed(depression, noise[:, 2], RANGE_DEPRESSION_CORRELATION))
    return np.stack([dry, dew, swing])


def _mixed(first: Array, second: Array, correlation: float) -> Array:
    return np.asarray(correlation * first + np.sqrt(1 - correlation**2) * second)


def _forced_normal(series: Array) -> Array:
    """Replace each month's values by normal quantiles of the same rank order."""
    forced = np.empty_like(series)
    for month, days in enumerate(DAYS_OF_MONTH):
        inside = month == MONTH_OF_DAY
        quantiles = [NormalDist().inv_cdf((rank + 0.5) / days) for rank in range(days)]
        scores = np.array(quantiles) / np.std(quantiles)
        forced[inside] = scores[np.argsort(np.argsort(series[inside]))]
    return forced


def _daily_curve(monthly: Array) -> Array:
    """Fit a mean and three harmonics to the monthly means, shape (365,)."""
    angle = 2 * np.pi * (np.arange(365) + 0.5) / 365
    terms = [np.ones(365)] + [f(k * angle) for k in (1, 2, 3) for f in (np.sin, np.cos)]
    basis = np.stack(terms, axis=1)
    monthly_basis = np.stack([_month_means(column) for column in basis.T], axis=1)
    return np.asarray(basis @ np.linalg.lstsq(monthly_basis, monthly, rcond=None)[0])


def _month_means(daily: Array) -> Array:
    return np.asarray(np.bincount(MONTH_OF_DAY, weights=daily) / DAYS_OF_MONTH)


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


def _water_temperature(dry_bulb_c: Array) -> Array:
    """Estimate the intake water: the month's air around a month earlier, damped towards the year.

    An assumption, good to a few kelvin; replace it where the water was measured.
    """
    daily = dry_bulb_c.reshape(365, 24).mean(axis=1)
    smooth = _daily_curve(_month_means(daily))
    lagged = np.roll(smooth, WATER_LAG_DAYS)
    water = daily.mean() + WATER_DAMPING * (lagged - daily.mean())
    return np.repeat(np.maximum(water, COLDEST_WATER_C), 24)
