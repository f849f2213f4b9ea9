"""The published runs as lines of the scoreboard."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dcbench.units import GB
from dcbench_planner.training.columns import Column
from dcbench_planner.validation.record import TRAINING, Record
from dcbench_planner.validation.training.evaluation import Evaluation, is_headline
from dcbench_planner.validation.training.runs import Run

REFUSED = "infeasible: needs more memory than there is"


def run_records(evaluation: Evaluation) -> list[Record]:
    """List step time and peak memory of every run.

    Runs of the headline are predicted out of fold where there are folds, others with the shipped
    constants. `quantity` says why a run counts in no headline or has no number.
    """
    errors = _errors(evaluation)
    memory = _by_id(evaluation.everything.runs, evaluation.everything.memory_bytes)
    remarks = _remarks(evaluation)
    records: list[Record] = []
    for run in evaluation.runs:
        remark = f" ({remarks[run.id]})" if remarks[run.id] else ""
        if run.step_s:
            ours = run.step_s * math.exp(errors[run.id]) if run.id in errors else None
            records.append(_record(run, f"step time{remark}", "s", run.step_s, ours))
        if run.peak_memory_bytes:
            held = memory[run.id] / GB if run.id in memory else None
            published = run.peak_memory_bytes / GB
            records.append(_record(run, "peak memory", "GB", published, held))
    return records


def _errors(evaluation: Evaluation) -> dict[str, float]:
    """Log errors of the runs that have a number."""
    everything, headline = evaluation.everything, evaluation.headline
    shipped = np.where(everything.refused, np.nan, evaluation.shipped)
    best = evaluation.errors.get("loso", evaluation.errors["shipped"])
    left_out = np.where(headline.refused, np.nan, best)
    return _by_id(everything.runs, shipped) | _by_id(headline.runs, left_out)


def _by_id(runs: Sequence[Run], values: Column) -> dict[str, float]:
    return {run.id: float(value) for run, value in zip(runs, values, strict=True)
            if np.isfinite(value)}  # fmt: skip


def _remarks(evaluation: Evaluation) -> dict[str, str]:
    """Why a run has no number or counts in no headline; empty for the others."""
    everything = evaluation.everything
    remarks = {run.id: "" if is_headline(run) else run.excluded or run.vendor
               for run in evaluation.runs}  # fmt: skip
    for name, (status, reason) in everything.without.items():
        if remarks[name] != "incomplete":
            remarks[name] = f"{status}: {reason}"
    refused = [run.id for run, bad in zip(everything.runs, everything.refused, strict=True) if bad]
    return remarks | dict.fromkeys(refused, REFUSED)


def _record(run: Run, quantity: str, unit: str, published: float, ours: float | None) -> Record:
    return Record(
        set=TRAINING, id=run.id, quantity=quantity, unit=unit, published=published, ours=ours,
        error=math.log(ours / published) if ours else None, bound=None, ok=None, source=run.source,
    )  # fmt: skip
