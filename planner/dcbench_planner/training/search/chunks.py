"""Memory and time of any number of jobs, in pieces that stay in a processor's cache.

A piece of 8,192 rows is 64 KiB a column. Evaluated all at once, 100,000 rows pass every column
through main memory instead, which takes about twice as long. Columns that are the same all through
a piece, as the model's shape is for many layouts of one model, are cut to one row, so that what
follows from them alone is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from dcbench_planner.training.columns import Column, Index
from dcbench_planner.training.layout import JobColumns
from dcbench_planner.training.memory.peak import peak_bytes, peak_memory, total
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.step import StepColumns, step_time

CHUNK_ROWS = 8192
ALONE_ROWS = 2048
"""From so many layouts on, a case is evaluated apart from its neighbours."""

T = TypeVar("T")
Rows = Index | slice


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Jobs in full; columns of all rows, or of one where a quantity is the same for all."""

    memory_parts: dict[str, Column]
    """Bytes by component."""
    step: StepColumns

    @property
    def memory_bytes(self) -> Column:
        """Peak of the fullest accelerator."""
        return total(self.memory_parts)


@dataclass(frozen=True, kw_only=True)
class Screening:
    """What layouts are chosen by; columns of all rows."""

    memory_bytes: Column
    time_s: Column


def evaluate(job: JobColumns, constants: StepConstants, owner: Index | None = None) -> Evaluation:
    """Give memory and time of every job, with all their parts.

    Args:
        job: columns that broadcast together.
        constants: see `data/step_constants.csv`.
        owner: where given, all tables but the layouts have a row for each case, and `owner` says
            which case each layout belongs to, in rising order.
    """
    memory, steps, sizes = [], [], []
    for piece, rows in _pieces(job, owner):
        memory.append(peak_memory(piece, constants))
        steps.append(step_time(piece, constants))
        sizes.append(rows.stop - rows.start)
    if len(sizes) == 1:
        return Evaluation(memory_parts=memory[0], step=steps[0])
    return Evaluation(memory_parts=_joined(memory, sizes), step=_joined_steps(steps, sizes))


def screen(job: JobColumns, constants: StepConstants, owner: Index | None = None) -> Screening:
    """Give memory and time of every job without their parts; arguments as of `evaluate`."""
    rows = _num_rows(job) if owner is None else len(owner)
    memory_bytes, time_s = np.empty(rows), np.empty(rows)
    for piece, at in _pieces(job, owner):
        memory_bytes[at] = peak_bytes(piece, constants)
        time_s[at] = step_time(piece, constants).time_s
    return Screening(memory_bytes=memory_bytes, time_s=time_s)


def _pieces(job: JobColumns, owner: Index | None) -> Iterator[tuple[JobColumns, slice]]:
    edges = np.array([0, _num_rows(job)]) if owner is None else _edges(owner)
    for first, last in pairwise(edges.tolist()):
        for start in range(first, last, CHUNK_ROWS):
            rows = slice(start, min(start + CHUNK_ROWS, last))
            yield _piece(job, rows, rows if owner is None else _of_cases(owner[rows])), rows


def _edges(owner: Index) -> Index:
    """Where a piece must end: on both sides of the cases that are evaluated alone."""
    sizes = np.bincount(owner)
    ends = np.cumsum(sizes)
    alone = sizes >= ALONE_ROWS
    return np.unique(np.concatenate(([0, len(owner)], ends[alone], (ends - sizes)[alone])))


def _of_cases(owner: Index) -> Rows:
    first, last = int(owner[0]), int(owner[-1])
    return slice(first, first + 1) if first == last else owner


def _piece(job: JobColumns, layouts: slice, cases: Rows) -> JobColumns:
    parts: dict[str, Any] = {
        name: _cut(value, layouts if name == "layout" else cases) for name, value in _columns(job)
    }
    return JobColumns(**parts)


def _cut(value: object, rows: Rows) -> object:
    """Give some rows of a table or column; what has one row already stays the same object."""
    if not is_dataclass(value):
        return _cut_column(np.asarray(value), rows)
    parts = [(name, part, _cut(part, rows)) for name, part in _columns(value)]
    if all(before is after for _, before, after in parts):
        return value
    table: Callable[..., object] = type(value)
    return table(**{name: after for name, _, after in parts})


def _cut_column(column: Column, rows: Rows) -> Column:
    """Give some rows, or one where all are equal."""
    if len(column) == 1:
        return column
    part = column[rows]
    equal = part[0] == part[-1] and bool((part == part[0]).all())
    return part[:1] if equal else part


def _joined(pieces: list[dict[str, Column]], sizes: list[int]) -> dict[str, Column]:
    return {name: _concatenated([piece[name] for piece in pieces], sizes) for name in pieces[0]}


def _joined_steps(steps: list[StepColumns], sizes: list[int]) -> StepColumns:
    plain: list[dict[str, Any]] = [dict(_columns(step)) for step in steps]
    parts = _joined([step.pop("parts_s") for step in plain], sizes)
    return StepColumns(parts_s=parts, **_joined(plain, sizes))


def _concatenated(columns: list[Column], sizes: list[int]) -> Column:
    same_length = [np.broadcast_to(column, n) for column, n in zip(columns, sizes, strict=True)]
    return np.concatenate(same_length)


def _num_rows(table: object) -> int:
    lengths = [_num_rows(value) if is_dataclass(value) else len(np.asarray(value))
               for _, value in _columns(table)]  # fmt: skip
    return max(lengths)


def _columns(table: object) -> list[tuple[str, object]]:
    kind: type = type(table)
    return [(item.name, getattr(table, item.name)) for item in fields(kind)]
