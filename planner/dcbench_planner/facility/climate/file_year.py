"""The rows of a weather file put on the 8760 hours of a year, with small gaps filled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dcbench.errors import Fault, InputError
from dcbench_planner.facility.climate.psychrometrics import Array, dew_point, saturation_pressure
from dcbench_planner.facility.climate.readings import (
    LEAP_DAY,
    SECONDS_PER_HOUR,
    Readings,
    date_of,
    refuse,
)
from dcbench_planner.facility.climate.typical_year import water_temperature
from dcbench_planner.facility.climate.weather import MONTH_OF_HOUR, Weather
from dcbench_planner.facility.climate.wet_bulb import wet_bulb

HOURS = len(MONTH_OF_HOUR)
LONGEST_GAP_H = 6
"""Longer gaps are refused: a straight line through half a day is no weather."""
MOST_FILLED_H = 438
"""5 % of the year."""
_SMALLEST_VAPOUR_KPA = 1e-4
_TOLERANCE_K = 0.01
"""Of saying that a value was cut."""


def file_year(readings: Readings, pressure_kpa: float, source: str) -> Weather:
    """Give 8760 hours; what was mended is added to `readings.notes`.

    Rows finer than an hour are averaged. 29 February is left out. Missing hours are interpolated
    linearly, at most 6 in a row and 438 in all.

    Raises:
        InputError: a time is given twice, or too many hours are missing.
    """
    leap = readings.moment == LEAP_DAY
    if leap.any():
        readings.notes.append("29 February left out of the weather file")
    _refuse_twice(readings, ~leap)
    hour = readings.moment[~leap] // SECONDS_PER_HOUR
    hourly = {name: _averaged(values[~leap], hour) for name, values in readings.columns.items()}
    dry = hourly["dry_bulb_c"]
    wet = _wet_bulb(hourly, pressure_kpa, readings)
    missing = ~(np.isfinite(dry) & np.isfinite(wet))
    _refuse_gaps(readings, missing, hour, readings.line[~leap])
    if missing.any():
        readings.notes.append(f"{missing.sum()} missing hours of the weather file interpolated")
        dry, wet = _filled(dry, missing), _filled(wet, missing)
    water = _water(hourly.get("water_c"), dry, readings)
    return Weather(
        dry_bulb_c=dry, wet_bulb_c=np.minimum(wet, dry), water_c=water, month=MONTH_OF_HOUR,
        pressure_kpa=pressure_kpa, source=source,
    )  # fmt: skip


def _refuse_twice(readings: Readings, used: npt.NDArray[np.bool_]) -> None:
    moments, lines = readings.moment[used], readings.line[used]
    order = np.argsort(moments, kind="stable")
    again = np.flatnonzero(np.diff(moments[order]) == 0)
    fix = "keep one year, in local standard time without daylight saving"
    refuse([
        Fault(where=readings.where, field=f"line {lines[order[at + 1]]}",
              value=date_of(int(moments[order[at]]) // SECONDS_PER_HOUR),
              problem=f"is given before, in line {lines[order[at]]}", fix=fix)
        for at in again
    ])  # fmt: skip


def _averaged(values: Array, hour: npt.NDArray[np.int64]) -> Array:
    """Average the known values of each hour, shape (8760,); NaN where there are none."""
    known = np.isfinite(values)
    total = np.bincount(hour[known], weights=values[known], minlength=HOURS)
    count = np.bincount(hour[known], minlength=HOURS)
    mean = np.full(HOURS, np.nan)
    mean[count > 0] = total[count > 0] / count[count > 0]
    return mean


def _wet_bulb(hourly: dict[str, Array], pressure_kpa: float, readings: Readings) -> Array:
    """Give the wet bulb from dew point, else relative humidity, else as the file gives it."""
    dry = hourly["dry_bulb_c"]
    nothing = np.full(HOURS, np.nan)
    dew = hourly.get("dew_point_c", nothing).copy()
    humidity = hourly.get("relative_humidity_pct", nothing)
    derived = np.isnan(dew) & np.isfinite(dry) & np.isfinite(humidity)
    share = np.minimum(humidity[derived], 100.0) / 100.0
    vapour = np.maximum(share * saturation_pressure(dry[derived]), _SMALLEST_VAPOUR_KPA)
    dew[derived] = dew_point(vapour)
    cut = int((dew > dry + _TOLERANCE_K).sum())
    wet = hourly.get("wet_bulb_c", nothing).copy()
    cut += int((np.isnan(dew) & (wet > dry + _TOLERANCE_K)).sum())
    if cut:
        readings.notes.append(f"dew point or wet bulb cut to the dry bulb in {cut} hours")
    known = np.isfinite(dew) & np.isfinite(dry)
    wet[known] = wet_bulb(dry[known], np.minimum(dew[known], dry[known]), pressure_kpa)
    return wet


def _refuse_gaps(
    readings: Readings, missing: npt.NDArray[np.bool_], hour: npt.NDArray[np.int64],
    line: npt.NDArray[np.int64],
) -> None:  # fmt: skip
    """Refuse long gaps; the year is a circle, so December runs on into January."""
    if missing.all():
        problem = "has no hour with temperature and humidity"
        fix = "give dry bulb, and dew point or relative humidity"
        raise InputError(Fault(where=readings.where, problem=problem, fix=fix))
    first = int(np.flatnonzero(~missing)[0])
    around = np.roll(missing, -first)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], around.astype(np.int8), [0]])))
    faults = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start <= LONGEST_GAP_H:
            continue
        begin = (int(start) + first) % HOURS
        before = line[hour == (begin - 1) % HOURS]
        field = f"after line {before.max()}" if len(before) else ""
        faults.append(Fault(
            where=readings.where, field=field, value=date_of(begin),
            problem=f"no temperature or humidity for {end - start} hours",
            fix=f"fill the gap; up to {LONGEST_GAP_H} hours are interpolated",
        ))  # fmt: skip
    refuse(faults)
    if missing.sum() > MOST_FILLED_H:
        raise InputError(Fault(where=readings.where, value=int(missing.sum()),
                               problem=f"hours are missing, more than {MOST_FILLED_H}",
                               fix="use another year or station"))  # fmt: skip


def _filled(values: Array, missing: npt.NDArray[np.bool_]) -> Array:
    hours = np.arange(HOURS)
    return np.where(
        missing, np.interp(hours, hours[~missing], values[~missing], period=HOURS), values
    )


def _water(given: Array | None, dry: Array, readings: Readings) -> Array:
    """Give the intake water: hourly where given, else the month's mean of it, else estimated."""
    if given is None or not np.isfinite(given).any():
        return water_temperature(dry)
    known = np.isfinite(given)
    count = np.bincount(MONTH_OF_HOUR[known], minlength=12)
    if not count.all():
        months = ", ".join(str(month + 1) for month in np.flatnonzero(count == 0))
        problem = f"has no value in month {months}"
        fix = "give one value a month, or leave the column out"
        raise InputError(Fault(where=readings.where, field="water_c", problem=problem, fix=fix))
    monthly = np.bincount(MONTH_OF_HOUR[known], weights=given[known], minlength=12) / count
    return np.where(known, given, monthly[MONTH_OF_HOUR])
