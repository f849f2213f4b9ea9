"""How many accelerators: the smallest cluster that finishes by the deadline."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache

from dcbench.units import SECONDS_PER_DAY
from dcbench_planner.hardware.cluster import Cluster, size_cluster
from dcbench_planner.planning.batch_ramp import batch_ramp
from dcbench_planner.planning.chain import run_schedule
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.question import Question
from dcbench_planner.training.search.search import LaidOut
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.traced.layouts import layouts_for

GROWTH_WHERE_NOTHING_FITS = 1.3
STEP_UP = 1.2
"""Largest step between sizes, so that a narrow range of sizes that are fast enough is found."""
LAYOUTS_KEPT = 4


@dataclass(frozen=True, kw_only=True)
class Sized:
    """A number of accelerators with its fastest layouts."""

    tokens: float
    laid_out: tuple[LaidOut, ...]
    """Fastest first, at least one."""
    cluster: Cluster
    calendar_days: float


@cache
def node_counts(largest: int) -> tuple[int, ...]:
    """Give the node counts that are searched: those without a prime factor above 5.

    Layouts need the accelerators to divide into equal groups; other counts leave some idle.
    """
    powers = range(largest.bit_length())
    products = (2**a * 3**b * 5**c for a in powers for b in powers for c in powers)
    return tuple(sorted(count for count in products if count <= largest))


def size(
    question: Question, option: Option, accelerators: int, tokens: float,
    *, constants: StepConstants | None = None,
) -> Sized | None:  # fmt: skip
    """Lay the model out on so many accelerators; None when no layout fits.

    `constants` of the step model are the question's when left out.
    """
    laid_out = layouts_for(
        question.shape, option.accelerator, option.rates, n_accelerators=accelerators,
        sequence_length=question.sequence_length,
        global_batch_tokens=question.batch_tokens(tokens),
        precision=option.rates.precision, limit=LAYOUTS_KEPT,
        method=question.method, constants=constants or question.constants,
    )  # fmt: skip
    if not laid_out:
        return None
    cluster = size_cluster(
        accelerator=option.accelerator, node=option.node, accelerators=accelerators,
        params_total=question.shape.params_total, tokens=tokens, book=option.book,
    )  # fmt: skip
    ramp = batch_ramp(question, option, laid_out[0], tokens)
    days = run_schedule(
        laid_out[0], question.sequence_length, tokens, cluster, option.book, ramp=ramp
    )
    return Sized(
        tokens=tokens, laid_out=tuple(laid_out), cluster=cluster,
        calendar_days=float(days.calendar_days),
    )  # fmt: skip


def smallest_by_deadline(
    question: Question, option: Option, deadline_days: float, tokens: float
) -> tuple[Sized | None, Sized | None]:
    """Find the smallest cluster that finishes in time.

    Starts where all accelerators at their peak would just make it, goes up to the first size that
    fits into memory, jumps to where the time scales to the deadline, and walks to the boundary.

    Returns:
        The answer, or None; and the fastest cluster seen, for the message when there is none.
    """
    counts = node_counts(int(option.book["run.accelerators_max"]) // option.node.accelerators)
    walk = _Walk(question, option, tokens, counts)
    index = bisect_left(counts, _least_nodes(question, option, deadline_days, tokens))
    least = index
    while index < len(counts) and walk.days(index) is None:
        index = bisect_left(counts, counts[index] * GROWTH_WHERE_NOTHING_FITS)
    if index >= len(counts):
        return None, walk.fastest() or walk.largest_that_fits()
    days = walk.days(index) or 0.0
    index = min(bisect_left(counts, counts[index] * days / deadline_days), len(counts) - 1)
    index = _first_step(walk, counts, index, deadline_days)
    while least < index < len(counts) and walk.meets(index - 1, deadline_days):
        index -= 1
    return (walk.seen[index] if index < len(counts) else None), walk.fastest()


def _first_step(walk: _Walk, counts: tuple[int, ...], index: int, deadline_days: float) -> int:
    """Go up in growing steps, then one by one through the last step, to the first size in time."""
    below, step = index, 1
    while index < len(counts) and not walk.meets(index, deadline_days):
        furthest = max(index + 1, bisect_left(counts, counts[index] * STEP_UP))
        below, index, step = index + 1, min(index + step, furthest), 2 * step
    while below < index < len(counts) and not walk.meets(below, deadline_days):
        below += 1
    return min(below, index) if index < len(counts) else index


def neighbours(sized: Sized, factors: tuple[float, ...], option: Option) -> list[int]:
    """Give accelerator counts near the factors of a cluster's own, without that one."""
    size_ = option.node.accelerators
    counts = node_counts(int(option.book["run.accelerators_max"]) // size_)
    nodes = sized.cluster.nodes
    found = [counts[min(bisect_left(counts, nodes * f), len(counts) - 1)] for f in factors]
    return [count * size_ for count in dict.fromkeys(found) if count != nodes]


class _Walk:
    """Sizes tried so far, by index into the node counts."""

    def __init__(
        self, question: Question, option: Option, tokens: float, counts: tuple[int, ...]
    ) -> None:
        self._question, self._option, self._tokens = question, option, tokens
        self._counts = counts
        self.seen: dict[int, Sized | None] = {}

    def days(self, index: int) -> float | None:
        if index not in self.seen:
            accelerators = self._counts[index] * self._option.node.accelerators
            self.seen[index] = size(self._question, self._option, accelerators, self._tokens)
        sized = self.seen[index]
        return sized.calendar_days if sized else None

    def meets(self, index: int, deadline_days: float) -> bool:
        days = self.days(index)
        return days is not None and days <= deadline_days

    def largest_that_fits(self) -> Sized | None:
        index = len(self._counts) - 1
        while index >= 0 and self.days(index) is None:
            lower = self._counts[index] / GROWTH_WHERE_NOTHING_FITS
            index = bisect_right(self._counts, lower) - 1
        return self.fastest()

    def fastest(self) -> Sized | None:
        tried = [sized for sized in self.seen.values() if sized]
        return min(tried, key=lambda sized: sized.calendar_days, default=None)


def _least_nodes(question: Question, option: Option, deadline_days: float, tokens: float) -> float:
    flop = question.flop_per_token * tokens
    per_node = option.rates.peak_flops_per_s * option.node.accelerators
    return flop / (per_node * deadline_days * SECONDS_PER_DAY)
