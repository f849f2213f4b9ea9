"""The question a scenario asks, with every default that was filled in listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from dcbench.catalog import Catalog
from dcbench.errors import Fault, InputError
from dcbench.records.calibration import Calibration
from dcbench.records.origin import Assumption
from dcbench.records.scenario import MAX, Scenario
from dcbench_planner.assumptions import AssumptionBook, load_assumptions
from dcbench_planner.planning.facts import with_prices
from dcbench_planner.planning.traced_question import check_traced, read_model, with_sample_size
from dcbench_planner.planning.training_method import optimizer_only, pruned, training_method
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.shape.sources import shape_for_params, shape_from_catalog
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.traced.model import TracedModel

SMALLEST = "smallest that meets the deadline; with --objective a larger one where it is 1 % better"
USER_SOURCE = "scenario assumptions"
_CONSTANTS = [field.name for field in fields(StepConstants)]

FLOP_PER_PARAM_AND_TOKEN = 6.0
"""Forward and backward pass without attention (Kaplan et al. 2020, arXiv 2001.08361, 2.1)."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A scenario whose model, tokens and sequence length are settled."""

    scenario: Scenario
    catalog: Catalog
    calibration: Calibration | None
    shape: Shape | TracedModel
    tokens: float
    sequence_length: int
    method: Method
    book: AssumptionBook
    """Defaults, the catalog's prices and the user's values, before what the candidate adds."""

    @property
    def deadline_days(self) -> float | None:
        """Calendar days allowed; None where only the number of accelerators was asked."""
        scenario = self.scenario
        if scenario.deadline_days is not None:
            return scenario.deadline_days
        if scenario.gpus is not None and not asks_for_most(scenario):
            return None
        return float(self.book["run.deadline_days"])

    @property
    def constants(self) -> StepConstants:
        """Constants of the step model: the packaged ones, with the user's in their place."""
        return StepConstants(**{name: float(self.book[f"step.{name}"]) for name in _CONSTANTS})

    @property
    def flop_per_token(self) -> float:
        """FLOPs of a token's forward and backward pass, at least; of a traced model, a sample's."""
        if isinstance(self.shape, TracedModel):
            return self.shape.model_flops_per_sample
        return FLOP_PER_PARAM_AND_TOKEN * self.shape.params_active

    def batch_tokens(self, tokens: float) -> float:
        """Give the tokens per step: the user's, or a published fit to the training compute.

        B = 0.292 C^0.3271 (DeepSeek LLM, arXiv 2401.02954, equation 1), kept between the batches
        of the smallest GPT-3 and the largest Llama 3 models.
        """
        if self.scenario.global_batch_tokens is not None:
            return self.scenario.global_batch_tokens
        compute = self.flop_per_token * tokens
        fitted = self.book["run.batch_coefficient"] * compute ** self.book["run.batch_exponent"]
        least, most = self.book["run.batch_tokens_min"], self.book["run.batch_tokens_max"]
        return float(max(min(max(fitted, least), most), self.sequence_length))


def asks_for_most(scenario: Scenario) -> bool:
    """Tell whether the largest model or the most tokens are asked for."""
    return MAX in {scenario.params, scenario.tokens}


def ask(
    scenario: Scenario,
    catalog: Catalog,
    calibration: Calibration | None,
    *,
    most: float | None = None,
) -> Question:
    """Settle what is trained.

    Args:
        scenario: what is asked.
        catalog: facts.
        calibration: curves measured here.
        most: parameters or tokens that stand in for a `max` of the scenario.

    Raises:
        InputError: model and size are both or neither given, the model is unknown, or the batch
            is shorter than a sequence.
    """
    book = _with_user_values(with_prices(load_assumptions(), catalog), scenario.assumptions)
    shape = _shape(scenario, catalog, most)
    if isinstance(shape, TracedModel):
        check_traced(scenario)
        book = with_sample_size(book, shape)
        method = optimizer_only(scenario.method.optimizer)
    else:
        shape = pruned(shape, scenario.method.kept_share)
        method = training_method(scenario.method, shape, catalog)
    tokens = _number(scenario.tokens, most)
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
        tokens=tokens or float(default_tokens), sequence_length=sequence_length,
        method=method, book=book,
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
        "method": ("every weight, AdamW", "1", "planning default"),
        "redundancy": (scenario.redundancy, "1", "planning default"),
        "objective": (scenario.objective, "1", "planning default"),
    }  # fmt: skip
    if question.deadline_days is not None:
        taken["deadline_days"] = (question.deadline_days, "d", "planning default")
    if isinstance(question.shape, TracedModel):
        del taken["sequence_length"]
    if scenario.gpus is None:
        taken["gpus"] = (SMALLEST, "1", "planning default")
    return tuple(
        Assumption(key=f"scenario.{key}", value=value, unit=unit, provenance="assumed", source=why)
        for key, (value, unit, why) in taken.items()
        if key not in given or getattr(scenario, key) is None
    )


def _with_user_values(book: AssumptionBook, values: Mapping[str, float]) -> AssumptionBook:
    """Enter the values of known keys; a candidate adds further keys and refuses the rest."""
    known = {key: value for key, value in values.items() if key in book.entries}
    return book.with_user_values(known, USER_SOURCE) if known else book


def _number(given: float | Literal["max"] | None, most: float | None) -> float | None:
    return most if given == "max" else given


def _shape(scenario: Scenario, catalog: Catalog, most: float | None) -> Shape | TracedModel:
    if (scenario.params is None) == (scenario.model is None):
        problem = "missing" if scenario.params is None else "given together with --model"
        raise InputError(
            Fault(where="--params", problem=problem, fix="give one of --params and --model")
        )
    params = _number(scenario.params, most)
    if params is not None:
        return shape_for_params(params, catalog)
    name = scenario.model or ""
    if name.endswith(".json"):
        return read_model(Path(name))
    return shape_from_catalog(catalog.models.resolve(name, where="--model"))


def _sequence_length(scenario: Scenario, shape: Shape | TracedModel, book: AssumptionBook) -> int:
    if isinstance(shape, TracedModel):
        return 1
    if scenario.sequence_length is not None:
        return scenario.sequence_length
    wanted = int(book["run.sequence_length"])
    return min(wanted, shape.learned_positions) if shape.learned_positions else wanted
