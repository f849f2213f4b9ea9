"""Draws a flow that divides into its parts, after Sankey (1898)."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from dcbench_reports.charts import Flow
from dcbench_reports.figures.house import INK, MUTED, colour, plain

LABEL_PX = 20
BODY_PX = 170
LEFT, RIGHT, BLOCK = 0.0, 0.62, 0.035
"""Left and right edge of the ribbons and width of the blocks, in shares of the figure."""
SMALLEST_SHARE = 0.004
"""Thinner parts are drawn so thick, to be seen at all."""


def flow_height_px(chart: Flow) -> int:
    """Give the height of the figure: every label needs a line."""
    return max(BODY_PX, 40 + LABEL_PX * len(chart.branches)) + 20


def draw_flow(axes: Axes, chart: Flow) -> None:
    """Draw one ribbon from the whole to each part; labels stand apart where parts are thin."""
    total = sum(branch.value for branch in chart.branches) or 1.0
    shares = [max(branch.value / total, SMALLEST_SHARE) for branch in chart.branches]
    scale = sum(shares)
    heights = [share / scale for share in shares]
    spacing = LABEL_PX / (flow_height_px(chart) - 20)
    gap = 0.02
    tops = _tops(heights, gap, spacing)
    left_top = 1.0
    for branch, height, top in zip(chart.branches, heights, tops, strict=True):
        _ribbon(axes, left_top, top, height, colour(branch.colour))
        axes.text(
            RIGHT + BLOCK + 0.015, top - height / 2,
            f"{plain(branch.label, 30)}  {100 * branch.value / total:.3g} %",
            va="center", ha="left", fontsize=11, color=INK,
        )  # fmt: skip
        left_top -= height
    axes.barh(0.5, BLOCK, left=LEFT, height=1.0, color=MUTED, linewidth=0)
    bottom = min(top - height for top, height in zip(tops, heights, strict=True))
    axes.text(LEFT, 1.03, plain(chart.whole, 40), va="bottom", ha="left", fontsize=11, color=MUTED)
    axes.set_xlim(0, 1)
    axes.set_ylim(min(0.0, bottom) - 0.02, 1.1)
    axes.set_axis_off()


def _tops(heights: list[float], gap: float, spacing: float) -> list[float]:
    """Give the upper edges on the right, so that labels keep a line's distance."""
    tops: list[float] = []
    edge, label = 1.0, 2.0
    for height in heights:
        top = min(edge, label - spacing + height / 2)
        tops.append(top)
        edge, label = top - height - gap, top - height / 2
    return tops


def _ribbon(axes: Axes, left_top: float, right_top: float, height: float, ink: str) -> None:
    start, end = LEFT + BLOCK, RIGHT
    middle = (start + end) / 2
    points = [
        (start, left_top), (middle, left_top), (middle, right_top), (end, right_top),
        (end, right_top - height), (middle, right_top - height), (middle, left_top - height),
        (start, left_top - height), (start, left_top),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=ink, alpha=0.42, linewidth=0))
    axes.barh(right_top - height / 2, BLOCK, left=RIGHT, height=height, color=ink, linewidth=0)
