"""Typical years of NREL as CSV (TMY3): a line about the place, a line of column names, 8760 hours.

Format: Wilcox and Marion 2008, Users Manual for TMY3 Data Sets, NREL/TP-581-43156.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

import numpy as np

from dcbench.errors import Fault
from dcbench_planner.facility.climate.readings import (
    SECONDS_PER_HOUR,
    Place,
    Readings,
    moment_of,
    numbers,
    placed,
    refuse,
)

_DATE, _TIME = "Date (MM/DD/YYYY)", "Time (HH:MM)"
_COLUMN = {"dry_bulb_c": "Dry-bulb (C)", "dew_point_c": "Dew-point (C)",
           "relative_humidity_pct": "RHum (%)", "pressure_kpa": "Pressure (mbar)"}  # fmt: skip
_MISSING = (-9900.0, 9900.0)
_MBAR_PER_KPA = 10.0
_PLACE_FIELDS = 7


def is_tmy3(lines: Sequence[str]) -> bool:
    """Say whether the second line names the columns of a TMY3 file."""
    return len(lines) > 1 and lines[1].startswith(_DATE)


def read_tmy3(lines: Sequence[str], where: str) -> Readings:
    """Read a TMY3 file.

    Raises:
        InputError: a column is missing, or a row is short or has no date.
    """
    header = [name.strip() for name in lines[1].split(",")]
    lacking = [name for name in (_TIME, *_COLUMN.values()) if name not in header]
    refuse([Fault(where=where, field="line 2", value=name, problem="column is missing",
                  fix="download the file again") for name in lacking])  # fmt: skip
    rows, number = _rows(lines, where, len(header) - 3)
    columns = {
        name: numbers([row[header.index(title)] for row in rows], number, where, title,
                      missing=_MISSING)
        for name, title in _COLUMN.items()
    }  # fmt: skip
    columns["pressure_kpa"] = columns["pressure_kpa"] / _MBAR_PER_KPA
    return Readings(
        where=where, kind="TMY3", place=_place(lines[0], where),
        line=np.array(number, dtype=np.int64),
        moment=_moments(rows, header.index(_TIME), number, where), columns=columns,
        pressure_unit="mbar",
    )  # fmt: skip


def _rows(lines: Sequence[str], where: str, fewest: int) -> tuple[list[list[str]], list[int]]:
    """Split the rows; the last three columns, present weather, are often cut off."""
    rows, number, faults = [], [], []
    for line, text in enumerate(lines[2:], start=3):
        if not text.strip():
            continue
        fields = text.split(",")
        if len(fields) < fewest:
            problem = f"has {len(fields)} fields, the header has more"
            faults.append(Fault(where=where, field=f"line {line}", problem=problem,
                                fix="is the file complete?"))  # fmt: skip
        rows.append(fields)
        number.append(line)
    refuse(faults)
    return rows, number


def _place(line: str, where: str) -> Place:
    try:
        fields = next(csv.reader([line]))
    except (csv.Error, StopIteration):
        fields = []
    fields = [*fields, *[""] * _PLACE_FIELDS]
    form = "station,name,state,time zone,latitude,longitude,elevation"
    return placed(fields[1:3], fields[4:7], where, form)


def _moments(
    rows: Sequence[Sequence[str]], time: int, number: Sequence[int], where: str
) -> np.ndarray:
    """Give the moment of each row; 01:00 ends the first hour."""
    moments, faults = [], []
    for row, line in zip(rows, number, strict=True):
        moment = _moment(row[0], row[time])
        if moment is None:
            faults.append(Fault(where=where, field=f"line {line}", value=f"{row[0]} {row[time]}",
                                problem="is no date and hour",
                                fix="MM/DD/YYYY and an hour from 01:00 to 24:00"))  # fmt: skip
        else:
            moments.append(moment)
    refuse(faults)
    return np.array(moments, dtype=np.int64)


def _moment(date: str, time: str) -> int | None:
    try:
        month, day, _ = (int(part) for part in date.split("/"))
        hour, minute = (int(part) for part in time.split(":"))
    except ValueError:
        return None
    if not 1 <= hour <= 24 or minute:
        return None
    return moment_of(month, day, (hour - 1) * SECONDS_PER_HOUR)
