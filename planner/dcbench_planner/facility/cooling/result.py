"""What goes into a cooling plant and what comes out, per time point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.weather import Weather

POWER_PARTS = ("room_fans", "pumps", "heat_rejection_fans", "compressors")


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Heat that a plant must take from one loop."""

    heat_kw: Array
    """Shape (n,)."""
    design_kw: float
    """Largest heat the loop is built for."""
    supply_c: float
    """Of the water that the plant returns to the loop."""
    return_c: float
    running: float = 1.0
    """Units in service over those that the design heat needs; see `staging`."""

    @property
    def load(self) -> Array:
        """Heat over design heat, shape (n,)."""
        return self.heat_kw / self.design_kw

    @property
    def rise_k(self) -> float:
        """Return minus supply."""
        return self.return_c - self.supply_c

    def plus(self, heat_kw: Array, design_kw: float) -> Duty:
        """Add heat, such as that of the loop's own pumps."""
        return replace(self, heat_kw=self.heat_kw + heat_kw, design_kw=self.design_kw + design_kw)


@dataclass(frozen=True, kw_only=True)
class Cooled:
    """How the heat left; all arrays have shape (n,) and are in kW.

    The balance closes: `heat = free + mechanical + reused + unmet`, and what reaches the outside
    is `free + mechanical + compressors`.
    """

    heat_kw: Array
    """Taken from the room or the cold plates, heat of fans and pumps included."""
    free_kw: Array
    """Removed without compressors."""
    mechanical_kw: Array
    """Removed by compressors."""
    unmet_kw: Array
    reused_kw: Array
    """Handed over to a customer of heat instead of being rejected."""
    power_kw: Mapping[str, Array]
    """By part, see `POWER_PARTS`; with heat reuse by heat pump also `heat_pumps`."""
    inner_kw: Array
    """Part of the power that ends up in `heat_kw`."""
    water_l: Array
    """Litres per hour."""
    duties_kw: Mapping[str, Array] = field(default_factory=dict)
    """Heat through each kind of plant, for counting units."""

    @property
    def total_power_kw(self) -> Array:
        """All mechanical power."""
        return np.asarray(sum(self.power_kw.values()))

    @property
    def rejected_kw(self) -> Array:
        """Heat that reaches the outside."""
        return self.free_kw + self.mechanical_kw + self.power_kw["compressors"]


Plant = Callable[[Duty, Weather, AssumptionBook], Cooled]
"""Takes a loop's heat to the outside; the loop's own pumps are not its business."""


def powers(n: int, **parts: Array) -> dict[str, Array]:
    """Give all `POWER_PARTS`, zero where not named."""
    return {name: parts.get(name, np.zeros(n)) for name in POWER_PARTS}


def together(*plants: Cooled) -> Cooled:
    """Add plants that serve different loops of the same hall."""
    fields = ("heat_kw", "free_kw", "mechanical_kw", "unmet_kw", "reused_kw", "inner_kw", "water_l")
    sums = {name: _sum([getattr(plant, name) for plant in plants]) for name in fields}
    return Cooled(
        **sums,
        power_kw=_added([plant.power_kw for plant in plants]),
        duties_kw=_added([plant.duties_kw for plant in plants]),
    )


def _added(parts: list[Mapping[str, Array]]) -> dict[str, Array]:
    names = {name: None for part in parts for name in part}
    return {name: _sum([part[name] for part in parts if name in part]) for name in names}


def _sum(arrays: list[Array]) -> Array:
    return reduce(np.add, arrays)
