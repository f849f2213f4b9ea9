"""All cases at once, each with the layout it states, or the best of those it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dcbench_planner.prediction.case import Case
from dcbench_planner.training.columns import Column, Index, stack, take
from dcbench_planner.training.layout import JobColumns, LayoutColumns, SoftwareColumns
from dcbench_planner.training.method.methods import MethodColumns
from dcbench_planner.training.search.chunks import screen
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.rates import RateColumns

UNUSABLE_S = 1e30
"""Longer than any step: what does not fit is compared by how full it is, after all that fits."""


def chosen_job(cases: Sequence[Case], constants: StepConstants) -> JobColumns:
    """Give one row for each case, with the fastest layout that fits into memory.

    Where none fits, the one that needs the least memory. No margin is kept, as there is for a
    plan: somebody states that the case ran.

    Args:
        cases: at least one.
        constants: what layouts are compared with.
    """
    job, owner = _with_open_layouts(cases)
    screening = screen(job, constants, owner)
    fill = screening.memory_bytes / job.rates.memory_bytes[owner]
    best = _best_rows(owner, fill, screening.time_s)
    return replace(job, layout=take(job.layout, best))


def _with_open_layouts(cases: Sequence[Case]) -> tuple[JobColumns, Index]:
    """Every layout of every case, and the case that each layout belongs to."""
    owner = np.repeat(np.arange(len(cases)), [len(case.layouts["tp"]) for case in cases])
    layouts = {
        name: np.concatenate([case.layouts[name] for case in cases]) for name in cases[0].layouts
    }
    return JobColumns(
        shape=stack(ShapeColumns, [case.shape for case in cases]),
        rates=stack(RateColumns, [case.rates for case in cases]),
        layout=LayoutColumns(**layouts),
        software=stack(SoftwareColumns, cases),
        sequence=np.array([case.sequence for case in cases]),
        method=stack(MethodColumns, [case.method for case in cases]),
    ), owner


def _best_rows(owner: Index, fill: Column, time_s: Column) -> Index:
    """Fastest that fits; where none does, the least full. `owner` rises, so a case is a range."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    does_not_fit = UNUSABLE_S * fill
    score = np.where(fill <= 1, time_s, does_not_fit)
    rows = np.flatnonzero(score == np.minimum.reduceat(score, starts)[owner])
    _, first = np.unique(owner[rows], return_index=True)
    best: Index = rows[first]
    return best
