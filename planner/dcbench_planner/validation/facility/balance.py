"""Is every kW of heat accounted for, and do liquid-cooled machine rooms get their published PUE?

`liquid_anchors.csv` holds three supercomputer sites with what they say about their plant.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources

import numpy as np

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.cooling.result import Cooled
from dcbench_planner.facility.cooling.systems import SYSTEMS, Heat, cool
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.simulation import simulate
from dcbench_planner.validation.record import FACILITY, Record

PLACES = ("phoenix", "singapore", "ashburn", "lulea", "dublin", "mumbai")
TERMS = (
    {"load": 0.05}, {"load": 0.5, "reused_share": 0.4}, {"load": 1.0},
    {"load": 1.0, "capacity_share": 10 / 11},
)  # fmt: skip
"""Loads, with heat handed over, with a unit out."""


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """One published site beside the model with what the site says about its plant."""

    id: str
    published: float
    ours: float
    source: str


def figures(book: AssumptionBook) -> dict[str, float]:
    """Give the largest hourly error of the balance, and the largest miss of an anchor."""
    misses = [abs(anchor.ours - anchor.published) for anchor in anchors(book)]
    return {"balance.worst_relative": worst_relative(book), "balance.liquid_anchors": max(misses)}


def rows(book: AssumptionBook) -> list[Record]:
    """Give a row per anchor."""
    return [
        Record(
            set=FACILITY, id=anchor.id, quantity="dpue_annual", unit="1",
            published=anchor.published, ours=anchor.ours,
            error=float(np.log(anchor.ours / anchor.published)), bound=None, ok=None,
            source=anchor.source,
        )
        for anchor in anchors(book)
    ]  # fmt: skip


def worst_relative(book: AssumptionBook) -> float:
    """Give the largest error of any hour's heat balance over that heat.

    Every system in six climates, from 5 % load to full load with a unit out: heat in and heat out,
    and heat out and what reaches the outside.
    """
    catalog, point = load_catalog(), book.with_draws({})
    worst = 0.0
    for place in PLACES:
        weather = site_climate(catalog.sites.resolve(place)).year
        for terms in TERMS:
            heat = _heat(len(weather), **terms)
            for cooling in SYSTEMS:
                worst = max(worst, imbalance(heat, cool(cooling, heat, weather, point)))
    return worst


def imbalance(heat: Heat, cooled: Cooled) -> float:
    """Give the largest relative error of the three sums of one system."""
    into = heat.it_kw + heat.room_kw + cooled.inner_kw
    out = cooled.free_kw + cooled.mechanical_kw + cooled.reused_kw + cooled.unmet_kw
    kept = cooled.reused_kw + cooled.unmet_kw
    outside = into + cooled.power_kw["compressors"] - kept
    pairs = ((cooled.heat_kw, into), (out, into), (cooled.rejected_kw, outside))
    return max(float((np.abs(ours - due) / into).max()) for ours, due in pairs)


def anchors(book: AssumptionBook) -> tuple[Anchor, ...]:
    """Simulate the published sites."""
    table = resources.files("dcbench_planner") / "validation" / "facility" / "liquid_anchors.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    return tuple(_anchor(row, book) for row in csv.DictReader(lines))


def _anchor(row: dict[str, str], book: AssumptionBook) -> Anchor:
    pairs = (pair.split("=") for pair in row["overrides"].split(";"))
    own = {key: float(value) for key, value in pairs}
    design = checked_design(
        it_kw=float(row["it_kw"]), load_factor=float(row["load_factor"]),
        site=row["nearest_site"], cooling=row["cooling"], redundancy=row["redundancy"],
    )  # fmt: skip
    simulated = simulate(design, book.with_user_values(own, row["id"]))
    source = f"{row['pue_source']} ({row['pue_evidence']}); {row['overrides_note']}"
    return Anchor(
        id=row["id"], published=float(row["published_pue"]), ours=simulated.totals.dpue,
        source=source,
    )  # fmt: skip


def _heat(n: int, *, load: float, reused_share: float = 0.0, capacity_share: float = 1.0) -> Heat:
    return Heat(
        it_kw=np.full(n, 1000.0 * load), room_kw=np.full(n, 45.0), it_design_kw=1000.0,
        room_design_kw=50.0, reused_share=reused_share, capacity_share=capacity_share,
    )  # fmt: skip
