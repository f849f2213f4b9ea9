"""What a weather file says, row by row, before it is put on the hours of a year."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dcbench.errors import Fault, InputError
from dcbench_planner.facility.climate.design_conditions import PublishedDesign
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.weather import DAYS_OF_MONTH

LEAP_DAY = -1
"""Moment of all rows of 29 February."""
SECONDS_PER_HOUR = 3600
_FIRST_DAY = np.concatenate([[0], np.cumsum(DAYS_OF_MONTH)])
_MOST_FAULTS = 10


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a file says it was measured; None: it does not say."""

    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    elevation_m: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """The rows of one file."""

    where: str
    """File name, for messages."""
    kind: str
    """EPW, TMY3 or CSV."""
    place: Place
    line: npt.NDArray[np.int64]
    """Number of each row's line in the file, shape (n,)."""
    moment: npt.NDArray[np.int64]
    """Seconds since the start of a year of 365 days, or `LEAP_DAY`."""
    columns: dict[str, Array]
    """By our own names, units and all, shape (n,) each; NaN where the file has no value."""
    pressure_unit: str = "kPa"
    """Of the file; the column itself is in kPa."""
    design: PublishedDesign | None = None
    says_normals: bool = False
    """The header speaks of climate normals: an averaged year."""
    notes: list[str] = field(default_factory=list)


def moment_of(month: int, day: int, second: int) -> int | None:
    """Give the seconds since the start of a 365-day year; None if there is no such date."""
    if (month, day) == (2, 29):
        return LEAP_DAY
    if not (1 <= month <= len(DAYS_OF_MONTH) and 1 <= day <= DAYS_OF_MONTH[month - 1]):
        return None
    return int(_FIRST_DAY[month - 1] + day - 1) * 24 * SECONDS_PER_HOUR + second


def date_of(hour: int) -> str:
    """Give an hour of the year as `07-31 14:00`."""
    day, clock = divmod(hour, 24)
    month = int(np.searchsorted(_FIRST_DAY, day, side="right"))
    return f"{month:02d}-{day - int(_FIRST_DAY[month - 1]) + 1:02d} {clock:02d}:00"


def placed(name: Sequence[str], position: Sequence[str], where: str, form: str) -> Place:
    """Read latitude, longitude and elevation of line 1.

    Raises:
        InputError: one is missing or impossible; `form` says what the line should be.
    """
    latitude, longitude, elevation = numbers(
        position, [1] * 3, where, "latitude, longitude or elevation"
    )
    possible = (abs(latitude) <= 90, abs(longitude) <= 180, -500 <= elevation <= 6000)
    if not all(possible):
        raise InputError(Fault(
            where=where, field="line 1", value=",".join(position),
            problem="is no latitude, longitude and elevation in m", fix=f"write {form}",
        ))  # fmt: skip
    text = ", ".join(part.strip() for part in name if part.strip())
    return Place(name=text, latitude=latitude, longitude=longitude, elevation_m=elevation)


def numbers(
    texts: Sequence[str], lines: Sequence[int], where: str, column: str, *,
    missing: Collection[float] = (),
) -> Array:  # fmt: skip
    """Read a column; empty cells, NaN and the markers in `missing` become NaN.

    Raises:
        InputError: with every cell that is no number.
    """
    values = np.empty(len(texts))
    faults = []
    for row, text in enumerate(texts):
        try:
            values[row] = float(text) if text.strip() else math.nan
        except ValueError:
            fix = "leave it empty if it is unknown"
            at = f"line {lines[row]}, {column}"
            faults.append(Fault(where=where, field=at, value=text, problem="is no number", fix=fix))
    refuse(faults)
    values[np.isin(values, list(missing))] = math.nan
    return values


def refuse(faults: Sequence[Fault]) -> None:
    """Raise the faults if there are any, the first ten in full.

    Raises:
        InputError: with the faults.
    """
    if not faults:
        return
    shown = list(faults[:_MOST_FAULTS])
    if len(faults) > _MOST_FAULTS:
        more = len(faults) - _MOST_FAULTS
        shown.append(Fault(where=faults[0].where, problem=f"and {more} more faults like these"))
    raise InputError(shown)
