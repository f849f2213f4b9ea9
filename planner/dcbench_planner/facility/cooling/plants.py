"""Plants that cool a water loop: tower and chiller, dry cooler, seawater.

Each takes a `Duty`, the weather and the book, and returns `Cooled`. Free cooling and compressors
work in series on the loop: the free part cools as far as it can, compressors do the rest.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dcbench.units import SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import CP_AIR_KJ_PER_KG_K, Array, density
from dcbench_planner.facility.climate.psychrometrics import humidity_ratio_at_wet_bulb as humidity
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.blocks import (
    CP_WATER_KJ_PER_KG_K,
    air_chiller_eir,
    at_flow,
    dry_cooler_capacity,
    dry_cooler_speed,
    part_load_factor,
    pump_share,
    tower_approach,
    tower_fan_share,
    water_chiller_eir,
)
from dcbench_planner.facility.cooling.result import Cooled, Duty, powers
from dcbench_planner.facility.impact.water import tower_makeup_l, with_blowdown_l

Plant = Callable[[Duty, Weather, AssumptionBook], Cooled]


def tower_economizer(duty: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Cooling tower that cools through a heat exchanger when it can, with a chiller in series."""
    exchanger = book["cooling.heat_exchanger_approach_k"]
    approach = tower_approach(weather.wet_bulb_c, duty.load, book)
    water = np.maximum(weather.wet_bulb_c + approach, duty.supply_c - exchanger)
    free = np.clip((duty.return_c - water - exchanger) / duty.rise_k, 0, 1)
    return _tower_plant(duty, weather, book, water_c=water, free_share=free)


