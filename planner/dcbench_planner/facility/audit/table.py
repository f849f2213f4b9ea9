"""The cells of a meter file: CSV text to columns of numbers, with the line of every row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dcbench.errors import Fault, InputError
from dcbench.strict_text import read_text
from dcbench.units import parse_number
from dcbench_planner.facility.audit.columns import ColumnMeaning, Header, read_header
from dcbench_planner.facility.climate.psychrometrics import Array

MISSING = {"", "-", "nan", "na", "n/a", "null", "none", "missing"}
"""Cells that say that there is no value, in any case."""
_NOTHING = "nan"
_GONE = frozenset(form for word in MISSING for form in (word, word.upper(), word.capitalize()))
MOST_FAULTS = 5
MOST_COLUMNS = 200
SYNTHETIC_MARK = "synthetic"
_COLDEST_C, _HOTTEST_C = -90.0, 70.0
_LARGEST = 1e12


@dataclass(frozen=True, kw_only=True, eq=False)
class MeterTable:
    """Rows as they stand in the file."""

    where: str
    header: Header
    cells: list[str]
    """Row after row."""
    lines: npt.NDArray[np.int64]
    """Line of each row in the file, from 1."""
    values: dict[str, Array]
    """By column name, NaN where missing; in the column's own unit."""
    stamps: list[str]
    """Texts of the time stamps."""
    width: int
    """Cells in a row."""
    is_synthetic: bool

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.stamps)

    def readings(self, row: int) -> list[str]:
        """Give the cells of a row without its time stamp."""
        cells = self.cells[row * self.width : (row + 1) * self.width]
        return [cell for place, cell in enumerate(cells) if place != self.header.time_place]


def read_table(path: Path) -> MeterTable:
    """Read a meter file: comma, semicolon or tab between cells, `#` before comments.

    Raises:
        InputError: with the faults of the header, or with the first five of each column.
    """
    return parse_table(read_text(path), str(path))


def parse_table(text: str, where: str) -> MeterTable:
    """Read the text of a meter file; see `read_table`."""
    lines = text.split("\n")
    start = next(
        (i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")),
        None,
    )
    if start is None:
        raise InputError(Fault(where=where, problem="is empty", fix="give a CSV with a header"))
    mark = max(",;\t", key=lines[start].count)
    names, cells, numbers = _cells(lines, start, mark, where)
    header = read_header(names, where)
    width = len(names)
    columns = _columns(header, cells, numbers, where, decimal_comma=mark != ",")
    comments = " ".join(lines[:start]).casefold()
    return MeterTable(
        where=where, header=header, cells=cells, stamps=cells[header.time_place :: width],
        width=width, lines=numbers, values=columns, is_synthetic=SYNTHETIC_MARK in comments,
    )  # fmt: skip


def _cells(
    lines: list[str], start: int, mark: str, where: str
) -> tuple[list[str], list[str], npt.NDArray[np.int64]]:
    """Give the names of the columns, the cells row after row, and the lines of the rows.

    Cells are kept in one flat list: half a million small lists would keep the garbage collector
    busy for longer than the reading takes.
    """
    reader = csv.reader(lines[start:], delimiter=mark)
    cells: list[str] = []
    numbers, faults = [], []
    try:
        names = [name.strip() for name in next(reader)]
        width = len(names)
        for line, row in enumerate(reader, start=start + 2):
            if not row or row[0][:1] == "#" or not (row[0] or any(row)):
                continue
            if len(row) == width:
                cells += row
                numbers.append(line)
            elif any(cell.strip() for cell in row):
                faults.append(_wrong_width(where, line, len(row), width))
                if len(faults) == MOST_FAULTS:
                    break
    except csv.Error as error:
        raise InputError(
            Fault(where=where, problem=f"is not CSV: {error}", fix="is it the right file?")
        ) from error
    if width > MOST_COLUMNS:
        problem, fix = f"has more than {MOST_COLUMNS} columns", "keep those of the energy balance"
        faults = [Fault(where=where, field="header", problem=problem, fix=fix)]
    elif not faults and not numbers:
        faults = [Fault(where=where, problem="has no rows", fix="give a header and rows")]
    if faults:
        raise InputError(faults)
    return names, cells, np.array(numbers, dtype=np.int64)


def _wrong_width(where: str, line: int, found: int, width: int) -> Fault:
    return Fault(
        where=where, field=f"line {line}", value=found,
        problem=f"cells where the header has {width}", fix="quote cells that hold the separator",
    )  # fmt: skip


def _columns(
    header: Header, table: list[str], lines: npt.NDArray[np.int64], where: str, *,
    decimal_comma: bool,
) -> dict[str, Array]:  # fmt: skip
    values, faults = {}, []
    width = len(table) // len(lines)
    for column in header.columns:
        cells = table[column.place :: width]
        if decimal_comma:
            cells = [cell.replace(",", ".") for cell in cells]
        try:
            found = _numbers(cells)
        except ValueError:
            found, bad = _one_by_one(cells, lines, column, where)
            faults += bad
        faults += _outside(found, lines, column, where)
        values[column.name] = found
    if faults:
        raise InputError(faults)
    return values


def _numbers(cells: Sequence[str]) -> Array:
    """Read all cells at once; a missing one is NaN.

    Raises:
        ValueError: a cell is no finite number.
    """
    if "_" in "".join(cells):
        raise ValueError("not a number")
    kept = [_NOTHING if cell in _GONE else cell for cell in cells]
    found = np.array(kept, dtype=np.float64)
    strange = np.flatnonzero(~np.isfinite(found))
    if any(kept[place].strip().casefold() not in MISSING for place in strange):
        raise ValueError("not a number")
    return found


def _one_by_one(
    cells: Sequence[str], lines: npt.NDArray[np.int64], column: ColumnMeaning, where: str
) -> tuple[Array, list[Fault]]:
    """Read each cell by itself, and give the first five that are no numbers."""
    found = np.full(len(cells), np.nan)
    faults = []
    for place, cell in enumerate(cells):
        if cell.strip().casefold() in MISSING:
            continue
        try:
            found[place] = parse_number(cell)
        except ValueError as error:
            fix = "leave the cell empty where there is no reading; units go into the header"
            field = f"line {lines[place]}, {column.name}"
            faults.append(Fault(where=where, field=field, value=cell, problem=str(error), fix=fix))
        if len(faults) == MOST_FAULTS:
            break
    return found, faults


def _outside(
    found: Array, lines: npt.NDArray[np.int64], column: ColumnMeaning, where: str
) -> list[Fault]:
    """Give the values that no meter of this kind can show."""
    if column.quantity == "humidity":
        low, high, fix = 0.0, 100.0, "give percent, 0 to 100"
    elif column.kind == "weather":
        offset = 32.0 if column.unit.endswith("f") else 0.0
        low, high = (limit / column.factor + offset for limit in (_COLDEST_C, _HOTTEST_C))
        fix = f"give {low:g} to {high:g} {column.unit}"
    else:
        low, high, fix = 0.0, _LARGEST, "is the meter wired the wrong way round? or leave it empty"
    bad = np.flatnonzero((found < low) | (found > high))
    problem = "is negative" if column.kind != "weather" else "is out of range"
    return [
        Fault(
            where=where, field=f"line {lines[i]}, {column.name}", value=float(found[i]), fix=fix,
            problem=problem if found[i] < low else "is out of range",
        )
        for i in bad[:MOST_FAULTS]
    ]  # fmt: skip
