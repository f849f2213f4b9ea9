"""How many units are in service: redundant ones that run along, and one that is out."""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.cooling.result import Duty

ROUNDING = 1e-12
"""A share of heat that is left by rounding alone."""


def units_running(capacity_share: float, book: AssumptionBook, *, spares: bool) -> float:
    """Give the units in service over the units that the design heat needs.

    Spares stand by or run along (`cooling.spares_run`); when units fail, those that stand by start.

    Args:
        capacity_share: units able to run over units installed; 1 when none is out.
        book: duty units to a spare, share of the spares that run along.
        spares: redundant units are installed.
    """
    spare_share = 1 / book["plant.units_per_spare"] if spares else 0.0
    usual = 1 + spare_share * book["cooling.spares_run"]
    return float(min(capacity_share * (1 + spare_share), usual))


def trim_capacity(loop: Duty, book: AssumptionBook) -> float:
    """Give the compressors in service over the design heat of the loop."""
    return float(book["cooling.trim_capacity"] * min(loop.running, 1.0))


def in_series(loop: Duty, free_share: Array, book: AssumptionBook) -> tuple[Array, Array, Array]:
    """Split the heat into free, mechanical (up to the capacity in service) and unmet."""
    free = loop.heat_kw * np.where(free_share > 1 - ROUNDING, 1.0, free_share)
    shortfall = loop.heat_kw - free
    mechanical = np.minimum(shortfall, trim_capacity(loop, book) * loop.design_kw)
    return free, mechanical, shortfall - mechanical
