"""What a person should look at: stuck meters, missing parts, nights that never rest, steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from dcbench.records.audit import Anomaly
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.audit.columns import COOLING_PARTS, PARTS
from dcbench_planner.facility.audit.expected import Expectation
from dcbench_planner.facility.audit.hourly import Hourly
from dcbench_planner.facility.audit.ratios import runs_of
from dcbench_planner.facility.audit.series import MeterSeries
from dcbench_planner.facility.audit.stamps import DAY_S, HOUR_S, as_text
from dcbench_planner.facility.audit.steps import Step
from dcbench_planner.facility.climate.psychrometrics import Array

NIGHT_HOURS, DAY_HOURS = (0, 5), (11, 16)
LEAST_NIGHT_H = 14 * 5
LONGEST_LIST = 20
_SAME = 1e-9
_NAMES = {"cooling": "cooling power", "overhead": "power beyond IT"}


def stuck_meters(series: MeterSeries, book: AssumptionBook) -> list[Anomaly]:
    """Find columns that repeat one reading far longer than they usually do.

    A register that stands still counts as well; a reading of zero does only where the meter
    seldom shows it.
    """
    columns = {**series.kwh, **series.weather}
    names = [*series.header.it_quantity.split(), series.header.total_quantity, *PARTS]
    watched = [name for name in (*dict.fromkeys(names), *COOLING_PARTS, *series.weather)
               if name in columns]  # fmt: skip
    return [found for name in watched for found in _stuck(series, name, columns[name], book)]


def _stuck(
    series: MeterSeries, name: str, values: Array, book: AssumptionBook
) -> Iterator[Anomaly]:
    known = np.isfinite(values)
    change = np.abs(np.diff(values, prepend=np.nan)) > _SAME * (np.abs(values) + 1)
    same = known & ~change & np.isfinite(np.append(np.nan, values[:-1])) & (series.lines > 0)
    runs = [(first - 1, number + 1) for first, number in runs_of(same)]
    if not runs:
        return
    usual = _usual_run(runs, int(known.sum()))
    least = max(
        book["audit.stuck_hours"] * HOUR_S / series.interval_s,
        book["audit.stuck_over_usual"] * usual,
    )
    for first, number in sorted(runs, key=lambda run: -run[1])[:LONGEST_LIST]:
        if number < least or number > 0.5 * known.sum():
            break
        start_s = series.start_s + first * series.interval_s
        end_s = start_s + number * series.interval_s
        yield Anomaly(
            kind="stuck meter", column=name, start=as_text(start_s), end=as_text(end_s),
            size=number * series.interval_s / HOUR_S, size_unit="h",
            text=f"{name.replace('_', ' ')} repeats one reading for "
            f"{number * series.interval_s / HOUR_S:.0f} h",
        )  # fmt: skip


def _usual_run(runs: list[tuple[int, int]], known: int) -> float:
    """Give the run length that 999 of 1000 readings do not exceed; 1 where readings vary."""
    lengths = np.array([number for _, number in runs], dtype=np.float64)
    readings = np.sort(lengths)[::-1]
    kept = readings[np.cumsum(readings) > 0.02 * known]
    return float(kept[0]) if len(kept) else 1.0


def missing_parts(series: MeterSeries, book: AssumptionBook) -> list[Anomaly]:
    """Find parts without readings while the total has some, and energy that no part sees."""
    found = []
    for name in PARTS:
        if name not in series.kwh:
            continue
        gone = series.paired & ~np.isfinite(series.kwh[name])
        for first, number in sorted(runs_of(gone), key=lambda run: -run[1])[:LONGEST_LIST]:
            if number * series.interval_s < DAY_S:
                break
            start_s = series.start_s + first * series.interval_s
            hours = number * series.interval_s / HOUR_S
            found.append(
                Anomaly(
                    kind="missing part", column=name, start=as_text(start_s), size=hours,
                    end=as_text(start_s + number * series.interval_s), size_unit="h",
                    text=f"{name.replace('_', ' ')} has no reading for {hours:.0f} h while the "
                    "total has",
                )
            )  # fmt: skip
    return found + _unmetered(series, book)


def _unmetered(series: MeterSeries, book: AssumptionBook) -> list[Anomaly]:
    parts = [series.kwh[name] for name in PARTS if name in series.kwh]
    if not parts:
        return []
    seen = np.sum([series.it_kwh, *parts], axis=0)
    known = series.paired & np.isfinite(seen)
    total = float(series.total_kwh[known].sum())
    if total <= 0:
        return []
    rest = 1 - float(seen[known].sum()) / total
    if abs(rest) <= book["audit.unmetered_share"]:
        return []
    start, end = series.start_s, series.start_s + len(series) * series.interval_s
    text = (
        f"{rest:.1%} of the total is on no meter of a part" if rest > 0
        else f"IT and parts add up to {-rest:.1%} more than the total"
    )  # fmt: skip
    return [
        Anomaly(
            kind="missing part" if rest > 0 else "parts above total", column="total",
            start=as_text(start), end=as_text(end), size=rest, size_unit="share", text=text,
        )
    ]  # fmt: skip


def night_load(hours: Hourly, found: Expectation, book: AssumptionBook) -> list[Anomaly]:
    """Compare measured with expected energy beyond IT by night and by day.

    The model sees the lower load and the cooler air of the night; what remains is plant that does
    not slow down.
    """
    clock = hours.hours % 24
    known = np.isfinite(found.overhead_kw) & np.isfinite(hours.overhead_kw)
    night = known & (clock >= NIGHT_HOURS[0]) & (clock < NIGHT_HOURS[1])
    day = known & (clock >= DAY_HOURS[0]) & (clock < DAY_HOURS[1])
    if night.sum() < LEAST_NIGHT_H or day.sum() < LEAST_NIGHT_H:
        return []
    by_night, by_day = (_ratio(hours, found, mask) for mask in (night, day))
    if by_day <= 0 or by_night / by_day <= book["audit.night_ratio"]:
        return []
    excess = float((hours.overhead_kw[night] - by_day * found.overhead_kw[night]).mean())
    start, end = (int(hours.hours[i]) * HOUR_S for i in (0, -1))
    return [
        Anomaly(
            kind="night load", column="overhead", start=as_text(start), end=as_text(end + HOUR_S),
            size=excess, size_unit="kW",
            text=f"power beyond IT from {NIGHT_HOURS[0]} to {NIGHT_HOURS[1]} o'clock is "
            f"{by_night / by_day - 1:.0%} higher against the model than by day, {excess:,.1f} kW",
        )
    ]  # fmt: skip


def _ratio(hours: Hourly, found: Expectation, mask: npt.NDArray[np.bool_]) -> float:
    expected = float(found.overhead_kw[mask].sum())
    return float(hours.overhead_kw[mask].sum()) / expected if expected > 0 else 0.0


def step_anomalies(steps: Sequence[Step], last_day: int) -> list[Anomaly]:
    """Say the steps in words."""
    return [
        Anomaly(
            kind="step", column=step.column, start=str(np.datetime64(step.day, "D")),
            end=str(np.datetime64(last_day, "D")), size=step.kw, size_unit="kW",
            text=f"{_NAMES[step.column]} {'rises' if step.kw > 0 else 'falls'} by "
            f"{abs(step.kw):,.1f} kW ({abs(step.share):.0%} of its mean) at the same weather and "
            f"load, t = {step.t:.1f}",
        )
        for step in steps
    ]  # fmt: skip
