"""Reading the cells of a table of training runs: strict numbers, codes, words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from dcbench.errors import Fault, InputError
from dcbench.strict_text import read_text
from dcbench.units import parse_number

NEEDED = ("id", "accelerator", "n_accelerators", "dtype", "seq_len", "global_batch")
"""Columns without which no row can be predicted."""
MAX_ROWS = 1_000_000
_TOKEN = re.compile(r"\b([a-z_]+)=([0-9]+(?:\.[0-9]+)?)\b")


class CellError(Exception):
    """A cell that cannot be used; the message is the row's reason."""


class UnsupportedError(CellError):
    """Something that is understood but not modelled."""


def read_cases(
    path: Path, needed: Sequence[str] = NEEDED, see: str = "docs/training-model.md"
) -> list[dict[str, str]]:
    """Read a comma-separated table with a header line.

    Args:
        path: the table.
        needed: columns without which it is of no use.
        see: the page that describes the columns.

    Raises:
        InputError: unreadable, empty, not CSV, too large, a column twice, or a needed column
            missing.
    """
    reader = csv.reader(io.StringIO(read_text(path)), strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise _unusable(path, f"is not CSV: {error} at line {reader.line_num}") from error
    if not lines:
        raise _unusable(path, "is empty")
    header = [name.strip() for name in lines[0]]
    _check_header(path, header, needed, see)
    if len(lines) - 1 > MAX_ROWS:
        raise _unusable(path, f"has more than {MAX_ROWS} rows")
    return [_row(header, line) for line in lines[1:]]


def whole_number(cells: Mapping[str, str], name: str) -> int | None:
    """Give a positive whole number; None where the cell is absent or empty.

    Raises:
        CellError: anything else.
    """
    text = cells.get(name, "").strip()
    if not text:
        return None
    value = _number(name, text)
    if value != round(value) or not 1 <= value <= 1e15:
        raise CellError(f"{name} = {text} is no positive whole number")
    return round(value)


def needed_number(cells: Mapping[str, str], name: str) -> int:
    """Give a positive whole number that must be there.

    Raises:
        CellError: it is missing or no such number.
    """
    value = whole_number(cells, name)
    if value is None:
        raise CellError(f"missing {name}")
    return value


def positive_number(cells: Mapping[str, str], name: str) -> float | None:
    """Give a positive number; None where the cell is absent or empty.

    Raises:
        CellError: anything else.
    """
    text = cells.get(name, "").strip()
    if not text:
        return None
    value = _number(name, text)
    if value <= 0:
        raise CellError(f"{name} = {text} is not positive")
    return value


def flag(cells: Mapping[str, str], name: str) -> bool | None:
    """Give a 0 or 1; None where the cell is absent or empty.

    Raises:
        CellError: anything else.
    """
    text = cells.get(name, "").strip().lower()
    if text not in ("", "0", "1", "true", "false", "0.0", "1.0"):
        raise CellError(f"{name} = {text} is not 0 or 1")
    return None if not text else text in ("1", "true", "1.0")


def note_tokens(cells: Mapping[str, str]) -> dict[str, float]:
    """Give the `key=value` numbers of the notes, such as `head_dim=128`."""
    return {key: float(value) for key, value in _TOKEN.findall(cells.get("notes", ""))}


def _check_header(path: Path, header: list[str], needed: Sequence[str], see: str) -> None:
    missing = [name for name in needed if name not in header]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    faults = [
        Fault(where=str(path), field=name, problem="column is missing",
              fix=f"see {see} for the columns")
        for name in missing
    ] + [
        Fault(where=str(path), field=name, problem="column is there twice", fix="keep one")
        for name in twice
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _row(header: list[str], line: list[str]) -> dict[str, str]:
    cells = dict(zip(header, line, strict=False))
    if len(line) != len(header):
        cells["__fault__"] = f"has {len(line)} cells where the header has {len(header)}"
    return cells


def _number(name: str, text: str) -> float:
    try:
        return parse_number(text)
    except ValueError as error:
        raise CellError(f"{name} = {text[:40]} is {error}") from error


def _unusable(path: Path, problem: str) -> InputError:
    return InputError(
        Fault(where=str(path), problem=problem, fix="give a table with a header line")
    )
