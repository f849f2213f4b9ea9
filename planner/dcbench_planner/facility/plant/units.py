"""How many units of which rating carry a load, and how many stand in for them."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Literal, cast, get_args

from dcbench.records.facility_plant import PlantItem
from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook

BLOCKS = 3
"""Block-redundant topology: every four blocks carry the load of three."""
_TINY = 1e-9
"""Of a unit: a load that exceeds a whole number of units by less is rounding."""

Rule = Literal["none", "group", "two_per_group", "double", "block"]


@dataclass(frozen=True, kw_only=True)
class UnitSizes:
    """Ratings in which one kind of plant is sold, and its spares by topology."""

    kind: str
    ratings: tuple[float, ...]
    """Ascending."""
    unit: str
    aimed: int | None
    """Duty units aimed for before the largest rating is chosen; None: that of the book."""
    spares: dict[Redundancy, Rule]
    usd_from: str
    """Catalog id or key of the book that holds the price of a unit of rating; empty: no price."""


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Equal units of one kind."""

    kind: str
    duty_units: int
    """Units that the design load needs."""
    redundant_units: int
    rating: float
    unit: str
    load: float = 0.0
    """What the duty units carry together at the design peak."""
    fill: float = 1.0
    """Highest load over derated rating."""
    derate: float = 1.0
    """Usable share of the rating at this site."""
    sized_by: str = ""

    @property
    def units(self) -> int:
        """All installed units."""
        return self.duty_units + self.redundant_units

    @property
    def total_rating(self) -> float:
        """Rating of all installed units, which share the load."""
        return self.units * self.rating

    def attached(
        self, kind: str, rating: float, unit: str, load: float, sized_by: str, *, fill: float = 1.0
    ) -> Fleet:
        """Give a fleet of which one unit stands at each unit of this one."""
        return replace(
            self, kind=kind, rating=rating, unit=unit, load=load, fill=fill, sized_by=sized_by
        )

    def item(self) -> PlantItem:
        """Give the fleet as it stands in a facility record."""
        return PlantItem(
            units=self.units, redundant_units=self.redundant_units, rating=self.rating,
            rating_unit=self.unit, duty=self.load, fill=self.fill, derate=self.derate,
            sized_by=self.sized_by,
        )  # fmt: skip


@lru_cache(maxsize=1)
def unit_sizes() -> dict[str, UnitSizes]:
    """Read the ratings on the market, by kind."""
    table = resources.files("dcbench_planner") / "data" / "plant_units.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["kind"]: _unit_sizes(row) for row in rows}


def sized(
    kind: str, load: float, redundancy: Redundancy, book: AssumptionBook, *,
    fill: float = 1.0, derate: float = 1.0, rating: float | None = None, sized_by: str = "",
) -> Fleet:  # fmt: skip
    """Choose the smallest rating of which a few units carry the load, else the largest.

    Args:
        kind: a kind of `unit_sizes`.
        load: what the duty units must carry together, in the kind's unit.
        redundancy: topology of the power chain.
        book: units aimed for, and duty units per spare.
        fill: highest load over derated rating.
        derate: usable share of the rating at this site.
        rating: of one unit, where it is not chosen here.
        sized_by: the load and the rule, in words.
    """
    sizes = unit_sizes()[kind]
    usable = fill * derate
    blocks = sizes.spares[redundancy] == "block"
    aimed = BLOCKS if blocks else sizes.aimed or int(book["plant.aimed_units"])
    ratings = sizes.ratings if rating is None else (rating,)
    fitting = [size for size in ratings if math.ceil(load / (size * usable)) <= aimed]
    chosen = fitting[0] if fitting else ratings[-1]
    duty = duty_units(kind, load, chosen * usable, redundancy)
    return Fleet(
        kind=kind, duty_units=duty, redundant_units=spare_units(kind, duty, redundancy, book),
        rating=chosen, unit=sizes.unit, load=load, fill=fill, derate=derate, sized_by=sized_by,
    )  # fmt: skip


def duty_units(kind: str, load: float, usable: float, redundancy: Redundancy) -> int:
    """Give the units of `usable` rating that carry a load; whole groups of three under 4N/3."""
    duty = max(1, math.ceil(load / usable - _TINY))
    blocks = unit_sizes()[kind].spares[redundancy] == "block"
    return BLOCKS * math.ceil(duty / BLOCKS) if blocks else duty


def spare_units(kind: str, duty: int, redundancy: Redundancy, book: AssumptionBook) -> int:
    """Give redundant units by the rule in `plant_units.csv`.

    `group` has one per `plant.units_per_spare` duty units, `two_per_group` two (at most as many
    again), `double` as many again, `block` one per three.
    """
    if kind == "utility_feeds" and book["plant.second_utility_feed"] >= 1:
        return duty
    rule = unit_sizes()[kind].spares[redundancy]
    groups = math.ceil(duty / int(book["plant.units_per_spare"]))
    spares: dict[Rule, int] = {
        "none": 0, "group": groups, "two_per_group": min(2 * groups, duty), "double": duty,
        "block": duty // BLOCKS,
    }  # fmt: skip
    return spares[rule]


def _unit_sizes(row: dict[str, str]) -> UnitSizes:
    return UnitSizes(
        kind=row["kind"], ratings=tuple(float(r) for r in row["ratings"].split()),
        unit=row["unit"], aimed=int(row["aimed"]) if row["aimed"] else None,
        spares={
            "N": "none", "N+1": _rule(row["spares_n_plus_1"]), "2N": _rule(row["spares_2n"]),
            "4N/3": _rule(row["spares_4n_over_3"]),
        },
        usd_from=row["usd_from"],
    )  # fmt: skip


def _rule(cell: str) -> Rule:
    if cell not in get_args(Rule):
        raise ValueError(f"unknown rule {cell}")
    return cast("Rule", cell)
