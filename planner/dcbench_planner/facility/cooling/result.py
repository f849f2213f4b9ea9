"""What goes into a cooling plant and what comes out, per time point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array

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
        return Duty(
            heat_kw=self.heat_kw + heat_kw, design_kw=self.design_kw + design_kw,
            supply_c=self.supply_c, return_c=self.return_c,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cooled:
    """How the heat left; all arrays have shape (n,) and are in kW.

    The balance closes: `heat = free + mechanical + unmet`, and what reaches the outside is
    `free + mechanical + compressors`.
    """

    heat_kw: Array
    """Taken from the room or the cold plates, heat of fans and pumps included."""
    free_kw: Array
    """Removed without compressors."""
    mechanical_kw: Array
    """Removed by compressors."""
    unmet_kw: Array
    power_kw: Mapping[str, Array]
    """By part, see `POWER_PARTS`."""
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


def powers(n: int, **parts: Array) -> dict[str, Array]:
    """Give all `POWER_PARTS`, zero where not named."""
    return {name: parts.get(name, np.zeros(n)) for name in POWER_PARTS}


def together(*plants: Cooled) -> Cooled:
    """Add plants that serve different loops of the same hall."""
    kinds = {kind: None for plant in plants for kind in plant.duties_kw}
    zero = np.zeros_like(plants[0].heat_kw)
    return Cooled(
        heat_kw=sum((plant.heat_kw for plant in plants), zero),
        free_kw=sum((plant.free_kw for plant in plants), zero),
        mechanical_kw=sum((plant.mechanical_kw for plant in plants), zero),
        unmet_kw=sum((plant.unmet_kw for plant in plants), zero),
        inner_kw=sum((plant.inner_kw for plant in plants), zero),
        water_l=sum((plant.water_l for plant in plants), zero),
        power_kw={
            part: sum((plant.power_kw[part] for plant in plants), zero) for part in POWER_PARTS
        },
        duties_kw={
            kind: sum((plant.duties_kw.get(kind, zero) for plant in plants), zero) for kind in kinds
        },
    )
