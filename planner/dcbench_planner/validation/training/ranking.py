"""Does the model order the layouts of one job as they were measured?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.validation.training.prepared import Prepared
from dcbench_planner.validation.training.runs import Run

LAYOUTS = 10
"""Fewer measured layouts of a job are not ranked."""
SOURCE = "VTR"
"""vTrain measured many layouts of the same job on many nodes."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Layouts of one model on the same accelerators with the same batch."""

    model: str
    layouts: int
    spearman: float
    """Rank correlation of predicted and published step time."""
    regret: float
    """How much slower the layout predicted to be fastest was than the fastest one."""


def rankings(prepared: Prepared, errors: Column) -> tuple[Ranking, ...]:
    """Rank the multi-node jobs of vTrain.

    Args:
        prepared: runs in the headline.
        errors: their log errors out of fold.
    """
    jobs: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, run in enumerate(prepared.runs):
        if run.source == SOURCE and run.n_accelerators > 8:
            jobs[_job(run)].append(row)
    return tuple(
        _ranking(job[0], prepared.step_s[rows], errors[rows])
        for job, rows in sorted(jobs.items())
        if len(rows) >= LAYOUTS
    )


def _job(run: Run) -> tuple[str, ...]:
    return tuple(run.cells[name] for name in ("model_name", "n_accelerators", "global_batch"))


def _ranking(model: str, published_s: Column, errors: Column) -> Ranking:
    ours_s = published_s * np.exp(errors)
    return Ranking(
        model=model, layouts=len(errors), spearman=spearman(ours_s, published_s),
        regret=float(published_s[np.argmin(ours_s)] / published_s.min() - 1),
    )  # fmt: skip


def spearman(left: Column, right: Column) -> float:
    """Rank correlation of values without ties."""
    first, second = (np.argsort(np.argsort(values)).astype(np.float64) for values in (left, right))
    return float(np.corrcoef(first, second)[0, 1])
