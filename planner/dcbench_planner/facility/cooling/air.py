"""Cooling a hall with air: fans, outside air, indirect evaporation, direct expansion."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dcbench.units import SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import (
    CP_AIR_KJ_PER_KG_K,
    Array,
    density,
    enthalpy,
    humidity_ratio_at_dew_point,
    humidity_ratio_at_wet_bulb,
)
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.blocks import air_chiller_eir, at_flow, room_fan_share
from dcbench_planner.facility.cooling.plants import Plant, air_chiller
from dcbench_planner.facility.cooling.result import Cooled, Duty, powers, together
from dcbench_planner.facility.impact.water import evaporated_l, with_blowdown_l


@dataclass(frozen=True, kw_only=True)
class Hall:
    """Heat of a hall without its fans, and the air that carries it."""

    heat_kw: Array
    design_kw: float
    supply_c: float
    rise_k: float

    @property
    def return_c(self) -> float:
        """Air temperature back from the racks."""
        return self.supply_c + self.rise_k


def chilled_water(hall: Hall, weather: Weather, book: AssumptionBook, plant: Plant) -> Cooled:
    """Room units on chilled water from `plant`; the coil sets how warm the water may be."""
    fans, design = _room_fans(hall, weather, book)
    return _with_fans(plant(_water_duty(hall, fans, design, book), weather, book), hall, fans)


def air_economizer(hall: Hall, weather: Weather, book: AssumptionBook) -> Cooled:
    """Outside air through the hall, wetted when warm, an air-cooled chiller for the rest.

    Cold air is mixed with return air to the supply temperature. Air wetter than the class's highest
    dew point is not wetted, and is cooled only if its enthalpy is below that of the return air.
    """
    fans, design = _room_fans(hall, weather, book)
    ceiling = float(
        humidity_ratio_at_dew_point(book["cooling.highest_dew_point_c"], weather.pressure_kpa)
    )
    after, gained = _wetted(hall, weather, book, ceiling)
    sensible = (after - hall.supply_c) / hall.rise_k
    supply = enthalpy(hall.supply_c, ceiling)
    total = (weather.enthalpy_kj_per_kg - supply) / (enthalpy(hall.return_c, ceiling) - supply)
    share = np.clip(np.where(weather.humidity_ratio > ceiling, total, sensible), 0, 1)
    air_kg_per_s = (hall.heat_kw + fans) / (CP_AIR_KJ_PER_KG_K * hall.rise_k)
    used = _outside_share(hall, weather) * (share < 1)
    taken = gained + _humidified(weather, book)
    water_l = with_blowdown_l(air_kg_per_s * used * taken * SECONDS_PER_HOUR, book)
    return _air_side(hall, weather, book, fans=fans, design_kw=design, share=share, water_l=water_l)


def indirect_evaporative(hall: Hall, weather: Weather, book: AssumptionBook) -> Cooled:
    """Air-to-air exchanger, wetted outside when dry air is too warm, chiller for the rest.

    A wetted exchanger is taken to evaporate as a tower does for the same heat.
    """
    fans, design = _room_fans(hall, weather, book)
    dry_share = book["cooling.indirect_dry_effectiveness"] * (hall.return_c - weather.dry_bulb_c)
    wet_share = book["cooling.indirect_wet_effectiveness"] * (hall.return_c - weather.wet_bulb_c)
    dry_share, wet_share = dry_share / hall.rise_k, wet_share / hall.rise_k
    wetting = (dry_share < 1) & (wet_share > dry_share)
    reach = np.maximum(np.where(wetting, wet_share, dry_share), 0)
    share = np.clip(1 - reach, 0, 1)
    heat = hall.heat_kw + fans
    wet_kw = np.where(wetting, heat * (1 - share), 0)
    speed = np.divide(1, reach, out=np.ones_like(reach), where=reach > 1) * (reach > 0)
    scavenger = at_flow(
        book["cooling.indirect_fan_share"] * _fan_design(hall, weather, book), speed,
        book["cooling.fan_exponent"], book["cooling.smallest_flow"],
    )  # fmt: skip
    cooled = _air_side(
        hall, weather, book, fans=fans, design_kw=design, share=share,
        water_l=with_blowdown_l(evaporated_l(wet_kw, weather.dry_bulb_c, book), book),
    )  # fmt: skip
    return replace(
        cooled,
        power_kw={**cooled.power_kw, "heat_rejection_fans": scavenger},
        duties_kw={**cooled.duties_kw, "indirect_evaporative_units": heat},
    )


def direct_expansion(hall: Hall, weather: Weather, book: AssumptionBook) -> Cooled:
    """Room units with their own compressors and outdoor condensers; no free cooling.

    Staged compressors are taken as no better at part load.
    """
    fans, design = _room_fans(hall, weather, book)
    heat = hall.heat_kw + fans
    mechanical = np.minimum(heat, book["cooling.trim_capacity"] * design)
    eir = air_chiller_eir(weather.dry_bulb_c, book["cooling.dx_evaporator_water_c"], book)
    zero = np.zeros(len(weather))
    return Cooled(
        heat_kw=heat, free_kw=zero, mechanical_kw=mechanical, unmet_kw=heat - mechanical,
        inner_kw=fans, water_l=zero, duties_kw={"dx_units": heat},
        power_kw=powers(
            len(weather), room_fans=fans,
            compressors=mechanical * eir,
        ),
    )  # fmt: skip


def _air_side(
    hall: Hall, weather: Weather, book: AssumptionBook,
    *, fans: Array, design_kw: float, share: Array, water_l: Array,
) -> Cooled:  # fmt: skip
    """Give outside air and a chilled-water coil in series; `share` is the coil's."""
    heat = hall.heat_kw + fans
    duty = _water_duty(hall, fans, design_kw, book)
    coil = air_chiller(replace(duty, heat_kw=heat * share), weather, book)
    zero = np.zeros(len(weather))
    outside = Cooled(
        heat_kw=heat * (1 - share), free_kw=heat * (1 - share), mechanical_kw=zero, unmet_kw=zero,
        power_kw=powers(len(weather)), inner_kw=zero, water_l=water_l,
    )  # fmt: skip
    return _with_fans(together(outside, coil), hall, fans)


