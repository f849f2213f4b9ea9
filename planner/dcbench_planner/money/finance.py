"""Annuities and levelised cost; scalars or arrays of uncertainty draws alike."""

from __future__ import annotations

import numpy as np

from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import Number


def capital_recovery_factor(rate: Number, years: Number) -> Number:
    """Give the constant yearly payment that repays 1 with interest.

    CRF = r (1+r)^n / ((1+r)^n - 1), the textbook annuity (Brealey, Myers, Allen, Principles of
    Corporate Finance, chapter 2); 1/n at a rate of zero, its limit.

    Args:
        rate: real cost of capital per year, at least 0.
        years: economic life, above 0.
    """
    growth = -np.expm1(-np.asarray(years) * np.log1p(rate))
    safe = np.where(growth > 0, growth, 1.0)
    return np.where(growth > 0, rate / safe, 1.0 / np.asarray(years))[()]


def annual_capital_usd(
    cost_usd: Number, rate: Number, years: Number, residual_share: Number = 0.0
) -> Number:
    """Give the yearly cost of an asset that is sold for a share of its price at the end.

    [C - RV (1+r)^-n] CRF(r, n): the resale value is discounted to today before it is spread.
    """
    resale_today = residual_share * (1.0 + rate) ** -np.asarray(years)
    return cost_usd * (1.0 - resale_today) * capital_recovery_factor(rate, years)


def levelised_usd_per_hour(annual_usd: Number, units: Number, utilisation: Number) -> Number:
    """Spread a yearly cost over the unit-hours that are used: annual / (N 8760 u)."""
    return annual_usd / (units * HOURS_PER_YEAR * utilisation)
