"""What a changed case saves against the first one: energy, water, carbon, money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dcbench.records.facility_sites import Saving, SavingsPackage
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.design import Design
from dcbench_planner.facility.impact.carbon import GridIntensity, grid_intensity
from dcbench_planner.facility.savings.case import Case, Change
from dcbench_planner.facility.simulation import Simulation, simulate
from dcbench_planner.money.finance import capital_recovery_factor

LITRES_PER_M3 = 1000.0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a kilowatt-hour, a litre and lost speed are worth at one site."""

    usd_per_kwh: float
    electricity_source: str
    usd_per_m3: float
    grid: GridIntensity
    it_usd_per_year: float
    """Yearly cost of the IT equipment."""


@dataclass(frozen=True, kw_only=True)
class Worth:
    """One changed case, simulated."""

    case: Case
    run: Simulation
    kwh: float
    """Saved in a year, as all that follows; negative: more is used."""
    water_l: float
    kgco2e: float
    lost_work_usd: float
    usd: float

    @property
    def payback_years(self) -> float | None:
        """Simple payback, capital over yearly money; None if it never pays back."""
        return self.case.capital_usd / self.usd if self.usd > 0 else None

    @property
    def same_work_kwh(self) -> float:
        """Energy that would be saved if the lost work were done as well."""
        used = self.run.totals.total_kwh
        return self.kwh + used - used / self.case.speed

    def figures(self) -> dict[str, Any]:
        """Give the fields that `Saving` and `SavingsPackage` share."""
        return {
            "kwh_per_year": self.kwh, "water_l_per_year": self.water_l,
            "kgco2e_per_year": self.kgco2e, "usd_per_year": self.usd,
            "lost_work_usd_per_year": self.lost_work_usd, "capital_usd": self.case.capital_usd,
            "payback_years": self.payback_years, "dpue_annual": self.run.totals.dpue,
            "throughput_factor": self.case.speed,
        }  # fmt: skip


def prices(design: Design, book: AssumptionBook) -> Prices:
    """Give the prices at a design's site; a price that the user set in the book comes first.

    IT costs a year what an annuity over its life asks: price x capital recovery factor.
    """
    entry = book.entries["price.electricity_usd_per_kwh"]
    usd, source = book["price.electricity_usd_per_kwh"], f"{entry.key}: {entry.source}"
    site = design.site
    if entry.provenance != "user" and site.elec_price_industrial_usd_kwh is not None:
        usd = site.elec_price_industrial_usd_kwh
        source = f"{site.name}: {site.price_source or site.source}"
    annuity = capital_recovery_factor(
        book["finance.cost_of_capital"], book["finance.it_life_years"]
    )
    return Prices(
        usd_per_kwh=usd, electricity_source=source[:2000],
        usd_per_m3=book["price.water_usd_per_m3"], grid=grid_intensity(site),
        it_usd_per_year=design.it_kw * book["savings.it_usd_per_kw"] * float(annuity),
    )  # fmt: skip


def worth(case: Case, base: Simulation, at: Prices) -> Worth:
    """Simulate a changed case and compare it with the first simulation.

    Money is energy and water at their prices, less the share of the IT equipment's yearly cost
    that lost speed wastes.
    """
    run = simulate(case.design, case.book)
    kwh = base.totals.total_kwh - run.totals.total_kwh
    water_l = base.totals.water_l - run.totals.water_l
    lost = max(1.0 - case.speed, 0.0) * at.it_usd_per_year
    return Worth(
        case=case, run=run, kwh=kwh, water_l=water_l, kgco2e=kwh * at.grid.kgco2e_per_kwh,
        lost_work_usd=lost,
        usd=kwh * at.usd_per_kwh + water_l / LITRES_PER_M3 * at.usd_per_m3 - lost,
    )  # fmt: skip


def as_saving(name: str, change: Change, found: Worth) -> Saving:
    """Give the record of one measure."""
    unmet = found.run.totals.unmet_hours
    note = f"heat not removed in {unmet} h; {change.note}" if unmet else change.note
    return Saving(
        measure=name, change=change.text, note=note, unmet_h_per_year=float(unmet),
        **found.figures(),
    )  # fmt: skip


def as_package(
    names: tuple[str, ...], found: Worth, *, target_share: float, facility_kwh: float,
    singles_kwh: float,
) -> SavingsPackage:  # fmt: skip
    """Give the record of measures taken together."""
    reached = found.kwh / facility_kwh
    return SavingsPackage(
        target_share=target_share, reached_share=reached, is_met=reached >= target_share,
        measures=names, sum_of_singles_kwh_per_year=singles_kwh, **found.figures(),
    )  # fmt: skip
