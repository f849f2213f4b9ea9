"""Design one facility at one site: the facility record.

The year is simulated hour by hour (see docs/facility-model.md). Every energy figure is a sum over
hours, so annual dPUE is energy-weighted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import get_args

import numpy as np

from dcbench.catalog import Catalog, Site, load_catalog
from dcbench.errors import Fault, InputError, unknown_name
from dcbench.records.facility import FacilityRecord
from dcbench.records.scenario import Cooling, Redundancy
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.facility.availability import facility_availability
from dcbench_planner.facility.building import Building, Hours, build
from dcbench_planner.facility.carbon import cue_kgco2e_per_kwh, grid_intensity
from dcbench_planner.facility.climate import typical_year
from dcbench_planner.facility.notes import notes, provenance, site_assumptions
from dcbench_planner.facility.plant import HEAT_REJECTION, ROOM, Plant, plant_of
from dcbench_planner.facility.psychrometrics import Array
from dcbench_planner.facility.water import wue_source_l_per_kwh
from dcbench_planner.facility.weather import Weather

SMALLEST_IT_KW, LARGEST_IT_KW = 1.0, 1e7
SMALLEST_LOAD_FACTOR = 0.05
HOTTEST_FOR_DRY_C = 38.0
"""Above this 0.4 % dry bulb a dry cooler on 40 °C water leans on compressors too long."""
MOST_HUMID_FOR_PADS_C = 25.0
"""Above this 0.4 % wet bulb pads gain little."""
MOST_HUMID_FOR_OUTSIDE_AIR_C = 20.5
"""Below this 0.4 % wet bulb outside air seldom exceeds the class's dew point."""
AIR_COOLED_RACK_KW = 45.0
"""Room air with containment carries racks up to this power (four DGX H100 are 41 kW); above it the
racks get rear doors."""


@dataclass(frozen=True, kw_only=True)
class YearTotals:
    """Energy and water of one year."""

    parts_kwh: dict[str, float]
    monthly_kwh: Array
    monthly_it_kwh: Array
    water_l: float
    unmet_hours: int

    @property
    def total_kwh(self) -> float:
        """The sum of the parts."""
        return math.fsum(self.parts_kwh.values())


def design_facility(
    *, it_kw: float, load_factor: float, site: Site | str, cooling: str, redundancy: str,
    book: AssumptionBook, catalog: Catalog | None = None,
) -> FacilityRecord:  # fmt: skip
    """Size a facility and simulate its typical year.

    Args:
        it_kw: design peak of the IT load at the IT equipment's input, 1 kW to 10 GW.
        load_factor: average over peak IT load, 0.05-1; the load is constant over the year.
        site: row or name of a catalogued site.
        cooling: id of a system, see `dcbench_planner.facility.cooling.SYSTEMS`.
        redundancy: N, N+1, 2N or 4N/3 of the power chain.
        book: assumptions; draws in it are ignored, entries read are marked as used.
        catalog: where a site's name is looked up; the packaged one if None.

    Raises:
        InputError: with every fault in the arguments.
    """
    row = _checked(
        it_kw=it_kw, load_factor=load_factor, site=site, cooling=cooling, redundancy=redundancy,
        catalog=catalog,
    )  # fmt: skip
    point = book.with_draws({})
    try:
        building = build(
            it_kw=it_kw, cooling=_COOLING[cooling], redundancy=_REDUNDANCY[redundancy], site=row,
            book=point,
        )  # fmt: skip
        weather = typical_year(row)
        totals = year_totals(building.year(load_factor, weather, point), weather)
        record = _record(building, totals, plant_of(building, point), load_factor, point)
    except (ArithmeticError, ValueError) as error:
        raise _unphysical(point, row, error) from error
    book.used |= point.used
    return record


def default_cooling(*, liquid_cooled: bool, rack_kw: float, site: Site) -> Cooling:
    """Choose a usual cooling system for the racks and the climate.

    Args:
        liquid_cooled: the accelerators have cold plates.
        rack_kw: peak power of one rack.
        site: design temperatures decide; without them the site counts as temperate.
    """
    hot = (site.design_db_0p4_c or 0.0) > HOTTEST_FOR_DRY_C
    humid = site.design_wb_0p4_c or MOST_HUMID_FOR_PADS_C
    if liquid_cooled:
        if not hot:
            return "dlc-dry"
        return "dlc-adiabatic" if humid <= MOST_HUMID_FOR_PADS_C else "dlc-tower"
    if rack_kw > AIR_COOLED_RACK_KW:
        return "rear-door"
    return "air-economizer" if humid < MOST_HUMID_FOR_OUTSIDE_AIR_C else "water-economizer"


def dpue_draws(record: FacilityRecord, book: AssumptionBook) -> Number:
    """Give annual dPUE with the spread of published sites around the model, for bands."""
    return 1 + (record.dpue_annual - 1) * book["facility.overhead_factor"]