def tower_chiller(duty: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Water-cooled chiller all year; the tower water is kept above the machine's limit."""
    approach = tower_approach(weather.wet_bulb_c, duty.load, book)
    water = np.maximum(weather.wet_bulb_c + approach, book["cooling.tower_coldest_water_c"])
    free = np.zeros(len(weather))
    return _tower_plant(duty, weather, book, water_c=water, free_share=free)


def dry(duty: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Dry cooler with an air-cooled chiller in series."""
    return _dry_plant(duty, weather, book, inlet_c=weather.dry_bulb_c, kind="dry_coolers")


def adiabatic(duty: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Dry cooler whose inlet air is wetted when it cannot carry the load dry, chiller in series."""
    capacity = dry_cooler_capacity(weather.dry_bulb_c, duty.return_c, duty.rise_k, book)
    depression = weather.dry_bulb_c - weather.wet_bulb_c
    drop = np.where(capacity < duty.load, book["cooling.pad_effectiveness"] * depression, 0)
    inlet = weather.dry_bulb_c - drop
    return _dry_plant(duty, weather, book, inlet_c=inlet, kind="adiabatic_coolers")


def air_chiller(duty: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Air-cooled chiller without free cooling."""
    unusable = np.full(len(weather), np.inf)
    return _dry_plant(duty, weather, book, inlet_c=unusable, kind="")


def seawater(duty: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Sea or lake water through a heat exchanger, with a chiller on the same water in series.

    The water goes back warmer; nothing is consumed.
    """
    loop, loop_pumps = _pumped(duty, book)
    exchanger = book["cooling.heat_exchanger_approach_k"]
    free_share = np.clip((loop.return_c - weather.water_c - exchanger) / loop.rise_k, 0, 1)
    free, mechanical, unmet = _in_series(loop, free_share, book)
    eir = water_chiller_eir(weather.water_c, loop.supply_c, book)
    compressors = mechanical * eir * part_load_factor(mechanical / loop.design_kw, book)
    rejected = free + mechanical + compressors
    share = pump_share(book["cooling.sea_water_head_kpa"], book["cooling.sea_water_rise_k"], book)
    sea_pumps = _pumps(share * loop.design_kw, rejected / loop.design_kw, book)
    return Cooled(
        heat_kw=loop.heat_kw, free_kw=free, mechanical_kw=mechanical, unmet_kw=unmet,
        inner_kw=loop_pumps, water_l=np.zeros(len(weather)),
        power_kw=powers(len(weather), pumps=loop_pumps + sea_pumps, compressors=compressors),
        duties_kw={"seawater_heat_exchangers": rejected, "water_cooled_chillers": mechanical},
    )  # fmt: skip


def _tower_plant(
    duty: Duty, weather: Weather, book: AssumptionBook, *, water_c: Array, free_share: Array
) -> Cooled:
    loop, loop_pumps = _pumped(duty, book)
    free, mechanical, unmet = _in_series(loop, free_share, book)
    eir = water_chiller_eir(water_c, loop.supply_c, book)
    compressors = mechanical * eir * part_load_factor(mechanical / loop.design_kw, book)
    rejected = free + mechanical + compressors
    flow = rejected / loop.design_kw
    tower_share = pump_share(
        book["cooling.tower_water_head_kpa"], book["cooling.tower_range_k"], book
    )
    tower_pumps = _pumps(tower_share * loop.design_kw, flow, book)
    circulation = rejected / (CP_WATER_KJ_PER_KG_K * book["cooling.tower_range_k"])
    water_l = tower_makeup_l(rejected, circulation, weather.dry_bulb_c, book)
    return Cooled(
        heat_kw=loop.heat_kw, free_kw=free, mechanical_kw=mechanical, unmet_kw=unmet,
        inner_kw=loop_pumps, water_l=water_l,
        power_kw=powers(
            len(weather), pumps=loop_pumps + tower_pumps, compressors=compressors,
            heat_rejection_fans=_tower_fans(loop, weather, water_c, book),
        ),
        duties_kw={"cooling_towers": rejected, "water_cooled_chillers": mechanical},
    )  # fmt: skip


def _tower_fans(loop: Duty, weather: Weather, water_c: Array, book: AssumptionBook) -> Array:
    """Slow the fans where the water may stay warmer than full speed would make it.

    The approach is taken as inversely proportional to the air flow.
    """
    full_speed = tower_approach(weather.wet_bulb_c, loop.load, book)
    speed = np.minimum(full_speed / (water_c - weather.wet_bulb_c), 1.0)
    air = density(weather.dry_bulb_c.mean(), 0.008, weather.pressure_kpa)
    design = tower_fan_share(float(air), book) * loop.design_kw
    return at_flow(design, speed, book["cooling.fan_exponent"], book["cooling.smallest_flow"])


def _dry_plant(
    duty: Duty, weather: Weather, book: AssumptionBook, *, inlet_c: Array, kind: str
) -> Cooled:
    """Run the cooler's fans only where they save more than they take."""
    loop, loop_pumps = _pumped(duty, book)
    eir = air_chiller_eir(weather.dry_bulb_c, loop.supply_c, book)
    capacity = dry_cooler_capacity(inlet_c, loop.return_c, loop.rise_k, book)
    speed = dry_cooler_speed(loop.load, capacity, book)
    fan_design = book["cooling.dry_cooler_fan_share"] * loop.design_kw
    fans = at_flow(fan_design, speed, book["cooling.fan_exponent"], 0.0)
    worth = np.minimum(loop.load, capacity) * loop.design_kw * eir > fans
    carried = np.divide(capacity, loop.load, out=np.ones_like(capacity), where=loop.load > 0)
    free, mechanical, unmet = _in_series(loop, np.where(worth, np.minimum(carried, 1), 0), book)
    compressors = mechanical * eir * part_load_factor(mechanical / loop.design_kw, book)
    free_duty = {kind: np.where(worth, loop.heat_kw, 0)} if kind else {}
    return Cooled(
        heat_kw=loop.heat_kw, free_kw=free, mechanical_kw=mechanical, unmet_kw=unmet,
        inner_kw=loop_pumps,
        water_l=_pad_water_l(loop, weather, inlet_c, np.where(worth, speed, 0), book),
        power_kw=powers(
            len(weather), pumps=loop_pumps, compressors=compressors,
            heat_rejection_fans=np.where(worth, fans, 0),
        ),
        duties_kw=free_duty | {"air_cooled_chillers": mechanical},
    )  # fmt: skip


def _pad_water_l(
    loop: Duty, weather: Weather, inlet_c: Array, speed: Array, book: AssumptionBook
) -> Array:
    """Give the water taken up by the air on its way to the coil, bleed included, L/h."""
    wetted = inlet_c < weather.dry_bulb_c
    if not wetted.any():
        return np.zeros(len(weather))
    air_kg_per_kj = 1 / (CP_AIR_KJ_PER_KG_K * book["cooling.dry_cooler_air_rise_k"])
    air_kg_per_s = air_kg_per_kj * loop.design_kw * speed
    wet = humidity(inlet_c, weather.wet_bulb_c, weather.pressure_kpa)
    gained = np.where(wetted, wet - weather.humidity_ratio, 0.0)
    return with_blowdown_l(air_kg_per_s * gained * SECONDS_PER_HOUR, book)


def _pumped(duty: Duty, book: AssumptionBook) -> tuple[Duty, Array]:
    """Give the loop with the heat of its own pumps, and the pumps' power."""
    design = pump_share(book["cooling.chilled_water_head_kpa"], duty.rise_k, book) * duty.design_kw
    pumps = _pumps(design, duty.load, book)
    return duty.plus(pumps, design), pumps


def _pumps(design_kw: float, flow: Array, book: AssumptionBook) -> Array:
    exponent, smallest = book["cooling.pump_exponent"], book["cooling.smallest_flow"]
    return at_flow(design_kw, flow, exponent, smallest)


def _in_series(loop: Duty, free_share: Array, book: AssumptionBook) -> tuple[Array, Array, Array]:
    """Split the heat into free, mechanical (up to the installed capacity) and unmet."""
    free = loop.heat_kw * free_share
    shortfall = loop.heat_kw - free
    mechanical = np.minimum(shortfall, book["cooling.trim_capacity"] * loop.design_kw)
    return free, mechanical, shortfall - mechanical
