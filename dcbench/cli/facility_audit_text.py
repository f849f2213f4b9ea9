"""An audit record for people: the figures, what they rest on, and what should be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcbench.units import rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dcbench.records.audit import AuditRecord, Period, VerifiedSaving

_MENDED = {
    "duplicate_rows": "rows twice", "conflicting_rows": "rows twice with other values",
    "out_of_order_rows": "rows out of order", "clock_changes": "daylight-saving changes",
    "register_resets": "register resets", "register_rollovers": "register rollovers",
}  # fmt: skip


def lines(record: AuditRecord) -> list[str]:
    """Give the record as lines of text."""
    return [
        *_head(record), "", *_months(record), "", *_losses(record), *_model(record),
        *_behaviour(record), *_saving(record.saving), *_anomalies(record), "",
        *(f"- {note}" for note in record.notes),
        f"- {len(record.assumptions)} assumptions with sources: see --json",
    ]  # fmt: skip


def _head(record: AuditRecord) -> Iterator[str]:
    found, meter = record.headline, record.meter
    yield f"{record.file}: {found.name}, {_step(meter.interval_s)} readings ({record.resolution})"
    yield ""
    if found.pue is not None:
        yield f"{record.label + record.category:<14}{found.pue:>12.4f}   measured: sum over sum"
    if found.dcie is not None:
        yield f"{'DCiE':<14}{found.dcie:>11.1%}    measured: IT over total"
    if found.wue_l_per_kwh is not None:
        yield f"{'WUE':<14}{rounded(found.wue_l_per_kwh):>12} L/kWh   measured: site water over IT"
    others = [f"Category {c} {pue:.4f}" for c, pue in record.pue_by_category.items()
              if c != record.category]  # fmt: skip
    if others:
        yield f"{'other points':<14}{', '.join(others)}"
    yield f"{'IT':<14}{rounded(found.it_kwh, 6):>12} kWh"
    yield f"{'total':<14}{rounded(found.total_kwh, 6):>12} kWh"
    yield f"{'coverage':<14}{found.coverage:>11.1%}    {_gaps(record)}"
    mended = [f"{getattr(meter, key)} {name}" for key, name in _MENDED.items()
              if getattr(meter, key)]  # fmt: skip
    if mended:
        yield f"{'mended':<14}{', '.join(mended)}"


def _gaps(record: AuditRecord) -> str:
    meter = record.meter
    if not meter.gaps:
        return "no gap"
    longest = meter.gaps[0]
    number = "1 gap" if meter.num_gaps == 1 else f"{meter.num_gaps} gaps"
    return f"{number}, {meter.missing_h:.4g} h; longest {longest.hours:.4g} h from {longest.start}"


def _step(interval_s: float) -> str:
    if interval_s >= 86_400:
        return f"{interval_s / 86_400:g}-day"
    return f"{interval_s / 3600:g}-h" if interval_s >= 3600 else f"{interval_s / 60:g}-min"


def _months(record: AuditRecord) -> Iterator[str]:
    has_expected = any(month.expected_pue is not None for month in record.months)
    expected = f"{'expected':>10}" if has_expected else ""
    yield f"{'period':<10}{'PUE':>8}{expected}{'WUE':>8}{'read':>8}  label"
    for period in (*record.months, *record.years):
        yield _period(period, has_expected=has_expected)


def _period(period: Period, *, has_expected: bool) -> str:
    pue = "-" if period.pue is None else f"{period.pue:.4f}"
    wue = "-" if period.wue_l_per_kwh is None else f"{period.wue_l_per_kwh:.3f}"
    expected = ""
    if has_expected:
        known = period.expected_pue
        expected = f"{'-' if known is None else f'{known:.4f}':>10}"
    remark = ", above the band" if period.is_above_expected else ""
    numbers = f"{pue:>8}{expected}{wue:>8}{period.coverage:>8.1%}"
    return f"{period.name:<10}{numbers}  {period.label}{remark}"


def _losses(record: AuditRecord) -> Iterator[str]:
    for part in record.losses:
        worst = f", worst {', '.join(part.worst_months)}" if part.worst_months else ""
        expected = ""
        if part.expected_kwh is not None:
            expected = f", model {rounded(part.expected_kwh)} kWh"
        yield (
            f"{part.part.replace('_', ' '):<14}{rounded(part.kwh, 4):>12} kWh "
            f"{part.share:>6.1%} of the losses, +{part.pue_points:.4f} PUE{expected}{worst}"
        )


def _model(record: AuditRecord) -> Iterator[str]:
    found = record.expected
    if found is None:
        return
    yield (
        f"{'model':<14}PUE {found.pue:.4f} expected, {found.measured_pue:.4f} measured in "
        f"{found.hours} h: {found.overhead_ratio:.2f} times the energy beyond IT; "
        f"{found.hours_above} h above the band of published sites"
    )
    yield (
        f"{'':<14}{found.site}, {found.cooling}, {found.redundancy}, {rounded(found.it_kw)} kW of "
        f"IT; weather: {found.weather}"
    )


def _behaviour(record: AuditRecord) -> Iterator[str]:
    if record.baseline is not None:
        fit = record.baseline
        yield (
            f"{'regression':<14}{fit.form}; R2 {fit.r_squared:.3f}, CV(RMSE) {fit.cv_rmse:.1%}, "
            f"{fit.days} days"
        )
    if record.trend is not None:
        verdict = "" if record.trend.is_significant else ", does not count"
        yield (
            f"{'drift':<14}{record.trend.share_per_year:+.1%} of {record.trend.column} a year "
            f"({record.trend.low:+.1%} to {record.trend.high:+.1%}){verdict}"
        )


def _saving(found: VerifiedSaving | None) -> Iterator[str]:
    if found is None:
        return
    verdict = "significant" if found.is_significant else "not significant"
    yield (
        f"{'saving':<14}{rounded(found.saving_kwh, 4)} kWh from {found.change_date} in "
        f"{found.compared_days} comparable days, {found.saving_share:+.1%} of what was expected: "
        f"{verdict} at 90 %"
    )
    for interval in found.intervals:
        yield (
            f"{'':<14}{interval.confidence:.0%}: {rounded(interval.low_kwh, 4)} to "
            f"{rounded(interval.high_kwh, 4)} kWh"
        )
    yield (
        f"{'':<14}regression of {found.before_days} days before: CV(RMSE) "
        f"{found.baseline.cv_rmse:.1%}, NMBE {abs(found.baseline.nmbe):.2%}, errs by "
        f"{found.form_error:.1%} on unseen months"
    )
    yield from (f"{'':<14}{note}" for note in found.notes)


def _anomalies(record: AuditRecord) -> Iterator[str]:
    for found in record.anomalies:
        end = f" to {found.end}" if found.end else ""
        yield f"{'look at':<14}{found.kind}, {found.start}{end}: {found.text}"
