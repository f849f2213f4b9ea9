"""Are the values of a weather file possible, and in the unit that they should be in?

Ranges are the records of the Earth's weather, rounded outwards (World Meteorological Organization,
World Weather and Climate Extremes Archive: 56.7 and -89.2 °C, dew point 35 °C).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dcbench.errors import Fault
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.readings import Readings, refuse
from dcbench_planner.facility.climate.wet_bulb import wet_bulb

POSSIBLE = {
    "dry_bulb_c": (-90.0, 57.0), "dew_point_c": (-110.0, 36.0), "wet_bulb_c": (-90.0, 37.0),
    "relative_humidity_pct": (0.0, 110.0), "pressure_kpa": (50.0, 110.0), "water_c": (-3.0, 40.0),
}  # fmt: skip
ROUNDING_K = 0.5
"""Dew point or wet bulb may exceed the dry bulb by that much; they are then cut to it."""
_BONE_DRY_C = -100.0
_HIGHEST_PLACE_KPA = 60.0
"""Of cities; the thinner the air, the lower a wet bulb can be."""
_KELVIN_FROM = 180.0
_FAHRENHEIT_SHARE = 0.01
"""If more rows than that are hotter than the Earth's record, the unit is wrong, not the row."""
_LARGEST_SHARE_UNIT = 1.5
_PER_KPA = {"Pa": 1000.0, "mbar": 10.0, "kPa": 1.0}
_PRESSURE_UNITS = {"kPa": (50, 110), "hPa (mbar)": (500, 1100), "Pa": (5e4, 1.1e5),
                   "inHg": (15, 33), "mmHg": (375, 825)}  # fmt: skip


def check(readings: Readings) -> None:
    """Look at units first, then at every value, then at dew point and wet bulb against dry bulb.

    Raises:
        InputError: with what is wrong; wrong units hide what else may be.
    """
    refuse([fault for name in readings.columns if (fault := _unit_fault(readings, name))])
    refuse([fault for name in readings.columns for fault in _range_faults(readings, name)])
    refuse(
        [
            fault
            for name in ("dew_point_c", "wet_bulb_c")
            if name in readings.columns
            for fault in _order_faults(readings, name)
        ]
    )


def _unit_fault(readings: Readings, name: str) -> Fault | None:
    known = readings.columns[name][np.isfinite(readings.columns[name])]
    if not len(known):
        return None
    typical, highest = float(np.median(known)), float(known.max())
    if name == "pressure_kpa":
        return _pressure_fault(readings, typical)
    problem, fix = "", ""
    if name == "relative_humidity_pct":
        if highest <= _LARGEST_SHARE_UNIT:
            problem, fix = "is a share, not percent", "multiply the column by 100"
    elif typical > _KELVIN_FROM:
        problem, fix = "looks like kelvin", "subtract 273.15"
    elif (known > POSSIBLE[name][1]).mean() > _FAHRENHEIT_SHARE:
        problem, fix = "looks like °F", "convert it to °C: (F - 32) / 1.8"
    return _wrong_unit(readings, name, highest, problem, fix) if problem else None


def _pressure_fault(readings: Readings, typical_kpa: float) -> Fault | None:
    low, high = POSSIBLE["pressure_kpa"]
    if low <= typical_kpa <= high:
        return None
    unit = readings.pressure_unit
    typical = typical_kpa * _PER_KPA[unit]
    guess = next((name for name, (a, b) in _PRESSURE_UNITS.items() if a <= typical <= b), None)
    problem = f"looks like {guess}" if guess else "is no air pressure"
    return _wrong_unit(readings, "pressure_kpa", typical, problem, f"give the pressure in {unit}")


def _wrong_unit(readings: Readings, name: str, value: float, problem: str, fix: str) -> Fault:
    row = int(np.nanargmax(readings.columns[name]))
    return Fault(
        where=readings.where, field=f"line {readings.line[row]}, {name}", value=round(value, 3),
        problem=f"the column {problem}", fix=fix,
    )  # fmt: skip


def _range_faults(readings: Readings, name: str) -> list[Fault]:
    low, high = POSSIBLE[name]
    values = readings.columns[name]
    return _at(
        readings, name, (values < low) | (values > high), f"is not within {low:g} to {high:g}"
    )


def _order_faults(readings: Readings, name: str) -> list[Fault]:
    values, dry = readings.columns[name], readings.columns["dry_bulb_c"]
    faults = _at(readings, name, values > dry + ROUNDING_K, "is above the dry bulb")
    if name != "wet_bulb_c":
        return faults
    dry_air = wet_bulb(dry, np.full_like(dry, _BONE_DRY_C), _HIGHEST_PLACE_KPA)
    return faults + _at(readings, name, values < dry_air, "is below that of air without moisture")


def _at(readings: Readings, name: str, wrong: npt.NDArray[np.bool_], problem: str) -> list[Fault]:
    values: Array = readings.columns[name]
    return [
        Fault(where=readings.where, field=f"line {readings.line[row]}, {name}",
              value=float(values[row]), problem=problem,
              fix="correct the row, or leave the cell empty")
        for row in np.flatnonzero(wrong)
    ]  # fmt: skip
