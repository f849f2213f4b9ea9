"""Cooling a hall with outside air, directly or across an exchanger, with a chiller for the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dcbench.units import SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import (
    CP_AIR_KJ_PER_KG_K,
    RATIO_OF_MOLAR_MASSES,
    Array,
    enthalpy,
    humidity_ratio_at_dew_point,
    humidity_ratio_at_wet_bulb,
    saturation_pressure,
)
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.dry_coolers import air_chiller
from dcbench_planner.facility.cooling.hall import (
    Hall,
    Moved,
    move,
    room_fan_design_kw,
    water_duty,
    with_fans,
)
from dcbench_planner.facility.cooling.loops import looped
from dcbench_planner.facility.cooling.movers import fans
from dcbench_planner.facility.cooling.result import Cooled, powers, together
from dcbench_planner.facility.cooling.staging import ROUNDING
from dcbench_planner.facility.impact.water import evaporated_l, with_blowdown_l


def air_economizer(hall: Hall, weather: Weather, book: AssumptionBook) -> Cooled:
    """Outside air through the hall, wetted when warm, an air-cooled chiller for the rest.

    Cold air is mixed with return air to the supply temperature. Air wetter than the class allows is
    not wetted, and is cooled and dried only if its enthalpy is below that of the return air.
    """
    moved = move(hall, weather, book)
    ceiling = highest_humidity_ratio(hall.supply_c, weather.pressure_kpa, book)
    after, gained = wetted(hall.supply_c, weather, book, ceiling)
    sensible = (after - hall.supply_c) / hall.rise_k
    supply = enthalpy(hall.supply_c, ceiling)
    total = (weather.enthalpy_kj_per_kg - supply) / (enthalpy(hall.return_c, ceiling) - supply)
    share = np.clip(np.where(weather.humidity_ratio > ceiling, total, sensible), 0, 1)
    air_kg_per_s = moved.heat_kw / (CP_AIR_KJ_PER_KG_K * hall.rise_k)
    used = _outside_share(hall, weather) * (share < 1)
    taken = gained + _humidified(weather, book)
    water_l = with_blowdown_l(air_kg_per_s * used * taken * SECONDS_PER_HOUR, book)
    return with_fans(_with_coil(hall, moved, weather, book, share=share, water_l=water_l), moved)


def indirect_evaporative(hall: Hall, weather: Weather, book: AssumptionBook) -> Cooled:
    """Air-to-air exchanger, sprayed as far as needed, with a chiller for the rest.

    A wetted part of the exchanger is taken to evaporate as a tower does for the same heat.
    """
    moved = move(hall, weather, book)
    dry_reach, wet_reach = (
        book[f"cooling.indirect_{how}_effectiveness"] * (hall.return_c - bulb) / hall.rise_k
        for how, bulb in (("dry", weather.dry_bulb_c), ("wet", weather.wet_bulb_c))
    )
    gain = np.maximum(wet_reach - dry_reach, 0)
    sprayed = np.divide(1 - dry_reach, gain, out=np.zeros_like(gain), where=gain > 0)
    sprayed = np.clip(sprayed, 0, 1)
    reach = np.maximum(dry_reach + sprayed * gain, 0)
    share = np.clip(1 - reach, 0, 1)
    wet_kw = moved.heat_kw * sprayed * np.maximum(wet_reach, 0)
    speed = np.divide(1, reach, out=np.ones_like(reach), where=reach > 1) * (reach > 0)
    design = book["cooling.indirect_fan_share"] * room_fan_design_kw(hall, weather, book)
    flow = speed * moved.heat_kw / moved.design_kw
    cooled = _with_coil(
        hall, moved, weather, book, share=share,
        water_l=with_blowdown_l(evaporated_l(wet_kw, weather.dry_bulb_c, book), book),
    )  # fmt: skip
    outdoor_fans = fans(design, flow, hall.running, book)
    cooled = replace(
        cooled,
        power_kw={**cooled.power_kw, "heat_rejection_fans": outdoor_fans},
        duties_kw={**cooled.duties_kw, "indirect_evaporative_units": moved.heat_kw},
    )
    return with_fans(cooled, moved)


def highest_humidity_ratio(supply_c: float, pressure_kpa: float, book: AssumptionBook) -> float:
    """Give the most moisture that supply air may hold, kg/kg: by dew point and by humidity."""
    by_dew_point = humidity_ratio_at_dew_point(book["cooling.highest_dew_point_c"], pressure_kpa)
    vapour = book["cooling.highest_relative_humidity"] * saturation_pressure(supply_c)
    by_humidity = RATIO_OF_MOLAR_MASSES * vapour / (pressure_kpa - vapour)
    return float(min(by_dew_point, by_humidity))


def wetted(
    supply_c: float, weather: Weather, book: AssumptionBook, ceiling: float
) -> tuple[Array, Array]:
    """Give temperature and moisture gained after the wetting needed, possible and allowed."""
    dry_bulb, wet_bulb, moisture = weather.dry_bulb_c, weather.wet_bulb_c, weather.humidity_ratio
    reachable = dry_bulb - book["cooling.media_effectiveness"] * (dry_bulb - wet_bulb)
    after = np.minimum(np.maximum(reachable, supply_c), dry_bulb)
    gained = humidity_ratio_at_wet_bulb(after, wet_bulb, weather.pressure_kpa) - moisture
    room = np.maximum(ceiling - moisture, 0)
    allowed = np.divide(room, gained, out=np.ones_like(gained), where=gained > room)
    return dry_bulb - allowed * (dry_bulb - after), np.maximum(allowed * gained, 0)


def _with_coil(
    hall: Hall, moved: Moved, weather: Weather, book: AssumptionBook,
    *, share: Array, water_l: Array,
) -> Cooled:  # fmt: skip
    """Give outside air and a chilled-water coil in series; `share` is the coil's.

    Where outside air may have to be dried, the water must be colder than the highest dew point.
    """
    share = np.where(share < ROUNDING, 0.0, share)
    duty = water_duty(hall, moved, book)
    drying = book["cooling.highest_dew_point_c"] - book["cooling.heat_exchanger_approach_k"]
    supply = min(duty.supply_c, drying)
    duty = replace(
        duty, heat_kw=moved.heat_kw * share, supply_c=supply, return_c=supply + duty.rise_k
    )
    coil = looped(air_chiller, duty, weather, book)
    zero = np.zeros(len(weather))
    outside = Cooled(
        heat_kw=moved.heat_kw * (1 - share), free_kw=moved.heat_kw * (1 - share),
        mechanical_kw=zero, unmet_kw=zero, reused_kw=zero, power_kw=powers(len(weather)),
        inner_kw=zero, water_l=water_l,
    )  # fmt: skip
    return together(outside, coil)


def _outside_share(hall: Hall, weather: Weather) -> Array:
    """Give the share of outside air that mixes with return air to the supply temperature."""
    difference = np.maximum(hall.return_c - weather.dry_bulb_c, hall.rise_k)
    return hall.rise_k / difference


def _humidified(weather: Weather, book: AssumptionBook) -> Array:
    """Give moisture added to dry winter air, kg/kg, to hold the class's lowest dew point."""
    floor = humidity_ratio_at_dew_point(book["cooling.lowest_dew_point_c"], weather.pressure_kpa)
    return np.maximum(float(floor) - weather.humidity_ratio, 0)
