"""Plants that reject to the air without a tower: dry and adiabatic coolers, air-cooled chillers.

Free cooling and compressors work in series on the loop. Each hour uses fans first, as fast as
pays, then wetted pads where there are any, then compressors.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dcbench.units import SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import CP_AIR_KJ_PER_KG_K, Array
from dcbench_planner.facility.climate.psychrometrics import humidity_ratio_at_wet_bulb as humidity
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.chillers import air_chiller_eir, compressors_kw
from dcbench_planner.facility.cooling.result import Cooled, Duty, powers
from dcbench_planner.facility.cooling.staging import in_series, trim_capacity
from dcbench_planner.facility.impact.water import with_blowdown_l


def dry(loop: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Dry cooler with an air-cooled chiller in series."""
    return _plant(loop, weather, book, coldest_inlet_c=weather.dry_bulb_c, kind="dry_coolers")


def adiabatic(loop: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Dry cooler with pads, wetted section by section as the load needs; chiller in series."""
    coldest = wetted_c(weather, book)
    return _plant(loop, weather, book, coldest_inlet_c=coldest, kind="adiabatic_coolers")


def air_chiller(loop: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Air-cooled chiller without free cooling."""
    eir = air_chiller_eir(weather.dry_bulb_c, loop.supply_c, book)
    none = np.zeros(len(weather))
    return _with_chiller(loop, book, eir=eir, free_share=none, fans_kw=none, water_l=none)


def wetted_c(weather: Weather, book: AssumptionBook) -> Array:
    """Give the air behind fully wetted pads."""
    depression = weather.dry_bulb_c - weather.wet_bulb_c
    return np.asarray(weather.dry_bulb_c - book["cooling.pad_effectiveness"] * depression)


def dry_cooler_capacity(inlet_c: Array, loop: Duty, book: AssumptionBook) -> Array:
    """Give heat rejected at full fan speed over design heat, shape (n,).

    Proportional to the difference of returning fluid and inlet air, and to the units in service;
    1 where the duty units' fluid leaves one approach above the air.
    """
    difference = np.maximum(loop.return_c - inlet_c, 0)
    return np.asarray(loop.running * difference / _difference_k(loop, book))


def fastest_that_pays(loop: Duty, capacity: Array, eir: Array, book: AssumptionBook) -> Array:
    """Give the fan speed, 0-1, above which compressors are cheaper than fans.

    Heat goes with speed^a, fan power with speed^e. The last bit of speed pays for itself as long as
    EIR × d(heat) >= d(fan): up to s = (a EIR C / (e F))^(1 / (e - a)).

    Args:
        loop: units in service.
        capacity: C, at full speed, see `dry_cooler_capacity`.
        eir: compressor power that a kW of free cooling saves.
        book: exponents and fan power.
    """
    if trim_capacity(loop, book) < 1:
        return np.ones_like(capacity)
    air, fan = book["cooling.dry_cooler_air_exponent"], book["cooling.fan_exponent"]
    saved = air * eir * capacity
    spent = fan * book["cooling.dry_cooler_fan_share"] * loop.running
    return np.asarray(np.minimum((saved / spent) ** (1 / (fan - air)), 1.0))


def _difference_k(loop: Duty, book: AssumptionBook) -> float:
    """Give returning fluid minus inlet air at design."""
    return float(loop.rise_k + book["cooling.dry_cooler_approach_k"])


def _plant(
    loop: Duty, weather: Weather, book: AssumptionBook, *, coldest_inlet_c: Array, kind: str
) -> Cooled:
    """Run the fans, then wet the inlet air down to `coldest_inlet_c`, then the chiller."""
    exponent = book["cooling.dry_cooler_air_exponent"]
    eir = air_chiller_eir(weather.dry_bulb_c, loop.supply_c, book)
    fastest = fastest_that_pays(loop, dry_cooler_capacity(coldest_inlet_c, loop, book), eir, book)
    reached = loop.running * np.maximum(fastest, 1e-6) ** exponent
    inlet = loop.return_c - loop.load * _difference_k(loop, book) / reached
    inlet = np.clip(inlet, coldest_inlet_c, weather.dry_bulb_c)
    capacity = dry_cooler_capacity(inlet, loop, book)
    needed = np.divide(loop.load, capacity, out=np.ones_like(capacity), where=capacity > 0)
    speed = np.minimum(np.minimum(needed, 1.0) ** (1 / exponent), fastest)
    most = capacity * fastest**exponent
    share = np.divide(most, loop.load, out=np.ones_like(most), where=loop.load > 0)
    fan_kw = book["cooling.dry_cooler_fan_share"] * loop.design_kw * loop.running
    cooled = _with_chiller(
        loop, book, eir=eir,
        free_share=np.minimum(share, 1),
        fans_kw=fan_kw * speed ** book["cooling.fan_exponent"],
        water_l=_pad_water_l(loop, weather, inlet, speed, book),
    )  # fmt: skip
    coolers = np.where(cooled.free_kw > 0, loop.heat_kw, 0)
    return replace(cooled, duties_kw={kind: coolers, **cooled.duties_kw})


def _with_chiller(
    loop: Duty, book: AssumptionBook,
    *, eir: Array, free_share: Array, fans_kw: Array, water_l: Array,
) -> Cooled:  # fmt: skip
    free, mechanical, unmet = in_series(loop, free_share, book)
    compressors = compressors_kw(mechanical, eir, loop.design_kw, loop.running, book)
    none = np.zeros(len(eir))
    return Cooled(
        heat_kw=loop.heat_kw, free_kw=free, mechanical_kw=mechanical, unmet_kw=unmet,
        reused_kw=none, inner_kw=none, water_l=water_l,
        power_kw=powers(
            len(eir), compressors=compressors, heat_rejection_fans=fans_kw
        ),
        duties_kw={"air_cooled_chillers": mechanical},
    )  # fmt: skip


def _pad_water_l(
    loop: Duty, weather: Weather, inlet_c: Array, speed: Array, book: AssumptionBook
) -> Array:
    """Give the water taken up by the air on its way to the coil, bleed included, L/h."""
    wetted = inlet_c < weather.dry_bulb_c
    if not wetted.any():
        return np.zeros(len(weather))
    air_kg_per_kj = 1 / (CP_AIR_KJ_PER_KG_K * book["cooling.dry_cooler_air_rise_k"])
    air_kg_per_s = air_kg_per_kj * loop.design_kw * loop.running * speed
    wet = humidity(inlet_c, weather.wet_bulb_c, weather.pressure_kpa)
    gained = np.where(wetted, wet - weather.humidity_ratio, 0.0)
    return with_blowdown_l(air_kg_per_s * np.maximum(gained, 0) * SECONDS_PER_HOUR, book)
