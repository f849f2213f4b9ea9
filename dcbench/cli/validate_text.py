"""The scoreboards of `dcbench validate` as aligned text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcbench_planner.validation.record import Record
    from dcbench_planner.validation.table import Table


def scoreboard_lines(records: Sequence[Record], *, rows: bool) -> list[str]:
    """Lay the tables of all parts out, one after the other; those of the rows if asked for."""
    from dcbench_planner.validation.facility import tables as facility
    from dcbench_planner.validation.record import FACILITY, TRAINING
    from dcbench_planner.validation.table import row_table
    from dcbench_planner.validation.training import tables as training

    shown: list[Table] = []
    of_training = [record for record in records if record.set == TRAINING]
    of_facility = [record for record in records if record.set == FACILITY]
    if of_training:
        shown += training.tables(of_training)
        shown += [row_table(of_training, "run")] if rows else []
    if of_facility:
        shown += facility.tables(of_facility)
        shown += [row_table(of_facility, "row")] if rows else []
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
