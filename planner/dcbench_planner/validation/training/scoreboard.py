"""`dcbench validate training`: figures against their bounds, then every run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from dcbench_planner.prediction.cells import read_cases
from dcbench_planner.validation.bounds import Bound, read_bounds
from dcbench_planner.validation.record import TRAINING, Record
from dcbench_planner.validation.training.evaluation import Evaluation, evaluate
from dcbench_planner.validation.training.figures import figures
from dcbench_planner.validation.training.run_records import run_records
from dcbench_planner.validation.training.runs import load_runs
from dcbench_planner.validation.training.sealed import hidden_figures, sealed_figures

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

LOG_ERROR = "log error"
UNITS = {
    "macro_median": LOG_ERROR, "median": LOG_ERROR, "p90": LOG_ERROR, "bias": LOG_ERROR,
    "runs": "runs", "coverage": "share", "mape": "share", "regret": "share",
    "spearman": "correlation",
}  # fmt: skip
"""Unit of a figure without bound, by the last part of its name."""


def validate_training(catalog: Catalog, data: Path | None = None) -> list[Record]:
    """Score the step-time model.

    Args:
        catalog: accelerators and models that names resolve in.
        data: the user's own table of runs, scored with the shipped constants and no bounds;
            by default the packaged runs, under every protocol.

    Returns:
        Figures, then runs; a figure with two bounds has two records.

    Raises:
        InputError: the user's table is unusable.
    """
    if data is not None:
        rows = read_cases(data)
        own = evaluate(load_runs(catalog, rows), catalog, folds=False)
        return scoreboard(own, sealed=hidden_figures(rows))
    return scoreboard(
        evaluate(load_runs(catalog), catalog), bounds=read_bounds(TRAINING), sealed=sealed_figures()
    )


def scoreboard(
    evaluation: Evaluation,
    *,
    bounds: Sequence[Bound] = (),
    sealed: Mapping[str, float] = MappingProxyType({}),
) -> list[Record]:
    """Lay an evaluation out: figures with bounds, other figures, runs.

    Args:
        evaluation: of any runs.
        bounds: what figures must reach; one that the evaluation does not have is missed.
        sealed: figures of sources that are not in the evaluation.
    """
    found = figures(evaluation) | dict(sealed)
    bounded = {bound.figure for bound in bounds}
    return [
        *(_figure(bound.figure, found.get(bound.figure, math.nan), bound) for bound in bounds),
        *(_figure(name, value, None) for name, value in found.items() if name not in bounded),
        *run_records(evaluation),
    ]


def _figure(name: str, value: float, bound: Bound | None) -> Record:
    unit = bound.unit if bound else UNITS.get(name.rpartition(".")[2], "")
    return Record(
        set=TRAINING, id=name, quantity=bound.quantity if bound else name, unit=unit,
        published=None, ours=_number(value), error=_number(value) if unit == LOG_ERROR else None,
        bound=bound.tolerated if bound else None, ok=bound.holds(value) if bound else None,
        source="",
    )  # fmt: skip


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
