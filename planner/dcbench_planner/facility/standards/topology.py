"""Topology of power and cooling as availability standards rank it, levels 1 to 4.

1: one path without spares; 2: one path with redundant components; 3: concurrently maintainable;
4: fault tolerant. TIA-942, EN 50600-2-2 and the Uptime tiers share this ladder (texts recalled).
"""

from __future__ import annotations

from collections.abc import Mapping

from dcbench.records.facility_plant import PlantItem
from dcbench.records.scenario import Redundancy

MOST_LEVEL = 4
POWER = ("transformers", "switchboards", "ups", "mechanical_ups", "generators")
COOLING = (
    "water_cooled_chillers", "air_cooled_chillers", "dx_units", "cooling_towers", "dry_coolers",
    "adiabatic_coolers", "seawater_heat_exchangers", "indirect_evaporative_units", "room_units",
    "cdus", "loop_pumps", "tower_pumps", "seawater_pumps",
)  # fmt: skip
_POWER_LEVEL: dict[Redundancy, int] = {"N": 1, "N+1": 2, "4N/3": 3, "2N": MOST_LEVEL}


def power_level(redundancy: Redundancy) -> int:
    """Give the level of the power chain: four blocks for three maintain one, 2N loses one."""
    return _POWER_LEVEL[redundancy]


def power_without_spare(plant: Mapping[str, PlantItem]) -> tuple[str, ...]:
    """Give the kinds of the power chain whose bill has no redundant unit; all N designs do."""
    return _bare(plant, POWER)


def cooling_has_spares(redundancy: Redundancy, plant: Mapping[str, PlantItem]) -> bool:
    """Tell whether every kind of cooling plant in the bill has a redundant unit."""
    return redundancy != "N" and not _bare(plant, COOLING)


def _bare(plant: Mapping[str, PlantItem], kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(kind for kind in kinds if kind in plant and plant[kind].redundant_units == 0)
