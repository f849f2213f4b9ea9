"""The house style: sizes, colours, and the way from a matplotlib figure to themed inline SVG.

Colours are drawn as fixed hexadecimal values and then replaced by the page's CSS variables, so that
one SVG follows light, dark and print. The series colours are those of Okabe and Ito, "Color
Universal Design" (2008), which people with colour-vision deficiencies can tell apart; yellow is
left out, because it is too faint on white.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.figure import Figure

INK, MUTED, RULE = "#1d2127", "#59616b", "#dcd9d1"
SERIES = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8a7f6d", "#3b4252",
)  # fmt: skip
VARIABLES = {INK: "--ink", MUTED: "--muted", RULE: "--rule"} | {
    colour: f"--c{index}" for index, colour in enumerate(SERIES, start=1)
}
"""Colour drawn -> variable of the page's style sheet."""

WIDTH_PX = 440
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dcbench",
    "text.parse_math": False,
    "font.size": 11,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 11,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "xtick.minor.visible": False,
    "ytick.minor.visible": False,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "lines.linewidth": 1.8,
    "lines.markersize": 5.5,
    "lines.solid_capstyle": "round",
}


def colour(index: int) -> str:
    """Give the series colour 1 to 8; further ones begin again."""
    return SERIES[(index - 1) % len(SERIES)]


def plain(text: str, limit: int = 40) -> str:
    """Make foreign text harmless for a label: one line, printable, of bounded length."""
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    line = " ".join(kept.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


@contextmanager
def canvas(height_px: int) -> Iterator[Figure]:
    """Give an empty figure of the house's width; drawing happens inside the `with`."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        yield Figure(figsize=(WIDTH_PX / 72, height_px / 72), layout="constrained")


def to_svg(figure: Figure, ident: str, title: str, description: str) -> Markup:
    """Write a figure as inline SVG with its text alternative.

    Args:
        figure: what was drawn, inside `canvas`.
        ident: unique on the page; prefixes every id in the SVG.
        title: name of the figure.
        description: what it shows, in a sentence or two.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=NO_METADATA)
    body = _body(buffer.getvalue())
    body = re.sub(r"#[0-9a-f]{6}\b", lambda m: _variable(m[0]), body)
    body = re.sub(r'\bid="', f'id="{ident}-', body)
    body = re.sub(r'(href="|url\()#', rf"\g<1>#{ident}-", body)
    height = round(figure.get_figheight() * 72)
    head = (
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {WIDTH_PX} {height}" '
        f'role="img" aria-labelledby="{ident}-title {ident}-desc">'
        f'<title id="{ident}-title">{escape(title)}</title>'
        f'<desc id="{ident}-desc">{escape(description)}</desc>'
    )
    return Markup(head + body)  # noqa: S704 - drawn here; matplotlib escapes label text


def _body(svg: str) -> str:
    """Give what is inside the outer element, less the parts that would style the whole page."""
    inner = svg[svg.index(">", svg.index("<svg ")) + 1 :]
    inner = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", inner, count=1, flags=re.DOTALL)
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, count=1, flags=re.DOTALL)
    inner = re.sub(r"<!--.*?-->\s*", "", inner)
    return re.sub(r"font-family: [^;\"]*; ", "", inner)


def _variable(colour_drawn: str) -> str:
    name = VARIABLES.get(colour_drawn)
    return f"var({name})" if name else colour_drawn
