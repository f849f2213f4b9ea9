"""The chain as blocks in series, each with its group of units, availability and outages.

Of each kind a rack depends on one group of units that share spares; without spares on one unit,
so that the hours are those of the mean rack, or the share of the capacity that is lost. Human
error, faults of the IT and of controls are not in it: compare topologies with it, do not quote it
as a tier.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from dcbench.records.facility_plant import AvailabilityPart
from dcbench.records.scenario import Redundancy
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.availability import Unit, unit_of
from dcbench_planner.facility.plant.bill import Plant
from dcbench_planner.facility.plant.groups import group_of
from dcbench_planner.facility.plant.source import source_part
from dcbench_planner.facility.plant.units import Fleet

MAINTENANCE = "planned shutdowns"
_RATES = {
    "transformers": "transformer",
    "switchboards": "switchboard", "ups": "ups", "pdus": "pdu", "mechanical_ups": "ups",
    "water_cooled_chillers": "chiller", "air_cooled_chillers": "chiller", "dx_units": "chiller",
    "cooling_towers": "tower", "dry_coolers": "tower", "adiabatic_coolers": "tower",
    "seawater_heat_exchangers": "tower", "indirect_evaporative_units": "tower",
    "loop_pumps": "pump", "tower_pumps": "pump", "seawater_pumps": "pump",
    "room_units": "room_unit", "cdus": "room_unit",
}  # fmt: skip
"""Kinds of plant in series, in the order of the power and then of the heat, and the entries
`availability.*` that hold their rates. A rear door's rack stops with it, as with its own fans."""


def availability_parts(
    plant: Plant, redundancy: Redundancy, book: AssumptionBook
) -> tuple[AvailabilityPart, ...]:
    """Give the blocks between the utility and the rack, and planned shutdowns as the last."""
    source = source_part(plant, redundancy, book)
    kinds = [(plant.fleets[kind], rate) for kind, rate in _RATES.items() if kind in plant.fleets]
    groups = [group_part(fleet, unit_of(rate, book), redundancy, book) for fleet, rate in kinds]
    return (source, *groups, _planned(redundancy, book))


def chain_availability(parts: Sequence[AvailabilityPart]) -> float:
    """Give the share of the year in which a rack has power and cooling: the product."""
    return math.prod(part.availability for part in parts)


def facility_outages(parts: Sequence[AvailabilityPart]) -> float:
    """Give unplanned outages per year of any group: what a job across the facility sees."""
    return math.fsum(part.facility_outages_per_year for part in parts if part.block != MAINTENANCE)


def planned_outages(parts: Sequence[AvailabilityPart]) -> float:
    """Give planned shutdowns per year."""
    return math.fsum(part.outages_per_year for part in parts if part.block == MAINTENANCE)


def group_part(
    fleet: Fleet, one: Unit, redundancy: Redundancy, book: AssumptionBook
) -> AvailabilityPart:
    """Give one block of the chain."""
    group = group_of(fleet, redundancy)
    uptime = group.uptime(one, book["availability.common_cause"])
    return AvailabilityPart(
        block=fleet.kind.replace("_", " "), needed=group.needed,
        installed=group.needed + group.spares, groups=group.groups,
        unit_availability=one.availability, availability=uptime.availability,
        outages_per_year=uptime.outages_per_year,
        facility_outages_per_year=uptime.outages_per_year * group.groups,
    )  # fmt: skip


def _planned(redundancy: Redundancy, book: AssumptionBook) -> AvailabilityPart:
    """Two paths or blocks are maintained one at a time; a site without spares must stop."""
    suffix = {"N": "n", "N+1": "n_plus_1"}.get(redundancy)
    hours = book[f"availability.maintenance_h_{suffix}"] if suffix else 0.0
    stops = book[f"availability.maintenance_stops_{suffix}"] if suffix else 0.0
    up = 1 - hours / HOURS_PER_YEAR
    return AvailabilityPart(
        block=MAINTENANCE,
        needed=1,
        installed=1,
        unit_availability=up,
        availability=up,
        outages_per_year=stops,
        facility_outages_per_year=stops,
    )
