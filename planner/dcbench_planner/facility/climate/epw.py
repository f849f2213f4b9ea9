"""EnergyPlus weather files (EPW): eight lines of header, then one line per hour.

Format: EnergyPlus Auxiliary Programs, "EnergyPlus Weather File (EPW) Data Dictionary". The order of
the design conditions was read in files of the 2009 and 2021 editions of the ASHRAE Handbook.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dcbench.errors import Fault, InputError
from dcbench_planner.facility.climate.design_conditions import PublishedDesign
from dcbench_planner.facility.climate.readings import (
    SECONDS_PER_HOUR,
    Place,
    Readings,
    moment_of,
    numbers,
    placed,
    refuse,
)

_HEADER_LINES = 8
_FIELDS_READ = 10
_PA_PER_KPA = 1000.0
_MISSING = {"dry_bulb_c": (99.9,), "dew_point_c": (99.9,), "relative_humidity_pct": (999.0,),
            "pressure_kpa": (999999.0,)}  # fmt: skip
_COLUMN = {"dry_bulb_c": 6, "dew_point_c": 7, "relative_humidity_pct": 8, "pressure_kpa": 9}
_SET_LENGTHS = (15, 16)
"""Extremes of the 2021 and of the 2009 edition, which has a wet bulb more."""
_TWENTY_YEARS = -3
"""Of the extremes: the hottest of 20 years, before coldest and hottest of 50."""


def is_epw(lines: Sequence[str]) -> bool:
    """Say whether the first line is that of an EPW file."""
    return bool(lines) and lines[0].upper().startswith("LOCATION,")


def read_epw(lines: Sequence[str], where: str) -> Readings:
    """Read an EPW file.

    Raises:
        InputError: the header is damaged, or a row is short or has no date.
    """
    if len(lines) <= _HEADER_LINES:
        fix = "an EPW file has 8 lines of header and a line per hour"
        raise InputError(Fault(where=where, problem="ends before the hours begin", fix=fix))
    rows, number = _rows(lines, where)
    columns = {
        name: numbers([row[at] for row in rows], number, where, name, missing=_MISSING[name])
        for name, at in _COLUMN.items()
    }
    columns["pressure_kpa"] = columns["pressure_kpa"] / _PA_PER_KPA
    design, note = _design(lines[1])
    return Readings(
        where=where, kind="EPW", place=_place(lines[0], where),
        line=np.array(number, dtype=np.int64),
        moment=_moments(rows, number, where, _per_hour(lines[_HEADER_LINES - 1])),
        columns=columns, pressure_unit="Pa", design=design, notes=[note] if note else [],
        says_normals="normals" in "".join([lines[0], *lines[5:7]]).lower(),
    )  # fmt: skip


def _rows(lines: Sequence[str], where: str) -> tuple[list[list[str]], list[int]]:
    rows, number, faults = [], [], []
    for line, text in enumerate(lines[_HEADER_LINES:], start=_HEADER_LINES + 1):
        if not text.strip():
            continue
        fields = text.split(",")
        if len(fields) < _FIELDS_READ:
            problem, fix = f"has {len(fields)} fields of 35", "is the file complete?"
            faults.append(Fault(where=where, field=f"line {line}", problem=problem, fix=fix))
        rows.append(fields)
        number.append(line)
    refuse(faults)
    return rows, number


def _place(line: str, where: str) -> Place:
    fields = [*line.split(","), *[""] * _FIELDS_READ]
    form = "LOCATION,city,state,country,source,WMO,latitude,longitude,time zone,elevation"
    return placed(fields[1:5], [fields[6], fields[7], fields[9]], where, form)


def _per_hour(line: str) -> int:
    """Give the records per hour that `DATA PERIODS` states; 1 where it states none."""
    fields = line.split(",")
    text = fields[2].strip() if len(fields) > 2 else ""
    return int(text) if text.isdecimal() and 0 < int(text) <= 60 else 1


def _moments(
    rows: Sequence[Sequence[str]], number: Sequence[int], where: str, per_hour: int
) -> np.ndarray:
    """Give the moment of each row; hour 1 is the one that ends at 01:00."""
    moments, faults = [], []
    for row, line in zip(rows, number, strict=True):
        date = _integers(row[1:5])
        moment = None
        if date is not None and 1 <= date[2] <= 24 and 0 <= date[3] <= 60:
            month, day, hour, minute = date
            within = (minute % 60) * 60 if per_hour > 1 else 0
            moment = moment_of(month, day, (hour - 1) * SECONDS_PER_HOUR + within)
        if moment is None:
            faults.append(Fault(where=where, field=f"line {line}", value=",".join(row[:5]),
                                problem="is no date and hour",
                                fix="year, month, day, hour from 1 to 24, minute"))  # fmt: skip
        else:
            moments.append(moment)
    refuse(faults)
    return np.array(moments, dtype=np.int64)


def _integers(texts: Sequence[str]) -> list[int] | None:
    try:
        return [int(text) for text in texts]
    except ValueError:
        return None


def _design(line: str) -> tuple[PublishedDesign | None, str]:
    """Give the 0.4 % and 20-year design temperatures, or why there are none."""
    fields = [field.strip() for field in line.rstrip(", ").split(",")]
    if "Cooling" not in fields:
        return None, ""
    start = fields.index("Cooling") + 1
    try:
        values = [float(fields[start + at]) for at in (2, 3, 8, 9)]
        month = int(float(fields[start])) - 1
        extreme = _extreme(fields)
    except (ValueError, IndexError, OverflowError):
        return None, "the design conditions in the file's header could not be read"
    dry, coincident_wet, wet, coincident_dry = values
    in_order = -40 < coincident_wet <= dry < 60 and -40 < wet <= coincident_dry < 60
    if not in_order or not 0 <= month < 12:
        return None, "the design conditions in the file's header make no sense and were left out"
    return PublishedDesign(
        source=fields[2] if len(fields) > 2 else "the header",
        dry_bulb_c=dry, coincident_wet_bulb_c=coincident_wet, wet_bulb_c=wet,
        coincident_dry_bulb_c=coincident_dry, extreme_dry_bulb_c=extreme, month=month,
    ), ""  # fmt: skip


def _extreme(fields: Sequence[str]) -> float | None:
    if fields.count("Extremes") != 1:
        return None
    values = fields[fields.index("Extremes") + 1 :]
    if len(values) not in _SET_LENGTHS:
        return None
    extreme = float(values[_TWENTY_YEARS])
    return extreme if -40 < extreme < 60 else None
