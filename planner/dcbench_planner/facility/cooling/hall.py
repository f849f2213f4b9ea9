"""The air of a hall: its heat, its fans, and the water that its coils need."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array, density
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.loops import looped
from dcbench_planner.facility.cooling.movers import fans, room_fan_share
from dcbench_planner.facility.cooling.result import Cooled, Duty, Plant


@dataclass(frozen=True, kw_only=True)
class Hall:
    """Heat of a hall without its fans, and the air that carries it.

    The room fans follow the heat at a fixed rise, whatever the fans of the servers do.
    """

    heat_kw: Array
    design_kw: float
    supply_c: float
    rise_k: float
    running: float = 1.0
    """Units in service over those that the design heat needs."""
    reused_share: float = 0.0
    """Of the heat in the hall's water loop, handed over to others."""

    @property
    def return_c(self) -> float:
        """Air temperature back from the racks."""
        return self.supply_c + self.rise_k


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The hall's heat with that of the fans which move it."""

    fans_kw: Array
    heat_kw: Array
    design_kw: float


def chilled_water(hall: Hall, weather: Weather, book: AssumptionBook, plant: Plant) -> Cooled:
    """Room units on chilled water from `plant`; the coil sets how warm the water may be."""
    moved = move(hall, weather, book)
    duty = water_duty(hall, moved, book)
    cooled = looped(plant, duty, weather, book, reused_share=hall.reused_share)
    return with_fans(cooled, moved)


def move(hall: Hall, weather: Weather, book: AssumptionBook) -> Moved:
    """Run the room fans for the hall's heat."""
    design = room_fan_design_kw(hall, weather, book)
    power = fans(design, hall.heat_kw / hall.design_kw, hall.running, book)
    return Moved(fans_kw=power, heat_kw=hall.heat_kw + power, design_kw=hall.design_kw + design)


def room_fan_design_kw(hall: Hall, weather: Weather, book: AssumptionBook) -> float:
    """Give the power of the room fans that the design heat needs, at full speed."""
    air = float(density(hall.supply_c, 0.008, weather.pressure_kpa))
    return room_fan_share(hall.rise_k, air, book) * hall.design_kw


def water_duty(hall: Hall, moved: Moved, book: AssumptionBook) -> Duty:
    """Give the coil's water: supply from T_air = T_ret - effectiveness (T_ret - T_water)."""
    supply = hall.return_c - hall.rise_k / book["cooling.coil_effectiveness"]
    return Duty(
        heat_kw=moved.heat_kw, design_kw=moved.design_kw, supply_c=supply,
        return_c=supply + book["cooling.chilled_water_rise_k"], running=hall.running,
    )  # fmt: skip


def with_fans(cooled: Cooled, moved: Moved) -> Cooled:
    """Add the room fans to what cools the hall."""
    return replace(
        cooled,
        power_kw={**cooled.power_kw, "room_fans": moved.fans_kw},
        inner_kw=cooled.inner_kw + moved.fans_kw,
        duties_kw={**cooled.duties_kw, "room_units": moved.heat_kw},
    )
