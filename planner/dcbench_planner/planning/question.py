"""The question a scenario asks, with every default that was filled in listed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dcbench.catalog import Catalog
from dcbench.errors import Fault, InputError
from dcbench.records.calibration import Calibration
from dcbench.records.plan import Assumption
from dcbench.records.scenario import Scenario
from dcbench_planner.assumptions import AssumptionBook, load_assumptions
from dcbench_planner.planning.facts import with_prices
from dcbench_planner.training.shape import shape_for_params, shape_from_catalog, shape_from_config
from dcbench_planner.training.transformer import Shape

FLOP_PER_PARAM_AND_TOKEN = 6.0
"""Forward and backward pass without attention (Kaplan et al. 2020, arXiv 2001.08361, 2.1)."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A scenario whose model, tokens and sequence length are settled."""

    scenario: Scenario
    catalog: Catalog
    calibration: Calibration | None
    shape: Shape
    tokens: float
    sequence_length: int
    book: AssumptionBook
    """Defaults and the catalog's prices, before anything that depends on the candidate."""

    @property
    def deadline_days(self) -> float | None:
        """Calendar days allowed; None where only the number of accelerators was asked."""
        if self.scenario.deadline_days is not None or self.scenario.gpus is not None:
            return self.scenario.deadline_days
        return float(self.book["run.deadline_days"])

    def batch_tokens(self, tokens: float) -> float:
        """Give the tokens per step: the user's, or a published fit to the training compute.

        B = 0.292 C^0.3271 (DeepSeek LLM, arXiv 2401.02954, equation 1), kept between the batches
        of the smallest GPT-3 and the largest Llama 3 models.
        """
        if self.scenario.global_batch_tokens is not None:
            return self.scenario.global_batch_tokens
        compute = FLOP_PER_PARAM_AND_TOKEN * self.shape.params_active * tokens
        fitted = self.book["run.batch_coefficient"] * compute ** self.book["run.batch_exponent"]
        least, most = self.book["run.batch_tokens_min"], self.book["run.batch_tokens_max"]
        return float(max(min(max(fitted, least), most), self.sequence_length))


def ask(scenario: Scenario, catalog: Catalog, calibration: Calibration | None) -> Question:
    """Settle what is trained.

    Raises:
        InputError: model and size are both or neither given, the model is unknown, or the batch
            is shorter than a sequence.
    """
    book = with_prices(load_assumptions(), catalog)
    shape = _shape(scenario, catalog)
    default_tokens = book["run.tokens_per_param"] * shape.params_total
    sequence_length = _sequence_length(scenario, shape, book)
    if (scenario.global_batch_tokens or sequence_length) < sequence_length:
        problem = f"is less than one sequence of {sequence_length} tokens"
        fix = "give a larger batch or a shorter --sequence-length"
        value = scenario.global_batch_tokens
        raise InputError(
            Fault(where="--global-batch-tokens", value=value, problem=problem, fix=fix)
        )
    return Question(
        scenario=scenario, catalog=catalog, calibration=calibration, shape=shape,
        tokens=scenario.tokens or float(default_tokens), sequence_length=sequence_length, book=book,
    )  # fmt: skip


def defaults(question: Question) -> tuple[Assumption, ...]:
    """List what the scenario left open and what was taken instead."""
    scenario, given = question.scenario, question.scenario.model_fields_set
    taken: dict[str, tuple[float | str, str, str]] = {
        "tokens": (question.tokens, "token", "20 per parameter, Hoffmann et al. arXiv 2203.15556"),
        "accelerator": (scenario.accelerator, "1", "planning default"),
        "site": (scenario.site, "1", "planning default"),
        "sequence_length": (question.sequence_length, "token", "Llama 3, arXiv 2407.21783"),
        "global_batch_tokens": (
            question.batch_tokens(question.tokens), "token", "fit of arXiv 2401.02954 equation 1",
        ),
        "precision": (scenario.precision, "1", "planning default"),
        "redundancy": (scenario.redundancy, "1", "planning default"),
        "objective": (scenario.objective, "1", "planning default"),
    }  # fmt: skip
    if question.deadline_days is not None:
        taken["deadline_days"] = (question.deadline_days, "d", "planning default")
    if scenario.gpus is None:
        taken["gpus"] = ("smallest that meets the deadline", "1", "planning default")
    return tuple(
        Assumption(key=f"scenario.{key}", value=value, unit=unit, provenance="assumed", source=why)
        for key, (value, unit, why) in taken.items()
        if key not in given or getattr(scenario, key) is None
    )


def _shape(scenario: Scenario, catalog: Catalog) -> Shape:
    if (scenario.params is None) == (scenario.model is None):
        problem = "missing" if scenario.params is None else "given together with --model"
        raise InputError(
            Fault(where="--params", problem=problem, fix="give one of --params and --model")
        )
    if scenario.params is not None:
        return shape_for_params(scenario.params, catalog)
    name = scenario.model or ""
    if name.endswith(".json"):
        return shape_from_config(Path(name))
    return shape_from_catalog(catalog.models.resolve(name, where="--model"))


def _sequence_length(scenario: Scenario, shape: Shape, book: AssumptionBook) -> int:
    if scenario.sequence_length is not None:
        return scenario.sequence_length
    wanted = int(book["run.sequence_length"])
    return min(wanted, shape.learned_positions) if shape.learned_positions else wanted
