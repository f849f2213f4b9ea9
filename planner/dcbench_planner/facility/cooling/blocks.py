"""What cooling plants are made of: fans, pumps, compressors, towers, dry coolers.

Pure functions on arrays over time points. Heat and power in kW, temperatures in °C, "share" in kW
per kW of heat at design. Coefficients come from the book; data/assumptions/cooling.csv holds
value, range and source of each.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import (
    CP_AIR_KJ_PER_KG_K,
    ZERO_CELSIUS_K,
    Array,
)

CP_WATER_KJ_PER_KG_K = 4.19
WATER_KG_PER_M3 = 997.0
EVAPORATOR_PINCH_K = 1.5
"""Chilled water leaves this much warmer than the refrigerant evaporates."""
WATER_CONDENSER_PINCH_K = 6.5
"""The refrigerant condenses this much warmer than the condenser water enters."""
AIR_CONDENSER_PINCH_K = 11.0
"""The same for outside air."""


def at_flow(design_kw: float, flow: Array, exponent: float, smallest: float) -> Array:
    """Give fan or pump power at a relative flow, by the affinity laws; 0 where nothing flows."""
    turning = np.maximum(flow, smallest) ** exponent
    return np.asarray(design_kw * np.where(flow > 0, turning, 0.0))


def room_fan_share(rise_k: float, density_kg_per_m3: float, book: AssumptionBook) -> float:
    """Give fan power per heat moved: P/Q = dp / (efficiency rho cp dT)."""
    heat_per_m3 = density_kg_per_m3 * CP_AIR_KJ_PER_KG_K * rise_k
    pressure_kpa = book["cooling.room_fan_pressure_pa"] / 1000
    return float(pressure_kpa / (book["cooling.fan_efficiency"] * heat_per_m3))


def pump_share(head_kpa: float, rise_k: float, book: AssumptionBook) -> float:
    """Give pump power per heat moved: P/Q = head / (efficiency rho cp dT)."""
    heat_per_m3 = WATER_KG_PER_M3 * CP_WATER_KJ_PER_KG_K * rise_k
    return float(head_kpa / (book["cooling.pump_efficiency"] * heat_per_m3))


def water_chiller_eir(entering_c: Array, leaving_c: float, book: AssumptionBook) -> Array:
    """Give compressor power per heat of a water-cooled machine at full load (1/COP).

    Linear in the lift; fitted at leaving water of 4-15 °C. It is used to 40 °C because a lift form,
    unlike the usual biquadratic, extrapolates physically.

    Args:
        entering_c: condenser water, shape (n,).
        leaving_c: chilled water.
        book: coefficients.
    """
    lift = (entering_c + WATER_CONDENSER_PINCH_K) - (leaving_c - EVAPORATOR_PINCH_K)
    lift = np.maximum(lift, book["cooling.smallest_lift_k"])
    eir = book["cooling.water_chiller_base"] + book["cooling.water_chiller_per_k"] * lift
    eir = eir * book["cooling.water_chiller_vintage"]
    return np.asarray(np.maximum(eir, _carnot(lift, leaving_c, book)))


def air_chiller_eir(dry_bulb_c: Array, leaving_c: float, book: AssumptionBook) -> Array:
    """Give compressor and condenser-fan power per heat of an air-cooled machine at full load.

    As `water_chiller_eir`; the outside air takes the place of the condenser water.
    """
    lift = (dry_bulb_c + AIR_CONDENSER_PINCH_K) - (leaving_c - EVAPORATOR_PINCH_K)
    lift = np.maximum(lift, book["cooling.smallest_lift_k"])
    eir = book["cooling.air_chiller_base"] + book["cooling.air_chiller_per_k"] * lift
    eir = eir * book["cooling.air_chiller_vintage"]
    return np.asarray(np.maximum(eir, _carnot(lift, leaving_c, book)))


def part_load_factor(load: Array, book: AssumptionBook) -> Array:
    """Give the multiplier on EIR of variable-speed machines at part load.

    Machines are switched off before they run below half load, where they are most efficient.

    Args:
        load: heat over the whole plant's capacity, 0-1, shape (n,).
        book: multipliers at half and three quarters of one machine's load.
    """
    points = [book["cooling.part_load_50"], book["cooling.part_load_75"], 1.0]
    return np.asarray(np.interp(load, [0.5, 0.75, 1.0], points))


def tower_approach(wet_bulb_c: Array, load: Array, book: AssumptionBook) -> Array:
    """Give leaving water minus wet bulb at full fan speed, K: A0 x^0.6 (1 + 0.02 (20 - Twb)+)."""
    cold = 1 + book["cooling.tower_cold_slope"] * np.maximum(20 - wet_bulb_c, 0)
    return np.asarray(
        book["cooling.tower_approach_k"] * load ** book["cooling.tower_load_exponent"] * cold
    )


def tower_fan_share(density_kg_per_m3: float, book: AssumptionBook) -> float:
    """Give fan power per heat rejected from range, liquid-to-gas ratio and fan pressure."""
    water_kg_per_kj = 1 / (CP_WATER_KJ_PER_KG_K * book["cooling.tower_range_k"])
    air_m3_per_kj = water_kg_per_kj / book["cooling.tower_liquid_per_gas"] / density_kg_per_m3
    pressure_kpa = book["cooling.tower_fan_pressure_pa"] / 1000
    return float(air_m3_per_kj * pressure_kpa / book["cooling.fan_efficiency"])


def dry_cooler_capacity(
    inlet_c: Array, return_c: float, rise_k: float, book: AssumptionBook
) -> Array:
    """Give heat rejected at full fan speed over design heat, shape (n,).

    Proportional to the difference of returning fluid and inlet air; 1 where the fluid leaves one
    approach above the air.
    """
    design_difference = rise_k + book["cooling.dry_cooler_approach_k"]
    return np.asarray(np.maximum(return_c - inlet_c, 0) / design_difference)


def dry_cooler_speed(load: Array, capacity: Array, book: AssumptionBook) -> Array:
    """Give the fan speed (0-1) that rejects `load` where full speed rejects `capacity`."""
    needed = np.divide(load, capacity, out=np.zeros_like(capacity), where=capacity > 0)
    return np.asarray(np.minimum(needed, 1.0) ** (1 / book["cooling.dry_cooler_air_exponent"]))


def _carnot(lift_k: Array, leaving_c: float, book: AssumptionBook) -> Array:
    evaporating_k = leaving_c - EVAPORATOR_PINCH_K + ZERO_CELSIUS_K
    return np.asarray(lift_k / (book["cooling.carnot_share"] * evaporating_k))
