"""Section of an audit record about the file: columns, gaps, and what had to be mended."""

from __future__ import annotations

from dcbench.records.audit import AuditRecord
from dcbench_reports.blocks import Block, Column, Row, Section, Table
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import pairs, texts

_FILE = ("rows", "days", "interval_s", "coverage", "num_gaps", "missing_h", "bridged_h")
_MENDED = ("duplicate_rows", "conflicting_rows", "out_of_order_rows", "clock_changes",
           "register_resets", "register_rollovers")  # fmt: skip


def quality_section(record: AuditRecord, facts: Facts, prefix: str) -> Section:
    """Give what was read and what was mended."""
    meter = record.meter
    columns = tuple(
        Row(
            cells=(
                column.name, column.quantity.replace("_", " "), column.kind, column.unit,
                facts.number("meter.columns", i, "coverage"),
            )
        )
        for i, column in enumerate(meter.columns)
    )  # fmt: skip
    blocks: list[Block] = [
        pairs(facts, "The file", [f"meter.{key}" for key in _FILE]),
        pairs(facts, "Mended", [f"meter.{key}" for key in _MENDED]),
        texts(
            "Labels",
            (("File", record.file), ("First", meter.first), ("Last", meter.last),
             ("Resolution", record.resolution),
             ("Stamps", "with offset from UTC" if meter.has_offset else "local, without offset"),
             ("Columns not used", ", ".join(meter.unused_columns[:20]))),
        ),
        Table(
            caption="Columns", rows=columns,
            columns=(Column(label="Column"), Column(label="Read as"), Column(label="Kind"),
                     Column(label="Unit"), Column(label="Read", numeric=True)),
        ),
    ]  # fmt: skip
    if meter.gaps:
        rows = tuple(
            Row(cells=(gap.start, gap.end, facts.number("meter.gaps", i, "hours")))
            for i, gap in enumerate(meter.gaps)
        )
        blocks.append(
            Table(
                caption="Longest gaps", rows=rows, narrow=True,
                columns=(Column(label="From"), Column(label="To"),
                         Column(label="Hours", numeric=True)),
            )
        )  # fmt: skip
    return Section(slug=f"{prefix}-quality", title="Quality of the data", blocks=tuple(blocks))
