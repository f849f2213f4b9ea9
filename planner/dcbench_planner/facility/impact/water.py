"""Water: what cooling towers and wet media take, and what the grid took for the electricity.

Litres per hour where heat is in kW.
"""

from __future__ import annotations

import numpy as np

from dcbench.units import SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.facility.climate.psychrometrics import Array

_COLD_C, _HOT_C = 0.0, 30.0


def tower_makeup_l(
    rejected_kw: Array, circulation_kg_per_s: Array, dry_bulb_c: Array, book: AssumptionBook
) -> Array:
    """Give make-up water of a tower in L/h: evaporation, blowdown and drift.

    Args:
        rejected_kw: heat to the tower, shape (n,).
        circulation_kg_per_s: water over the tower, shape (n,).
        dry_bulb_c: outside air, shape (n,).
        book: latent heat, cycles, drift, sensible shares.
    """
    drift = circulation_kg_per_s * SECONDS_PER_HOUR * book["water.drift_share"]
    return np.asarray(with_blowdown_l(evaporated_l(rejected_kw, dry_bulb_c, book), book) + drift)


def evaporated_l(rejected_kw: Array, dry_bulb_c: Array, book: AssumptionBook) -> Array:
    """Give water evaporated by rejecting heat from a wet surface, L/h.

    Q (1 - sensible share) / latent heat; the sensible share falls linearly from cold to hot air.
    """
    ends = [book["water.sensible_share_cold"], book["water.sensible_share_hot"]]
    sensible = np.interp(dry_bulb_c, [_COLD_C, _HOT_C], ends)
    latent_kw = rejected_kw * (1 - sensible)
    return np.asarray(latent_kw * SECONDS_PER_HOUR / book["water.latent_heat_kj_per_kg"])


def with_blowdown_l(evaporated_l: Array, book: AssumptionBook) -> Array:
    """Add the blowdown, evaporation / (cycles - 1)."""
    cycles = book["water.cycles_of_concentration"]
    return np.asarray(evaporated_l * cycles / (cycles - 1))


def wue_source_l_per_kwh(wue_site: Number, dpue: Number, book: AssumptionBook) -> Number:
    """Give WUE with the water of the electricity: WUE_site + grid water × PUE (The Green Grid)."""
    return wue_site + book["water.grid_l_per_kwh"] * dpue
