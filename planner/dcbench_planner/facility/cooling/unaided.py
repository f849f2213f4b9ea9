"""The building without compressors: hours in which heat stays, and how warm supplies become."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.weather import Weather, joined, warmed
from dcbench_planner.facility.cooling.dry_coolers import adiabatic, dry
from dcbench_planner.facility.cooling.outside_air import highest_humidity_ratio, wetted
from dcbench_planner.facility.cooling.result import Plant
from dcbench_planner.facility.cooling.sea import seawater
from dcbench_planner.facility.cooling.staging import units_running
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.cooling.towers import tower_approach, tower_economizer
from dcbench_planner.facility.simulation import Simulation


@dataclass(frozen=True, kw_only=True)
class Unaided:
    """What free cooling alone does."""

    unmet_h_per_year: int
    """Hours of the typical year, at the average load, in which the supplies are not held."""
    hottest_air_c: float | None
    """Supplied to the racks in the worst hour at full load; None if only compressors cool it."""
    hottest_water_c: float | None
    """The same of the facility water of a liquid loop."""


def unaided_note(found: Unaided) -> str:
    """Say what free cooling alone would do."""
    supplies = {"air": found.hottest_air_c, "facility water": found.hottest_water_c}
    told = [f"{what} at {value:.0f} °C" for what, value in supplies.items() if value is not None]
    worst = f"; its hottest supply is {' and '.join(told)}" if told else ""
    return (
        f"free cooling alone does not hold the supplies in {found.unmet_h_per_year:,} of 8,760 h "
        f"at this load{worst}"
    )


def without_compressors(simulation: Simulation, book: AssumptionBook) -> Unaided:
    """Run the year with `cooling.trim_capacity` = 0, and find the hottest supplies.

    Args:
        simulation: of the design.
        book: the assumptions it was simulated with.
    """
    design, point = simulation.design, book.with_draws({})
    bare = point.with_entry(replace(point.entries["cooling.trim_capacity"], value=0.0))
    cooled = simulation.building.at(simulation.hours.it_kw, simulation.weather, bare).cooled
    unmet = cooled.unmet_kw > 1e-9 * cooled.heat_kw
    worst = warmed(design.climate.design, point["cooling.recirculation_k"])
    weather = joined(design.climate.year, worst)
    running = units_running(1.0, point, spares=design.redundancy != "N")
    liquid = SYSTEMS[design.cooling].liquid
    water = None
    if liquid is not None:
        supply, rise = point[liquid.facility_water_c], point["cooling.liquid_rise_k"]
        water = _hottest_water_c(liquid.plant, weather, point, rise, running, at_least_c=supply)
    return Unaided(
        unmet_h_per_year=int(unmet.sum()), hottest_water_c=water,
        hottest_air_c=_hottest_air_c(design.cooling, weather, point, running),
    )  # fmt: skip


def _hottest_air_c(
    cooling: Cooling, weather: Weather, book: AssumptionBook, running: float
) -> float | None:
    system = SYSTEMS[cooling]
    supply, rise = book[system.supply_c], book[system.air_rise_k]
    if cooling == "air-economizer":
        ceiling = highest_humidity_ratio(supply, weather.pressure_kpa, book)
        return float(max(wetted(supply, weather, book, ceiling)[0].max(), supply))
    if cooling == "indirect-evaporative":
        return float(max(_across_exchanger(weather, book, rise).max(), supply))
    coil_k = rise / book["cooling.coil_effectiveness"] - rise
    if system.plant is None:
        return None
    water_rise = book["cooling.chilled_water_rise_k"]
    water = _hottest_water_c(
        system.plant, weather, book, water_rise, running, at_least_c=supply - coil_k
    )
    return None if water is None else water + coil_k


def _across_exchanger(weather: Weather, book: AssumptionBook, rise_k: float) -> Array:
    """Solve T_s = T_r - e (T_r - T_o) with T_r = T_s + rise for the colder of dry and wet."""
    dry_k, wet_k = (
        rise_k * (1 / book[f"cooling.indirect_{how}_effectiveness"] - 1) for how in ("dry", "wet")
    )
    return np.asarray(np.minimum(weather.dry_bulb_c + dry_k, weather.wet_bulb_c + wet_k))


def _hottest_water_c(
    plant: Plant, weather: Weather, book: AssumptionBook, rise_k: float, running: float,
    *, at_least_c: float,
) -> float | None:  # fmt: skip
    """Give the warmest water supplied at full load; None of a plant with compressors only."""
    above_air_k = (rise_k + book["cooling.dry_cooler_approach_k"]) / running - rise_k
    exchanger_k = book["cooling.heat_exchanger_approach_k"]
    if plant is dry:
        water = weather.dry_bulb_c + above_air_k
    elif plant is adiabatic:
        drop = book["cooling.pad_effectiveness"] * (weather.dry_bulb_c - weather.wet_bulb_c)
        water = weather.dry_bulb_c - drop + above_air_k
    elif plant is tower_economizer:
        full = np.full(len(weather), 1 / running)
        water = weather.wet_bulb_c + tower_approach(weather.wet_bulb_c, full, book) + exchanger_k
    elif plant is seawater:
        water = weather.water_c + exchanger_k
    else:
        return None
    return float(max(water.max(), at_least_c))
