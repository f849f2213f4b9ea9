"""Emissions of the facility's electricity with renewable supply, on one basis."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.impact.carbon import GridIntensity
from dcbench_planner.facility.renewables.ask import RenewablesAsk
from dcbench_planner.facility.renewables.generation import Generation
from dcbench_planner.facility.renewables.matching import Matched


@dataclass(frozen=True, kw_only=True)
class Emissions:
    """Of a year's electricity, kg; all on the basis of the grid's factor."""

    location: float
    """All energy through the meter at the grid's average."""
    market: float
    """The same less contracted energy of the year."""
    market_hourly: float
    """The same less contracted energy of the same hour."""


def emissions(
    hours: Matched, generation: Generation, ask: RenewablesAsk, grid: GridIntensity,
    book: AssumptionBook,
) -> Emissions:  # fmt: skip
    """Give scope 2 both ways (GHG Protocol scope 2 guidance 2015), and matched by the hour.

    On the direct basis clean energy emits nothing; on the lifecycle basis it carries what making
    the plants emitted, on-site energy also by location. Contracted energy that is left over counts
    nowhere. There is no residual mix: what no contract covers has the grid's average.
    """
    own = contracted = 0.0
    if grid.basis == "lifecycle":
        own = _own_kgco2e(hours, generation, book)
        contracted = book[_FACTOR[ask.ppa_shape]] if ask.ppa_kw else 0.0
    bought = float(hours.grid_kw.sum())
    annual = min(bought, float(hours.contract_kw.sum()))
    matched = float((hours.contract_direct_kw + hours.contract_charged_kw).sum())
    each = grid.kgco2e_per_kwh
    return Emissions(
        location=bought * each + own,
        market=(bought - annual) * each + annual * contracted + own,
        market_hourly=max(bought - matched, 0.0) * each + matched * contracted + own,
    )


_FACTOR = {
    "pv": "renewables.pv_lifecycle_kgco2e_per_kwh",
    "wind": "renewables.wind_lifecycle_kgco2e_per_kwh",
    "flat": "renewables.wind_lifecycle_kgco2e_per_kwh",
}


def _own_kgco2e(hours: Matched, generation: Generation, book: AssumptionBook) -> float:
    """On-site energy that is not exported; what is exported is split by what is produced."""
    produced = float(generation.on_site_kw.sum())
    if produced == 0:
        return 0.0
    kept = 1 - float(hours.exported_kw.sum()) / produced
    made = sum(
        float(kw.sum()) * book[_FACTOR[kind]]
        for kind, kw in (("pv", generation.pv_kw), ("wind", generation.wind_kw))
        if kw.any()
    )
    return float(made * kept)
