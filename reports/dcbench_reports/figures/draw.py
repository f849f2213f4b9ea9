"""Draws each kind of chart."""

from __future__ import annotations

from markupsafe import Markup
from matplotlib.axes import Axes

from dcbench_reports.charts import (
    Bars,
    Chart,
    Columns,
    Curves,
    Flow,
    Ranges,
    Series,
    Stack,
    Waterfall,
)
from dcbench_reports.figures.axes import dress_x, dress_y, scale_for
from dcbench_reports.figures.bars import bars_height_px, draw_bars
from dcbench_reports.figures.flow import draw_flow, flow_height_px
from dcbench_reports.figures.house import INK, MUTED, canvas, colour, plain, to_svg
from dcbench_reports.figures.waterfall import draw_waterfall, height_px

_HEIGHTS: dict[type, int] = {Stack: 96, Columns: 230, Curves: 270}


def draw(chart: Chart, ident: str) -> Markup:
    """Draw a chart as inline SVG; `ident` must be unique on the page."""
    with canvas(_height(chart)) as figure:
        axes = figure.add_subplot()
        match chart:
            case Curves():
                _curves(axes, chart)
            case Stack():
                _stack(axes, chart)
            case Waterfall():
                draw_waterfall(axes, chart)
            case Ranges():
                _ranges(axes, chart)
            case Columns():
                _columns(axes, chart)
            case Flow():
                draw_flow(axes, chart)
            case Bars():
                draw_bars(axes, chart)
        return to_svg(figure, ident, chart.title, chart.description)


def _height(chart: Chart) -> int:
    match chart:
        case Waterfall():
            return height_px(chart)
        case Flow():
            return flow_height_px(chart)
        case Bars():
            return bars_height_px(chart)
        case Ranges():
            return 64 + 26 * len(chart.rows)
    return _HEIGHTS[type(chart)]


def _curves(axes: Axes, chart: Curves) -> None:
    x_factor, x_unit = scale_for(chart.x, (x for s in chart.series for x in s.x))
    y_factor, y_unit = scale_for(chart.y, (y for s in chart.series for y in s.y))
    for series in chart.series:
        _series(axes, series, x_factor, y_factor)
    if chart.level is not None:
        axes.axhline(chart.level * y_factor, color=INK, linewidth=1.2)
    if chart.level_band is not None:
        low, high = chart.level_band
        axes.axhspan(low * y_factor, high * y_factor, color=MUTED, alpha=0.18, linewidth=0)
    dress_x(axes, chart.x, x_unit)
    dress_y(axes, chart.y, y_unit)
    axes.grid(visible=False, axis="x")
    axes.spines["left"].set_visible(False)


def _series(axes: Axes, series: Series, x_factor: float, y_factor: float) -> None:
    x = [value * x_factor for value in series.x]
    y = [value * y_factor for value in series.y]
    ink = colour(series.colour)
    if series.line:
        axes.plot(x, y, color=ink)
    if series.low and series.high:
        low = [value * y_factor for value in series.low]
        high = [value * y_factor for value in series.high]
        axes.vlines(x, low, high, color=ink, linewidth=1.4)
    if series.marks:
        axes.plot(x, y, "o", color=ink, markeredgewidth=0)


def _stack(axes: Axes, chart: Stack) -> None:
    total = sum(value for _, value in chart.parts)
    factor, unit = scale_for(chart.axis, (total, chart.limit or 0.0))
    left = 0.0
    for index, value in chart.parts:
        axes.barh(0, value * factor, left=left, height=0.8, color=colour(index), linewidth=0)
        left += value * factor
    if chart.limit is not None:
        axes.vlines(chart.limit * factor, -0.62, 0.62, color=INK, linewidth=2)
    end = max(total, chart.limit or 0.0) * factor
    axes.set_xlim(0, (end or 1.0) * 1.02)
    axes.set_ylim(-0.65, 0.65)
    _rows_only(axes)
    axes.set_yticks([])
    axes.grid(visible=False)
    dress_x(axes, chart.axis, unit)


def _ranges(axes: Axes, chart: Ranges) -> None:
    count = len(chart.rows)
    for place, row in zip(range(count, 0, -1), chart.rows, strict=True):
        axes.hlines(place, row.low, row.high, color=colour(1), linewidth=6, alpha=0.35)
        axes.plot([row.middle], [place], "o", color=colour(1), markeredgewidth=0)
    if chart.reference is not None:
        axes.axvline(chart.reference, color=MUTED, linewidth=1)
    dress_x(axes, chart.axis, chart.axis.unit)
    _rows_only(axes)
    axes.set_yticks(range(count, 0, -1), [plain(row.label, 34) for row in chart.rows])
    axes.set_ylim(0.4, count + 0.6)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.grid(visible=False, axis="y")


def _columns(axes: Axes, chart: Columns) -> None:
    places = range(len(chart.values))
    axes.vlines(places, chart.base, chart.values, color=colour(1), linewidth=9, alpha=0.35)
    axes.plot(places, chart.values, "o", color=colour(1), markeredgewidth=0)
    if chart.level is not None:
        axes.axhline(chart.level, color=INK, linewidth=1.2)
    top = max((*chart.values, chart.level or chart.base), default=chart.base)
    axes.set_ylim(chart.base, chart.base + (top - chart.base or 1.0) * 1.15)
    dress_y(axes, chart.axis, chart.axis.unit)
    axes.set_xticks(places, [plain(name, 8) for name in chart.names])
    axes.grid(visible=False, axis="x")
    axes.spines["left"].set_visible(False)


def _rows_only(axes: Axes) -> None:
    axes.spines["left"].set_visible(False)
