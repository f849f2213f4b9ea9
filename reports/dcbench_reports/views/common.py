"""What the chapters share: labelled values, compositions, and text around numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dcbench_reports.blocks import (
    Block,
    Callouts,
    Cell,
    Figure,
    LegendItem,
    Pair,
    Pairs,
    Prose,
    Quantity,
    Section,
    Tile,
)  # fmt: skip
from dcbench_reports.charts import Axis, Stack
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words, without_unit
from dcbench_reports.typography import DASH

MAX_COLOURS = 7
REST_COLOUR = 8
PART_DIGITS = 2
"""A part is shown no finer than the whole, which seldom deserves three digits."""
MAX_ROWS = 2000
"""Rows of one table; longer tables say how many rows the file holds."""


def pairs(facts: Facts, caption: str, keys: Iterable[str]) -> Pairs:
    """Give the numbers that the record has, labelled, with their provenance."""
    return Pairs(caption=caption, pairs=tuple(_pairs(facts, keys)))


def _pairs(facts: Facts, keys: Iterable[str]) -> Iterable[Pair]:
    for key in keys:
        value = facts.number(key)
        if value is None:
            continue
        badge, source = facts.source(key) or (None, "")
        yield Pair(label=facts.label(key), value=value, badge=badge, source=source)


def texts(caption: str, items: Iterable[tuple[str, Cell]]) -> Pairs:
    """Give labelled values without provenance; absent ones are left out."""
    kept = (Pair(label=label, value=value) for label, value in items if value not in (None, ""))
    return Pairs(caption=caption, pairs=tuple(kept))


def composition(
    facts: Facts, prefix: str, *, title: str, axis: Axis, limit: float | None = None,
    caption: str = "", scale: float = 1.0, leave_out: frozenset[str] = frozenset(),
) -> Figure | None:  # fmt: skip
    """Show the parts of a whole as one bar, largest first, with their values in the legend.

    Args:
        facts: the record.
        prefix: dotted key of the parts (a mapping of names to numbers).
        title: what the whole is.
        axis: quantity and unit of the bar.
        limit: a mark on the axis, such as a capacity, in the unit of the axis.
        caption: a sentence under the figure.
        scale: stored value times scale is in the unit of the axis.
        leave_out: parts that are not drawn.
    """
    found = facts.plain(prefix)
    if not isinstance(found, dict):
        return None
    parts = _largest_first({k: v for k, v in found.items() if k not in leave_out and v > 0})
    if not parts:
        return None
    colours = {name: min(i, REST_COLOUR) for i, name in enumerate(parts, start=1)}
    chart = Stack(
        title=title, description=_largest(title, parts), axis=axis, limit=limit,
        parts=tuple((colours[name], value * scale) for name, value in parts.items()),
    )  # fmt: skip
    legend = tuple(
        LegendItem(
            colour=colours[name],
            label=in_words(without_unit(name)),
            values=one(facts, prefix, name),
        )
        for name in parts
    )
    return Figure(chart=chart, legend=legend, caption=caption)


def _largest_first(parts: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(parts.items(), key=lambda item: -item[1]))


def _largest(title: str, parts: Mapping[str, float]) -> str:
    total = sum(parts.values())
    shares = ", ".join(
        f"{in_words(without_unit(name))} {100 * value / total:.0f} %"
        for name, value in list(parts.items())[:4]
    )
    return f"{title} as a bar of {len(parts)} parts. Largest: {shares}."


def one(facts: Facts, key: str, *parts: str) -> tuple[Quantity, ...]:
    """Give a number for a legend; nothing when the record does not have it."""
    found = facts.number(key, *parts, digits=PART_DIGITS)
    return () if found is None else (found,)


def beside(table: Pairs, figure: Figure | None) -> tuple[Block, ...]:
    """Give a list of numbers, and its figure if there is one."""
    return (table,) if figure is None else (table, figure)


def tile(facts: Facts, key: str, *, label: str = "", note: str = "") -> Tile:
    """Give a big number with its band, if there is one."""
    band = facts.band(key)
    return Tile(
        label=label or facts.label(key), value=facts.number(key), note=note,
        band=() if band is None else span(*band), band_label="10th to 90th percentile",
    )  # fmt: skip


def notes_section(prefix: str, notes: Iterable[str], title: str = "What to know") -> list[Section]:
    """Give a section of remarks; none when there is nothing to say."""
    items = tuple(notes)
    if not items:
        return []
    return [Section(slug=f"{prefix}-notes", title=title, blocks=(Callouts(items=items),))]


def span(low: Quantity, high: Quantity) -> Prose:
    """Give two limits; a unit that both have is said once."""
    if low.unit == high.unit:
        low = replace(low, unit="")
    return low, f" {DASH} ", high


def opening(text: str) -> Prose:
    """Let a text begin with a capital."""
    return (text[:1].upper() + text[1:],)


def sentence(*parts: str | Quantity | None) -> Prose:
    """Give running text; a number that the record does not have is written as a dash."""
    return tuple(DASH if part is None else part for part in parts)
