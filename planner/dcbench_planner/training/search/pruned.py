"""The fastest of many layouts without evaluating all of them, and yet the same answer.

Layouts whose states alone overflow the memory go first. The rest are ordered by a bound on tokens
per second that none can exceed, and evaluated from the top until no bound left reaches the slowest
layout that would be given (best-first branch and bound).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column, Index, take
from dcbench_planner.training.layout import JobColumns, LayoutColumns, global_batch, world_size
from dcbench_planner.training.memory.peak import peak_bytes
from dcbench_planner.training.search.bounds import least_memory_bytes, least_time_s
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.step import step_time

FIRST_CHUNK, LARGEST_CHUNK = 512, 8192
SPLIT_SIZES = {"tp": 2**8, "pp": 2**12, "cp": 2**8, "ep": 2**12, "zero": 4}
"""What makes a split, with a number above each: rows that differ in nothing else are one answer."""


@dataclass(frozen=True, kw_only=True)
class SearchCount:
    """How much of the space was looked at, in layouts."""

    enumerated: int
    too_large: int
    """Dropped because weights, gradients and optimizer states alone overflow."""
    evaluated: int
    """Memory computed in full, and time where it fits."""
    fitting: int
    """Of those evaluated."""

    @property
    def too_slow(self) -> int:
        """Dropped because even their bound is slower than the layouts given."""
        return self.enumerated - self.too_large - self.evaluated


@dataclass(frozen=True, kw_only=True)
class _Ranked:
    """Evaluated rows that fit, with their tokens per second."""

    rows: Index
    speed: Column

    def best_of_each_split(self, split: Column) -> Index:
        """Fastest row of each split, fastest first; earlier rows win ties."""
        order = np.lexsort((self.rows, -self.speed))
        _, first = np.unique(split[self.rows][order], return_index=True)
        best: Index = order[np.sort(first)]
        return best


def fastest_rows(
    job: JobColumns, constants: StepConstants, limit: int
) -> tuple[Index, SearchCount]:  # fmt: skip
    """Find the layouts with the most tokens per second that fit, one per split.

    Args:
        job: one model on one kind of accelerator; layouts have a row each.
        constants: see `data/step_constants.csv`.
        limit: most rows given.

    Returns:
        Rows of the job, fastest first, the same as from evaluating every row; and the count.
    """
    usable = constants.memory_usable_share * job.rates.memory_bytes
    possible = np.flatnonzero(least_memory_bytes(job) <= usable)
    bound = _bound(take(job, possible), constants) if len(possible) else np.zeros(0)
    order = np.argsort(-bound, kind="stable")
    split = _split(job.layout)
    ranked = _Ranked(rows=np.zeros(0, dtype=np.intp), speed=np.zeros(0))
    evaluated = 0
    for chunk in _chunks(order):
        best = ranked.best_of_each_split(split)
        if len(best) >= limit and bound[chunk[0]] < ranked.speed[best[limit - 1]]:
            break
        ranked = _with_chunk(ranked, job, possible[chunk], constants)
        evaluated += len(chunk)
    best = ranked.best_of_each_split(split)[:limit]
    return ranked.rows[best], SearchCount(
        enumerated=len(split), too_large=len(split) - len(possible), evaluated=evaluated,
        fitting=len(ranked.rows),
    )  # fmt: skip


def _chunks(order: Index) -> Iterator[Index]:
    """Small ones first: the best layouts are often among the first few hundred."""
    start, size = 0, FIRST_CHUNK
    while start < len(order):
        yield order[start : start + size]
        start, size = start + size, min(2 * size, LARGEST_CHUNK)


def _with_chunk(
    ranked: _Ranked, job: JobColumns, rows: Index, constants: StepConstants
) -> _Ranked:  # fmt: skip
    part = take(job, rows)
    fits = peak_bytes(part, constants) <= (constants.memory_usable_share * job.rates.memory_bytes)
    kept = rows[fits]
    if not len(kept):
        return ranked
    step = step_time(take(job, kept), constants)
    speed = np.broadcast_to(step.tokens_per_s_per_gpu, kept.shape)
    return _Ranked(
        rows=np.concatenate((ranked.rows, kept)), speed=np.concatenate((ranked.speed, speed))
    )


def _bound(job: JobColumns, constants: StepConstants) -> Column:
    """Tokens per second and accelerator that no row exceeds."""
    tokens = global_batch(job.layout) * job.sequence
    return tokens / (least_time_s(job, constants) * world_size(job.layout))


def _split(layout: LayoutColumns) -> Column:
    """One number per split; below 2^53, so exact."""
    number: Column = np.zeros(1)
    for name, above in SPLIT_SIZES.items():
        number = number * above + getattr(layout, name)
    return np.broadcast_to(number, layout.tp.shape)
