"""A user's own hours as a plain CSV table; docs/facility/climate.md lists the columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from dcbench.errors import Fault, InputError, unknown_name
from dcbench_planner.facility.climate.readings import Place, Readings, moment_of, numbers, refuse

TIME = "timestamp"
HUMIDITY = ("dew_point_c", "relative_humidity_pct", "wet_bulb_c")
COLUMNS = (TIME, "dry_bulb_c", *HUMIDITY, "pressure_kpa", "water_c")
_MISSING = (-9999.0, -9900.0, -999.0, 999.0, 999.9, 9999.0, 99999.0, 999999.0)
"""Markers that weather services write for missing values, none a possible value of a column."""
_MISSING_TEMPERATURE = (*_MISSING, 99.9)


def is_weather_csv(lines: Sequence[str]) -> bool:
    """Say whether the first line that is no comment names a timestamp column."""
    start = _header_line(lines)
    return start is not None and TIME in lines[start].lower()


def read_weather_csv(lines: Sequence[str], where: str) -> Readings:
    """Read a table with a header of `COLUMNS`; lines that start with # are comments.

    Raises:
        InputError: a column is unknown or missing, a row is short, a cell is no number or no time.
    """
    start = _header_line(lines) or 0
    header = [name.strip().lower() for name in lines[start].split(",")]
    refuse(_header_faults(header, where, start + 1))
    rows, number = _rows(lines, start, header, where)
    columns = {
        name: numbers([row[at] for row in rows], number, where, name,
                      missing=_MISSING_TEMPERATURE if name.endswith("_c") else _MISSING)
        for at, name in enumerate(header)
        if name != TIME
    }  # fmt: skip
    return Readings(
        where=where, kind="CSV", place=Place(), line=np.array(number, dtype=np.int64),
        moment=_moments([row[header.index(TIME)] for row in rows], number, where), columns=columns,
    )  # fmt: skip


def _header_line(lines: Sequence[str]) -> int | None:
    used = (at for at, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    return next(used, None)


def _header_faults(header: Sequence[str], where: str, line: int) -> list[Fault]:
    field, faults = f"line {line}", []
    for name in header:
        if name in COLUMNS and header.count(name) == 1:
            continue
        if name in COLUMNS:
            problem, fix = "names a column twice", "keep one"
        elif name.endswith(("_f", "_k")):
            problem, fix = "is not in °C", "convert the column to °C and name it ..._c"
        else:
            fault = unknown_name(where, "column", name, COLUMNS)
            problem, fix = fault.problem, f"{fault.fix} (known: {', '.join(COLUMNS)})"
        faults.append(Fault(where=where, field=field, value=name, problem=problem, fix=fix))
    lacking = [name for name in (TIME, "dry_bulb_c") if name not in header]
    if not set(HUMIDITY) & set(header):
        lacking.append(" or ".join(HUMIDITY))
    faults += [Fault(where=where, field=field, problem=f"there is no column {name}",
                     fix="add it, separated by commas") for name in lacking]  # fmt: skip
    return faults


def _rows(
    lines: Sequence[str], start: int, header: Sequence[str], where: str
) -> tuple[list[list[str]], list[int]]:
    rows, number, faults = [], [], []
    reader = csv.reader(lines[start + 1 :])
    try:
        for fields in reader:
            line = start + 1 + reader.line_num
            if not "".join(fields).strip() or fields[0].startswith("#"):
                continue
            if len(fields) != len(header):
                problem = f"has {len(fields)} fields, the header {len(header)}"
                faults.append(Fault(where=where, field=f"line {line}", problem=problem))
            rows.append(fields)
            number.append(line)
    except csv.Error as error:
        field = f"line {start + 1 + reader.line_num}"
        raise InputError(Fault(where=where, field=field, problem=str(error))) from error
    refuse(faults)
    return rows, number


def _moments(texts: Sequence[str], number: Sequence[int], where: str) -> np.ndarray:
    """Give the moment of each row: the start of its interval, in local standard time."""
    moments, offsets, faults = [], set(), []
    for text, line in zip(texts, number, strict=True):
        try:
            time = datetime.fromisoformat(text.strip())
        except ValueError:
            faults.append(Fault(where=where, field=f"line {line}, {TIME}", value=text,
                                problem="is no time", fix="write 2024-07-31T14:00"))  # fmt: skip
            continue
        offsets.add(time.utcoffset())
        second = (time.hour * 60 + time.minute) * 60 + time.second
        moments.append(moment_of(time.month, time.day, second))
        if len(offsets) > 1:
            faults.append(Fault(where=where, field=f"line {line}, {TIME}", value=text,
                                problem="is at another offset from UTC than the rows before",
                                fix="give all rows in local standard time"))  # fmt: skip
            break
    refuse(faults)
    return np.array(moments, dtype=np.int64)