def year_totals(hours: Hours, weather: Weather) -> YearTotals:
    """Add up the hours of one year."""
    return YearTotals(
        parts_kwh={part: float(power.sum()) for part, power in hours.parts_kw().items()},
        monthly_kwh=_by_month(hours.total_kw, weather),
        monthly_it_kwh=_by_month(hours.it_kw, weather),
        water_l=float(hours.cooled.water_l.sum()),
        unmet_hours=int((hours.cooled.unmet_kw > 0).sum()),
    )


@cache
def _version() -> str:
    return metadata.version("gpu-dcbench")


def _by_month(hourly: Array, weather: Weather) -> Array:
    return np.bincount(weather.month, weights=hourly, minlength=12).astype(np.float64)


_COOLING: dict[str, Cooling] = {name: name for name in get_args(Cooling)}
_REDUNDANCY: dict[str, Redundancy] = {name: name for name in get_args(Redundancy)}


def _checked(
    *, it_kw: float, load_factor: float, site: Site | str, cooling: str, redundancy: str,
    catalog: Catalog | None,
) -> Site:  # fmt: skip
    faults = [
        *_outside("--it-kw", it_kw, SMALLEST_IT_KW, LARGEST_IT_KW, "kW of IT"),
        *_outside("--load-factor", load_factor, SMALLEST_LOAD_FACTOR, 1.0, "of the peak"),
    ]
    if cooling not in _COOLING:
        fault = unknown_name("--cooling", "cooling system", cooling, list(_COOLING))
        faults.append(Fault(**{**vars(fault), "fix": f"one of {', '.join(_COOLING)}"}))
    if redundancy not in _REDUNDANCY:
        fix = f"one of {', '.join(_REDUNDANCY)}"
        problem = "unknown redundancy"
        faults.append(Fault(where="--redundancy", value=redundancy, problem=problem, fix=fix))
    row = None if isinstance(site, str) else site
    try:
        row = row or (catalog or load_catalog()).sites.resolve(str(site), where="--site")
        grid_intensity(row)
    except InputError as error:
        faults.extend(error.faults)
    if faults or row is None:
        raise InputError(faults)
    return row


def _unphysical(book: AssumptionBook, site: Site, error: Exception) -> Exception:
    """Blame the user's own assumptions or site if there are any; else it is a fault of ours."""
    given = [entry for entry in book.list_used() if entry.provenance == "user"]
    if not given and site.evidence != "user":
        return error
    values = ", ".join(f"{entry.key}={entry.value}" for entry in given) or f"site {site.id}"
    fix = "keep them within the ranges of the defaults"
    problem = f"{values} give no physical facility"
    return InputError(Fault(where="assumptions", problem=problem, fix=fix))


def _outside(where: str, value: float, low: float, high: float, unit: str) -> list[Fault]:
    if low <= value <= high:
        return []
    fix = f"give {low:g} to {high:g} {unit}"
    return [Fault(where=where, value=value, problem="is out of range", fix=fix)]


def _record(
    building: Building, totals: YearTotals, plant: Plant, load_factor: float, book: AssumptionBook
) -> FacilityRecord:
    site, it_kwh = building.site, totals.parts_kwh["it"]
    dpue = totals.total_kwh / it_kwh
    wue = totals.water_l / it_kwh
    monthly = totals.monthly_kwh / totals.monthly_it_kwh
    wue_source = float(wue_source_l_per_kwh(wue, dpue, book))
    availability = facility_availability(
        generators=plant.fleets["generators"], transformers=plant.fleets["transformers"],
        ups=plant.fleets["ups"], cooling=plant.weakest(HEAT_REJECTION), room=plant.weakest(ROOM),
        redundancy=building.redundancy, book=book,
    )  # fmt: skip
    return FacilityRecord(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dcbench_version=_version(),
        it_kw=building.it_design_kw, load_factor=load_factor, site=site.id,
        cooling=building.cooling, redundancy=building.redundancy,
        dpue_annual=dpue,
        dpue_peak=building.peak_kw / building.it_design_kw,
        dpue_monthly=tuple(monthly.tolist()),
        wue_site_l_per_kwh=wue,
        wue_source_l_per_kwh=wue_source,
        cue_kgco2e_per_kwh=float(cue_kgco2e_per_kwh(dpue, site)),
        facility_kwh_per_year=totals.total_kwh,
        facility_peak_kw=building.peak_kw,
        availability=availability,
        breakdown_kwh_per_year=totals.parts_kwh,
        plant=plant.items(),
        assumptions=(*site_assumptions(site), *book.list_used()),
        provenance=provenance(site, building),
        notes=notes(building, totals.parts_kwh, totals.unmet_hours, load_factor, book),
    )  # fmt: skip
