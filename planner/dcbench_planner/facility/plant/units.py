"""How many units of which rating carry a load, and how many stand in for them."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook

BLOCKS = 3
"""Block-redundant topology: every four blocks carry the load of three."""


@dataclass(frozen=True, kw_only=True)
class UnitSizes:
    """Ratings in which one kind of plant is sold."""

    kind: str
    ratings: tuple[float, ...]
    """Ascending."""
    unit: str
    redundancy: str
    """`power` follows the chain's topology, `cooling` has spares or none, `none` has none."""


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Equal units of one kind."""

    kind: str
    duty_units: int
    """Units that the design load needs."""
    redundant_units: int
    rating: float
    unit: str

    @property
    def units(self) -> int:
        """All installed units."""
        return self.duty_units + self.redundant_units

    @property
    def total_rating(self) -> float:
        """Rating of all installed units, which share the load."""
        return self.units * self.rating


@lru_cache(maxsize=1)
def unit_sizes() -> dict[str, UnitSizes]:
    """Read the ratings on the market, by kind."""
    table = resources.files("dcbench_planner") / "data" / "plant_units.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {
        row["kind"]: UnitSizes(
            kind=row["kind"], ratings=tuple(float(r) for r in row["ratings"].split()),
            unit=row["unit"], redundancy=row["redundancy"],
        )
        for row in rows
    }  # fmt: skip


def sized(
    kind: str, load: float, redundancy: Redundancy, book: AssumptionBook, *, derate: float = 1.0
) -> Fleet:
    """Choose the smallest rating of which a few units carry the load, else the largest.

    Args:
        kind: a kind of `unit_sizes`.
        load: what the duty units must carry together, in the kind's unit, fill already divided out.
        redundancy: topology of the power chain.
        book: units aimed for, and duty units per spare.
        derate: usable share of the rating at this site.
    """
    sizes = unit_sizes()[kind]
    blocks = redundancy == "4N/3" and sizes.redundancy == "power"
    aimed = BLOCKS if blocks else int(book["plant.aimed_units"])
    fitting = [r for r in sizes.ratings if math.ceil(load / (r * derate)) <= aimed]
    rating = fitting[0] if fitting else sizes.ratings[-1]
    duty = max(1, math.ceil(load / (rating * derate) - 1e-9))
    duty = BLOCKS * math.ceil(duty / BLOCKS) if blocks else duty
    return Fleet(
        kind=kind, duty_units=duty, rating=rating, unit=sizes.unit,
        redundant_units=_spares(duty, redundancy, sizes.redundancy, book),
    )  # fmt: skip


def _spares(duty: int, redundancy: Redundancy, rule: str, book: AssumptionBook) -> int:
    """Give redundant units: N none, N+1 one per group, 2N as many again, 4N/3 one per 3 blocks.

    Cooling has one spare per group under every topology but N.
    """
    if redundancy == "N" or rule == "none":
        return 0
    if rule == "power" and redundancy == "2N":
        return duty
    if rule == "power" and redundancy == "4N/3":
        return duty // BLOCKS
    return math.ceil(duty / int(book["plant.units_per_spare"]))
