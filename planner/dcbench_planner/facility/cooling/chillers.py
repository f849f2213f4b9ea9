"""Compressors: power against lift, at part load, staged.

Linear in the refrigerant's lift, fitted to the catalogue curves of EnergyPlus at leaving water of
4-15 °C. Machines make water up to `cooling.warmest_chilled_water_c`; a warmer loop is trimmed by
mixing that water in, at the machine's lift.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import ZERO_CELSIUS_K, Array

EVAPORATOR_PINCH_K = 1.5
"""Chilled water leaves this much warmer than the refrigerant evaporates."""
WATER_CONDENSER_PINCH_K = 6.5
"""The refrigerant condenses this much warmer than the condenser water enters."""
AIR_CONDENSER_PINCH_K = 11.0
"""The same for outside air."""
RATING_CONDENSER_WATER_C, RATING_CHILLED_WATER_C = 29.44, 6.67
"""Entering and leaving water at which water chillers are rated (AHRI 550/590: 85 and 44 °F)."""
PART_LOADS = (0.25, 0.5, 0.75, 1.0)


def water_chiller_eir(entering_c: Array | float, leaving_c: float, book: AssumptionBook) -> Array:
    """Give compressor power per heat of a water-cooled machine at full load (1/COP).

    Args:
        entering_c: condenser water, shape (n,).
        leaving_c: chilled water wanted.
        book: coefficients.
    """
    lift = entering_c + WATER_CONDENSER_PINCH_K - evaporating_c(leaving_c, book)
    lift = np.maximum(lift, book["cooling.smallest_lift_k"])
    return _eir(lift, leaving_c, "cooling.water_chiller", book)


def air_chiller_eir(dry_bulb_c: Array, leaving_c: float, book: AssumptionBook) -> Array:
    """Give compressor and condenser-fan power per heat of an air-cooled machine at full load.

    As `water_chiller_eir`; the outside air takes the place of the condenser water.
    """
    lift = dry_bulb_c + AIR_CONDENSER_PINCH_K - evaporating_c(leaving_c, book)
    lift = np.maximum(lift, book["cooling.air_smallest_lift_k"])
    return _eir(lift, leaving_c, "cooling.air_chiller", book)


def room_unit_eir(dry_bulb_c: Array, book: AssumptionBook) -> Array:
    """Give compressor and condenser-fan power per heat of direct-expansion room units.

    As `air_chiller_eir`; head-pressure control keeps a larger lift in cold weather.
    """
    leaving = book["cooling.dx_evaporator_water_c"]
    lift = dry_bulb_c + AIR_CONDENSER_PINCH_K - evaporating_c(leaving, book)
    lift = np.maximum(lift, book["cooling.dx_smallest_lift_k"])
    return _eir(lift, leaving, "cooling.air_chiller", book)


def evaporating_c(leaving_c: float, book: AssumptionBook) -> float:
    """Give the temperature at which the refrigerant evaporates for that water."""
    return float(min(leaving_c, book["cooling.warmest_chilled_water_c"]) - EVAPORATOR_PINCH_K)


def compressors_kw(
    mechanical_kw: Array, eir: Array, design_kw: float, running: float, book: AssumptionBook
) -> Array:
    """Give the power of a fleet of chillers.

    Args:
        mechanical_kw: heat that they take, shape (n,).
        eir: at full load, shape (n,).
        design_kw: capacity of the duty machines.
        running: machines in service over the duty machines.
        book: part loads, see `part_load_factor`.
    """
    power = np.zeros_like(mechanical_kw)
    on = np.flatnonzero(mechanical_kw)
    heat = mechanical_kw[on]
    power[on] = heat * eir[on] * part_load_factor(heat / design_kw, running, book)
    return power


def part_load_factor(load: Array, running: float, book: AssumptionBook) -> Array:
    """Give the multiplier on EIR of a fleet of equal variable-speed machines.

    As many machines are on as give the least power, which is about half load each; a machine goes
    off when the others do better without it, and the last one runs down to a quarter and cycles
    below.

    Args:
        load: heat over the capacity of the duty machines, 0 to `running`, shape (n,).
        running: machines in service over the duty machines.
        book: multipliers at part loads, and how many duty machines there are to a spare.
    """
    duty = book["plant.units_per_spare"]
    most = max(np.floor(duty * running + 1e-9), 1.0)
    in_machines = load * duty
    fewer = np.clip(np.floor(in_machines / PART_LOADS[1]), 1, most)
    more = np.minimum(fewer + 1, most)
    factors = [book[f"cooling.part_load_{round(100 * x)}"] for x in PART_LOADS[:-1]] + [1.0]
    with_fewer = np.interp(in_machines / fewer, PART_LOADS, factors)
    return np.asarray(np.minimum(with_fewer, np.interp(in_machines / more, PART_LOADS, factors)))


def _eir(lift: Array, leaving_c: float, machine: str, book: AssumptionBook) -> Array:
    """Give base + slope × lift, never below the lift over its share of Carnot."""
    eir = book[f"{machine}_base"] + book[f"{machine}_per_k"] * lift
    eir = eir * book[f"{machine}_vintage"]
    evaporating_k = evaporating_c(leaving_c, book) + ZERO_CELSIUS_K
    return np.asarray(np.maximum(eir, lift / (book["cooling.carnot_share"] * evaporating_k)))
