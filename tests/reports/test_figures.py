"""Drawing: every kind of chart becomes themed, self-contained, accessible SVG."""

from __future__ import annotations

import re
from importlib import resources
from xml.etree import ElementTree as ET

import pytest

from dcbench_reports.charts import (
    Axis,
    Bar,
    Bars,
    Branch,
    Columns,
    Curves,
    Fall,
    Flow,
    Range,
    Ranges,
    Series,
    Stack,
    Waterfall,
)  # fmt: skip
from dcbench_reports.figures.draw import draw
from dcbench_reports.figures.house import SERIES, VARIABLES, plain

X = Axis(label="Size", unit="B", log=True)
Y = Axis(label="Rate", unit="B/s", zero=True)
LINE = Series(colour=1, x=(1.0, 10.0), y=(1e9, 2e12), low=(9e8, 1.9e12), high=(1.1e9, 2.1e12))
CHARTS = {
    "curves": Curves(title="T", description="D", x=X, y=Y, series=(LINE,), level=1e12,
                     level_band=(9e11, 1.1e12)),
    "stack": Stack(title="T", description="D", axis=Axis(label="Time", unit="s"),
                   parts=((1, 0.5), (2, 0.2)), limit=1.0),
    "waterfall": Waterfall(title="T", description="D", axis=Axis(label="Time", unit="s"),
                           steps=(Fall(label="ideal", value=0.5, colour=3),
                                  Fall(label="lost", value=0.3, colour=2)),
                           total="step", limit=1.0),
    "ranges": Ranges(title="T", description="D", axis=Axis(label="Relative"), reference=1.0,
                     rows=(Range(label="a", low=0.5, middle=1.0, high=2.0),)),
    "columns": Columns(title="T", description="D", axis=Axis(label="PUE"), names=("Jan", "Feb"),
                       values=(1.2, 1.3), base=1.0, level=1.25),
    "flow": Flow(title="T", description="D", whole="all",
                 branches=(Branch(label="a", value=0.999, colour=8),
                           Branch(label="b", value=0.001, colour=1))),
    "bars": Bars(title="T", description="D", axis=Axis(label="Saving", unit="Wh"),
                 rows=(Bar(label="a", parts=((1, 2e6), (2, 1e6))),
                       Bar(label="b", parts=((4, -5e5),)))),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_well_formed_svg_with_title_and_description(name):
    root = ET.fromstring(str(draw(CHARTS[name], "f1")))  # noqa: S314 - our own drawing

    assert root.attrib["role"] == "img"
    assert [child.text for child in root[:2]] == ["T", "D"]


@pytest.mark.parametrize("name", CHARTS)
def test_all_colours_follow_the_theme(name):
    assert re.findall(r"#[0-9a-f]{6}\b", str(draw(CHARTS[name], "f1"))) == []


@pytest.mark.parametrize("name", CHARTS)
def test_drawing_twice_gives_the_same(name):
    assert draw(CHARTS[name], "f1") == draw(CHARTS[name], "f1")


def test_an_empty_waterfall_and_one_that_falls_below_zero_are_drawn():
    axis = Axis(label="Time", unit="s")
    for steps in (
        (),
        (Fall(label="a", value=-1.0, colour=2), Fall(label="b", value=3.0, colour=2)),
    ):
        chart = Waterfall(title="T", description="D", axis=axis, steps=steps, total="step")

        assert "step" in str(draw(chart, "f1"))


def test_ids_carry_the_prefix():
    svg = str(draw(CHARTS["curves"], "f1"))

    assert all(found.startswith("f1-") for found in re.findall(r'\bid="(.*?)"', svg))
    assert all(found.startswith("f1-") for found in re.findall(r'href="#(.*?)"', svg))


def test_axes_name_their_unit_with_one_prefix():
    svg = str(draw(CHARTS["curves"], "f1"))

    assert "Rate (TB/s)" in svg  # largest value 2e12 B/s
    assert "Size (B)" in svg


def test_formulas_in_labels_are_not_typeset():
    chart = Stack(title="T", description="D", axis=Axis(label="$\\frac{1$"), parts=((1, 1.0),))

    assert "$\\frac{1$" in str(draw(chart, "f1"))


def test_foreign_text_becomes_one_short_printable_line():
    assert plain("a\nb\x1b[0m\u202ec") == "a b [0m c"
    assert plain("x" * 100) == "x" * 39 + "…"


def style_variables(theme):
    css = (resources.files("dcbench_reports") / "templates" / "style.css").read_text()
    dark = css.index("@media (prefers-color-scheme: dark)")
    part = css[:dark] if theme == "light" else css[dark : css.index("* { box-sizing")]
    return dict(re.findall(r"(--\w+): (#[0-9a-f]{6})", part))


def luminance(colour):
    """Relative luminance, WCAG 2.2, definition in section 'relative luminance'."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_of_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)  # WCAG 2.2: the largest ratio


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["--page", "--panel", "--tint"])
@pytest.mark.parametrize("text", ["--ink", "--muted", "--link"])
def test_text_contrast_reaches_level_aa(theme, ground, text):
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1."""
    colours = style_variables(theme)

    assert contrast(colours[text], colours[ground]) >= 4.5


def test_the_style_sheet_has_the_colours_that_are_drawn():
    light = style_variables("light")

    assert {name: light[name] for name in VARIABLES.values()} == {
        name: colour for colour, name in VARIABLES.items()
    }
    assert len(SERIES) == 8
