"""Figures of a run: rate against size, time against message size, samples in order."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace

from dcbench.records.calibration import Calibration, Curve
from dcbench.records.intervals import median_interval
from dcbench_reports.blocks import Figure, LegendItem, Quantity
from dcbench_reports.charts import Axis, Curves, Series
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import MAX_COLOURS
from dcbench_reports.views.run_cases import Numbered, size_text, split_series

MAX_POINTS = 2000
MAX_TICKS = 6
MIN_SAMPLES = 5
_SAMPLES = "Samples in the order taken; line and band: median and its 95 % interval."
Size = Callable[[Numbered], float]


def rate_figure(
    facts: Facts, cases: Sequence[Numbered], *, title: str, x: Axis, y: Axis, size: Size
) -> Figure | None:
    """Show the value of each case against its size, one line per series.

    None unless a series has at least two sizes: a single point needs no figure.
    """
    groups = _drawable(cases, size)
    if not groups:
        return None
    series = tuple(_series(i, found, size) for i, found in enumerate(groups.values(), start=1))
    x = replace(x, ticks=_ticks(x, series))
    chart = Curves(title=title, description=_summary(title, groups), x=x, y=y, series=series)
    legend = tuple(
        LegendItem(colour=i, label=label, values=_span(facts, found))
        for i, (label, found) in enumerate(groups.items(), start=1)
    )
    return Figure(
        chart=chart, legend=legend,
        caption="Points are medians, bars their 95 % intervals; the legend gives the best value.",
    )  # fmt: skip


def time_figure(
    cases: Sequence[Numbered], *, title: str, calibrations: Sequence[Calibration]
) -> Figure | None:
    """Show seconds against message size on logarithmic axes, with the fitted curves."""
    groups = _drawable(cases, _message_bytes)
    if not groups:
        return None
    series: list[Series] = []
    fitted = False
    for index, found in enumerate(groups.values(), start=1):
        curve = _curve_for(found[0], calibrations)
        fitted = fitted or curve is not None
        series.append(_series(index, found, _message_bytes, line=curve is None))
        if curve is not None:
            series.append(_fit(index, curve, found))
    axis = Axis(label="Message size", unit="B", log=True)
    chart = Curves(
        title=title, description=_summary(title, groups), series=tuple(series),
        x=replace(axis, ticks=_ticks(axis, series)),
        y=Axis(label="Time", unit="s", log=True),
    )  # fmt: skip
    legend = tuple(LegendItem(colour=i, label=label) for i, label in enumerate(groups, start=1))
    caption = "Points are medians, bars their 95 % intervals."
    fit = " Lines are the calibration: latency plus size over rate." if fitted else ""
    return Figure(chart=chart, legend=legend, caption=caption + fit)


def samples_figure(numbered: Numbered, *, title: str) -> Figure | None:
    """Show every sample of one case in the order taken, with the median and its interval."""
    samples = numbered.case.samples
    if len(samples) < MIN_SAMPLES:
        return None
    step = -(-len(samples) // MAX_POINTS)
    places = range(0, len(samples), step)
    series = Series(
        colour=1, x=tuple(float(i + 1) for i in places), y=tuple(samples[i] for i in places),
        line=False,
    )  # fmt: skip
    chart = Curves(
        title=title, x=Axis(label="Sample", whole=True), y=Axis(label="Time", unit="s"),
        series=(series,), level=statistics.median(samples), level_band=median_interval(samples),
        description=f"{title}: {len(samples)} samples in the order taken and their median.",
    )  # fmt: skip
    thinned = f" Every {step}th sample is drawn." if step > 1 else ""
    return Figure(chart=chart, caption=f"{_SAMPLES}{thinned}")


def _drawable(cases: Sequence[Numbered], size: Size) -> dict[str, list[Numbered]]:
    """Give measured cases by series, each sorted by size; nothing if all have one size only."""
    groups = split_series([numbered for numbered in cases if numbered.measured])
    ordered = {
        label: sorted(found, key=size) for label, found in list(groups.items())[:MAX_COLOURS]
    }
    several = any(len({size(n) for n in found}) > 1 for found in ordered.values())
    return ordered if several else {}


def _series(colour: int, cases: Sequence[Numbered], size: Size, *, line: bool = True) -> Series:
    values = tuple(n.case.value or 0.0 for n in cases)
    limits = tuple(n.case.ci95 or (n.case.value or 0.0,) * 2 for n in cases)
    return Series(
        colour=colour, x=tuple(size(n) for n in cases), y=values, line=line,
        low=tuple(low for low, _ in limits), high=tuple(high for _, high in limits),
    )  # fmt: skip


def _span(facts: Facts, cases: Sequence[Numbered]) -> tuple[Quantity, ...]:
    top = max(cases, key=lambda n: n.case.value or 0.0)
    found = facts.number("cases", top.index, "value", unit=top.case.unit)
    return () if found is None else (found,)


def _ticks(axis: Axis, series: Sequence[Series]) -> tuple[tuple[float, str], ...]:
    """Put ticks at measured sizes, from the largest down, where their texts have room."""
    sizes = sorted({x for found in series if found.marks for x in found.x}, reverse=True)
    room = math.log(max(sizes) / min(sizes)) / MAX_TICKS
    kept = sizes[:1]
    for size in sizes[1:]:
        if math.log(kept[-1] / size) >= room * (1 - 1e-9):
            kept.append(size)
    named = size_text if axis.unit == "B" else _edge_text
    return tuple((size, named(round(size))) for size in kept)


def _edge_text(size: int) -> str:
    return f"{size:,}"


def _summary(title: str, groups: dict[str, list[Numbered]]) -> str:
    count = sum(len(found) for found in groups.values())
    return f"{title}: {count} measured points in {len(groups)} series ({', '.join(groups)})."


def _message_bytes(numbered: Numbered) -> float:
    size = numbered.case.key.get("bytes", 0)
    return float(size) if isinstance(size, int) else 0.0


def _curve_for(numbered: Numbered, calibrations: Sequence[Calibration]) -> Curve | None:
    key = numbered.case.key.items()
    curves = (c for found in calibrations for d in found.devices for c in d.curves)
    return next((curve for curve in curves if curve.key.items() <= key), None)


def _fit(colour: int, curve: Curve, cases: Sequence[Numbered]) -> Series:
    sizes = [_message_bytes(n) for n in cases]
    x = log_spaced(max(1.0, min(sizes)), max(sizes))
    return Series(colour=colour, x=x, y=tuple(curve.time_s(v) for v in x), marks=False)


def log_spaced(low: float, high: float, points: int = 48) -> tuple[float, ...]:
    """Give points evenly spaced on a logarithmic axis."""
    ratio = high / low
    return tuple(low * ratio ** (i / (points - 1)) for i in range(points))
