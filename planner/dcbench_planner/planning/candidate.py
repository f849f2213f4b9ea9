"""A candidate plan: a sized cluster at a site, with its facility and everything that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dcbench.catalog import Site
from dcbench.records.facility import FacilityRecord
from dcbench.records.scenario import Objective
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.design import SMALLEST_IT_KW, default_cooling
from dcbench_planner.facility.record import design_facility
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.it_power import ItPower, it_power, node_power
from dcbench_planner.planning.batch_ramp import batch_ramp
from dcbench_planner.planning.chain import Case, Outcome, evaluate
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
    node = node_power(sized.cluster, book, option.calibrated_w)
    power = it_power(sized.cluster, node, book)
    own_plant = float(power.it_peak_kw) > float(book["facility.own_plant_above_kw"])
    facility = _design(question, sized.cluster, power, site, book, own_plant=own_plant)
    case = Case(
        laid_out=laid_out, sequence_length=question.sequence_length,
        tokens=sized.tokens, cluster=sized.cluster, node_power=node, facility=facility,
        own_plant=own_plant, ramp=batch_ramp(question, option, laid_out, sized.tokens),
    )  # fmt: skip
    return Candidate(option=option, site=site, case=case, book=book, outcome=evaluate(case, book))


def with_layout(question: Question, candidate: Candidate, laid_out: LaidOut) -> Candidate:
    """Give the same cluster at the same site with another layout."""
    ramp = batch_ramp(question, candidate.option, laid_out, candidate.case.tokens)
    case = replace(candidate.case, laid_out=laid_out, ramp=ramp)
    return replace(candidate, case=case, outcome=evaluate(case, candidate.book))


def _design(
    question: Question, cluster: Cluster, power: ItPower, site: Site, book: AssumptionBook,
    *, own_plant: bool,
) -> FacilityRecord:  # fmt: skip
    """Design the plant, or the colocation hall that this load is a share of."""
    hall_kw = 0.0 if own_plant else float(book["facility.own_plant_above_kw"])
    cooling = question.scenario.cooling or default_cooling(
        liquid_cooled=cluster.node.liquid_cooled, rack_kw=cluster.rack_kw, site=site
    )
    return design_facility(
        it_kw=max(float(power.it_peak_kw), hall_kw, SMALLEST_IT_KW),
        load_factor=float(power.it_avg_kw) / float(power.it_peak_kw), site=site, cooling=cooling,
        redundancy=question.scenario.redundancy, book=book, catalog=question.catalog,
    )  # fmt: skip
