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
from dcbench.records.plan import Assumption, Band, Plan, TokenVariant
from dcbench.records.scenario import Scenario
from dcbench_planner.planning.alternatives import alternatives
from dcbench_planner.planning.candidate import Candidate, build
from dcbench_planner.planning.chain import evaluate
from dcbench_planner.planning.choosing import Choice, choose, sized_for
from dcbench_planner.planning.parts import band_numbers, plan_parts
from dcbench_planner.planning.provenance import provenance
from dcbench_planner.planning.question import Question, ask, defaults
from dcbench_planner.planning.uncertainty import bands, draw_book

DRAWS = 2000
TOKEN_VARIANTS = (1e12, 15e12)


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
    question = ask(scenario, catalog or load_catalog(), calibration)
    if not scenario.assumptions:
        return _answer(question)
    try:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return _answer(question)
    except (ZeroDivisionError, OverflowError, ValidationError) as error:
        values = ", ".join(f"{key} = {value:g}" for key, value in scenario.assumptions.items())
        fix = "give values near those of `dcbench catalog list assumptions`"
        problem = "no finite plan follows from these values"
        raise InputError(
            Fault(where="--set", field=values[:200], problem=problem, fix=fix)
        ) from error


def _answer(question: Question) -> Plan:
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
        notes=_notes(question, choice, variants),
    )


def _bands(chosen: Candidate, seed: int) -> dict[str, Band]:
    """Run the same chain on draws of every entry that it reads."""
    point = replace(chosen.book, used=set())
    evaluate(chosen.case, point)
    drawn = draw_book(point, point.used, DRAWS, seed)
    return bands(band_numbers(chosen.case, evaluate(chosen.case, drawn)))


def _token_variants(question: Question, chosen: Candidate) -> tuple[TokenVariant, ...]:
    variants = (_token_variant(question, chosen, tokens) for tokens in TOKEN_VARIANTS)
    return tuple(variant for variant in variants if variant)


def _token_variant(question: Question, chosen: Candidate, tokens: float) -> TokenVariant | None:
    """Answer the same question for other tokens, without the limits on power and money."""
    try:
        sized = sized_for(question, chosen.option, tokens)
    except NoAnswerError:
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


def _notes(
    question: Question, choice: Choice, variants: tuple[TokenVariant, ...]
) -> tuple[str, ...]:
    scenario, chosen = question.scenario, choice.chosen
    notes = [*chosen.option.notes, *chosen.case.facility.notes]
    resolved = question.catalog.accelerators.note(scenario.accelerator)
    if resolved:
        notes.append(f"{scenario.accelerator}: {resolved}")
    if choice.skipped:
        notes.append("Accelerators not compared: " + "; ".join(choice.skipped))
    if scenario.objective == "time" and scenario.power_kw is None and scenario.budget_usd is None:
        notes.append(
            "Objective time without --power-kw or --budget-usd: more accelerators always finish "
            "sooner, so the smallest cluster that meets the deadline is shown."
        )
    answered = {variant.tokens for variant in variants}
    notes += [
        f"No cluster trains on {tokens:.3g} tokens by the deadline."
        for tokens in TOKEN_VARIANTS
        if tokens not in answered
    ]
    return tuple(note[:2000] for note in notes)
