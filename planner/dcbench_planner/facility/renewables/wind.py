"""Wind: a year of hours with a stated mean speed through a turbine's power curve."""

from __future__ import annotations

import csv
import math
from functools import lru_cache
from importlib import resources

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array

SEED = 1
HOURS = 8760
DENSITY_OF_CURVES_KG_PER_M3 = 1.225
"""Air that power curves are stated for, IEC 61400-12-1."""
DRY_AIR_KJ_PER_KG_K = 0.287042


def wind_share(
    speed_m_per_s: Array, dry_bulb_c: Array, pressure_kpa: float, book: AssumptionBook
) -> Array:
    """Give power over rating for each hour, losses taken off, 0-1.

    Thin air moves the curve: v (density / 1.225)^(1/3), IEC 61400-12-1.
    """
    density = pressure_kpa / (DRY_AIR_KJ_PER_KG_K * (dry_bulb_c + 273.15))
    equivalent = speed_m_per_s * np.cbrt(density / DENSITY_OF_CURVES_KG_PER_M3)
    return np.asarray(power_curve(equivalent) * (1 - book["renewables.wind_losses"]))


def power_curve(speed_m_per_s: Array) -> Array:
    """Give power over rating: nothing below cut-in and above cut-out, the table between."""
    speeds, shares = _curve()
    return np.interp(speed_m_per_s, speeds, shares, left=0.0, right=0.0)


def wind_speeds(mean_m_per_s: float, book: AssumptionBook) -> Array:
    """Give 8760 hourly speeds at hub height with the stated mean.

    A first-order autoregressive series, its ranks mapped to the quantiles of a Weibull
    distribution (Brokish and Kirtley 2009 discuss this use). No season and no time of day, and
    independent of the sun: the site's wind is unknown unless somebody measured it.

    Args:
        mean_m_per_s: annual mean.
        book: shape and hourly persistence.
    """
    shape = book["renewables.wind_weibull_shape"]
    scale = mean_m_per_s / math.gamma(1 + 1 / shape)
    order = np.argsort(np.argsort(_persistent(float(book["renewables.wind_persistence"]))))
    quantile = (order + 0.5) / HOURS
    return np.asarray(scale * (-np.log1p(-quantile)) ** (1 / shape))


@lru_cache(maxsize=4)
def _persistent(persistence: float) -> Array:
    noise = np.random.default_rng(SEED).standard_normal(HOURS)
    series = np.empty(HOURS)
    series[0] = noise[0]
    kept = math.sqrt(1 - persistence**2)
    for hour in range(1, HOURS):
        series[hour] = persistence * series[hour - 1] + kept * noise[hour]
    return series


@lru_cache(maxsize=1)
def _curve() -> tuple[Array, Array]:
    table = resources.files("dcbench_planner") / "data" / "wind_power_curve.csv"
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    speeds = np.array([float(row["wind_m_per_s"]) for row in rows])
    return speeds, np.array([float(row["power_share"]) for row in rows])
