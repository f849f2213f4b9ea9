"""The audit record: one meter file with everything that is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata
from pathlib import Path

from dcbench.records.audit import (
    Anomaly,
    AuditRecord,
    MeterColumn,
    MeterGap,
    MeterPart,
    Period,
    VerifiedSaving,
)
from dcbench.records.base import Provenance
from dcbench.records.origin import NumberSource
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.audit.anomalies import (
    missing_parts,
    night_load,
    step_anomalies,
    stuck_meters,
)
from dcbench_planner.facility.audit.checks import check_balance
from dcbench_planner.facility.audit.columns import IT_POINTS
from dcbench_planner.facility.audit.expected import (
    AskedDesign,
    Expectation,
    design_of,
    expectation,
    with_expected,
)
from dcbench_planner.facility.audit.hourly import (
    Hourly,
    daily,
    hourly,
    measured_temperatures,
)
from dcbench_planner.facility.audit.losses import losses
from dcbench_planner.facility.audit.notes import notes
from dcbench_planner.facility.audit.ratios import Ratios, gaps, ratios, resolution
from dcbench_planner.facility.audit.regression import Fit, fit_baseline
from dcbench_planner.facility.audit.saving import verified_saving
from dcbench_planner.facility.audit.series import MeterSeries, read_meter
from dcbench_planner.facility.audit.stamps import DAY_S, HOUR_S, as_text
from dcbench_planner.facility.audit.steps import Step, Target, find_steps, target_of, trend
from dcbench_planner.facility.climate.psychrometrics import SEA_LEVEL_KPA, Array

NUM_GAPS = 20
_POINTS = {"it": "input of the IT equipment", "it_at_pdu": "PDU output", "it_at_ups": "UPS output"}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Studied:
    """What the regressions found."""

    fit: Fit | None = None
    steps: tuple[Step, ...] = ()
    step_columns: Array | None = None
    target: Target | None = None
    saving: VerifiedSaving | None = None


def audit_meter(
    path: Path, *, book: AssumptionBook, asked: AskedDesign | None = None,
    change_date: date | None = None,
) -> AuditRecord:  # fmt: skip
    """Read metered energy and say what it tells.

    Args:
        path: CSV; docs/facility/audit.md lists the columns.
        book: assumptions; those read are marked as used.
        asked: the facility that the meter belongs to; without one nothing is expected.
        change_date: first day of a change whose saving is to be verified.

    Raises:
        InputError: with the faults of the file, of the design, or of the date.
    """
    return audit_series(read_meter(path), book=book, asked=asked, change_date=change_date)


def audit_series(
    series: MeterSeries, *, book: AssumptionBook, asked: AskedDesign | None = None,
    change_date: date | None = None,
) -> AuditRecord:  # fmt: skip
    """Say what a meter tells; see `audit_meter`."""
    check_balance(series, book["audit.it_above_total"])
    found = ratios(series, book["audit.least_coverage"])
    hours = hourly(series)
    model: Expectation | None = None
    if asked is not None:
        design = design_of(asked, hours, series.where)
        if design.climate.year.pressure_kpa != SEA_LEVEL_KPA:
            hours = hourly(series, design.climate.year.pressure_kpa)
        model = expectation(design, hours, book, it_kw_from_user=asked.it_kw is not None)
    studied = _study(series, hours, model, book, change_date)
    months = found.months
    if model is not None:
        months = tuple(with_expected(month, hours, model) for month in months)
    return _record(series, hours, model, studied, book, found=found, months=months)


def _study(
    series: MeterSeries, hours: Hourly, model: Expectation | None, book: AssumptionBook,
    change_date: date | None,
) -> _Studied:  # fmt: skip
    temperatures = measured_temperatures(hours)
    is_measured = bool(temperatures)
    if not temperatures and model is not None:
        temperatures = {"wet bulb": model.wet_bulb_c, "dry bulb": model.dry_bulb_c}
    if series.interval_s > DAY_S:
        return _Studied()
    days = daily(hours, book["audit.least_day_coverage"], temperatures)
    saving = None
    if change_date is not None:
        saving = verified_saving(days, change_date, series.where)
    least = "audit.step_share" if is_measured else "audit.step_share_without_weather"
    target = target_of(days)
    steps, columns = find_steps(target, book["audit.step_t"], book[least])
    fit = fit_baseline(days.overhead_kw, days.it_kw, days.temperatures_c)
    return _Studied(fit=fit, steps=tuple(steps), step_columns=columns, target=target, saving=saving)


def _record(
    series: MeterSeries, hours: Hourly, model: Expectation | None, studied: _Studied,
    book: AssumptionBook, *, found: Ratios, months: tuple[Period, ...],
) -> AuditRecord:  # fmt: skip
    fit, target = studied.fit, studied.target
    expected = None
    if model is not None:
        above = tuple(month.name for month in months if month.is_above_expected)
        expected = model.part.model_copy(update={"months_above": above})
    part = _meter(series)
    return AuditRecord(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"), dcbench_version=_version(),
        file=series.where[:2000], is_synthetic=series.is_synthetic,
        label=found.headline.label, category=IT_POINTS[series.header.it_quantity],
        resolution=resolution(series.interval_s), headline=found.headline,
        pue_by_category=found.by_category, meter=part, months=months, years=found.years,
        losses=losses(series, found.headline_mask, hours, model), expected=expected,
        baseline=None if fit is None else fit.as_record(),
        trend=None if target is None else trend(
            target, studied.step_columns, book["audit.drift_share"]
        ),
        anomalies=_anomalies(series, hours, model, studied, book), saving=studied.saving,
        assumptions=book.list_used(), provenance=_provenance(series, expected is not None),
        notes=notes(series, found.headline, part, expected),
    )  # fmt: skip


def _anomalies(
    series: MeterSeries, hours: Hourly, model: Expectation | None, studied: _Studied,
    book: AssumptionBook,
) -> tuple[Anomaly, ...]:  # fmt: skip
    last_day = (series.start_s + len(series) * series.interval_s) // DAY_S - 1
    found = step_anomalies(studied.steps, last_day)
    found += [] if model is None or series.interval_s > HOUR_S else night_load(hours, model, book)
    return (*found, *missing_parts(series, book), *stuck_meters(series, book))


def _meter(series: MeterSeries) -> MeterPart:
    missing = gaps(series)
    step_h = series.interval_s / HOUR_S
    first = series.start_s
    mended = series.mended
    return MeterPart(
        rows=series.rows, first=as_text(first), interval_s=float(series.interval_s),
        last=as_text(first + len(series) * series.interval_s), days=series.days,
        coverage=float(series.paired.mean()),
        columns=tuple(
            MeterColumn(
                name=column.name[:2000], quantity=column.quantity, unit=column.unit,
                kind=column.kind, coverage=series.coverage[column.name],
            )
            for column in series.header.columns
        ),
        unused_columns=tuple(name[:2000] for name in series.header.unused),
        has_offset=series.has_offset, num_gaps=len(missing),
        missing_h=sum(number for _, number in missing) * step_h,
        gaps=tuple(
            MeterGap(
                start=as_text(first + place * series.interval_s), hours=number * step_h,
                end=as_text(first + (place + number) * series.interval_s),
            )
            for place, number in missing[:NUM_GAPS]
        ),
        bridged_h=mended.bridged_slots * step_h, duplicate_rows=mended.duplicate_rows,
        conflicting_rows=mended.conflicting_rows, out_of_order_rows=mended.out_of_order_rows,
        clock_changes=mended.clock_changes, register_resets=mended.register_resets,
        register_rollovers=mended.register_rollovers,
    )  # fmt: skip


def _provenance(series: MeterSeries, has_expected: bool) -> dict[str, NumberSource]:
    point = _POINTS[series.header.it_quantity]
    source = f"{series.where}, IT at {point}"[:2000]
    metered = {"headline": "1", "months": "1", "losses": "kWh", "meter": "h", "saving": "kWh",
               "trend": "1/year", "baseline": "kW"}  # fmt: skip
    kind: Provenance = "assumed" if series.is_synthetic else "measured"
    found = {key: NumberSource(unit=unit, provenance=kind, source=source)
             for key, unit in metered.items()}  # fmt: skip
    if has_expected:
        found["expected"] = NumberSource(
            unit="1", provenance="assumed",
            source="hourly model of docs/facility-model.md with the metered load",
        )  # fmt: skip
    return found


@cache
def _version() -> str:
    return metadata.version("gpu-dcbench")
