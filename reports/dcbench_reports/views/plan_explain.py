"""Sections of a plan about its reasons: waterfalls, limits, rates and interval."""

from __future__ import annotations

from collections.abc import Sequence

from dcbench.records.plan import Plan
from dcbench.records.plan_explain import ExplainPart, MemoryEntry, TimeEntry
from dcbench_reports.blocks import Badge, Cell, Column, Figure, Row, Section, Table
from dcbench_reports.charts import Axis, Fall, Waterfall
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import PART_DIGITS, pairs, sentence, texts

_USEFUL, _LOST, _MEMORY = 3, 2, 1
"""Colours: model FLOPs, what comes on top of them, memory."""
_INTERVAL = (
    "explain.interval.p10_s", "explain.interval.p50_s", "explain.interval.p90_s",
    "explain.interval.runs", "explain.interval.median_error",
)  # fmt: skip


def time_figure(explain: ExplainPart) -> Figure:
    """Draw the way from the ideal step to the predicted one."""
    steps = tuple(
        Fall(label=e.label, value=e.time_s, colour=_USEFUL if e.key == "ideal" else _LOST)
        for e in explain.time_waterfall
    )
    chart = Waterfall(
        title="From the ideal step to the predicted one", steps=steps, total="step",
        axis=Axis(label="Time", unit="s"), description=_largest(explain.time_waterfall),
    )  # fmt: skip
    return Figure(
        chart=chart, caption="Ideal: model FLOPs at the dense peak. Each row adds what it takes."
    )


def memory_figure(explain: ExplainPart, capacity_bytes: float) -> Figure:
    """Draw what fills the fullest accelerator."""
    steps = tuple(
        Fall(label=e.label, value=e.size_bytes, colour=_MEMORY) for e in explain.memory_waterfall
    )
    chart = Waterfall(
        title="Memory of the fullest accelerator", steps=steps, total="peak",
        axis=Axis(label="Memory", unit="B"), limit=capacity_bytes,
        description=_largest(explain.memory_waterfall),
    )  # fmt: skip
    return Figure(chart=chart, caption="The upright mark is the capacity.")


def time_table(explain: ExplainPart, facts: Facts) -> Table:
    """List what each part adds to the ideal step."""
    rows = tuple(
        _part(facts, ("explain.time_waterfall", i), "time_s", entry.label, entry.note)
        for i, entry in enumerate(explain.time_waterfall)
    )
    return _parts_table("Where the time goes", "Time", "Of the step", rows)


def memory_table(explain: ExplainPart, facts: Facts) -> Table:
    """List the components of the fullest accelerator."""
    rows = tuple(
        _part(facts, ("explain.memory_waterfall", i), "size_bytes", entry.label, entry.note)
        for i, entry in enumerate(explain.memory_waterfall)
    )
    return _parts_table("Where the memory goes", "Size", "Of the capacity", rows)


def stages_table(explain: ExplainPart, facts: Facts) -> Table:
    """List the peak of each pipeline stage."""
    rows = tuple(
        Row(cells=(f"Stage {s.stage}", facts.number("explain.memory_by_stage", i, "peak_bytes")))
        for i, s in enumerate(explain.memory_by_stage)
    )
    return Table(
        caption="Peak by pipeline stage", rows=rows, narrow=True,
        columns=(Column(label="Stage"), Column(label="Peak", numeric=True)),
        folded=f"Peaks of {len(rows)} pipeline stages",
    )  # fmt: skip


def limits_section(record: Plan, facts: Facts, prefix: str) -> list[Section]:
    """Say what stops the plan from being faster, and what moving each limit would gain."""
    explain = record.explain
    if explain is None or not explain.limits:
        return []
    rows = tuple(
        Row(cells=(
            limit.label.capitalize(), limit.change,
            facts.number("explain.limits", i, "gain", digits=PART_DIGITS),
            limit.layout or "the same",
        ))
        for i, limit in enumerate(explain.limits)
    )  # fmt: skip
    columns = (
        Column(label="Limit"), Column(label="If it were"), Column(label="Faster by", numeric=True),
        Column(label="Best layout then"),
    )  # fmt: skip
    table = Table(
        caption="The best layout again, each time with one limit moved", columns=columns, rows=rows
    )
    return [
        Section(
            slug=f"{prefix}-limits", title="What limits it", blocks=(table,),
            lead=sentence(explain.binding),
        )
    ]  # fmt: skip


def rates_section(record: Plan, facts: Facts, prefix: str) -> list[Section]:
    """List what the step time rests on, how each is known, and how wrong such steps were."""
    explain = record.explain
    if explain is None or explain.interval is None:
        return []
    kind = texts("Class of runs", (("Class", explain.interval.kind),))
    interval = pairs(facts, "Step time, 80 % interval", _INTERVAL)
    return [
        Section(
            slug=f"{prefix}-rates", title="What the step time rests on",
            blocks=(interval, kind, _rates_table(explain, facts)),
            lead=sentence(
                "Calibrated rates were measured here; published ones were read or fitted to "
                "published runs; assumed ones are guesses."
            ),
        )
    ]  # fmt: skip


def _rates_table(explain: ExplainPart, facts: Facts) -> Table:
    rows = tuple(
        Row(cells=(
            curve.label[:1].upper() + curve.label[1:],
            facts.number("explain.curves", i, "value", unit=curve.unit),
            Badge(name=curve.provenance), curve.evidence, curve.source,
        ))
        for i, curve in enumerate(explain.curves)
    )  # fmt: skip
    columns = (
        Column(label="Rate or constant"), Column(label="Value", numeric=True),
        Column(label="Provenance"), Column(label="Evidence"), Column(label="Source"),
    )  # fmt: skip
    return Table(caption="Rates and constants of the step model", columns=columns, rows=rows)


def _part(facts: Facts, where: tuple[str, int], size: str, label: str, note: str) -> Row:
    path, place = where
    value: Cell = facts.number(path, place, size, digits=PART_DIGITS)
    share: Cell = facts.number(path, place, "share", digits=PART_DIGITS)
    return Row(cells=(label[:1].upper() + label[1:], value, share, note))


def _parts_table(caption: str, size: str, share: str, rows: tuple[Row, ...]) -> Table:
    columns = (
        Column(label="Part"), Column(label=size, numeric=True), Column(label=share, numeric=True),
        Column(label="What it is"),
    )  # fmt: skip
    return Table(caption=caption, columns=columns, rows=rows)


def _largest(entries: Sequence[TimeEntry | MemoryEntry]) -> str:
    """Describe a waterfall by its largest parts."""
    found = sorted(entries, key=lambda entry: -entry.share)[:4]
    told = ", ".join(f"{entry.label} {100 * entry.share:.0f} %" for entry in found)
    return f"{len(entries)} parts that add up. Largest: {told}."
