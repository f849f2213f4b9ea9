"""Typed reading of the packaged CSV files: a column's type is that of the dataclass field."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any, TypeVar, get_type_hints

from dcbench.catalog.rows import Row
from dcbench.errors import Fault, InputError

R = TypeVar("R", bound=Row)


def field_types(kind: type[Row]) -> dict[str, Any]:
    """Give the type of each field, such as `float | None`, in the order of the dataclass."""
    return get_type_hints(kind)


def read_records(file_name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each data line of a packaged CSV file with its line number, as text by column."""
    path = resources.files("dcbench.catalog") / "data" / file_name
    with path.open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for record in reader:
            yield reader.line_num, record


def read_rows(kind: type[R], file_name: str, joined_file_name: str | None = None) -> tuple[R, ...]:
    """Read a table.

    Args:
        kind: dataclass of the rows.
        file_name: file in dcbench/catalog/data.
        joined_file_name: second file with further columns for the same ids.

    Raises:
        InputError: with every cell of the packaged files that does not fit its column.
    """
    joined = {}
    if joined_file_name:
        joined = {record["id"]: record for _, record in read_records(joined_file_name)}
    faults: list[Fault] = []
    parsers = {name: _PARSERS[type_] for name, type_ in field_types(kind).items()}
    rows = []
    for line, record in read_records(file_name):
        values: dict[str, Any] = {}
        for column, text in (record | joined.get(record["id"], {})).items():
            try:
                if text:
                    values[column] = parsers[column](text)
            except (KeyError, ValueError) as error:
                field = f"line {line} {column}"
                faults.append(Fault(where=file_name, field=field, value=text, problem=str(error)))
        rows.append(values)
    if faults:
        raise InputError(faults)
    return tuple(kind(**values) for values in rows)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("is not finite")
    return value


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("is neither 0 nor 1")
    return text == "1"


def _texts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(_number(part) for part in text.split("|"))


_PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    str | None: str,
    int: int,
    int | None: int,
    float: _number,
    float | None: _number,
    bool: _flag,
    tuple[str, ...]: _texts,
    tuple[float, ...]: _numbers,
    tuple[float, ...] | None: _numbers,
}
"""By field type; a list in one cell is separated by `|`."""
