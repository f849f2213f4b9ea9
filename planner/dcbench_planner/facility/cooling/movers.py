"""What moves air and water: fans and pumps, alone or as fleets of equal units.

Power in kW, "share" in kW per kW of heat at design, flows over the design flow.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import CP_AIR_KJ_PER_KG_K, Array

CP_WATER_KJ_PER_KG_K = 4.19
WATER_KG_PER_M3 = 997.0


def raised(base: Array, exponent: float) -> Array:
    """Give base^exponent; computed once where all hours are alike, as at a constant load."""
    if len(base) and base.min() == base.max():
        return np.full(len(base), float(base[0]) ** exponent)
    return np.asarray(base**exponent)


def at_flow(design_kw: float, flow: Array, exponent: float, smallest: float) -> Array:
    """Give power at a relative flow, by the affinity laws; 0 where nothing flows."""
    turning = raised(np.maximum(flow, smallest), exponent)
    return np.asarray(design_kw * np.where(flow > 0, turning, 0.0))


def pumps(design_kw: float, flow: Array, book: AssumptionBook) -> Array:
    """Give the power of pumps on a common header.

    Spare pumps that run along save nothing here: the head is that of the pipes, which see the same
    flow however many pumps share it.
    """
    return at_flow(design_kw, flow, book["cooling.pump_exponent"], book["cooling.smallest_flow"])


def fans(design_kw: float, flow: Array, running: float, book: AssumptionBook) -> Array:
    """Give the power of a fleet of fans, each with its own coil or fill.

    `running` units share the flow, so each turns at flow / running, and spares that run along save
    power: P = P_design flow (flow / running)^(e - 1). Units go off rather than turn slower than the
    drives allow.

    Args:
        design_kw: the units that the design flow needs, at full speed.
        flow: over the design flow, shape (n,).
        running: units in service over the units that the design flow needs.
        book: exponent and slowest speed.
    """
    speed = np.maximum(flow / running, book["cooling.smallest_flow"])
    return np.asarray(design_kw * flow * raised(speed, book["cooling.fan_exponent"] - 1))


def room_fan_share(rise_k: float, density_kg_per_m3: float, book: AssumptionBook) -> float:
    """Give fan power per heat moved: P/Q = dp / (efficiency rho cp dT)."""
    heat_per_m3 = density_kg_per_m3 * CP_AIR_KJ_PER_KG_K * rise_k
    pressure_kpa = book["cooling.room_fan_pressure_pa"] / 1000
    return float(pressure_kpa / (book["cooling.fan_efficiency"] * heat_per_m3))


def pump_share(head_kpa: float, rise_k: float, book: AssumptionBook) -> float:
    """Give pump power per heat moved: P/Q = head / (efficiency rho cp dT)."""
    heat_per_m3 = WATER_KG_PER_M3 * CP_WATER_KJ_PER_KG_K * rise_k
    return float(head_kpa / (book["cooling.pump_efficiency"] * heat_per_m3))
