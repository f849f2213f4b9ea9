"""Racks and the three-phase feeds of each."""

from __future__ import annotations

import math

from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.building import Building
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.plant.units import Fleet, sized


def rack_kw(cooling: Cooling, book: AssumptionBook) -> float:
    """Give the usual peak of a rack under a cooling system."""
    liquid = SYSTEMS[cooling].liquid
    if liquid is None:
        return float(book["plant.rack_kw_air"])
    if liquid.unit == "rear_doors":
        return float(book["plant.rack_kw_rear_door"])
    return float(book[f"plant.rack_kw_{'immersion' if cooling == 'immersion' else 'liquid'}"])


def feed_kw(book: AssumptionBook) -> float:
    """Give what one feed carries continuously: sqrt(3) V I pf, derated to 80 %."""
    volt_amperes = math.sqrt(3) * book["plant.feed_v"] * book["plant.feed_a"]
    continuous = book["plant.feed_continuous_share"] * book["power_chain.power_factor"]
    return float(volt_amperes * continuous / 1000)


def feeds_per_rack(kw: float, book: AssumptionBook) -> int:
    """Give the feeds of one path that carry a rack."""
    return math.ceil(kw / feed_kw(book) - 1e-9)


def rack_feeds(building: Building, book: AssumptionBook) -> Fleet:
    """Count the feeds of all racks, and as many again where there are two paths."""
    per_rack_kw = min(rack_kw(building.cooling, book), building.it_design_kw)
    racks = math.ceil(building.it_design_kw / per_rack_kw - 1e-9)
    feeds = feeds_per_rack(per_rack_kw, book)
    rule = (
        f"{racks} racks of {per_rack_kw:.4g} kW, {feeds} feeds a path; a feed of "
        f"{book['plant.feed_v']:g} V, {book['plant.feed_a']:g} A carries {feed_kw(book):.3g} kW"
    )
    return sized(
        "rack_feeds", building.it_design_kw, building.redundancy, book,
        rating=per_rack_kw / feeds, sized_by=rule,
    )  # fmt: skip
