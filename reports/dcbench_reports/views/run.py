"""The chapter of a run record: what was measured, on what, in which state."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dcbench.records.calibration import Calibration
from dcbench.records.run import RunRecord
from dcbench_reports.blocks import Block, Chapter, Figure, Section, Summary, Tile
from dcbench_reports.charts import Axis
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words
from dcbench_reports.typography import TIMES
from dcbench_reports.views.common import notes_section, sentence
from dcbench_reports.views.run_cases import (
    OPERATIONS,
    Numbered,
    best,
    brief,
    by_operation,
    digits,
    interval,
)  # fmt: skip
from dcbench_reports.views.run_figures import rate_figure, samples_figure, time_figure
from dcbench_reports.views.run_machine import machine_section
from dcbench_reports.views.run_tables import (
    case_table,
    derived_pairs,
    failed_table,
    telemetry_table,
)  # fmt: skip


def run_chapter(
    record: RunRecord, prefix: str, calibrations: Sequence[Calibration] = ()
) -> Chapter:
    """Give the chapter of a run; fitted curves are drawn if a calibration is given."""
    facts = Facts(record)
    groups = by_operation(record)
    sections = notes_section(prefix, record.environment.notes)
    sections += _failures(record, prefix)
    sections += _figures(facts, prefix, groups, calibrations)
    sections += [_operation(facts, prefix, name, cases) for name, cases in groups.items()]
    table = telemetry_table(record, facts)
    sections.append(Section(slug=f"{prefix}-telemetry", title="Power and clocks", blocks=(table,)))
    sections.append(machine_section(record, facts, prefix))
    return Chapter(summary=_summary(record, facts, groups), sections=tuple(sections))


def _summary(record: RunRecord, facts: Facts, groups: dict[str, list[Numbered]]) -> Summary:
    name = record.devices[0].name
    ended_well = sum(case.status == "ok" for case in record.cases)
    decision = sentence(
        facts.count("devices"), f" {TIMES} {name} ran the {record.suite} suite of ",
        facts.count("cases"), " cases; ",
        "all of them ok." if ended_well == len(record.cases) else
        "not all of them are ok: a table says which and why.",
    )  # fmt: skip
    return Summary(
        kind="Run", title=f"Measured on {name}", created_at=record.environment.created_at,
        dcbench_version=record.environment.dcbench_version, decision=decision,
        tiles=_tiles(facts, groups),
    )  # fmt: skip


def _tiles(facts: Facts, groups: dict[str, list[Numbered]]) -> tuple[Tile, ...]:
    return (
        _best_tile(facts, "Best matmul rate", best(groups.get("matmul", []), "flop/s")),
        _best_tile(facts, "Best memory rate", best(groups.get("memory_copy", []), "B/s")),
        _busbw_tile(facts, groups.get("all_reduce", [])),
        _best_tile(facts, "Training throughput", best(groups.get("train_step", []), "token/s")),
    )  # fmt: skip


def _busbw_tile(facts: Facts, cases: list[Numbered]) -> Tile:
    label, name = "Best all-reduce busbw", "busbw_bytes_per_s"
    rated = [numbered for numbered in cases if numbered.measured and name in numbered.case.derived]
    if not rated:
        return Tile(label=label, value=None, note="not measured")
    top = max(rated, key=lambda numbered: numbered.case.derived[name])
    value = facts.number("cases", top.index, "derived", name)
    return Tile(label=label, value=value, note=brief(top.case.key))


def _best_tile(facts: Facts, label: str, numbered: Numbered | None) -> Tile:
    if numbered is None:
        return Tile(label=label, value=None, note="not measured")
    case = numbered.case
    value = facts.number("cases", numbered.index, "value", unit=case.unit, digits=digits(case))
    return Tile(
        label=label, value=value, band=interval(facts, numbered), band_label="95 % interval",
        note=brief(case.key),
    )  # fmt: skip


def _failures(record: RunRecord, prefix: str) -> list[Section]:
    table = failed_table(record)
    if table is None:
        return []
    title = "Cases that are not ok"
    return [Section(slug=f"{prefix}-exceptions", title=title, blocks=(table,))]


def _figures(
    facts: Facts, prefix: str, groups: dict[str, list[Numbered]],
    calibrations: Sequence[Calibration],
) -> list[Section]:  # fmt: skip
    drawn = (_figure(facts, name, cases, calibrations) for name, cases in groups.items())
    blocks = tuple(figure for figure in drawn if figure is not None)
    if not blocks:
        return []
    return [Section(slug=f"{prefix}-figures", title="At a glance", blocks=blocks)]


def _operation(facts: Facts, prefix: str, name: str, cases: list[Numbered]) -> Section:
    title = OPERATIONS.get(name, in_words(name))
    blocks: tuple[Block, ...] = (
        case_table(facts, title, cases),
        *derived_pairs(facts, cases),
    )
    return Section(slug=f"{prefix}-op-{_slug(name)}", title=title, blocks=blocks)


def _figure(
    facts: Facts, name: str, cases: list[Numbered], calibrations: Sequence[Calibration]
) -> Figure | None:
    match name:
        case "matmul":
            return rate_figure(
                facts, cases, title="Matmul rate against size", size=_edge,
                x=Axis(label="Edge of the equal cube, (m n k)^(1/3)", log=True),
                y=Axis(label="Rate", unit="FLOP/s", zero=True),
            )  # fmt: skip
        case "memory_copy":
            return rate_figure(
                facts, cases, title="Memory rate against size", size=_bytes,
                x=Axis(label="Buffer size", unit="B", log=True),
                y=Axis(label="Read + written", unit="B/s", zero=True),
            )  # fmt: skip
        case "all_reduce":
            title = "All-reduce time against message size"
            return time_figure(cases, title=title, calibrations=calibrations)
    measured = [numbered for numbered in cases if numbered.measured]
    title = f"{OPERATIONS.get(name, in_words(name))}: samples"
    return samples_figure(measured[0], title=title) if measured else None


def _edge(numbered: Numbered) -> float:
    sizes = [numbered.case.key.get(name, 1) for name in "mnk"]
    product = math.prod(float(size) for size in sizes if isinstance(size, int))
    return math.cbrt(max(1.0, product))


def _bytes(numbered: Numbered) -> float:
    size = numbered.case.key.get("bytes", 1)
    return float(max(1, size)) if isinstance(size, int) else 1.0


def _slug(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name)[:40]
