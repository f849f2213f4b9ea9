"""What a facility record says about its own numbers: provenance, site data, notes."""

from __future__ import annotations

from dcbench.records.base import Provenance
from dcbench.records.origin import Assumption, NumberSource
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.design import Design
from dcbench_planner.facility.impact.carbon import grid_intensity
from dcbench_planner.facility.power.categories import dpue_by_category
from dcbench_planner.facility.simulation import Simulation
from dcbench_planner.facility.standards.label import (
    METERED_AT,
    dpue_label,
    indicator_line,
)

WATER_CLASSES_C = (17, 27, 32, 40, 45)
"""ASHRAE TC 9.9 facility-water classes by their highest supply temperature."""
NOT_MODELLED = (
    "not modelled: heat through walls, load that varies within the year, start-up and ageing, "
    "fouling, controls that hunt, electricity for fuel and water supply, hourly grid carbon"
)
_MODEL = "8760 h model, docs/facility/"


PARTS = {
    "bands": ("1", "spread of published sites around the model"),
    "availability_parts": ("1", "k of n with common cause, IEEE 493 style failure rates"),
    "it_inside": ("kWh, 1", "power supply curve and server fans; IT energy, not in the PUE"),
    "standby": ("kWh, L, kg", "heaters, float charge and tests of the plant counted"),
    "carbon": ("kg, kg/kWh", "grid factor of the site, fuel, refrigerant, embodied per kW"),
    "heat_reuse": ("kWh", "share of the loop's heat, 8760 h"),
    "requirements": ("text", "the design's numbers against the packaged table of rules"),
    "redundancy_options": ("1, USD", "the design simulated again under each topology"),
    "savings": ("kWh, L, kg, USD", "the design simulated again with each change"),
    "renewables": ("kWh, kg, USD", "supply against load, 8760 h"),
    "sites": ("1", "the design simulated at each site; packaged table of risks"),
    "risk_register": ("text", "questions of the packaged register; only a person can tick"),
}
"""Unit and origin of the parts that a record may have."""


def provenance(design: Design, *parts: str) -> dict[str, NumberSource]:
    """Give unit and origin of each number; a computed number is as weak as its weakest input.

    Args:
        design: what was simulated.
        parts: names of `PARTS` that the record has.
    """
    grid = grid_intensity(design.site)

    def modelled(unit: str, source: str = _MODEL) -> NumberSource:
        return NumberSource(unit=unit, provenance="assumed", source=source)

    given = "given by the user or the plan"
    peak = "full IT load, worst of typical year and design conditions, one cooling unit out"
    return {
        "it_kw": NumberSource(unit="kW", provenance="user", source=given),
        "load_factor": NumberSource(unit="1", provenance="user", source=given),
        "dpue_annual": modelled("1", f"energy-weighted, {_MODEL}"),
        "dpue_peak": modelled("1", peak),
        "dpue_monthly": modelled("1", f"energy-weighted by month, {_MODEL}"),
        "wue_site_l_per_kwh": modelled("L/kWh", f"site water, {_MODEL}"),
        "wue_source_l_per_kwh": modelled("L/kWh", "site water + water of the electricity x dPUE"),
        "cue_kgco2e_per_kwh": modelled(
            "kg/kWh", f"location based, {grid.basis} grid factor of {grid.source}, x dPUE"
        ),
        "facility_kwh_per_year": modelled("kWh/year"),
        "facility_peak_kw": modelled("kW", peak),
        "availability": modelled(
            "1", f"k of n with common cause, {design.redundancy}, IEEE 493 style failure rates"
        ),
        "breakdown_kwh_per_year": modelled("kWh/year"),
        "dcie_annual": modelled("1", "1 / annual dPUE"),
        "dpue_by_category": modelled("1", f"ISO/IEC 30134-2, energy-weighted, {_MODEL}"),
        "monthly": modelled("kWh, L", f"sums over the hours of a month, {_MODEL}"),
        "weather": NumberSource(
            unit="°C", provenance=design.climate.provenance, source=design.climate.source[:2000]
        ),
        "plant": modelled("units", f"peak duty over unit rating, {design.redundancy}"),
        **{part: modelled(*PARTS[part]) for part in parts},
    }


def site_assumptions(design: Design) -> tuple[Assumption, ...]:
    """Give the site's data that the result rests on."""
    grid = grid_intensity(design.site)
    climate = design.climate
    return (
        Assumption(
            key="site.weather", value=climate.source[:2000], unit="text",
            provenance=climate.provenance, source=climate.source[:2000],
        ),
        Assumption(
            key="site.grid_kgco2e_per_kwh", value=grid.kgco2e_per_kwh, unit=f"kg/kWh {grid.basis}",
            provenance=_provenance(grid.evidence), source=f"{grid.source} ({grid.evidence})",
        ),
    )  # fmt: skip


def notes(simulation: Simulation, book: AssumptionBook) -> tuple[str, ...]:
    """Give what the reader must know, most important first."""
    design, lines = simulation.design, []
    unmet_peak = int((simulation.building.peak.cooled.unmet_kw > 0).sum())
    if simulation.totals.unmet_hours or unmet_peak:
        lines.append(
            f"heat not removed in {simulation.totals.unmet_hours} of {HOURS_PER_YEAR:.0f} h at "
            f"this load{', nor at the peak' if unmet_peak else ''}"
        )
    lines.extend(_labels(simulation))
    lines.append(_air_class(design, book))
    liquid = SYSTEMS[design.cooling].liquid
    if liquid is not None:
        lines.append(_water_class(book[liquid.facility_water_c]))
    if design.cooling == "seawater":
        lines.append(
            "intake water temperature is estimated from the air; "
            "whether the site has a sea or lake was not checked"
        )
    return (*lines, *design.climate.notes, NOT_MODELLED)


def _labels(simulation: Simulation) -> list[str]:
    """Give every PUE with its full name, most important first."""
    by_category = dpue_by_category(simulation.hours)
    others = "; ".join(
        f"dPUE{category} = {by_category[category]:.3f} (design, Category {category}, "
        f"IT energy at {METERED_AT[category]})"
        for category in ("1", "2")
    )
    return [
        dpue_label(simulation, "3", simulation.totals.dpue),
        others,
        _peak(simulation),
        indicator_line(simulation),
    ]


def _peak(simulation: Simulation) -> str:
    building = simulation.building
    out = "with one cooling unit out" if building.peak_unit_out is not None else "all units in"
    value = building.peak_kw / simulation.design.it_kw
    return (
        f"peak dPUE3 = {value:.3f} (design, full IT load, worst of the year and the design "
        f"conditions, {out}): it sizes the plant and is no annual figure"
    )


def _air_class(design: Design, book: AssumptionBook) -> str:
    supply = book[SYSTEMS[design.cooling].supply_c]
    within = "within" if 18 <= supply <= 27 else "outside"
    line = f"room supply air {supply:g} °C, {within} ASHRAE TC 9.9 recommended 18-27 °C"
    if design.cooling == "air-economizer":
        line += f"; dew point up to {book['cooling.highest_dew_point_c']:g} °C (class A2: 21 °C)"
    return line


def _water_class(supply_c: float) -> str:
    needed = next((f"W{top}" for top in WATER_CLASSES_C if supply_c <= top), "W+")
    return (
        f"facility water {supply_c:g} °C: IT equipment must be of ASHRAE class {needed} or warmer"
    )


def _provenance(evidence: str) -> Provenance:
    known: dict[str, Provenance] = {"read": "published", "user": "user"}
    return known.get(evidence, "assumed")
