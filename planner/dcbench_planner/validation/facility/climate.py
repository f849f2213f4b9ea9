"""Generated against recorded hours, and our wet bulb against psychrolib's.

Eight typical years of NREL that ship in public packages (`weather/sources.csv`). The generator sees
only their 36 monthly normals and two design temperatures; annual figures of both years are then
compared for every cooling system, with the same design conditions to size for.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import get_args

import numpy as np

from dcbench.catalog import Site, load_catalog
from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.design_conditions import design_of_hours
from dcbench_planner.facility.climate.normals import with_normals_of
from dcbench_planner.facility.climate.psychrometrics import Array, pressure_at
from dcbench_planner.facility.climate.site_climate import SiteClimate, planned_climate, site_climate
from dcbench_planner.facility.climate.typical_year import water_temperature
from dcbench_planner.facility.climate.weather import MONTH_OF_HOUR, Weather
from dcbench_planner.facility.climate.wet_bulb import wet_bulb
from dcbench_planner.facility.design import Design
from dcbench_planner.facility.simulation import YearTotals, simulate
from dcbench_planner.validation.record import FACILITY, Record

IT_KW = 10_000.0
LOAD_FACTOR = 0.8
SYSTEMS: tuple[Cooling, ...] = get_args(Cooling)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One system in one climate: recorded and generated hours."""

    place: str
    cooling: Cooling
    recorded_dpue: float
    generated_dpue: float
    recorded_wue: float
    generated_wue: float

    @property
    def dpue(self) -> float:
        """Size of the difference in annual dPUE."""
        return abs(self.generated_dpue - self.recorded_dpue)

    @property
    def wue(self) -> float:
        """Size of the difference in WUE, L/kWh."""
        return abs(self.generated_wue - self.recorded_wue)


def figures(book: AssumptionBook) -> dict[str, float]:
    """Give worst and mean difference over places and systems, and the wet bulb's."""
    return figures_of(packaged_differences(book))


def figures_of(found: Sequence[Difference]) -> dict[str, float]:
    """Give the figures of differences that were found already."""
    dpue = [item.dpue for item in found]
    return {
        "climate.dpue_error.mean": float(np.mean(dpue)),
        "climate.dpue_error.worst": float(np.max(dpue)),
        "climate.wue_error.mean": float(np.mean([item.wue for item in found])),
        "climate.wue_error.worst": float(np.max([item.wue for item in found])),
        "climate.wet_bulb.worst_k": wet_bulb_error_k(),
    }


def rows(book: AssumptionBook) -> list[Record]:
    """Give a row per place and system; `published` is the one of the recorded hours."""
    return rows_of(packaged_differences(book))


def rows_of(found: Sequence[Difference]) -> list[Record]:
    """Give the rows of differences that were found already."""
    return [
        Record(
            set=FACILITY, id=f"{item.place} {item.cooling}", quantity="dpue_annual", unit="1",
            published=item.recorded_dpue, ours=item.generated_dpue,
            error=float(np.log(item.generated_dpue / item.recorded_dpue)),
            bound=None, ok=None, source="NREL TMY3 or TMY2 hours",
        )
        for item in found
    ]  # fmt: skip


def packaged_differences(book: AssumptionBook) -> tuple[Difference, ...]:
    """Compare the eight packaged years, about 3 s."""
    return differences(packaged_climates(), book)


def differences(
    climates: Mapping[str, SiteClimate], book: AssumptionBook
) -> tuple[Difference, ...]:
    """Compare recorded years with what the generator makes of their normals.

    Args:
        climates: recorded hours by the name of the place.
        book: assumptions.
    """
    found = []
    for place, recorded in climates.items():
        site = with_normals_of(_any_site(), recorded)
        sized = replace(planned_climate(site_climate(site), book), provenance="user")
        measured = replace(sized, year=recorded.year)
        for cooling in SYSTEMS:
            real, ours = (_year(one, cooling, site, book) for one in (measured, sized))
            found.append(Difference(
                place=place, cooling=cooling, recorded_dpue=real.dpue, generated_dpue=ours.dpue,
                recorded_wue=real.wue_l_per_kwh, generated_wue=ours.wue_l_per_kwh,
            ))  # fmt: skip
    return tuple(found)


@cache
def packaged_climates() -> Mapping[str, SiteClimate]:
    """Read the packaged years; design temperatures of the source, else of the hours."""
    folder = _folder()
    lines = (folder / "sources.csv").read_text(encoding="utf-8").splitlines()
    return {row["id"]: _climate(row, folder) for row in csv.DictReader(lines)}


def wet_bulb_error_k() -> float:
    """Give the largest difference from psychrolib 2.5 over 390 points at three altitudes."""
    text = (_folder() / "wet_bulb.csv").read_text(encoding="utf-8").splitlines()
    table = np.array([[float(cell) for cell in line.split(",")] for line in text[1:]])
    worst = 0.0
    for elevation in np.unique(table[:, 2]):
        dry, dew, _, theirs = table[table[:, 2] == elevation].T
        ours = wet_bulb(dry, dew, pressure_at(float(elevation)))
        worst = max(worst, float(np.abs(ours - theirs).max()))
    return worst


def _climate(row: dict[str, str], folder: Traversable) -> SiteClimate:
    with (folder / f"{row['id']}.csv.gz").open("rb") as file:
        text = gzip.decompress(file.read()).decode("ascii").splitlines()
    dry, dew, pressure = np.array([[float(x) for x in line.split(",")] for line in text[1:]]).T
    mean_kpa = float(pressure.mean())
    year = Weather(
        dry_bulb_c=dry, wet_bulb_c=np.minimum(wet_bulb(dry, dew, mean_kpa), dry),
        water_c=water_temperature(dry), month=MONTH_OF_HOUR, pressure_kpa=mean_kpa,
        source=f"{row['source']}, {row['name']}",
    )  # fmt: skip
    design = design_of_hours(year)
    published = [row["design_db_0p4_c"], row["design_wb_0p4_c"]]
    if all(published):
        design = replace(
            design, dry_bulb_c=_changed(design.dry_bulb_c, 0, float(published[0])),
            wet_bulb_c=_changed(design.wet_bulb_c, 1, float(published[1])),
        )  # fmt: skip
    return SiteClimate(
        year=year, design=design, elevation_m=float(row["elevation_m"]), source=year.source,
        provenance="published", is_file=True,
    )  # fmt: skip


def _changed(values: Array, at: int, value: float) -> Array:
    changed = values.copy()
    changed[at] = value
    return changed


def _year(climate: SiteClimate, cooling: Cooling, site: Site, book: AssumptionBook) -> YearTotals:
    design = Design(
        it_kw=IT_KW, load_factor=LOAD_FACTOR, site=site, climate=climate, cooling=cooling,
        redundancy="N+1",
    )  # fmt: skip
    return simulate(design, book).totals


def _any_site() -> Site:
    """Give a site for what is not climate; annual dPUE and WUE do not rest on it."""
    return load_catalog().sites.resolve("ashburn")


def _folder() -> Traversable:
    return resources.files("dcbench_planner") / "validation" / "facility" / "weather"
