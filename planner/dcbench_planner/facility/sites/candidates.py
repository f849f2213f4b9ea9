"""Every site designed and simulated with each suitable cooling system, and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dcbench.catalog import Catalog, Site, SiteRisk
from dcbench.errors import InputError
from dcbench.records.facility_sites import Criterion
from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.design import AIR_COOLED_RACK_KW, Design
from dcbench_planner.facility.impact.carbon import grid_intensity
from dcbench_planner.facility.simulation import Simulation, simulate
from dcbench_planner.facility.sites.risk import WORST_CLASS, RiskScore, risk_score
from dcbench_planner.facility.sites.weights import Weights

CARBON_BASIS = "direct"
"""Grid factors at the stack and over the life cycle are never compared with each other."""
LITRES_PER_M3 = 1000.0
_AIR: tuple[Cooling, ...] = (
    "air-economizer", "indirect-evaporative", "water-economizer", "air-chiller",
)  # fmt: skip
_LIQUID: tuple[Cooling, ...] = ("dlc-dry", "dlc-adiabatic", "dlc-tower")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One criterion of one candidate; smaller is better."""

    value: float | None
    """None: unknown."""
    low: float | None
    """Smallest that the true value can be; None: no bound known. Equal to a known value."""
    high: float | None
    unit: str
    known_share: float = 1.0
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One site with one cooling system."""

    simulation: Simulation
    hazards: SiteRisk | None
    """The site's row of the catalog."""
    risk: RiskScore
    measures: Mapping[Criterion, Measure]

    @property
    def site(self) -> Site:
        """Where it stands."""
        return self.simulation.design.site


def sensible_cooling(*, liquid_cooled: bool, rack_kw: float) -> tuple[Cooling, ...]:
    """Give the systems that suit the racks and need no sea, no pit and no tank.

    Args:
        liquid_cooled: the accelerators have cold plates.
        rack_kw: peak power of one rack.
    """
    if liquid_cooled:
        return _LIQUID
    return ("rear-door",) if rack_kw > AIR_COOLED_RACK_KW else _AIR


def candidates(
    first: Design, coolings: Iterable[Cooling], *, catalog: Catalog, weights: Weights,
    training: bool, book: AssumptionBook,
) -> Iterator[Candidate]:  # fmt: skip
    """Simulate every site of the catalog with every system, about 6 ms each.

    Systems that leave heat in the hall are given only where no other system removes it all.

    Args:
        first: load and redundancy; its site and cooling are replaced.
        coolings: systems to try.
        catalog: sites and their risks.
        weights: of the items inside the risk.
        training: see `risk_score`.
        book: assumptions, single values.
    """
    systems = tuple(coolings)
    for site in catalog.sites:
        climate = site_climate(site)
        runs = [
            simulate(replace(first, site=site, climate=climate, cooling=cooling), book)
            for cooling in systems
        ]
        least = min(run.totals.unmet_hours for run in runs)
        for run in runs:
            if run.totals.unmet_hours == least:
                hazards = catalog.site_risk.find(site.id)
                yield measured(run, hazards, weights=weights, training=training, book=book)


def measured(
    run: Simulation, hazards: SiteRisk | None, *, weights: Weights, training: bool,
    book: AssumptionBook,
) -> Candidate:  # fmt: skip
    """Measure one candidate by all criteria."""
    wue = run.totals.wue_l_per_kwh
    risk = risk_score(hazards, weights.risks, book, takes_water=wue > 0, training=training)
    return Candidate(
        simulation=run, hazards=hazards, risk=risk,
        measures={
            "cost": _cost(run, book),
            "carbon": _carbon(run),
            "water": _water(wue, hazards, book),
            "pue": _known(run.totals.dpue, "1", "8760 h model"),
            "risk": risk_measure(risk),
        },
    )  # fmt: skip


def risk_measure(risk: RiskScore) -> Measure:
    """Give the risk score as a criterion."""
    return Measure(
        value=risk.score, low=risk.low, high=risk.high, unit="0 best, 1 worst",
        known_share=risk.known_share, source="catalog table site_risk",
    )  # fmt: skip


def _known(value: float, unit: str, source: str) -> Measure:
    return Measure(value=value, low=value, high=value, unit=unit, source=source)


def _cost(run: Simulation, book: AssumptionBook) -> Measure:
    """Energy and water per year over design IT power; a price nobody knows is not guessed."""
    site, totals = run.design.site, run.totals
    price, unit = site.elec_price_industrial_usd_kwh, "USD/(kW IT year)"
    if price is None:
        return Measure(value=None, low=None, high=None, unit=unit, known_share=0.0,
                       source="electricity price unknown")  # fmt: skip
    water_usd = totals.water_l / LITRES_PER_M3 * book["price.water_usd_per_m3"]
    usd = (totals.total_kwh * price + water_usd) / run.design.it_kw
    trust = site.price_evidence or site.evidence
    return _known(usd, unit, f"electricity {price:g} USD/kWh ({trust}): {site.price_source}"[:2000])


def _carbon(run: Simulation) -> Measure:
    """CUE on the direct basis; a life-cycle factor is an upper bound of the direct one."""
    site, unit = run.design.site, f"kgCO2e/kWh IT, {CARBON_BASIS}"
    try:
        grid = grid_intensity(site, CARBON_BASIS)
    except InputError:
        total = site.grid_ci_lca_gco2_kwh or site.grid_ci_gco2_kwh
        high = None if total is None else total / 1000 * run.totals.dpue
        source = "no direct grid factor; at most the life-cycle one" if high else "unknown"
        return Measure(value=None, low=0.0, high=high, unit=unit, known_share=0.0, source=source)
    return _known(grid.kgco2e_per_kwh * run.totals.dpue, unit, f"{grid.source} ({grid.evidence})")


def _water(wue: float, hazards: SiteRisk | None, book: AssumptionBook) -> Measure:
    """WUE weighted by the basin's water stress: a litre weighs 1 + step x class."""
    step, unit = book["sites.water_stress_step"], "L/kWh IT, stress weighted"
    stress = None if hazards is None else hazards.water_stress_class
    if wue == 0:
        return _known(0.0, unit, "takes no water")
    if stress is None:
        return Measure(
            value=None, low=wue, high=wue * (1 + step * WORST_CLASS), unit=unit, known_share=0.0,
            source=f"WUE {wue:.2f} L/kWh, water stress unknown",
        )  # fmt: skip
    return _known(
        wue * (1 + step * stress), unit, f"WUE {wue:.2f} L/kWh x (1 + {step:g} x class {stress})"
    )
