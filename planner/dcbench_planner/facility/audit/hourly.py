"""A meter by the hour and by the day, as the model and the regressions need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dcbench_planner.facility.audit.columns import COOLING_PARTS, PARTS
from dcbench_planner.facility.audit.series import MeterSeries
from dcbench_planner.facility.audit.stamps import HOUR_S
from dcbench_planner.facility.climate.psychrometrics import (
    SEA_LEVEL_KPA,
    Array,
    dew_point,
    saturation_pressure,
)
from dcbench_planner.facility.climate.wet_bulb import wet_bulb

SHORT_GAP_H = 6
"""Missing weather up to so long is interpolated."""
LEAST_OF_HOUR = 0.5
"""Share of an hour's intervals that must be there."""
DRIEST = 0.005
"""Relative humidity below this is taken for it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Hourly:
    """Mean power in each hour; all arrays of shape (n,), NaN where not known."""

    hours: npt.NDArray[np.int64]
    """Since 1970, local clock."""
    it_kw: Array
    total_kw: Array
    parts_kw: Mapping[str, Array]
    dry_bulb_c: Array | None
    wet_bulb_c: Array | None

    @cached_property
    def overhead_kw(self) -> Array:
        """All power beyond the IT load."""
        return self.total_kw - self.it_kw

    @cached_property
    def months(self) -> npt.NDArray[np.int64]:
        """Since January 1970."""
        return self.hours.astype("datetime64[h]").astype("datetime64[M]").astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Daily:
    """Mean power of the days with enough hours, shape (n,)."""

    days: npt.NDArray[np.int64]
    """Since 1970."""
    hours: Array
    """With IT and total."""
    it_kw: Array
    overhead_kw: Array
    parts_kw: Mapping[str, Array]
    temperatures_c: Mapping[str, Array]
    """`wet bulb`, `dry bulb`: daily means, where the weather is known."""


def hourly(series: MeterSeries, pressure_kpa: float = SEA_LEVEL_KPA) -> Hourly:
    """Average a meter over the hours of its local clock; longer intervals are spread evenly.

    Args:
        series: the meter.
        pressure_kpa: air pressure, for the wet bulb from dew point or humidity.
    """
    first = series.start_s // HOUR_S
    end_s = series.start_s + len(series) * series.interval_s
    count = -(-end_s // HOUR_S) - first
    place = _hour_of_slot(series, first)

    def power(kwh: Array) -> Array:
        return _means(kwh * HOUR_S / series.interval_s, place, count, series)

    dry = series.weather.get("dry_bulb")
    dry_hourly = None if dry is None else _filled(_means(dry, place, count, series))
    weather = {
        name: _filled(_means(values, place, count, series))
        for name, values in series.weather.items()
    }
    names = [name for name in (*PARTS, *COOLING_PARTS) if name in series.kwh]
    return Hourly(
        hours=first + np.arange(count), it_kw=power(series.it_kwh),
        total_kw=power(series.total_kwh),
        parts_kw={name: power(series.kwh[name]) for name in names},
        dry_bulb_c=dry_hourly, wet_bulb_c=_wet_bulb(dry_hourly, weather, pressure_kpa),
    )  # fmt: skip


def daily(hours: Hourly, least_coverage: float, temperatures_c: Mapping[str, Array]) -> Daily:
    """Average over the days that have enough hours with IT, total and the temperatures.

    Args:
        hours: the meter by the hour.
        least_coverage: share of a day's hours that must be there.
        temperatures_c: hourly, by name.
    """
    known = np.isfinite(hours.it_kw) & np.isfinite(hours.total_kw)
    for values in temperatures_c.values():
        known &= np.isfinite(values)
    day = hours.hours // 24
    index = day - day[0]
    counts = np.bincount(index, weights=known).astype(np.float64)
    kept = np.flatnonzero(counts >= least_coverage * 24)

    def mean(values: Array) -> Array:
        usable = known & np.isfinite(values)
        sums = np.bincount(index, weights=np.where(usable, values, 0.0), minlength=len(counts))
        number = np.bincount(index, weights=usable, minlength=len(counts))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(sums / number)[kept]

    return Daily(
        days=day[0] + kept, hours=counts[kept], it_kw=mean(hours.it_kw),
        overhead_kw=mean(hours.overhead_kw),
        parts_kw={name: mean(values) for name, values in hours.parts_kw.items()},
        temperatures_c={name: mean(values) for name, values in temperatures_c.items()},
    )  # fmt: skip


def measured_temperatures(hours: Hourly) -> dict[str, Array]:
    """Give the temperatures that the file has, by the name that regressions call them."""
    found = {"wet bulb": hours.wet_bulb_c, "dry bulb": hours.dry_bulb_c}
    return {name: values for name, values in found.items() if values is not None}


def _hour_of_slot(series: MeterSeries, first: int) -> npt.NDArray[np.int64]:
    seconds = series.start_s + series.interval_s * np.arange(len(series), dtype=np.int64)
    return seconds // HOUR_S - first


def _means(values: Array, place: npt.NDArray[np.int64], count: int, series: MeterSeries) -> Array:
    if series.interval_s > HOUR_S:
        return _held(values, place, count)
    known = np.isfinite(values)
    sums = np.bincount(place, weights=np.where(known, values, 0.0), minlength=count)
    number = np.bincount(place, weights=known, minlength=count)
    enough = number >= LEAST_OF_HOUR * HOUR_S / series.interval_s
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, sums / number, np.nan)


def _held(values: Array, place: npt.NDArray[np.int64], count: int) -> Array:
    """Keep the value of a long interval through its hours."""
    slot = np.searchsorted(place, np.arange(count), side="right") - 1
    return np.asarray(values[slot])


def _filled(values: Array) -> Array:
    """Interpolate short gaps."""
    known = np.isfinite(values)
    if known.all() or not known.any():
        return values
    places = np.arange(len(values))
    filled = np.interp(places, places[known], values[known])
    before = np.maximum.accumulate(np.where(known, places, -len(values)))
    after = np.minimum.accumulate(np.where(known, places, 2 * len(values))[::-1])[::-1]
    return np.where(known | (after - before <= SHORT_GAP_H + 1), filled, np.nan)


def _wet_bulb(dry: Array | None, weather: Mapping[str, Array], pressure_kpa: float) -> Array | None:
    """Give the wet bulb of the file, or that of its dew point or relative humidity."""
    if "wet_bulb" in weather:
        wet = weather["wet_bulb"]
        return wet if dry is None else np.minimum(wet, dry)
    if dry is None or not {"dew_point", "humidity"} & set(weather):
        return None
    dew = weather["dew_point"] if "dew_point" in weather else _dew_point(dry, weather["humidity"])
    known = np.isfinite(dry) & np.isfinite(dew)
    result = np.full(len(dry), np.nan)
    result[known] = wet_bulb(dry[known], np.minimum(dew[known], dry[known]), pressure_kpa)
    return result


def _dew_point(dry: Array, humidity_percent: Array) -> Array:
    """Give the dew point of air of a relative humidity."""
    share = np.maximum(humidity_percent / 100, DRIEST)
    known = np.isfinite(dry) & np.isfinite(share)
    result = np.full(len(dry), np.nan)
    result[known] = dew_point(saturation_pressure(dry[known]) * share[known])
    return result
