"""The chain from a laid-out step to dollars, once for point estimates and draws alike.

What was decided (layout, counts of nodes and switches, site, cooling) is in `Case` and stays
fixed. What is uncertain is read from the book, so the same call answers with numbers for a book of
values and with arrays for a book of draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from dcbench.records.facility import FacilityRecord
from dcbench.units import HOURS_PER_DAY
from dcbench_planner.assumptions import AssumptionBook, Entry, Number
from dcbench_planner.facility.impact.footprint import (
    Carbon,
    Energy,
    SiteFactors,
    run_carbon,
    run_energy,
    site_factors,
)
from dcbench_planner.goodput.schedule import Schedule, schedule
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.it_power import ItPower
from dcbench_planner.hardware.network import network_usd
from dcbench_planner.hardware.node_power import NodePower
from dcbench_planner.hardware.storage import storage_usd
from dcbench_planner.money.cost import Ownership, Purchase, cost_of_owning
from dcbench_planner.planning.job_power import job_power
from dcbench_planner.planning.ramp import NO_RAMP, Ramp
from dcbench_planner.planning.uncertainty import Z90
from dcbench_planner.training.search.search import LaidOut

STEP_FACTOR = "step.time_factor"


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that was decided."""

    laid_out: LaidOut
    sequence_length: int
    tokens: float
    cluster: Cluster
    node_power: NodePower
    facility: FacilityRecord
    own_plant: bool
    ramp: Ramp = NO_RAMP
    power_cap_w: float | None = None
    """Power limit of an accelerator; the laid-out step is timed under it."""


@dataclass(frozen=True, kw_only=True)
class RunCost:
    """Costs of the run, beside those of owning."""

    owning: Ownership
    run_usd: Number
    cloud_usd_per_gpu_hour: Number | None
    cloud_run_usd: Number | None
    usd_per_million_tokens: Number


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What follows from a case; every number may be an array of draws."""

    step_factor: Number
    """Step time over its point estimate."""
    schedule: Schedule
    power: ItPower
    site: SiteFactors
    energy: Energy
    carbon: Carbon
    cost: RunCost


def with_step_error(book: AssumptionBook, log_sd: float, source: str) -> AssumptionBook:
    """Enter the error of the predicted step time: lognormal around 1."""
    entry = Entry(
        key=STEP_FACTOR, value=1.0, low=exp(-Z90 * log_sd), high=exp(Z90 * log_sd), unit="1",
        provenance="assumed",
        source=f"actual over predicted step time, log standard deviation {log_sd:.2f}: {source}",
    )  # fmt: skip
    return book.with_entry(entry)


def evaluate(case: Case, book: AssumptionBook) -> Outcome:
    """Run the chain.

    Args:
        case: what was decided.
        book: values, or draws of the uncertain ones.
    """
    factor = book[STEP_FACTOR]
    calendar = run_schedule(
        case.laid_out, case.sequence_length, case.tokens, case.cluster, book, ramp=case.ramp
    )
    power = job_power(
        case.laid_out, case.cluster, case.node_power, calendar, book, step_factor=factor,
        cap_w=case.power_cap_w,
    )  # fmt: skip
    site = site_factors(case.facility, book)
    energy = run_energy(power, site, calendar.calendar_days)
    carbon = run_carbon(
        cluster=case.cluster, power=power, energy=energy, site=site,
        calendar_days=calendar.calendar_days, book=book,
    )  # fmt: skip
    owning = cost_of_owning(_purchase(case, power, site, book), book)
    return Outcome(
        step_factor=factor, schedule=calendar, power=power, site=site, energy=energy,
        carbon=carbon, cost=_run_cost(case, owning, calendar, book),
    )  # fmt: skip


def run_schedule(
    laid_out: LaidOut, sequence_length: int, tokens: float, cluster: Cluster,
    book: AssumptionBook, *, ramp: Ramp = NO_RAMP,
) -> Schedule:  # fmt: skip
    """Give the calendar of a layout; all that the search for a cluster size needs."""
    return schedule(
        step_time_s=laid_out.step.time_s * book[STEP_FACTOR], tokens=tokens,
        step_tokens=laid_out.layout.global_batch * sequence_length, cluster=cluster, book=book,
        added_steps=ramp.steps, added_s=ramp.time_s * book[STEP_FACTOR],
    )  # fmt: skip


def _purchase(case: Case, power: ItPower, site: SiteFactors, book: AssumptionBook) -> Purchase:
    cluster, node_usd = case.cluster, book["price.node_usd"]
    return Purchase(
        it_usd={
            "accelerator_nodes": cluster.nodes * node_usd,
            "spare_nodes": cluster.spare_nodes * node_usd,
            "network": network_usd(cluster.network, book),
            "storage": storage_usd(cluster.storage_bytes, book),
        },
        accelerators=cluster.accelerators,
        it_avg_kw=power.it_avg_kw,
        critical_kw=power.it_peak_kw,
        dpue_annual=site.dpue_annual,
        wue_site_l_per_kwh=site.wue_site_l_per_kwh,
        own_plant=case.own_plant,
        liquid_cooled=cluster.node.liquid_cooled,
    )


def _run_cost(case: Case, owning: Ownership, calendar: Schedule, book: AssumptionBook) -> RunCost:
    gpu_hours = case.cluster.accelerators * calendar.calendar_days * HOURS_PER_DAY
    run_usd = owning.usd_per_gpu_hour * gpu_hours
    known = "price.cloud_usd_per_gpu_hour" in book.entries
    cloud = book["price.cloud_usd_per_gpu_hour"] if known else None
    return RunCost(
        owning=owning, run_usd=run_usd, cloud_usd_per_gpu_hour=cloud,
        cloud_run_usd=cloud * gpu_hours if known else None,
        usd_per_million_tokens=run_usd / case.tokens * 1e6,
    )  # fmt: skip
