"""What is designed: load, place, cooling, redundancy; checked, with the usual choices filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from dcbench.catalog import Catalog, Site, load_catalog
from dcbench.errors import Fault, InputError, unknown_name
from dcbench.records.scenario import Cooling, Redundancy
from dcbench_planner.facility.climate.site_climate import SiteClimate, site_climate
from dcbench_planner.facility.impact.carbon import grid_intensity

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

_COOLING: dict[str, Cooling] = {name: name for name in get_args(Cooling)}
_REDUNDANCY: dict[str, Redundancy] = {name: name for name in get_args(Redundancy)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """One facility on paper."""

    it_kw: float
    """Design peak of the IT load at the IT equipment's input."""
    load_factor: float
    """Average over peak IT load; the load is constant over the year."""
    site: Site
    """Grid carbon, electricity price, elevation."""
    climate: SiteClimate
    cooling: Cooling
    redundancy: Redundancy
    reused_share: float = 0.0
    """Of the heat of the warmest loop, handed over to others."""


def checked_design(
    *, it_kw: float, load_factor: float, site: Site | str, cooling: str, redundancy: str,
    catalog: Catalog | None = None, climate: SiteClimate | None = None,
) -> Design:  # fmt: skip
    """Check what was asked and look the site up.

    Args:
        it_kw: design peak of the IT load at the IT equipment's input, 1 kW to 10 GW.
        load_factor: average over peak IT load, 0.05-1.
        site: row or name of a catalogued site.
        cooling: id of a system, see `dcbench_planner.facility.cooling.systems.SYSTEMS`.
        redundancy: N, N+1, 2N or 4N/3 of the power chain.
        catalog: where a site's name is looked up; the packaged one if None.
        climate: of the user's weather file; generated from the site's normals if None.

    Raises:
        InputError: with every fault in the arguments.
    """
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
    return Design(
        it_kw=it_kw, load_factor=load_factor, site=row, climate=climate or site_climate(row),
        cooling=_COOLING[cooling], redundancy=_REDUNDANCY[redundancy],
    )  # fmt: skip


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


def _outside(where: str, value: float, low: float, high: float, unit: str) -> list[Fault]:
    if low <= value <= high:
        return []
    fix = f"give {low:g} to {high:g} {unit}"
    return [Fault(where=where, value=value, problem="is out of range", fix=fix)]
