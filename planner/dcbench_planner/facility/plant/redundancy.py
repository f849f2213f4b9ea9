"""The cost of more redundancy against the work that outages destroy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from dcbench.catalog import Catalog, load_catalog
from dcbench.records.facility_plant import AvailabilityPart, RedundancyOption
from dcbench.records.scenario import Redundancy
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.bill import plant_of
from dcbench_planner.facility.plant.blocks import (
    availability_parts,
    chain_availability,
    facility_outages,
    planned_outages,
)
from dcbench_planner.facility.plant.prices import plant_usd
from dcbench_planner.facility.simulation import Simulation, simulate
from dcbench_planner.money.finance import capital_recovery_factor


@dataclass(frozen=True, kw_only=True)
class LostWork:
    """What an outage costs."""

    it_usd_per_hour: float
    """Value of an hour of all the IT."""
    restart_h: float
    """From power back to the job running again."""
    checkpoint_interval_h: float
    """A failure loses half of it; a planned shutdown checkpoints first."""

    def usd_per_year(self, *, outage_h: float, outages: float, planned: float) -> float:
        """Give (down time + failures (restart + half an interval) + stops restart) x value."""
        lost_h = outage_h + outages * (self.restart_h + self.checkpoint_interval_h / 2)
        return (lost_h + planned * self.restart_h) * self.it_usd_per_hour


def redundancy_options(
    simulation: Simulation, book: AssumptionBook, *, it_usd_per_hour: float | None = None,
    checkpoint_interval_h: float | None = None, catalog: Catalog | None = None,
) -> tuple[RedundancyOption, ...]:  # fmt: skip
    """Simulate the design under every topology and set plant and losses against lost work.

    The job is taken to span the facility: an outage of any group stops it, but only the group's
    racks stay down until the repair.

    Args:
        simulation: of the design; its own topology is simulated again with the others.
        book: prices, rates, life and cost of capital.
        it_usd_per_hour: value of an hour of all the IT; by default
            `availability.it_usd_per_kw_hour` times the design IT power.
        checkpoint_interval_h: by default `availability.checkpoint_interval_h`.
        catalog: equipment prices; the packaged one if None.

    Raises:
        InputError: as `simulate`.
    """
    point = book.with_draws({})
    interval_h = checkpoint_interval_h
    if interval_h is None:
        interval_h = point["availability.checkpoint_interval_h"]
    if it_usd_per_hour is None:
        it_usd_per_hour = simulation.design.it_kw * point["availability.it_usd_per_kw_hour"]
    work = LostWork(
        it_usd_per_hour=it_usd_per_hour, checkpoint_interval_h=interval_h,
        restart_h=point["availability.restart_h"],
    )  # fmt: skip
    prices = catalog or load_catalog()
    options = [
        _option(simulation, topology, point, work, prices) for topology in get_args(Redundancy)
    ]
    book.used |= point.used
    return _marked(options)


def _option(
    simulation: Simulation, topology: Redundancy, book: AssumptionBook, work: LostWork,
    catalog: Catalog,
) -> RedundancyOption:  # fmt: skip
    again = simulate(replace(simulation.design, redundancy=topology), book)
    plant = plant_of(again.building, book)
    capital_usd = plant_usd(plant, catalog, book)
    parts = availability_parts(plant, topology, book)
    overhead_kwh = again.totals.total_kwh - again.totals.it_kwh
    annual_usd = capital_usd * capital_recovery_factor(
        book["finance.cost_of_capital"], book["finance.facility_life_years"]
    )
    return RedundancyOption(
        redundancy=topology, availability=chain_availability(parts),
        outage_h_per_year=outage_h(parts), outages_per_year=facility_outages(parts),
        dpue_annual=again.totals.dpue, plant_usd=capital_usd,
        usd_per_year=annual_usd + overhead_kwh * book["price.electricity_usd_per_kwh"],
        lost_usd_per_year=work.usd_per_year(
            outage_h=outage_h(parts), outages=facility_outages(parts),
            planned=planned_outages(parts),
        ),
        is_cheapest=False,
    )  # fmt: skip


def outage_h(parts: Sequence[AvailabilityPart]) -> float:
    """Give the hours in a year in which a rack has no power or cooling."""
    return (1 - chain_availability(parts)) * HOURS_PER_YEAR


def _marked(options: Sequence[RedundancyOption]) -> tuple[RedundancyOption, ...]:
    def cost_usd(option: RedundancyOption) -> float:
        return option.usd_per_year + option.lost_usd_per_year

    least = min(options, key=cost_usd)
    return tuple(option.model_copy(update={"is_cheapest": option is least}) for option in options)
