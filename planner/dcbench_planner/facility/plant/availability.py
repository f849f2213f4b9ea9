"""Availability from failure and repair rates: k of n units, parallel paths, common cause.

Standard reliability block algebra (IEEE 493); the beta factor follows IEC 61508-6 annex D. How
often a group fails follows from the states in which one more failure is one too many (Billinton and
Allan, Reliability Evaluation of Engineering Systems, chapter 9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One repairable unit."""

    failures_per_year: float
    """Per year in service."""
    repair_h: float

    @property
    def availability(self) -> float:
        """Give MTBF / (MTBF + MTTR)."""
        return unit_availability(self.failures_per_year, self.repair_h)


@dataclass(frozen=True, kw_only=True)
class Uptime:
    """How much and how often something is down."""

    availability: float
    outages_per_year: float

    @property
    def outage_h(self) -> float:
        """Mean length of one outage."""
        down_h = (1 - self.availability) * HOURS_PER_YEAR
        return down_h / self.outages_per_year if self.outages_per_year else 0.0


def unit_of(rate: str, book: AssumptionBook) -> Unit:
    """Read the failure and repair rates of one kind of unit."""
    return Unit(
        failures_per_year=book[f"availability.{rate}_per_year"],
        repair_h=book[f"availability.{rate}_repair_h"],
    )


def unit_availability(failures_per_year: float, repair_h: float) -> float:
    """Give MTBF / (MTBF + MTTR); MTBF is the mean time in service before a failure."""
    return HOURS_PER_YEAR / (HOURS_PER_YEAR + failures_per_year * repair_h)


def k_of_n(k: int, n: int, availability: float) -> float:
    """Give the probability that at least k of n independent units work."""
    down = 1 - availability
    return math.fsum(
        math.comb(n, failed) * down**failed * availability ** (n - failed)
        for failed in range(n - k + 1)
    )


def parallel(*availabilities: float) -> float:
    """Give the availability of paths of which one suffices."""
    return 1 - math.prod(1 - a for a in availabilities)


def with_common_cause(independent: float, unit: float, beta: float) -> float:
    """Subtract failures that take all units at once: U = U_independent + beta (1 - A_unit)."""
    return max(0.0, independent - beta * (1 - unit))


def k_of_n_outages(k: int, n: int, unit: Unit) -> float:
    """Give failures per year of a k-of-n group: C(n,k) A^k (1-A)^(n-k) k lambda.

    It fails when one of exactly k working units does.
    """
    up = unit.availability
    return math.comb(n, k) * up**k * (1 - up) ** (n - k) * k * unit.failures_per_year


def series_group(size: int, unit: Unit) -> Uptime:
    """Give a group in which every unit is needed."""
    return Uptime(
        availability=unit.availability**size, outages_per_year=k_of_n_outages(size, size, unit)
    )


def spared_group(size: int, spares: int, unit: Unit, beta: float) -> Uptime:
    """Give a group that works without `spares` of its units, common cause included."""
    installed = size + spares
    return _with_beta(
        k_of_n(size, installed, unit.availability),
        k_of_n_outages(size, installed, unit),
        unit,
        beta,
    )


def doubled_group(size: int, unit: Unit, beta: float) -> Uptime:
    """Give two paths of `size` units each, of which either path carries everything."""
    path = series_group(size, unit)
    outages = 2 * path.outages_per_year * (1 - path.availability)
    both = parallel(path.availability, path.availability)
    return _with_beta(both, outages, unit, beta)


def _with_beta(independent: float, outages: float, unit: Unit, beta: float) -> Uptime:
    common = beta * unit.failures_per_year * unit.availability
    return Uptime(
        availability=with_common_cause(independent, unit.availability, beta),
        outages_per_year=outages + common,
    )