def _with_fans(cooled: Cooled, hall: Hall, fans: Array) -> Cooled:
    return replace(
        cooled,
        power_kw={**cooled.power_kw, "room_fans": fans},
        inner_kw=cooled.inner_kw + fans,
        duties_kw={**cooled.duties_kw, "room_units": hall.heat_kw + fans},
    )


def _fan_design(hall: Hall, weather: Weather, book: AssumptionBook) -> float:
    air = float(density(hall.supply_c, 0.008, weather.pressure_kpa))
    return room_fan_share(hall.rise_k, air, book) * hall.design_kw


def _room_fans(hall: Hall, weather: Weather, book: AssumptionBook) -> tuple[Array, float]:
    """Give fan power and the design heat of the hall with its fans."""
    design = _fan_design(hall, weather, book)
    exponent, smallest = book["cooling.fan_exponent"], book["cooling.smallest_flow"]
    fans = at_flow(design, hall.heat_kw / hall.design_kw, exponent, smallest)
    return fans, hall.design_kw + design


def _water_duty(hall: Hall, fans: Array, design_kw: float, book: AssumptionBook) -> Duty:
    """Give the coil's water: supply from T_air = T_ret - effectiveness (T_ret - T_water)."""
    supply = hall.return_c - hall.rise_k / book["cooling.coil_effectiveness"]
    return Duty(
        heat_kw=hall.heat_kw + fans, design_kw=design_kw, supply_c=supply,
        return_c=supply + book["cooling.chilled_water_rise_k"],
    )  # fmt: skip


def _wetted(
    hall: Hall, weather: Weather, book: AssumptionBook, ceiling: float
) -> tuple[Array, Array]:
    """Give temperature and moisture gained after the wetting needed, possible and allowed."""
    dry_bulb, wet_bulb, moisture = weather.dry_bulb_c, weather.wet_bulb_c, weather.humidity_ratio
    reachable = dry_bulb - book["cooling.media_effectiveness"] * (dry_bulb - wet_bulb)
    after = np.minimum(np.maximum(reachable, hall.supply_c), dry_bulb)
    gained = humidity_ratio_at_wet_bulb(after, wet_bulb, weather.pressure_kpa) - moisture
    room = np.maximum(ceiling - moisture, 0)
    allowed = np.divide(room, gained, out=np.ones_like(gained), where=gained > room)
    return dry_bulb - allowed * (dry_bulb - after), np.maximum(allowed * gained, 0)


def _outside_share(hall: Hall, weather: Weather) -> Array:
    """Give the share of outside air that mixes with return air to the supply temperature."""
    difference = np.maximum(hall.return_c - weather.dry_bulb_c, hall.rise_k)
    return hall.rise_k / difference


def _humidified(weather: Weather, book: AssumptionBook) -> Array:
    """Give moisture added to dry winter air, kg/kg, to hold the class's lowest dew point."""
    floor = humidity_ratio_at_dew_point(book["cooling.lowest_dew_point_c"], weather.pressure_kpa)
    return np.maximum(float(floor) - weather.humidity_ratio, 0)
