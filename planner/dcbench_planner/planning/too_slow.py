"""What to say when no cluster of an accelerator finishes in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dcbench.units import rounded, with_prefix
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import Sized, neighbours, size

LARGER_BATCH = "give a larger --global-batch-tokens"
BATCH_FACTORS = (2, 4, 8, 16)
SIZES = (0.5, 0.75, 1.15, 1.3, 1.6, 2.0)
"""Larger batches that are tried for the user, and clusters over the fastest with the smaller one.
What such a batch does to the loss is not modelled."""


def too_slow(
    question: Question, option: Option, tokens: float, fastest: Sized | None, *, advise: bool
) -> str:
    """Say why, and what would answer the question.

    Args:
        question: what is asked, with a deadline.
        option: the accelerator.
        tokens: training tokens.
        fastest: the fastest cluster seen; None when none holds the model.
        advise: try larger batches, which takes a moment.
    """
    deadline = question.deadline_days or 0.0
    name, largest = option.accelerator.id, int(option.book["run.accelerators_max"])
    if fastest is None:
        return (
            f"--accelerator = {name}: no layout fits the memory of up to {largest:,} and divides "
            "the batch; give another accelerator or a larger --global-batch-tokens"
        )
    batch = fastest.laid_out[0].layout.global_batch * question.sequence_length
    problem = (
        f"--deadline = {rounded(deadline)}d: no cluster of up to {largest:,} {name} is fast "
        f"enough: the fastest takes {rounded(fastest.calendar_days)} days on "
        f"{fastest.cluster.accelerators:,}, held back by the batch of {with_prefix(batch, '')} "
        "tokens a step"
    )
    fixes = _fixes(question, option, tokens, fastest, advise=advise)
    return f"{problem}; {', or '.join(fixes)}"


def _fixes(
    question: Question, option: Option, tokens: float, fastest: Sized, *, advise: bool
) -> Iterator[str]:
    yield _larger_batch(question, option, fastest) if advise else LARGER_BATCH
    yield f"allow --deadline {rounded(fastest.calendar_days)}d"
    share = (question.deadline_days or 0.0) / fastest.calendar_days
    yield f"train on about {with_prefix(tokens * share, '', 2)} tokens"


def _larger_batch(question: Question, option: Option, fastest: Sized) -> str:
    """Find the first larger batch with which some cluster finishes in time."""
    deadline, own = question.deadline_days or 0.0, fastest.cluster.accelerators
    counts = sorted({own, *neighbours(fastest, SIZES, option)})
    for factor in BATCH_FACTORS:
        batch = factor * question.batch_tokens(fastest.tokens)
        asked = question.scenario.model_copy(update={"global_batch_tokens": batch})
        with_batch = replace(question, scenario=asked)
        for count in counts:
            sized = size(with_batch, option, count, fastest.tokens)
            if sized is not None and sized.calendar_days <= deadline:
                days = rounded(sized.calendar_days)
                return (
                    f"give --global-batch-tokens {batch:.3g}, with which {count:,} take {days} days"
                )
    return LARGER_BATCH
