"""Availability, plant and power chain against published values, simulation and removal of units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np

from dcbench.catalog import load_catalog
from dcbench.records.facility_plant import PlantItem
from dcbench.records.scenario import Cooling, Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.building import build
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.plant.availability import k_of_n, parallel, with_common_cause
from dcbench_planner.facility.plant.bill import fuel_efficiency, plant_of
from dcbench_planner.facility.plant.check import shortages
from dcbench_planner.facility.power.kinds import ups_curve
from dcbench_planner.validation.record import FACILITY, Record

SEED, DRAWS = 2025, 400_000
GROUPS = ((4, 4, 0.97), (4, 5, 0.95), (4, 6, 0.8), (9, 10, 0.97), (1, 2, 0.7))
"""k, n and availability of a unit, low enough to be seen in draws."""
PLANTS: tuple[Cooling, ...] = ("dlc-dry", "dlc-tower", "seawater", "indirect-evaporative")
PLANT_SITE, PLANT_IT_KW = "phoenix", 30_000.0
STANDARD = "binomial sum, IEEE 493 reliability block algebra"
RIELLO = "Riello UPS, frequently asked questions: static UPS at 20-25 % load"


@dataclass(frozen=True, kw_only=True)
class Golden:
    """One value that is known otherwise."""

    id: str
    published: float
    digits: int
    """Decimals it is printed with."""
    ours: float
    source: str

    @property
    def is_reached(self) -> bool:
        """Equal in every printed digit."""
        return abs(self.ours - self.published) <= 0.5 * 10.0**-self.digits * (1 + 1e-9)


def figures(book: AssumptionBook) -> dict[str, float]:
    """Compute the figures of the topic.

    `availability.goldens_missed` counts; `availability.monte_carlo_sigmas` is the largest distance
    from draws; `plant.shortages` counts what is short in generated plants, `plant.unnoticed` the
    units whose removal no check finds; `plant.fuel_efficiency` and
    `power_chain.legacy_ups_efficiency` (22.5 % load, as under 2N at half load) are shares.
    """
    short, unnoticed = plant_checks(book)
    return {
        "availability.goldens_missed": float(sum(not g.is_reached for g in goldens())),
        "availability.monte_carlo_sigmas": monte_carlo_sigmas(),
        "plant.shortages": float(short),
        "plant.unnoticed": float(unnoticed),
        "plant.fuel_efficiency": fuel_efficiency(book),
        "power_chain.legacy_ups_efficiency": ups_curve("legacy").efficiency(0.225),
    }


def rows(book: AssumptionBook) -> list[Record]:  # noqa: ARG001 every topic has the same call
    """Give each golden beside our value."""
    legacy = Golden(
        id="legacy UPS at 22.5 % load", published=0.85, digits=2, source=RIELLO,
        ours=ups_curve("legacy").efficiency(0.225),
    )  # fmt: skip
    return [_record(golden) for golden in (*goldens(), legacy)]


def goldens() -> tuple[Golden, ...]:
    """Give the published availabilities: units of 0.999, paths of 0.9995, beta 0.05."""
    spared = k_of_n(4, 5, 0.999)

    def golden(name: str, published: float, digits: int, ours: float) -> Golden:
        return Golden(id=name, published=published, digits=digits, ours=ours, source=STANDARD)

    return (
        golden("4 of 4", 0.996006, 6, k_of_n(4, 4, 0.999)),
        golden("4 of 5", 0.99999002, 8, spared),
        golden("4 of 6", 0.99999998, 8, k_of_n(4, 6, 0.999)),
        golden("two paths", 0.99999975, 8, parallel(0.9995, 0.9995)),
        golden("4 of 5, beta 0.05", 0.99994, 5, with_common_cause(spared, 0.999, 0.05)),
    )


def monte_carlo_sigmas() -> float:
    """Give the largest distance of k-of-n groups from as many draws, in standard errors."""
    rng = np.random.default_rng(SEED)
    found = []
    for k, n, unit in GROUPS:
        ours = k_of_n(k, n, unit)
        drawn = float(((rng.random((DRAWS, n)) < unit).sum(axis=1) >= k).mean())
        found.append(abs(drawn - ours) / math.sqrt(ours * (1 - ours) / DRAWS))
    return max(found)


def plant_checks(book: AssumptionBook) -> tuple[int, int]:
    """Count shortages of generated plants, and units that may be removed unnoticed."""
    climate = site_climate(load_catalog().sites.resolve(PLANT_SITE, where="validation"))
    short = unnoticed = 0
    topologies: tuple[Redundancy, ...] = get_args(Redundancy)
    for cooling in PLANTS:
        for topology in topologies:
            building = build(
                it_kw=PLANT_IT_KW, cooling=cooling, redundancy=topology, climate=climate, book=book
            )
            items = plant_of(building, book).items()
            short += len(shortages(items, topology, book))
            unnoticed += sum(not _noticed(items, kind, topology, book) for kind in items)
    return short, unnoticed


def _noticed(
    items: Mapping[str, PlantItem], kind: str, topology: Redundancy, book: AssumptionBook
) -> bool:
    fewer = items[kind].model_copy(update={"units": items[kind].units - 1})
    return any(
        line.startswith(f"{kind}: ") for line in shortages({**items, kind: fewer}, topology, book)
    )


def _record(golden: Golden) -> Record:
    return Record(
        set=FACILITY, id=golden.id, quantity="availability" if golden.source == STANDARD
        else "efficiency", unit="share", published=golden.published, ours=golden.ours,
        error=math.log(golden.ours / golden.published), bound=None, ok=golden.is_reached,
        source=golden.source,
    )  # fmt: skip
