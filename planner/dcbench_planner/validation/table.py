"""The scoreboard as small tables of text, for the terminal and for the generated pages of docs/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dcbench_planner.validation.bounds import Bound, read_bounds
from dcbench_planner.validation.record import Record

NONE = "-"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A title, a header and rows of cells."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def bounds_table(records: Sequence[Record], part: str) -> Table:
    """List the figures that have a bound, in the order of the part's `bounds.csv`."""
    checked = [item for item in records if item.bound is not None and not item.source]
    rows = [
        (bound.quantity, shown(item.ours, bound.unit),
         f"{bound.limit} {shown(bound.must, bound.unit)}", shown(bound.aim, bound.unit),
         _verdict(item, bound))
        for item, bound in zip(checked, read_bounds(part) if checked else (), strict=True)
    ]  # fmt: skip
    header = ("figure", "ours", "must", "aim", "")
    return Table(title="Figures and their bounds", header=header, rows=tuple(rows))


def row_table(records: Sequence[Record], row: str) -> Table:
    """List everything measured: published, ours and the error in percent.

    Args:
        records: of a scoreboard; figures are left out.
        row: what one of them is called.
    """
    rows = tuple(
        (item.id, item.quantity, shown(item.published, item.unit), shown(item.ours, item.unit),
         item.unit, NONE if item.error is None else f"{100 * item.error:+.1f}")
        for item in records if item.source
    )  # fmt: skip
    header = (row, "quantity", "published", "ours", "unit", "error, %")
    return Table(title=f"{row.capitalize()}s", header=header, rows=rows)


def without_empty_columns(table: Table) -> Table:
    """Leave out the columns in which no row has a value."""
    kept = [column for column in range(len(table.header))
            if any(row[column] not in ("", NONE) for row in table.rows)]  # fmt: skip
    header, *rows = (
        tuple(cells[column] for column in kept) for cells in (table.header, *table.rows)
    )
    return Table(title=table.title, header=header, rows=tuple(rows))


def markdown(table: Table) -> str:
    """Give a table as a section of a generated page."""
    lines = [table.header, ("---",) * len(table.header), *table.rows]
    rows = [f"| {' | '.join(cells)} |" for cells in lines]
    return f"## {table.title}\n\n" + "\n".join(rows) + "\n"


def share(value: float | None) -> str:
    """Give a share in percent."""
    return NONE if value is None else f"{100 * value:.1f} %"


def shown(value: float | None, unit: str) -> str:
    """Give a value as its unit is printed."""
    if unit in ("share", "log error"):
        return share(value)
    if unit == "PUE" and value is not None:
        return f"{value:.3f}"
    return NONE if value is None else f"{value:.3g}"


def _verdict(item: Record, bound: Bound) -> str:
    if not item.ok:
        return "MISSED"
    reached = item.ours is not None and bound.reached(item.ours)
    return "ok" if reached else f"missed, tolerated to {shown(bound.tolerated, bound.unit)}"
