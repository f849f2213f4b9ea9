"""Draws rows of bars from zero."""

from __future__ import annotations

from matplotlib.axes import Axes

from dcbench_reports.charts import Bars
from dcbench_reports.figures.axes import dress_x, scale_for
from dcbench_reports.figures.house import INK, MUTED, colour, plain

ROW_PX = 28
BAR = 0.6
"""Height of a bar in rows."""


def bars_height_px(chart: Bars) -> int:
    """Give the height of the figure."""
    return 64 + ROW_PX * max(1, len(chart.rows))


def draw_bars(axes: Axes, chart: Bars) -> None:
    """Draw the rows from top to bottom."""
    ends = [sum(length for _, length in row.parts) for row in chart.rows]
    factor, unit = scale_for(chart.axis, (*ends, 0.0))
    places = range(len(chart.rows), 0, -1)
    for place, row in zip(places, chart.rows, strict=True):
        left = 0.0
        for index, length in row.parts:
            axes.barh(place, length * factor, left=left, height=BAR, color=colour(index),
                      linewidth=0)  # fmt: skip
            left += length * factor
    low, high = min([*ends, 0.0]) * factor, max([*ends, 0.0]) * factor
    margin = 0.02 * ((high - low) or 1.0)
    axes.set_xlim(low - (margin if low < 0 else 0.0), high + margin)
    if low < 0:
        axes.axvline(0.0, color=MUTED, linewidth=1)
    axes.set_yticks(list(places), [plain(row.label, 30) for row in chart.rows])
    axes.set_ylim(0.4, len(chart.rows) + 0.6)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    dress_x(axes, chart.axis, unit)
