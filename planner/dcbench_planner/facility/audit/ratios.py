"""PUE, DCiE and WUE of a meter by month, year and over its headline period.

ISO/IEC 30134-2 (EN 50600-4-2): PUE is the energy of the data centre over the energy of the IT
equipment, both over the same 12 months; over less it is an interim PUE (iPUE), and inside a
boundary a partial PUE (pPUE). The category tells where IT energy is taken (1 UPS output, 2 PDU
output, 3 input of the IT equipment). ISO/IEC 30134-9: WUE is site water over IT energy.
Resolution follows the three levels of The Green Grid's measuring guide (white paper 49, recalled):
a month or week is basic, a day or hour intermediate, 15 minutes or less advanced.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dcbench.records.audit import Category, Period, PueLabel, Resolution
from dcbench_planner.facility.audit.columns import IT_POINTS
from dcbench_planner.facility.audit.series import MeterSeries
from dcbench_planner.facility.audit.stamps import DAY_S, as_text
from dcbench_planner.facility.climate.psychrometrics import Array

YEAR_S = 365 * DAY_S
ADVANCED_S = 900
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Ratios:
    """Every period of one meter."""

    headline: Period
    headline_mask: Mask
    months: tuple[Period, ...]
    years: tuple[Period, ...]
    by_category: dict[Category, float]


def resolution(interval_s: int) -> Resolution:
    """Give the level of measuring by its interval."""
    if interval_s <= ADVANCED_S:
        return "advanced"
    return "intermediate" if interval_s <= DAY_S else "basic"


def ratios(series: MeterSeries, least_coverage: float) -> Ratios:
    """Add up energy and water over months, calendar years and the headline period.

    Args:
        series: the meter.
        least_coverage: share of a year's intervals below which a figure is interim.
    """
    months = series.starts.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    last_s = series.start_s + len(series) * series.interval_s
    seconds = series.starts.astype(np.int64)
    latest = seconds >= last_s - YEAR_S
    is_year = last_s - series.start_s >= YEAR_S
    mask = latest if is_year else np.ones(len(series), dtype=bool)
    first_s = int(seconds[mask][0])
    name = f"{as_text(first_s)[:10]} to {as_text(last_s - 1)[:10]}"
    return Ratios(
        headline=_period(series, mask, name, (first_s, last_s), least_coverage),
        headline_mask=mask,
        months=_calendar(series, months, least_coverage),
        years=_calendar(series, years, least_coverage),
        by_category=_by_category(series, mask),
    )


def _calendar(
    series: MeterSeries, labels: npt.NDArray[np.datetime64], least_coverage: float
) -> tuple[Period, ...]:
    found = []
    for label in np.unique(labels):
        first_s, last_s = (int(x.astype("datetime64[s]").astype(np.int64))
                           for x in (label, label + 1))  # fmt: skip
        mask = labels == label
        found.append(_period(series, mask, str(label), (first_s, last_s), least_coverage))
    return tuple(found)


def _period(
    series: MeterSeries, mask: Mask, name: str, span_s: tuple[int, int], least_coverage: float
) -> Period:
    paired = mask & series.paired
    it, total = float(series.it_kwh[paired].sum()), float(series.total_kwh[paired].sum())
    length_s = span_s[1] - span_s[0]
    coverage = min(1.0, float(paired.sum()) * series.interval_s / length_s)
    water, wue = _water(series, mask)
    return Period(
        name=name, start=as_text(span_s[0]), end=as_text(span_s[1]),
        label=_label(series, length_s, coverage, least_coverage), coverage=coverage, it_kwh=it,
        total_kwh=total, pue=total / it if it > 0 and total > 0 else None,
        dcie=it / total if it > 0 and total > 0 else None, water_l=water, wue_l_per_kwh=wue,
        dry_bulb_c=_mean(series.weather.get("dry_bulb"), mask),
    )  # fmt: skip


def _label(series: MeterSeries, length_s: int, coverage: float, least: float) -> PueLabel:
    if series.header.total_quantity == "partial_total":
        return "pPUE"
    return "PUE" if length_s >= YEAR_S and coverage >= least else "iPUE"


def _water(series: MeterSeries, mask: Mask) -> tuple[float | None, float | None]:
    if series.water_l is None:
        return None, None
    known = mask & np.isfinite(series.water_l) & np.isfinite(series.it_kwh)
    it = float(series.it_kwh[known].sum())
    if it <= 0:
        return None, None
    return float(series.water_l[known].sum()), float(series.water_l[known].sum()) / it


def _mean(values: Array | None, mask: Mask) -> float | None:
    if values is None or not np.isfinite(values[mask]).any():
        return None
    return float(np.nanmean(values[mask]))


def _by_category(series: MeterSeries, mask: Mask) -> dict[Category, float]:
    found: dict[Category, float] = {}
    for quantity, category in IT_POINTS.items():
        it = series.kwh.get(quantity)
        if it is None:
            continue
        known = mask & np.isfinite(it) & np.isfinite(series.total_kwh)
        if it[known].sum() > 0 and series.total_kwh[known].sum() > 0:
            found[category] = float(series.total_kwh[known].sum() / it[known].sum())
    return found


def gaps(series: MeterSeries) -> list[tuple[int, int]]:
    """Give runs of intervals without IT or total as (first, number), longest first."""
    runs = runs_of(~series.paired)
    return sorted(runs, key=lambda run: (-run[1], run[0]))


def runs_of(mask: Mask) -> list[tuple[int, int]]:
    """Give the runs of true values as (first, number)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
