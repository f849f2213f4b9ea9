"""A meter file on an even grid of intervals: order, repeats, clock changes, gaps, registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dcbench.errors import Fault, InputError
from dcbench_planner.facility.audit.columns import (
    COOLING_PARTS,
    WEATHER,
    ColumnMeaning,
    Header,
)
from dcbench_planner.facility.audit.registers import Spread, spread
from dcbench_planner.facility.audit.stamps import (
    DAY_S,
    HOUR_S,
    Seconds,
    as_text,
    read_stamps,
    straightened,
)
from dcbench_planner.facility.audit.table import MeterTable, read_table
from dcbench_planner.facility.climate.psychrometrics import Array

LONGEST_INTERVAL_S = 7 * DAY_S
LONGEST_SPAN_DAYS = 3660
MOST_SLOTS = 12_000_000
SLOTS_PER_ROW = 50
"""A file with fewer rows than this share of its grid is no meter file."""


@dataclass(frozen=True, kw_only=True)
class Mended:
    """What was put right."""

    duplicate_rows: int = 0
    conflicting_rows: int = 0
    out_of_order_rows: int = 0
    clock_changes: int = 0
    register_resets: int = 0
    register_rollovers: int = 0
    bridged_slots: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class MeterSeries:
    """Energy per interval, all arrays of shape (n,), NaN where there is no reading."""

    where: str
    header: Header
    start_s: int
    """Of the first interval, seconds since 1970 on the local clock."""
    interval_s: int
    kwh: Mapping[str, Array]
    """By quantity."""
    water_l: Array | None
    weather: Mapping[str, Array]
    """`dry_bulb`, `wet_bulb`, `dew_point` in °C, `humidity` in percent."""
    coverage: Mapping[str, float]
    """By column name."""
    rows: int
    lines: npt.NDArray[np.int64]
    """Line of the file behind each interval, 0 where there is none."""
    has_offset: bool
    is_synthetic: bool
    mended: Mended = field(default_factory=Mended)

    def __len__(self) -> int:
        """Count the intervals."""
        return len(self.it_kwh)

    @property
    def it_kwh(self) -> Array:
        """At the IT meter nearest to the IT equipment."""
        return self.kwh[self.header.it_quantity]

    @property
    def total_kwh(self) -> Array:
        """At the outermost meter."""
        return self.kwh[self.header.total_quantity]

    @cached_property
    def paired(self) -> npt.NDArray[np.bool_]:
        """Intervals with IT and total."""
        return np.isfinite(self.it_kwh) & np.isfinite(self.total_kwh)

    @cached_property
    def starts(self) -> npt.NDArray[np.datetime64]:
        """Start of each interval."""
        seconds = self.start_s + self.interval_s * np.arange(len(self), dtype=np.int64)
        return seconds.astype("datetime64[s]")

    @property
    def days(self) -> float:
        """From the start of the first interval to the end of the last."""
        return len(self) * self.interval_s / DAY_S


def read_meter(path: Path) -> MeterSeries:
    """Read a meter file and put it on an even grid.

    Raises:
        InputError: with the faults of the header, of the cells, or of the file as a whole.
    """
    return series_of(read_table(path))


def series_of(table: MeterTable) -> MeterSeries:
    """Put the rows of a table on an even grid; see `read_meter`."""
    header = table.header
    name = f"column {header.time_place + 1}"
    stamps = read_stamps(table.stamps, table.lines, table.where, name)
    order = np.argsort(stamps.seconds, kind="stable")
    seconds = stamps.seconds[order]
    interval_s = _interval(seconds, table.where)
    changes = 0
    if not stamps.has_offset:
        seconds, changes = straightened(
            seconds, interval_s, lambda i: table.readings(int(order[i]))
        )
        order = order[np.argsort(seconds, kind="stable")]
        seconds = np.sort(seconds, kind="stable")
    slots = np.rint((seconds - seconds[0]) / interval_s).astype(np.int64)
    _check_span(table, seconds, interval_s)
    last, duplicates, conflicts = _last_of_each(slots, order, table)
    backward = int((np.diff(stamps.seconds) < 0).sum())
    mended = Mended(
        duplicate_rows=duplicates, conflicting_rows=conflicts, clock_changes=changes,
        out_of_order_rows=max(0, backward - changes // 2),
    )  # fmt: skip
    grid = _Grid(slots=slots[last], rows=order[last], n=_length(slots, header), step_s=interval_s)
    start_s = int(seconds[0]) - (interval_s if header.stamps_mark_end else 0)
    found, coverage, spreads = _gridded(table, grid)
    kwh = {name: values for name, values in found.items() if name not in {"water", *WEATHER}}
    return MeterSeries(
        where=table.where, header=header, start_s=start_s, interval_s=interval_s,
        kwh=_with_cooling(kwh), water_l=found.get("water"),
        weather={name: found[name] for name in WEATHER if name in found}, coverage=coverage,
        rows=len(table), lines=grid.placed(table.lines, 0), has_offset=stamps.has_offset,
        is_synthetic=table.is_synthetic, mended=_with_registers(mended, spreads),
    )  # fmt: skip


def _length(slots: Seconds, header: Header) -> int:
    """Count the intervals; a last reading of registers begins none."""
    energy = [c for c in header.columns if c.kind in {"energy", "power", "register"}]
    only_registers = all(column.kind == "register" for column in energy)
    return max(1, int(slots[-1]) + (0 if only_registers else 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grid:
    slots: Seconds
    """Interval of each row that counts, rising."""
    rows: Seconds
    """Place of that row in the table."""
    n: int
    step_s: int

    def placed(self, values: npt.NDArray[Any], missing: float) -> npt.NDArray[Any]:
        """Put values of all rows of the table on the grid."""
        grid = np.full(self.n, missing, dtype=values.dtype)
        inside = self.slots < self.n
        grid[self.slots[inside]] = values[self.rows[inside]]
        return grid


def _gridded(
    table: MeterTable, grid: _Grid
) -> tuple[dict[str, Array], dict[str, float], list[Spread]]:
    """Give the quantities on the grid, coverage by column, and what became of registers."""
    found: dict[str, Array] = {}
    coverage: dict[str, float] = {}
    spreads: list[Spread] = []
    for column in table.header.columns:
        values = table.values[column.name]
        if column.kind == "register":
            step_h = grid.step_s / HOUR_S
            register = spread(values[grid.rows], grid.slots, grid.n, step_h)
            spreads.append(register)
            per_slot = register.per_slot * column.factor
        else:
            per_slot = _converted(grid.placed(values, np.nan), column, grid.step_s)
        coverage[column.name] = float(np.isfinite(per_slot).mean())
        before = found.get(column.quantity)
        found[column.quantity] = per_slot if before is None else before + per_slot
    return found, coverage, spreads


def _with_registers(mended: Mended, spreads: Sequence[Spread]) -> Mended:
    return replace(
        mended,
        register_resets=sum(register.resets for register in spreads),
        register_rollovers=sum(register.rollovers for register in spreads),
        bridged_slots=max((register.bridged for register in spreads), default=0),
    )


def _converted(values: Array, column: ColumnMeaning, interval_s: int) -> Array:
    if column.kind == "power":
        return values * column.factor * interval_s / HOUR_S
    if column.unit.endswith("f") and column.kind == "weather":
        return (values - 32.0) * column.factor
    return values * column.factor


def _with_cooling(kwh: dict[str, Array]) -> dict[str, Array]:
    """Add the sub-meters of cooling where it has no meter of its own."""
    parts = [kwh[name] for name in COOLING_PARTS if name in kwh]
    if "cooling" in kwh or not parts:
        return kwh
    return {**kwh, "cooling": np.asarray(np.sum(parts, axis=0))}


def _interval(seconds: Seconds, where: str) -> int:
    steps = np.diff(seconds)
    steps = steps[steps > 0]
    if not len(steps):
        problem, fix = "holds less than a day", "give at least a day; a year for an annual PUE"
        raise InputError(Fault(where=where, value=f"{len(seconds)} rows", problem=problem, fix=fix))
    interval_s = int(np.median(steps))
    if interval_s > LONGEST_INTERVAL_S:
        problem, fix = "is the usual interval, above a week", "give readings of a week or less"
        value = f"{interval_s / DAY_S:.3g} days"
        raise InputError(Fault(where=where, value=value, problem=problem, fix=fix))
    return interval_s


def _check_span(table: MeterTable, seconds: Seconds, interval_s: int) -> None:
    span_s = int(seconds[-1] - seconds[0]) + interval_s
    slots = span_s / interval_s
    shown = f"{as_text(seconds[0])} to {as_text(seconds[-1])}"
    problem, fix = "", ""
    if span_s < DAY_S:
        problem, fix = "holds less than a day", "give at least a day; a year for an annual PUE"
    elif span_s > LONGEST_SPAN_DAYS * DAY_S:
        problem, fix = "spans more than ten years", "is a stamp wrong? give one period"
    elif slots > MOST_SLOTS or slots > SLOTS_PER_ROW * len(table):
        problem = f"has {len(table)} rows for {slots:.3g} intervals of {interval_s} s"
        fix = "is a stamp wrong? give one period at one interval"
    if problem:
        raise InputError(Fault(where=table.where, value=shown, problem=problem, fix=fix))


def _last_of_each(
    slots: Seconds, order: Seconds, table: MeterTable
) -> tuple[npt.NDArray[np.int64], int, int]:
    """Give the places of the last row of each slot, and how many equal and other rows it hides."""
    is_last = np.append(slots[1:] != slots[:-1], True)
    hidden = np.flatnonzero(~is_last)
    equal = sum(table.readings(order[i]) == table.readings(order[i + 1]) for i in hidden)
    return np.flatnonzero(is_last), equal, len(hidden) - equal
