"""Runs as columns, made once: every fit and every fold evaluates the same table again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dcbench.errors import NoAnswerError
from dcbench_planner.prediction.case import Case, read_case
from dcbench_planner.prediction.cells import CellError, UnsupportedError
from dcbench_planner.prediction.layout_choice import chosen_job
from dcbench_planner.training.columns import Column, Index, Mask, take
from dcbench_planner.training.layout import JobColumns
from dcbench_planner.training.memory.fit import reported_bytes
from dcbench_planner.training.memory.peak import peak_memory, total
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.step import step_time
from dcbench_planner.validation.training.runs import Run

if TYPE_CHECKING:
    from dcbench.catalog import Catalog


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Runs that get a number, one row each, and the others with the reason."""

    runs: tuple[Run, ...]
    job: JobColumns
    """One row for each run; a layout that the run leaves open was chosen once."""
    step_s: Column
    """Published step time; NaN where there is none."""
    memory_bytes: Column
    """Predicted peak memory, as training software reports it."""
    refused: Mask
    """True where `predict` calls the published run infeasible."""
    without: dict[str, tuple[str, str]]
    """Status and reason by id of runs that get no number."""


def prepare(runs: Sequence[Run], catalog: Catalog, constants: StepConstants) -> Prepared:
    """Read runs, choose what each leaves open, estimate memory.

    Args:
        runs: any runs.
        catalog: accelerators and models that names resolve in.
        constants: what open layouts are chosen with; the priors, so that no fit has a part in it.

    Raises:
        NoAnswerError: no run gets a number.
    """
    cases, readable, without = _read(runs, catalog, constants)
    if not cases:
        reason = next((reason for _, reason in without.values()), "there is none")
        raise NoAnswerError(f"no run gets a number: {reason}")
    job = chosen_job(cases, constants)
    parts = peak_memory(job, constants)
    memory = np.broadcast_to(reported_bytes(job, parts), job.sequence.shape)
    limits = np.array([case.refuse_bytes for case in cases])
    return Prepared(
        runs=tuple(readable), job=job, memory_bytes=memory,
        step_s=np.array([run.step_s or np.nan for run in readable]),
        refused=total(parts) > limits, without=without,
    )  # fmt: skip


def selected(prepared: Prepared, mask: Mask) -> Prepared:
    """Give the runs where `mask` is true."""
    rows: Index = np.flatnonzero(mask)
    return Prepared(
        runs=tuple(prepared.runs[row] for row in rows), job=take(prepared.job, rows),
        step_s=prepared.step_s[rows], memory_bytes=prepared.memory_bytes[rows],
        refused=prepared.refused[rows], without=prepared.without,
    )  # fmt: skip


def log_errors(prepared: Prepared, constants: StepConstants) -> Column:
    """ln(predicted / published) step time of every run."""
    errors: Column = np.log(step_time(prepared.job, constants).time_s / prepared.step_s)
    return errors


def _read(
    runs: Sequence[Run], catalog: Catalog, constants: StepConstants
) -> tuple[list[Case], list[Run], dict[str, tuple[str, str]]]:
    cases: list[Case] = []
    readable: list[Run] = []
    without: dict[str, tuple[str, str]] = {}
    for run in runs:
        try:
            cases.append(read_case(run.cells, catalog, constants))
            readable.append(run)
        except CellError as error:
            status = "unsupported" if isinstance(error, UnsupportedError) else "invalid"
            without[run.id] = (status, str(error))
    return cases, readable, without
