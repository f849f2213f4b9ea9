"""Draws a waterfall: floating bars from the first part to the whole."""

from __future__ import annotations

from itertools import accumulate

from matplotlib.axes import Axes

from dcbench_reports.charts import Waterfall
from dcbench_reports.figures.axes import dress_x, scale_for
from dcbench_reports.figures.house import INK, MUTED, colour, plain

ROW_PX = 22
TOTAL_COLOUR = 8
BAR = 0.62
"""Height of a bar in rows."""


def height_px(chart: Waterfall) -> int:
    """Give the height of the figure."""
    return 64 + ROW_PX * (len(chart.steps) + 1)


def draw_waterfall(axes: Axes, chart: Waterfall) -> None:
    """Draw the steps from top to bottom, then the whole."""
    ends = list(accumulate(step.value for step in chart.steps))
    total = ends[-1] if ends else 0.0
    factor, unit = scale_for(chart.axis, (*ends, chart.limit or 0.0))
    rows = range(len(ends), 0, -1)
    for row, step, end in zip(rows, chart.steps, ends, strict=True):
        axes.barh(
            row, step.value * factor, left=(end - step.value) * factor, height=BAR,
            color=colour(step.colour), linewidth=0,
        )  # fmt: skip
        axes.vlines(end * factor, row - 1 - BAR / 2, row + BAR / 2, color=MUTED, linewidth=0.7)
    axes.barh(0, total * factor, height=BAR, color=colour(TOTAL_COLOUR), linewidth=0)
    if chart.limit is not None:
        axes.vlines(chart.limit * factor, -0.6, len(ends) + 0.6, color=INK, linewidth=2)
    axes.set_xlim(0, max((*ends, chart.limit or 0.0, 0.0)) * factor * 1.02 or 1.0)
    _label_rows(axes, chart, rows)
    dress_x(axes, chart.axis, unit)


def _label_rows(axes: Axes, chart: Waterfall, rows: range) -> None:
    labels = [plain(step.label, 24) for step in chart.steps]
    axes.set_yticks([*rows, 0], [*labels, plain(chart.total, 24)])
    axes.set_ylim(-0.6, len(labels) + 0.6)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
