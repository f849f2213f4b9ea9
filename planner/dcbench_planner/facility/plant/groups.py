"""The group of units that one rack depends on, and how it fails."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dcbench.records.scenario import Redundancy
from dcbench_planner.facility.plant.availability import (
    Unit,
    Uptime,
    doubled_group,
    k_of_n,
    parallel,
    series_group,
    spared_group,
    with_common_cause,
)
from dcbench_planner.facility.plant.units import Fleet, unit_sizes


@dataclass(frozen=True, kw_only=True)
class Group:
    """Units that share their spares.

    Without spares it is one unit and the share of the load that it carries; with two paths one unit
    of each, because a rack hangs on one of either.
    """

    needed: int
    spares: int
    groups: int
    """In the facility."""
    is_doubled: bool
    """Two paths, of which either carries everything."""

    def uptime(self, unit: Unit, beta: float) -> Uptime:
        """Give how much and how often the group is down, from rates in service."""
        if self.spares == 0:
            return series_group(self.needed, unit)
        if self.is_doubled:
            return doubled_group(self.needed, unit, beta)
        return spared_group(self.needed, self.spares, unit, beta)

    def on_demand(self, works: float, beta: float) -> float:
        """Give the probability that the group works when called, each unit with `works`."""
        if self.spares == 0:
            return works**self.needed
        if self.is_doubled:
            independent = parallel(works**self.needed, works**self.needed)
        else:
            independent = k_of_n(self.needed, self.needed + self.spares, works)
        return with_common_cause(independent, works, beta)


def group_of(fleet: Fleet, redundancy: Redundancy) -> Group:
    """Split a fleet into groups by its rule in `plant_units.csv`."""
    rule = unit_sizes()[fleet.kind].spares[redundancy]
    duty, redundant = fleet.duty_units, fleet.redundant_units
    needed, spares = 1, 0
    if redundant and rule == "double":
        spares = needed
    elif redundant:
        spares = 2 if rule == "two_per_group" and redundant > 1 else 1
        needed = math.ceil(duty * spares / redundant)
    return Group(
        needed=needed, spares=spares, groups=math.ceil(duty / needed),
        is_doubled=bool(redundant) and rule == "double",
    )  # fmt: skip
