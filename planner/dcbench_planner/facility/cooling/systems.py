"""The twelve cooling systems, composed of halls, liquid loops and plants.

A system cools the hall's air, and with liquid cooling a second loop at another temperature. The
heat of the hall is the part of the IT power that liquid does not capture, plus losses and lights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.dry_coolers import adiabatic, dry
from dcbench_planner.facility.cooling.hall import Hall, chilled_water
from dcbench_planner.facility.cooling.loops import looped
from dcbench_planner.facility.cooling.movers import pumps
from dcbench_planner.facility.cooling.outside_air import air_economizer, indirect_evaporative
from dcbench_planner.facility.cooling.result import Cooled, Duty, Plant, together
from dcbench_planner.facility.cooling.room_units import direct_expansion
from dcbench_planner.facility.cooling.sea import seawater
from dcbench_planner.facility.cooling.staging import units_running
from dcbench_planner.facility.cooling.towers import tower_chiller, tower_economizer


@dataclass(frozen=True, kw_only=True)
class Heat:
    """Heat inside the building, cooling equipment left out."""

    it_kw: Array
    """Shape (n,)."""
    room_kw: Array
    """Losses, lights and others that heat the hall's air, shape (n,)."""
    it_design_kw: float
    room_design_kw: float
    spares: bool = True
    """Redundant cooling units are installed."""
    capacity_share: float = 1.0
    """Cooling units able to run over units installed; less than 1 with one unit out."""
    reused_share: float = 0.0
    """Of the heat in the loop of `SYSTEMS[...].reusable`, handed over to others."""


@dataclass(frozen=True, kw_only=True)
class LiquidLoop:
    """How part of the IT heat leaves in liquid; the fields name entries of the book."""

    plant: Plant
    captured_share: str
    facility_water_c: str
    mover_share: str = "cooling.cdu_pump_share"
    """Power per heat of what moves it at the racks: CDU pumps, or door fans."""
    unit: str = "cdus"


@dataclass(frozen=True, kw_only=True)
class System:
    """One cooling system."""

    hall: Callable[[Hall, Weather, AssumptionBook], Cooled]
    liquid: LiquidLoop | None = None
    air_rise_k: str = "cooling.room_air_rise_k"
    supply_c: str = "cooling.room_supply_c"
    plant: Plant | None = None
    """Of the hall's water loop; None where air carries the heat outside."""

    @property
    def reusable(self) -> bool:
        """A water loop carries heat that others can use: the liquid one, else the hall's."""
        return self.plant is not None or self.liquid is not None


def _water_hall(plant: Plant, liquid: LiquidLoop | None = None) -> System:
    return System(hall=partial(chilled_water, plant=plant), plant=plant, liquid=liquid)


def _cold_plates(plant: Plant, facility_water_c: str) -> LiquidLoop:
    return LiquidLoop(
        plant=plant, captured_share="cooling.liquid_share", facility_water_c=facility_water_c
    )


_IMMERSION = LiquidLoop(
    plant=dry, captured_share="cooling.immersion_share",
    facility_water_c="cooling.facility_water_immersion_c",
)  # fmt: skip
_DOORS = LiquidLoop(
    plant=tower_economizer, captured_share="cooling.rear_door_share",
    facility_water_c="cooling.rear_door_water_c", mover_share="cooling.rear_door_fan_share",
    unit="rear_doors",
)  # fmt: skip

SYSTEMS: dict[Cooling, System] = {
    "air-economizer": System(hall=air_economizer, supply_c="cooling.economizer_supply_c"),
    "indirect-evaporative": System(
        hall=indirect_evaporative, supply_c="cooling.economizer_supply_c"
    ),
    "water-economizer": _water_hall(tower_economizer),
    "water-chiller": _water_hall(tower_chiller),
    "air-chiller": _water_hall(dry),
    "dlc-dry": _water_hall(dry, _cold_plates(dry, "cooling.facility_water_dry_c")),
    "dlc-adiabatic": _water_hall(
        dry, _cold_plates(adiabatic, "cooling.facility_water_adiabatic_c")
    ),
    "dlc-tower": _water_hall(
        tower_economizer, _cold_plates(tower_economizer, "cooling.facility_water_tower_c")
    ),
    "rear-door": _water_hall(tower_economizer, _DOORS),
    "immersion": _water_hall(dry, _IMMERSION),
    "seawater": _water_hall(seawater),
    "dx": System(hall=direct_expansion, air_rise_k="cooling.dx_air_rise_k"),
}
"""By the id that users give; `air-chiller` has a free-cooling coil, as efficiency codes ask."""


def cool(cooling: Cooling, heat: Heat, weather: Weather, book: AssumptionBook) -> Cooled:
    """Remove the heat with one of `SYSTEMS`, at every time point of `weather`."""
    system = SYSTEMS[cooling]
    liquid = system.liquid
    share = 0.0 if liquid is None else book[liquid.captured_share]
    running = units_running(heat.capacity_share, book, spares=heat.spares)
    hall = Hall(
        heat_kw=heat.it_kw * (1 - share) + heat.room_kw,
        design_kw=heat.it_design_kw * (1 - share) + heat.room_design_kw,
        supply_c=book[system.supply_c], rise_k=book[system.air_rise_k], running=running,
        reused_share=heat.reused_share if liquid is None else 0.0,
    )  # fmt: skip
    air = system.hall(hall, weather, book)
    if liquid is None:
        return air
    captured = liquid_duty(liquid, heat, book, running)
    return together(air, _liquid(liquid, captured, heat.reused_share, weather, book))


def liquid_duty(loop: LiquidLoop, heat: Heat, book: AssumptionBook, running: float) -> Duty:
    """Give the heat that the liquid captures, at the facility water's temperatures."""
    share, supply = book[loop.captured_share], book[loop.facility_water_c]
    return Duty(
        heat_kw=heat.it_kw * share, design_kw=heat.it_design_kw * share, supply_c=supply,
        return_c=supply + book["cooling.liquid_rise_k"], running=running,
    )  # fmt: skip


def _liquid(
    loop: LiquidLoop, captured: Duty, reused: float, weather: Weather, book: AssumptionBook
) -> Cooled:
    """Remove the captured heat and that of the CDU pumps or door fans."""
    design = book[loop.mover_share] * captured.design_kw
    movers = pumps(design, captured.load, book)
    cooled = looped(loop.plant, captured.plus(movers, design), weather, book, reused_share=reused)
    part = "room_fans" if loop.unit == "rear_doors" else "pumps"
    return replace(
        cooled,
        power_kw={**cooled.power_kw, part: cooled.power_kw[part] + movers},
        inner_kw=cooled.inner_kw + movers,
        duties_kw={**cooled.duties_kw, loop.unit: captured.heat_kw},
    )
