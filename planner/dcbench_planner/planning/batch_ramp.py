"""A batch that starts small: more steps, each with the same fixed cost."""

from __future__ import annotations

from math import log

from dcbench.errors import Fault, InputError
from dcbench.records.scenario import BatchRamp
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.planned_job import step_seconds
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.ramp import NO_RAMP, Ramp
from dcbench_planner.training.search.search import LaidOut
from dcbench_planner.training.shape.transformer import Shape


def batch_ramp(question: Question, option: Option, laid_out: LaidOut, tokens: float) -> Ramp:
    """Give the steps and seconds that the scenario's batch ramp adds.

    The layout stays. Its step takes a + c b for a batch of b tokens (a: bubble, gradients,
    optimizer; both from the step model at the full and at the smallest batch), and a batch below
    one micro-batch a rank takes as long as that.

    Raises:
        InputError: the ramp starts at or above the full batch, or is longer than the run.
    """
    asked, shape = question.scenario.batch_ramp, question.shape
    if asked is None or not isinstance(shape, Shape):
        return NO_RAMP
    layout, full_s = laid_out.layout, laid_out.step.time_s
    full = float(layout.global_batch * question.sequence_length)
    _check(asked, full, tokens)
    fewest = layout.pp if layout.vpp > 1 else 1
    least = float(layout.dp * layout.micro_batch * fewest * question.sequence_length)
    if least >= full:
        return added(asked, full=full, least=full, fixed_s=full_s, per_token_s=0.0)
    least_s = step_seconds(
        shape, option.rates, layout, question.method, question.constants,
        sequence_length=question.sequence_length, num_micro_batches=fewest,
    )  # fmt: skip
    per_token_s = max(0.0, (full_s - least_s) / (full - least))
    fixed_s = full_s - per_token_s * full
    return added(asked, full=full, least=least, fixed_s=fixed_s, per_token_s=per_token_s)


def added(
    ramp: BatchRamp, *, full: float, least: float, fixed_s: float, per_token_s: float
) -> Ramp:
    """Integrate 1 / b and (a + c max(b, least)) / b over the ramp's tokens, less the full batch's.

    With b linear in the tokens seen, d tokens = R / (B - b0) d b over R tokens from b0 to B.

    Args:
        ramp: where it starts, b0, and its tokens, R.
        full: tokens of the full batch, B.
        least: tokens below which a step gets no shorter.
        fixed_s: a.
        per_token_s: c.
    """
    start, tokens = ramp.start_tokens, ramp.over_tokens
    per_batch = tokens / (full - start)
    least = min(max(least, start), full)
    steps = per_batch * log(full / start)
    growing_s = per_token_s * (least * log(least / start) + full - least)
    time_s = per_batch * (fixed_s * log(full / start) + growing_s)
    full_s = tokens / full * (fixed_s + per_token_s * full)
    return Ramp(steps=steps - tokens / full, time_s=time_s - full_s)


def _check(ramp: BatchRamp, full: float, tokens: float) -> None:
    faults = []
    if ramp.start_tokens >= full:
        problem = f"is not below the full batch of {full:g} tokens"
        faults.append(Fault(where="batch_ramp", field="start_tokens", value=ramp.start_tokens,
                            problem=problem, fix="start with less"))  # fmt: skip
    if ramp.over_tokens > tokens:
        problem = f"is longer than the run of {tokens:g} tokens"
        faults.append(Fault(where="batch_ramp", field="over_tokens", value=ramp.over_tokens,
                            problem=problem, fix="ramp over less"))  # fmt: skip
    if faults:
        raise InputError(faults)
