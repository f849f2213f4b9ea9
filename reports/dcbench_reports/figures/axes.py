"""Axes with units: an SI prefix for the whole axis, or decades when it is logarithmic."""

from __future__ import annotations

import math
from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.axis import Axis as MplAxis
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from dcbench.units import rounded, with_prefix
from dcbench_reports.charts import Axis
from dcbench_reports.figures.house import MUTED, plain

_PREFIXED = {"FLOP/s", "FLOP", "B/s", "B", "s", "W", "Wh"}

_STEPS = [1, 2, 2.5, 5, 10]


def scale_for(axis: Axis, values: Iterable[float]) -> tuple[float, str]:
    """Give the factor and unit in which the largest value is between 1 and 1000."""
    largest = max((abs(value) for value in values), default=0.0)
    if axis.log or axis.unit not in _PREFIXED or largest == 0:
        return 1.0, axis.unit
    exponent = 3 * math.floor(math.log10(largest) / 3)
    exponent = min(24, max(-9, exponent))
    unit = with_prefix(10.0**exponent, axis.unit).partition(" ")[2]
    return 10.0**-exponent, unit


def dress_x(axes: Axes, axis: Axis, unit: str) -> None:
    """Label the horizontal axis and set its ticks."""
    axes.set_xlabel(_labelled(axis, unit))
    if axis.log:
        axes.set_xscale("log")
    _ticks(axes.xaxis, axis, most=5)


def dress_y(axes: Axes, axis: Axis, unit: str) -> None:
    """Label the vertical axis, above it and level so that it reads without turning the head."""
    axes.set_title(_labelled(axis, unit), loc="left", fontsize=11, color=MUTED, pad=8)
    if axis.log:
        axes.set_yscale("log")
    elif axis.zero:
        axes.set_ylim(bottom=0)
    _ticks(axes.yaxis, axis, most=5)


def _labelled(axis: Axis, unit: str) -> str:
    return plain(f"{axis.label} ({unit})" if unit else axis.label, limit=60)


def _tick_text(value: float) -> str:
    """Show round numbers in full; beyond 1e6 and below 1e-4 as a power of ten."""
    return rounded(value, 4) if value == 0 or 1e-4 <= abs(value) < 1e6 else f"{value:.3g}"


def _ticks(which: MplAxis, axis: Axis, *, most: int) -> None:
    which.set_minor_locator(NullLocator())
    if axis.ticks:
        which.set_ticks([place for place, _ in axis.ticks], [plain(t, 12) for _, t in axis.ticks])
    elif axis.log:
        which.set_major_locator(LogLocator(base=10, numticks=most + 1))
        which.set_major_formatter(FuncFormatter(lambda value, _: with_prefix(value, "")))
    else:
        which.set_major_locator(MaxNLocator(nbins=most, steps=_STEPS, integer=axis.whole))
        which.set_major_formatter(FuncFormatter(lambda value, _: _tick_text(value)))
