"""Carbon: operational, location based, and embodied.

Grid factors come on two bases that must not be mixed: `direct` counts the power plants' stacks,
`lifecycle` adds fuel supply and construction. A number always travels with its basis.
"""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.catalog import Site
from dcbench.errors import Fault, InputError
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook, Number

GRAMS_PER_KG = 1000.0


@dataclass(frozen=True, kw_only=True)
class GridIntensity:
    """Annual mean carbon of a kilowatt-hour from a site's grid."""

    kgco2e_per_kwh: float
    basis: str
    """`direct` or `lifecycle`."""
    source: str
    evidence: str


def grid_intensity(site: Site, basis: str | None = None) -> GridIntensity:
    """Give the site's grid factor on a basis; without one, on the basis it was published.

    Raises:
        InputError: the site has no factor on that basis.
    """
    published = site.ci_basis or "direct"
    grams = site.grid_ci_gco2_kwh
    if basis == "lifecycle" and published != "lifecycle":
        grams = site.grid_ci_lca_gco2_kwh
    elif basis not in {None, published}:
        grams = None
    if grams is None:
        fix = "give grid_ci_gco2_kwh and ci_basis of the site in a catalog overlay"
        problem = f"has no {basis or published} grid carbon intensity"
        raise InputError(Fault(where=site.id, problem=problem, fix=fix))
    return GridIntensity(
        kgco2e_per_kwh=grams / GRAMS_PER_KG, basis=basis or published,
        source=site.ci_source or site.source, evidence=site.ci_evidence or site.evidence,
    )  # fmt: skip


def operational_kgco2e(energy_kwh: Number, site: Site, basis: str | None = None) -> Number:
    """Give location-based emissions of grid energy at the facility's meter (GHG Protocol scope 2).

    Args:
        energy_kwh: facility energy, PUE included; float or array of draws.
        site: catalogued site.
        basis: `direct`, `lifecycle`, or None for the basis published for the site.
    """
    return energy_kwh * grid_intensity(site, basis).kgco2e_per_kwh


def embodied_it_kgco2e(
    accelerators: Number, book: AssumptionBook, accelerator_kgco2e: float | None = None
) -> Number:
    """Give embodied carbon of accelerators with their servers, network and storage.

    Args:
        accelerators: number of accelerators, spares included.
        book: assumed carbon per accelerator and factor for the rest.
        accelerator_kgco2e: published value of this accelerator, if any.
    """
    each = accelerator_kgco2e
    if each is None:
        each = book["carbon.accelerator_embodied_kgco2e"]
    return accelerators * each * book["carbon.node_overhead_factor"]


def embodied_facility_kgco2e(it_kw: Number, book: AssumptionBook) -> Number:
    """Give embodied carbon of building and plant per design IT power."""
    return it_kw * book["carbon.facility_embodied_kgco2e_per_kw"]


def embodied_plant_kgco2e(it_kw: Number, book: AssumptionBook) -> Number:
    """Give the part of `embodied_facility_kgco2e` in power and cooling plant."""
    return embodied_facility_kgco2e(it_kw, book) * book["carbon.plant_share_of_embodied"]


def embodied_building_kgco2e(it_kw: Number, book: AssumptionBook) -> Number:
    """Give the part of `embodied_facility_kgco2e` in shell and fit-out."""
    return embodied_facility_kgco2e(it_kw, book) - embodied_plant_kgco2e(it_kw, book)


def embodied_share_kgco2e(total_kgco2e: Number, used_hours: Number, life_years: Number) -> Number:
    """Give the part of embodied carbon that a use of some hours must answer for (ISO/IEC 21031)."""
    return total_kgco2e * used_hours / (life_years * HOURS_PER_YEAR)


def cue_kgco2e_per_kwh(dpue: Number, site: Site) -> Number:
    """Give CUE = PUE × grid intensity: ISO/IEC 30134-8, location based, electricity only.

    `facility_carbon` adds generator fuel and contracts.
    """
    return dpue * grid_intensity(site).kgco2e_per_kwh
