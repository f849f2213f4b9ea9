"""Where the true step time lies, and the class of runs that says so."""

from __future__ import annotations

from math import exp, isclose, isnan, log

from dcbench.records.plan_explain import StepInterval
from dcbench_planner.planning.chain import STEP_FACTOR
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.uncertainty import Z90
from dcbench_planner.training.step.errors import step_error
from dcbench_planner.training.traced.model import TracedModel


def step_interval(question: Question, option: Option, time_s: float) -> StepInterval:
    """Give the 80 % interval of a step time: that of the plan's bands.

    Runs and median error are those of the class of published runs that the spread comes from; where
    it is wider or narrower, as of a device without published rates or a calibrated one, it is a
    prior.

    Args:
        question: the model.
        option: the accelerator, its rates, and the spread in its book.
        time_s: predicted step time.
    """
    entry = option.book.entries[STEP_FACTOR]
    log_sd = log(entry.high) / Z90
    interval = StepInterval(
        p10_s=time_s * entry.low, p50_s=time_s, p90_s=time_s * exp(Z90 * log_sd), log_sd=log_sd,
        kind=f"{_kind(question)}, {option.rates.provenance} rates", source=entry.source,
    )  # fmt: skip
    if isinstance(question.shape, TracedModel):
        return interval
    known = step_error(option.rates.precision, is_moe=question.shape.n_experts > 0)
    if not known.runs or not isclose(known.log_sd, log_sd, rel_tol=1e-6):
        return interval
    median = known.median_abs_log_error
    return interval.model_copy(
        update={
            "kind": f"{_kind(question)}, {known.precision}",
            "runs": known.runs,
            "median_error": None if isnan(median) else median,
        }
    )


def _kind(question: Question) -> str:
    if isinstance(question.shape, TracedModel):
        return "traced model"
    return "mixture of experts" if question.shape.n_experts else "dense"
