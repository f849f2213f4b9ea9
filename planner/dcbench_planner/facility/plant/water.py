"""Pumps, buffer tank and stored make-up water, from the heat that water carries at the peak."""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.building import Building
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.cooling.movers import CP_WATER_KJ_PER_KG_K
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.plant.units import Fleet, sized

L_PER_M3 = 1000.0
_COMPRESSORS = ("water_cooled_chillers", "air_cooled_chillers")


def water_fleets(building: Building, book: AssumptionBook) -> dict[str, Fleet]:
    """Size pumps, buffer tank and water store; kinds that the system does not have are left out."""
    needs = {
        "loop_pumps": (_flow_l_per_s(loop_heat_kw(building), _loop_rise_k(building, book)),
                       "largest heat of the water loops over 4.19 kJ/(kg K) and their rise"),
        "tower_pumps": (_circuit(building, "cooling_towers", "cooling.tower_range_k", book),
                        "heat rejected at the towers over 4.19 kJ/(kg K) and the range"),
        "seawater_pumps": (
            _circuit(building, "seawater_heat_exchangers", "cooling.sea_water_rise_k", book),
            "heat rejected over 4.19 kJ/(kg K) and the rise of the sea water"),
        "buffer_tanks": (buffer_m3(building, book),
                         "heat that compressors carry at the peak for their restart time"),
        "water_storage": (stored_m3(building, book), "peak make-up for plant.water_storage_h"),
    }  # fmt: skip
    return {
        kind: sized(
            kind, need, building.redundancy, book, sized_by=rule,
            fill=book["plant.pump_fill"] if kind.endswith("pumps") else 1.0,
        )
        for kind, (need, rule) in needs.items() if need > 0
    }  # fmt: skip


def loop_heat_kw(building: Building) -> float:
    """Give the largest heat in facility and chilled water, not counting condenser circuits."""
    cooled, system = building.peak.cooled, SYSTEMS[building.cooling]
    if system.plant is not None:
        return float(cooled.heat_kw.max())
    return float(_added(building, _COMPRESSORS).max())


def buffer_m3(building: Building, book: AssumptionBook) -> float:
    """Give the tank that carries the compressors' heat while they restart: V = Q t/(rho cp dT)."""
    heat_kw = float(_added(building, _COMPRESSORS).max())
    l_per_s = _flow_l_per_s(heat_kw, _loop_rise_k(building, book))
    return l_per_s * float(book["plant.chiller_restart_s"]) / L_PER_M3


def stored_m3(building: Building, book: AssumptionBook) -> float:
    """Give the make-up water of `plant.water_storage_h` at the largest hourly rate."""
    largest_l_per_h = float(building.peak.cooled.water_l.max())
    return largest_l_per_h * float(book["plant.water_storage_h"]) / L_PER_M3


def _added(building: Building, kinds: tuple[str, ...]) -> Array:
    zero = np.zeros(len(building.peak.it_kw))
    duties = building.peak.cooled.duties_kw
    return np.asarray(sum((duties.get(kind, zero) for kind in kinds), zero))


def _circuit(building: Building, kind: str, rise: str, book: AssumptionBook) -> float:
    heat_kw = float(_added(building, (kind,)).max())
    return _flow_l_per_s(heat_kw, book[rise]) if heat_kw > 0 else 0.0


def _loop_rise_k(building: Building, book: AssumptionBook) -> float:
    """The smaller rise needs the larger flow, where two loops differ."""
    rises = [book["cooling.chilled_water_rise_k"]]
    if SYSTEMS[building.cooling].liquid is not None:
        rises.append(book["cooling.liquid_rise_k"])
    return float(min(rises))


def _flow_l_per_s(heat_kw: float, rise_k: float) -> float:
    return heat_kw / (CP_WATER_KJ_PER_KG_K * rise_k)
