"""A candidate plan: a sized cluster at a site, with its facility and everything that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dcbench.catalog import Site
from dcbench.records.scenario import Objective
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.record import facility_record
from dcbench_planner.facility.simulation import Simulation
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.node_power import node_power
from dcbench_planner.planning.batch_ramp import batch_ramp
from dcbench_planner.planning.building import simulated_building
from dcbench_planner.planning.chain import Case, Outcome, evaluate, run_schedule
from dcbench_planner.planning.job_power import job_power
from dcbench_planner.planning.option import Option, complete_book
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import Sized
from dcbench_planner.training.search.search import LaidOut


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A whole plan before it is written down."""

    option: Option
    site: Site
    case: Case
    book: AssumptionBook
    """Point estimates; knows which entries this candidate read."""
    outcome: Outcome
    simulation: Simulation
    """Of the building."""

    @property
    def cluster(self) -> Cluster:
        """What must be bought."""
        return self.case.cluster

    def score(self, objective: Objective) -> float:
        """Give what the objective wants small."""
        outcome = self.outcome
        scores = {
            "cost": outcome.cost.run_usd,
            "time": outcome.schedule.calendar_days,
            "energy": outcome.energy.total_kwh,
            "carbon": outcome.carbon.operational_kgco2e + outcome.carbon.embodied_kgco2e,
        }
        return float(scores[objective])


def build(
    question: Question, option: Option, sized: Sized, site: Site, laid_out: LaidOut | None = None
) -> Candidate:
    """Take a sized cluster to a site.

    Args:
        question: what is asked.
        option: the accelerator.
        sized: how many, and its layouts.
        site: where.
        laid_out: another layout than the fastest.
    """
    laid_out = laid_out or sized.laid_out[0]
    book = complete_book(option, sized.cluster, site, question)
    node = node_power(sized.cluster, book, option.calibrated_w, option.calibrated_peak_w)
    ramp = batch_ramp(question, option, laid_out, sized.tokens)
    calendar = run_schedule(
        laid_out, question.sequence_length, sized.tokens, sized.cluster, book, ramp=ramp
    )
    cap_w = question.scenario.power_cap_w
    power = job_power(laid_out, sized.cluster, node, calendar, book, cap_w=cap_w)
    own_plant = float(power.it_peak_kw) > float(book["facility.own_plant_above_kw"])
    simulation = simulated_building(question, sized.cluster, power, site, book, own_plant=own_plant)
    case = Case(
        laid_out=laid_out, sequence_length=question.sequence_length,
        tokens=sized.tokens, cluster=sized.cluster, node_power=node,
        facility=facility_record(simulation, book),
        own_plant=own_plant, ramp=ramp, power_cap_w=cap_w,
    )  # fmt: skip
    return Candidate(
        option=option, site=site, case=case, book=book, outcome=evaluate(case, book),
        simulation=simulation,
    )  # fmt: skip


def with_layout(question: Question, candidate: Candidate, laid_out: LaidOut) -> Candidate:
    """Give the same cluster at the same site with another layout."""
    ramp = batch_ramp(question, candidate.option, laid_out, candidate.case.tokens)
    case = replace(candidate.case, laid_out=laid_out, ramp=ramp)
    return replace(candidate, case=case, outcome=evaluate(case, candidate.book))
