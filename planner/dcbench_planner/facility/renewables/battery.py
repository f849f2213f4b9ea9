"""A battery that stores surplus and gives it back as soon as supply falls short, hour by hour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array


@dataclass(frozen=True, kw_only=True)
class Battery:
    """Energy that can be used, power at its terminals, and losses."""

    usable_kwh: float
    power_kw: float
    round_trip: float
    """Energy out over energy in, 0-1; half of the loss in each direction."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cycled:
    """A battery's year, at its terminals; arrays in kW or kWh per hour, shape (n,)."""

    charge_kw: Array
    """Taken from surplus."""
    discharge_kw: Array
    """Given to the load."""
    stored_kwh: Array
    """At the end of each hour."""

    @property
    def losses_kwh(self) -> float:
        """What went in and neither came out nor is left."""
        return float(self.charge_kw.sum() - self.discharge_kw.sum() - self.stored_kwh[-1])


def cycle(surplus_kw: Array, shortfall_kw: Array, battery: Battery) -> Cycled:
    """Charge from every surplus and discharge into every shortfall, starting empty.

    Greedy: no forecast, no price. Starting empty keeps the year's delivery below what was stored.

    Args:
        surplus_kw: supply above the load, one value an hour, not negative.
        shortfall_kw: load above the supply; zero where there is a surplus.
        battery: what it can do.
    """
    way = math.sqrt(battery.round_trip)
    charge, discharge, stored = (np.zeros(len(surplus_kw)) for _ in range(3))
    level = 0.0
    hours = zip(surplus_kw.tolist(), shortfall_kw.tolist(), strict=True)
    for hour, (surplus, shortfall) in enumerate(hours):
        taken = min(surplus, battery.power_kw, (battery.usable_kwh - level) / way)
        given = min(shortfall, battery.power_kw, level * way)
        level = min(max(level + taken * way - given / way, 0.0), battery.usable_kwh)
        charge[hour], discharge[hour], stored[hour] = taken, given, level
    return Cycled(charge_kw=charge, discharge_kw=discharge, stored_kwh=stored)
