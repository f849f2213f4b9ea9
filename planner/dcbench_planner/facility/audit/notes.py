"""What the reader of an audit must know, most important first."""

from __future__ import annotations

from collections.abc import Iterator

from dcbench.records.audit import ExpectedPart, MeterPart, Period
from dcbench_planner.facility.audit.columns import IT_POINTS
from dcbench_planner.facility.audit.series import MeterSeries

MUCH_MISSING = 0.01
_LABELS = {
    "PUE": "measured annual PUE, ISO/IEC 30134-2",
    "iPUE": "interim PUE: less than 12 months with enough readings; not an annual figure",
    "pPUE": "partial PUE: the total is that of a part of the facility",
}
_NOT_JUDGED = (
    "not judged: accuracy and calibration of the meters, fuels and imported cooling that no column "
    "holds, energy that is handed over as heat"
)


def notes(
    series: MeterSeries, headline: Period, meter: MeterPart, expected: ExpectedPart | None
) -> tuple[str, ...]:
    """Give the remarks on one audit."""
    return tuple(_notes(series, headline, meter, expected))


def _notes(
    series: MeterSeries, headline: Period, meter: MeterPart, expected: ExpectedPart | None
) -> Iterator[str]:
    if series.is_synthetic:
        yield "the file says that it is synthetic: made by a model, not metered"
    category = IT_POINTS[series.header.it_quantity]
    yield f"{headline.label}{category}: {_LABELS[headline.label]}"
    if headline.coverage < 1 - MUCH_MISSING:
        yield (
            f"{1 - headline.coverage:.1%} of the period has no reading of IT or total; sums are "
            "over what was read, not filled up"
        )
    if category != "3":
        yield (
            f"IT is metered at Category {category}: losses from there to the IT equipment count "
            "as IT, so that PUE is lower than in Category 3"
        )
    if meter.conflicting_rows:
        yield (
            f"{meter.conflicting_rows} rows repeat a stamp with other values; the last one in the "
            "file counts"
        )
    if meter.bridged_h:
        yield (
            f"{meter.bridged_h:.0f} h without readings are bridged by registers; their energy is "
            "spread evenly"
        )
    if meter.unused_columns:
        names = ", ".join(meter.unused_columns[:8])
        yield f"columns not used, because their names are not known: {names}"[:2000]
    if expected is not None:
        yield from _on_the_model(expected)
    yield _NOT_JUDGED


def _on_the_model(expected: ExpectedPart) -> Iterator[str]:
    if expected.it_kw_from == "meter":
        yield (
            f"design IT load taken as the metered peak, {expected.it_kw:,.0f} kW; a plant built "
            "for more runs at lower load: give --it-kw"
        )
    if not expected.weather_is_measured:
        yield (
            "the file has no outside temperature: the model ran in a typical year, so single "
            "hours and months differ by the weather"
        )
