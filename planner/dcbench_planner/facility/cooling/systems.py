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
from dcbench_planner.facility.cooling.air import (
    Hall,
    air_economizer,
    chilled_water,
    direct_expansion,
    indirect_evaporative,
)
from dcbench_planner.facility.cooling.blocks import at_flow
from dcbench_planner.facility.cooling.plants import (
    Plant,
    adiabatic,
    dry,
    seawater,
    tower_chiller,
    tower_economizer,
)
from dcbench_planner.facility.cooling.result import Cooled, Duty, together


@dataclass(frozen=True, kw_only=True)
class Heat:
    """Heat inside the building, cooling equipment left out."""

    it_kw: Array
    """Shape (n,)."""
    room_kw: Array
    """Losses, lights and others that heat the hall's air, shape (n,)."""
    it_design_kw: float
    room_design_kw: float


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


def _water_hall(plant: Plant) -> Callable[[Hall, Weather, AssumptionBook], Cooled]:
    return partial(chilled_water, plant=plant)


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
    "air-economizer": System(hall=air_economizer),
    "indirect-evaporative": System(hall=indirect_evaporative),
    "water-economizer": System(hall=_water_hall(tower_economizer)),
    "water-chiller": System(hall=_water_hall(tower_chiller)),
    "air-chiller": System(hall=_water_hall(dry)),
    "dlc-dry": System(
        hall=_water_hall(dry), liquid=_cold_plates(dry, "cooling.facility_water_dry_c")
    ),
    "dlc-adiabatic": System(
        hall=_water_hall(dry), liquid=_cold_plates(adiabatic, "cooling.facility_water_adiabatic_c")
    ),
    "dlc-tower": System(
        hall=_water_hall(tower_economizer),
        liquid=_cold_plates(tower_economizer, "cooling.facility_water_tower_c"),
    ),
    "rear-door": System(hall=_water_hall(tower_economizer), liquid=_DOORS),
    "immersion": System(hall=_water_hall(dry), liquid=_IMMERSION),
    "seawater": System(hall=_water_hall(seawater)),
    "dx": System(hall=direct_expansion, air_rise_k="cooling.dx_air_rise_k"),
}
"""By the id that users give; `air-chiller` has a free-cooling coil, as efficiency codes ask."""


def cool(cooling: Cooling, heat: Heat, weather: Weather, book: AssumptionBook) -> Cooled:
    """Remove the heat with one of `SYSTEMS`, at every time point of `weather`."""
    system = SYSTEMS[cooling]
    share = 0.0 if system.liquid is None else book[system.liquid.captured_share]
    hall = Hall(
        heat_kw=heat.it_kw * (1 - share) + heat.room_kw,
        design_kw=heat.it_design_kw * (1 - share) + heat.room_design_kw,
        supply_c=book["cooling.room_supply_c"],
        rise_k=book[system.air_rise_k],
    )
    air = system.hall(hall, weather, book)
    if system.liquid is None:
        return air
    return together(air, _liquid(system.liquid, heat, share, weather, book))


def _liquid(
    loop: LiquidLoop, heat: Heat, share: float, weather: Weather, book: AssumptionBook
) -> Cooled:
    """Remove the captured heat and that of the CDU pumps or door fans."""
    supply = book[loop.facility_water_c]
    captured = Duty(
        heat_kw=heat.it_kw * share, design_kw=heat.it_design_kw * share, supply_c=supply,
        return_c=supply + book["cooling.liquid_rise_k"],
    )  # fmt: skip
    design = book[loop.mover_share] * captured.design_kw
    exponent, smallest = book["cooling.pump_exponent"], book["cooling.smallest_flow"]
    movers = at_flow(design, captured.load, exponent, smallest)
    cooled = loop.plant(captured.plus(movers, design), weather, book)
    part = "room_fans" if loop.unit == "rear_doors" else "pumps"
    return replace(
        cooled,
        power_kw={**cooled.power_kw, part: cooled.power_kw[part] + movers},
        inner_kw=cooled.inner_kw + movers,
        duties_kw={**cooled.duties_kw, loop.unit: captured.heat_kw},
    )
