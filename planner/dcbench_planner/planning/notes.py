"""What the reader of a plan must know, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from dcbench.records.plan import TokenVariant
from dcbench.units import SECONDS_PER_DAY, rounded
from dcbench_planner.facility.sites.notes import site_risk_notes
from dcbench_planner.planning.candidate import Candidate
from dcbench_planner.planning.choosing import Choice
from dcbench_planner.planning.exchange_note import exchange_note
from dcbench_planner.planning.power_notes import power_notes
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.traced_question import traced_notes
from dcbench_planner.planning.training_method import method_notes
from dcbench_planner.training.shape.kinds import is_validated, known_kind
from dcbench_planner.training.shape.transformer import Shape

TOKEN_VARIANTS = (1e12, 15e12)


def notes(
    question: Question, choice: Choice, variants: tuple[TokenVariant, ...]
) -> tuple[str, ...]:
    """Give every note of a plan, the model's and the run's before the facility's."""
    told = [
        *_about_model(question),
        *choice.chosen.option.notes,
        *_about_calendar(question, choice.chosen),
        *power_notes(choice.chosen),
        *choice.chosen.case.facility.notes,
        *_about_site(question, choice.chosen),
        *_about_comparison(question, choice),
        *_about_variants(question, variants),
    ]
    return tuple(note[:2000] for note in told)


def variant_sizes(question: Question) -> tuple[float, ...]:
    """Tokens that every plan is also asked for; samples of a traced model have no such sizes."""
    return TOKEN_VARIANTS if isinstance(question.shape, Shape) else ()


def _about_model(question: Question) -> Iterator[str]:
    shape = question.shape
    if not isinstance(shape, Shape):
        yield from traced_notes(shape)
        return
    if not is_validated(shape):
        yield (
            f"Unvalidated: no published step time of this kind of model ({known_kind(shape).name}) "
            "was compared with the step model."
        )
    yield from method_notes(question.scenario.method, question.method)


def _about_calendar(question: Question, chosen: Candidate) -> Iterator[str]:
    layout, ramp = chosen.case.laid_out.layout, chosen.case.ramp
    accumulated = layout.global_batch // (layout.dp * layout.micro_batch)
    if isinstance(question.shape, Shape):
        yield (
            f"A step adds up the gradients of {accumulated} micro-batches on each rank before one "
            "update; fewer would save no memory, and pay for the update, the gradient exchange and "
            "the pipeline bubble more often."
        )
    exchange = exchange_note(question, chosen)
    if exchange:
        yield exchange
    share = float(chosen.book["run.evaluation_share"])
    yield (
        f"Evaluation takes {rounded(100 * share, 2)} % on top of training "
        "(run.evaluation_share). The learning-rate schedule (cosine, WSD) changes the loss, not "
        "the time."
    )
    if ramp.steps > 0:
        yield (
            f"The batch ramp adds {ramp.steps:,.0f} steps and "
            f"{rounded(ramp.time_s / SECONDS_PER_DAY)} days: every step has a fixed cost, and "
            "small batches fill the accelerators worse."
        )


def _about_site(question: Question, chosen: Candidate) -> Iterator[str]:
    """Say what is known of the site's risks, where a building is planned or a site was chosen."""
    if not chosen.case.own_plant and question.scenario.site != "any":
        return
    takes_water = chosen.case.facility.wue_site_l_per_kwh > 0
    book = chosen.book.with_draws({})
    yield from site_risk_notes(chosen.site, question.catalog, book, takes_water=takes_water)


def _about_comparison(question: Question, choice: Choice) -> Iterator[str]:
    scenario = question.scenario
    resolved = question.catalog.accelerators.note(scenario.accelerator)
    if resolved:
        yield f"{scenario.accelerator}: {resolved}"
    if choice.skipped:
        yield "Accelerators not compared: " + "; ".join(choice.skipped)
    if scenario.precision == "any":
        yield "What a number format does to the loss is not modelled; compare it yourself."
    unlimited = scenario.power_kw is None and scenario.budget_usd is None
    if scenario.objective == "time" and unlimited and scenario.gpus is None:
        yield (
            "Objective time without --power-kw or --budget-usd: more accelerators always finish "
            "sooner, so the smallest cluster that meets the deadline is shown."
        )


def _about_variants(question: Question, variants: tuple[TokenVariant, ...]) -> Iterator[str]:
    answered = {variant.tokens for variant in variants}
    for tokens in variant_sizes(question):
        if tokens not in answered:
            yield f"No cluster trains on {tokens:.3g} tokens by the deadline."
