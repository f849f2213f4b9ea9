"""Whether a bill of plant carries its loads with the spares that its topology promises.

Counts anew from duty, rating, fill and derating of each item, so a bill that somebody edited is
found out.
"""

from __future__ import annotations

from collections.abc import Mapping

from dcbench.records.facility_plant import PlantItem
from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.bill import fuel_efficiency
from dcbench_planner.facility.plant.counts import HEAT_REJECTION
from dcbench_planner.facility.plant.units import duty_units, spare_units

ALWAYS = (
    "utility_feeds", "transformers", "switchboards", "ups", "ups_batteries", "generators",
    "fuel_tanks", "pdus", "rack_feeds",
)  # fmt: skip
"""Kinds without which no facility stands; one kind of heat rejection besides."""
HOSTS = {
    "switchboards": "transformers", "ups_batteries": "ups", "fuel_tanks": "generators",
    "mechanical_ups_batteries": "mechanical_ups",
}  # fmt: skip
"""Kinds that stand one to one at another, and follow its rule for spares."""
FUEL_EFFICIENCY = (0.33, 0.42)
"""Electrical efficiency of diesel sets on the lower heating value; outside it the fuel is wrong."""


def shortages(
    items: Mapping[str, PlantItem], redundancy: Redundancy, book: AssumptionBook
) -> tuple[str, ...]:
    """Name everything of which a plant has too little; empty for a plant that is generated here.

    Args:
        items: bill of plant by kind, as a facility record holds it.
        redundancy: topology that it must have.
        book: duty units to a spare, fuel consumption.
    """
    absent = [f"{kind}: none" for kind in ALWAYS if kind not in items]
    if not any(kind in items for kind in HEAT_REJECTION):
        absent.append("heat rejection: none")
    short = [_shortage(kind, item, redundancy, book) for kind, item in items.items()]
    return (*absent, *(line for line in short if line), *_fuel(book))


def carries(item: PlantItem, units: int) -> bool:
    """Say whether so many units of an item carry its duty."""
    return units * usable(item) >= (item.duty or 0.0) * (1 - 1e-9)


def usable(item: PlantItem) -> float:
    """Give what one unit may carry at this site."""
    fill = 1.0 if item.fill is None else item.fill
    return item.rating * fill * (1.0 if item.derate is None else item.derate)


def _shortage(
    kind: str, item: PlantItem, redundancy: Redundancy, book: AssumptionBook
) -> str | None:
    if item.duty is None:
        return f"{kind}: duty is not stated"
    one = usable(item)
    if one <= 0:
        return f"{kind}: nothing is left of the rating"
    rule = HOSTS.get(kind, kind)
    needed = duty_units(rule, item.duty, one, redundancy)
    spares = spare_units(rule, needed, redundancy, book)
    if item.units >= needed + spares:
        return None
    what = f"{item.units} of {item.rating:.4g} {item.rating_unit}"
    if not carries(item, item.units):
        return f"{kind}: {what} carry {item.units * one:.4g} of {item.duty:.4g} {item.rating_unit}"
    return f"{kind}: {what}; {redundancy} needs {needed} and {spares} redundant"


def _fuel(book: AssumptionBook) -> tuple[str, ...]:
    efficiency = fuel_efficiency(book)
    low, high = FUEL_EFFICIENCY
    if low <= efficiency <= high:
        return ()
    problem = (
        f"generators: fuel efficiency {efficiency:.0%} is not that of diesel sets, "
        f"{low:.0%}-{high:.0%}; see plant.generator_l_per_kwh"
    )
    return (problem,)
