"""What a facility record says about its own numbers: provenance, site data, notes."""

from __future__ import annotations

from dcbench.records.base import Provenance
from dcbench.records.origin import Assumption, NumberSource
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.design import Design
from dcbench_planner.facility.impact.carbon import grid_intensity
from dcbench_planner.facility.simulation import Simulation

WATER_CLASSES_C = (17, 27, 32, 40, 45)
"""ASHRAE TC 9.9 facility-water classes by their highest supply temperature."""
NOT_MODELLED = (
    "not modelled: high-voltage transformer, generator heaters and tests, refrigerant leaks, heat "
    "through walls, heat reuse, fans of redundant units at lower speed, load that varies in time"
)
_MODEL = "8760 h model, docs/facility-model.md"


def provenance(design: Design) -> dict[str, NumberSource]:
    """Give unit and origin of each number; a computed number is as weak as its weakest input."""
    grid = grid_intensity(design.site)

    def modelled(unit: str, source: str = _MODEL) -> NumberSource:
        return NumberSource(unit=unit, provenance="assumed", source=source)

    given = "given by the user or the plan"
    peak = "full IT load, worst of typical year and 0.4 % design conditions"
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
        "monthly": modelled("kWh, L", f"sums over the hours of a month, {_MODEL}"),
        "weather": NumberSource(
            unit="°C", provenance=design.climate.provenance, source=design.climate.source[:2000]
        ),
        "plant": modelled("units", f"peak duty over unit rating, {design.redundancy}"),
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
            f"this load, in {unmet_peak} h and design conditions at full load"
        )
    lines.append(_label(simulation))
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


def _label(simulation: Simulation) -> str:
    totals, design = simulation.totals, simulation.design
    category_1 = totals.total_kwh / (totals.it_kwh + totals.parts_kwh["distribution"])
    return (
        f"dPUE3 = {totals.dpue:.3f}: design PUE, ISO/IEC 30134-2 Category 3 (IT at IT input), "
        f"8760 h, constant load {design.load_factor:.2f} of peak, weather: "
        f"{design.climate.source}; Category 1 (IT at UPS output) is {category_1:.3f}"
    )


def _air_class(design: Design, book: AssumptionBook) -> str:
    supply = book["cooling.room_supply_c"]
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
