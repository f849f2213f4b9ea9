"""Plants on a cooling tower: a chiller all year, or with free cooling through a heat exchanger.

Free cooling and compressors work in series on the loop: tower water cools as far as it can,
compressors do the rest and reject to the same tower.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array, density
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.chillers import (
    RATING_CHILLED_WATER_C,
    RATING_CONDENSER_WATER_C,
    WATER_CONDENSER_PINCH_K,
    compressors_kw,
    evaporating_c,
    water_chiller_eir,
)
from dcbench_planner.facility.cooling.movers import (
    CP_WATER_KJ_PER_KG_K,
    fans,
    pump_share,
    pumps,
    raised,
)
from dcbench_planner.facility.cooling.result import Cooled, Duty, powers
from dcbench_planner.facility.cooling.staging import in_series, trim_capacity
from dcbench_planner.facility.impact.water import tower_makeup_l

STANDARD_AIR_C, STANDARD_AIR_KG_PER_KG = 20.0, 0.008
"""At which fans are rated."""


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One way to run the tower's fans, per hour."""

    water_c: Array
    fans_kw: Array
    free_share: Array
    compressors_kw: Array

    @property
    def cost_kw(self) -> Array:
        return self.fans_kw + self.compressors_kw


def tower_economizer(loop: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Cooling tower that cools through a heat exchanger when it can, with a chiller in series."""
    run = _run(loop, weather, book, for_free=True)
    if (run.free_share < 1).any():
        run = _cheaper(run, _run(loop, weather, book, for_free=False), loop, book)
    return _plant(loop, weather, book, run)


def tower_chiller(loop: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Water-cooled chiller all year; the tower water is kept above the machine's limit."""
    run = _run(loop, weather, book, for_free=False)
    none = np.zeros(len(weather))
    compressors = _compressors_kw(loop, run.water_c, none, book)
    never_free = _Run(
        water_c=run.water_c, fans_kw=run.fans_kw, free_share=none, compressors_kw=compressors
    )
    return _plant(loop, weather, book, never_free)


def tower_approach(wet_bulb_c: Array, load: Array, book: AssumptionBook) -> Array:
    """Give leaving water minus wet bulb at full fan speed, K: A0 x^0.6 (1 + 0.02 (20 - Twb)+)."""
    cold = 1 + book["cooling.tower_cold_slope"] * np.maximum(20 - wet_bulb_c, 0)
    return np.asarray(
        book["cooling.tower_approach_k"] * raised(load, book["cooling.tower_load_exponent"]) * cold
    )


def tower_fan_share(density_kg_per_m3: float, book: AssumptionBook) -> float:
    """Give fan power per heat rejected from range, liquid-to-gas ratio and fan pressure."""
    water_kg_per_kj = 1 / (CP_WATER_KJ_PER_KG_K * book["cooling.tower_range_k"])
    air_m3_per_kj = water_kg_per_kj / book["cooling.tower_liquid_per_gas"] / density_kg_per_m3
    pressure_kpa = book["cooling.tower_fan_pressure_pa"] / 1000
    return float(air_m3_per_kj * pressure_kpa / book["cooling.fan_efficiency"])


def fan_speed(
    approach: Array, kw_per_k: Array, fan_design_kw: float, book: AssumptionBook
) -> Array:
    """Give the speed at which fans and compressors together take least power.

    With the approach A / s and fan power F s^e, a kelvin of warmer water costing g:
    d/ds (F s^e + g A / s) = 0 at s = (g A / (e F))^(1 / (e + 1)).

    Args:
        approach: A, at full speed, K, shape (n,).
        kw_per_k: g, shape (n,).
        fan_design_kw: F, of all units in service.
        book: exponent, slowest speed.
    """
    exponent = book["cooling.fan_exponent"]
    best = (kw_per_k * approach / (exponent * fan_design_kw)) ** (1 / (exponent + 1))
    return np.asarray(np.clip(best, book["cooling.smallest_flow"], 1.0))


def _run(loop: Duty, weather: Weather, book: AssumptionBook, *, for_free: bool) -> _Run:
    """Run the fans at the best speed, or slower where colder water is of no use."""
    approach = tower_approach(weather.wet_bulb_c, loop.load / loop.running, book)
    design_kw = _fan_design_kw(loop, weather, book)
    speed: Array | float = 1.0
    if trim_capacity(loop, book) >= 1:
        gain = _kw_per_k(loop, weather.wet_bulb_c + approach, book, for_free=for_free)
        speed = fan_speed(approach, gain, design_kw * loop.running, book)
    useless_c = _coldest_for_free(loop, book) if for_free else _coldest_for_chiller(loop, book)
    water = np.maximum(weather.wet_bulb_c + approach / speed, useless_c)
    above = water - weather.wet_bulb_c
    flow = np.divide(approach, above, out=np.zeros_like(above), where=above > 0)
    flow = loop.running * np.minimum(flow, 1.0)
    free = _free_share(loop, water, book)
    return _Run(
        water_c=water, free_share=free, fans_kw=fans(design_kw, flow, loop.running, book),
        compressors_kw=_compressors_kw(loop, water, free, book),
    )  # fmt: skip


def _cheaper(free: _Run, mechanical: _Run, loop: Duty, book: AssumptionBook) -> _Run:
    """Choose by hour; without compressors the run that cools furthest."""
    better = free.cost_kw <= mechanical.cost_kw
    if trim_capacity(loop, book) < 1:
        better = free.free_share >= mechanical.free_share
    return _Run(**{
        name: np.where(better, values, vars(mechanical)[name])
        for name, values in vars(free).items()
    })  # fmt: skip


def _kw_per_k(loop: Duty, coldest_c: Array, book: AssumptionBook, *, for_free: bool) -> Array:
    """Give what a kelvin of warmer tower water costs in compressor power."""
    per_k = book["cooling.water_chiller_per_k"] * book["cooling.water_chiller_vintage"]
    if not for_free:
        return np.asarray(loop.heat_kw * per_k)
    shortfall = 1 - _free_share(loop, coldest_c, book)
    replaced = water_chiller_eir(coldest_c, loop.supply_c, book) / loop.rise_k
    return np.asarray(loop.heat_kw * (shortfall * per_k + replaced))


def _free_share(loop: Duty, water_c: Array, book: AssumptionBook) -> Array:
    reach = loop.return_c - water_c - book["cooling.heat_exchanger_approach_k"]
    return np.asarray(np.clip(reach / loop.rise_k, 0, 1))


def _coldest_for_free(loop: Duty, book: AssumptionBook) -> float:
    return float(loop.supply_c - book["cooling.heat_exchanger_approach_k"])


def _coldest_for_chiller(loop: Duty, book: AssumptionBook) -> float:
    """Give the water below which the lift is the smallest, or the machine's own limit."""
    condensing = evaporating_c(loop.supply_c, book) + book["cooling.smallest_lift_k"]
    return float(max(condensing - WATER_CONDENSER_PINCH_K, book["cooling.tower_coldest_water_c"]))


def _compressors_kw(loop: Duty, water_c: Array, free: Array, book: AssumptionBook) -> Array:
    _, mechanical, _ = in_series(loop, free, book)
    eir = water_chiller_eir(water_c, loop.supply_c, book)
    return compressors_kw(mechanical, eir, loop.design_kw, loop.running, book)


def _fan_design_kw(loop: Duty, weather: Weather, book: AssumptionBook) -> float:
    air = density(STANDARD_AIR_C, STANDARD_AIR_KG_PER_KG, weather.pressure_kpa)
    return tower_fan_share(float(air), book) * loop.design_kw


def _plant(loop: Duty, weather: Weather, book: AssumptionBook, run: _Run) -> Cooled:
    free, mechanical, unmet = in_series(loop, run.free_share, book)
    rejected = free + mechanical + run.compressors_kw
    water = _tower_pumps_kw(loop, rejected, book)
    circulation = rejected / (CP_WATER_KJ_PER_KG_K * book["cooling.tower_range_k"])
    return Cooled(
        heat_kw=loop.heat_kw, free_kw=free, mechanical_kw=mechanical, unmet_kw=unmet,
        reused_kw=np.zeros(len(weather)), inner_kw=np.zeros(len(weather)),
        water_l=tower_makeup_l(rejected, circulation, weather.dry_bulb_c, book),
        power_kw=powers(
            len(weather), pumps=water, compressors=run.compressors_kw,
            heat_rejection_fans=run.fans_kw,
        ),
        duties_kw={"cooling_towers": rejected, "water_cooled_chillers": mechanical},
    )  # fmt: skip


def _tower_pumps_kw(loop: Duty, rejected_kw: Array, book: AssumptionBook) -> Array:
    """Give the power of the tower-water pumps, which are sized for the heat of the chillers too."""
    share = pump_share(book["cooling.tower_water_head_kpa"], book["cooling.tower_range_k"], book)
    design = rejected_design_kw(loop, book)
    return pumps(share * design, rejected_kw / design, book)


def rejected_design_kw(loop: Duty, book: AssumptionBook) -> float:
    """Give the heat rejected where chillers at their rating condition carry the whole loop."""
    eir = float(water_chiller_eir(RATING_CONDENSER_WATER_C, RATING_CHILLED_WATER_C, book))
    return loop.design_kw * (1 + eir * trim_capacity(loop, book))
