"""`plan`: from a scenario to the plan record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata

import numpy as np
from pydantic import ValidationError

from dcbench.catalog import Catalog, load_catalog
from dcbench.errors import Fault, InputError, NoAnswerError
from dcbench.records.calibration import Calibration
from dcbench.records.facility import FacilityRecord
from dcbench.records.origin import Assumption, Band
from dcbench.records.plan import MostPart, Plan, TokenVariant
from dcbench.records.scenario import Scenario
from dcbench.units import SECONDS_PER_HOUR
from dcbench_planner.facility.completion import Compared, completed
from dcbench_planner.planning.alternatives import alternatives
from dcbench_planner.planning.candidate import Candidate, build
from dcbench_planner.planning.chain import evaluate
from dcbench_planner.planning.choosing import choose
from dcbench_planner.planning.explain import explain
from dcbench_planner.planning.ladder import sized_for
from dcbench_planner.planning.most import settle
from dcbench_planner.planning.notes import notes, variant_sizes
from dcbench_planner.planning.pareto import pareto
from dcbench_planner.planning.parts import band_numbers, plan_parts
from dcbench_planner.planning.provenance import provenance
from dcbench_planner.planning.question import Question, defaults
from dcbench_planner.planning.uncertainty import bands, draw_book

DRAWS = 2000


def plan(
    scenario: Scenario, catalog: Catalog | None = None, calibration: Calibration | None = None
) -> Plan:
    """Plan a training run: layout, calendar, cluster, power, facility, carbon, money and bands.

    Args:
        scenario: what is asked; what it leaves open is filled in and listed.
        catalog: facts; the packaged ones if None.
        calibration: curves measured here; used for the accelerator they were measured on, and a
            note says so when that is another one.

    Raises:
        InputError: with every fault in the scenario.
        NoAnswerError: nothing keeps the deadline, the power limit or the budget; names which.
    """
    facts = catalog or load_catalog()
    if not scenario.assumptions:
        return _answer(*settle(scenario, facts, calibration))
    try:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return _answer(*settle(scenario, facts, calibration))
    except (ZeroDivisionError, OverflowError, ValidationError) as error:
        values = ", ".join(f"{key} = {value:g}" for key, value in scenario.assumptions.items())
        fix = "give values near those of `dcbench catalog list assumptions`"
        problem = "no finite plan follows from these values"
        raise InputError(
            Fault(where="--set", field=values[:200], problem=problem, fix=fix)
        ) from error


def _answer(question: Question, most: MostPart | None) -> Plan:
    choice = choose(question)
    chosen = choice.chosen
    variants = _token_variants(question, chosen)
    parts = plan_parts(question.shape, chosen.case, chosen.outcome)
    return Plan(
        **parts,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dcbench_version=metadata.version("gpu-dcbench"),
        scenario=question.scenario,
        bands=_bands(chosen, question.scenario.seed),
        alternatives=alternatives(question, choice),
        token_variants=variants,
        assumptions=_assumptions(question, chosen),
        provenance=provenance(question, chosen, parts),
        building=_building(question, chosen),
        pareto=pareto(question, choice),
        most=most,
        notes=notes(question, choice, variants),
        explain=explain(question, choice),
    )


def _building(question: Question, chosen: Candidate) -> FacilityRecord:
    """Complete the facility record; what an outage costs is what the plan's hours cost."""
    case, simulation = chosen.case, chosen.simulation
    usd_per_hour = float(chosen.outcome.cost.owning.usd_per_gpu_hour) * case.cluster.accelerators
    share = simulation.design.it_kw / float(chosen.outcome.power.it_peak_kw)
    interval_s = float(chosen.outcome.schedule.checkpoint_interval_s)
    compared = Compared(
        own_plant=case.own_plant,
        many_jobs=False,
        it_usd_per_hour=usd_per_hour * share,
        checkpoint_interval_h=interval_s / SECONDS_PER_HOUR,
    )
    book = replace(chosen.book, used=set())
    return completed(case.facility, simulation, book, question.catalog, compared)


def _bands(chosen: Candidate, seed: int) -> dict[str, Band]:
    """Run the same chain on draws of every entry that it reads."""
    point = replace(chosen.book, used=set())
    evaluate(chosen.case, point)
    drawn = draw_book(point, point.used, DRAWS, seed)
    return bands(band_numbers(chosen.case, evaluate(chosen.case, drawn)))


def _token_variants(question: Question, chosen: Candidate) -> tuple[TokenVariant, ...]:
    variants = (_token_variant(question, chosen, tokens) for tokens in variant_sizes(question))
    return tuple(variant for variant in variants if variant)


def _token_variant(question: Question, chosen: Candidate, tokens: float) -> TokenVariant | None:
    """Answer the same question for other tokens, without the limits on power and money."""
    try:
        sized = sized_for(question, chosen.option, tokens)
    except NoAnswerError:
        return None
    deadline = question.deadline_days
    if deadline is not None and sized.calendar_days > deadline:
        return None
    outcome = build(question, chosen.option, sized, chosen.site).outcome
    return TokenVariant(
        tokens=tokens, accelerators=sized.cluster.accelerators,
        calendar_days=sized.calendar_days, run_usd=float(outcome.cost.run_usd),
        total_kwh=float(outcome.energy.total_kwh),
        operational_kgco2e=float(outcome.carbon.operational_kgco2e),
    )  # fmt: skip


def _assumptions(question: Question, chosen: Candidate) -> tuple[Assumption, ...]:
    """List defaults, then every entry that was read, each key once."""
    listed = [
        *defaults(question), *question.book.list_used(), *chosen.option.book.list_used(),
        *chosen.book.list_used(), *chosen.case.facility.assumptions,
    ]  # fmt: skip
    last = {assumption.key: assumption for assumption in listed}
    own = {assumption.key: assumption for assumption in chosen.book.list_used()}
    return tuple((last | own).values())
