"""The scoreboard of `dcbench validate` as aligned text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcbench_planner.validation.record import Record
    from dcbench_planner.validation.table import Table


def scoreboard_lines(records: Sequence[Record], *, runs: bool) -> list[str]:
    """Lay the tables of a scoreboard out, one after the other; that of the runs if asked for."""
    from dcbench_planner.validation.training.tables import run_table, tables

    shown = (*tables(records), run_table(records)) if runs else tables(records)
    return [line for table in shown for line in ("", *_lines(table))][1:]


def _lines(table: Table) -> list[str]:
    rows = (table.header, *table.rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.header))]
    return [table.title] + [
        "  " + "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]  # fmt: skip
