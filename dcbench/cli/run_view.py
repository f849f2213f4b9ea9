"""A run as lines for people: what is planned, and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dcbench.records.run import Case, RunRecord
    from dcbench_benchmarks.runner import RunPlan

UNITS = {"flop/s": "FLOP/s"}


def plan_rows(plan: RunPlan) -> list[dict[str, Any]]:
    """Give the planned cases as plain data."""
    return [
        {"key": case.key, "devices": [d.index for d in case.devices], "skip": case.skip}
        for case in plan.cases
    ]


def plan_lines(plan: RunPlan) -> list[str]:
    """List the planned cases."""
    from dcbench_benchmarks.case_plan import label

    kind = "GPU" if plan.selection.kind == "cuda" else "CPU"
    rows = [
        (label(case.key), f"{kind} {_indices([d.index for d in case.devices])}",
         f"skipped: {case.skip}" if case.skip else "")
        for case in plan.cases
    ]  # fmt: skip
    return _aligned(rows)


def result_lines(record: RunRecord) -> list[str]:
    """List the results: case, value with 95 % interval, device, status and why."""
    heading = ("case", "value", "95 % interval", "device", "status")
    names = {device.index: device.name for device in record.devices}
    kinds = ", ".join(sorted(set(names.values())))
    rows = [heading, *(_row(case, record) for case in record.cases)]
    return [f"{kinds}: suite {record.suite}", *_aligned(rows)]


def case_line(case: Case) -> str:
    """Give one result as one line."""
    from dcbench_benchmarks.case_plan import label

    why = f": {case.reason}" if case.reason else ""
    return f"{label(case.key)}  {shown_value(case)}  {case.status}{why}"


def shown_value(case: Case) -> str:
    """Give the value with unit, or a dash."""
    from dcbench.units import with_prefix

    if case.value is None:
        return "-"
    return with_prefix(case.value, UNITS.get(case.unit, case.unit))


def failures(record: RunRecord, folder: Path) -> int:
    """Give exit code 0.

    Raises:
        PartialError: some cases failed.
    """
    from dcbench.errors import PartialError
    from dcbench_benchmarks.case_plan import label
    from dcbench_benchmarks.outcomes import is_failure

    failed = [f"{label(case.key)} ({case.status})" for case in record.cases if is_failure(case)]
    if failed:
        raise PartialError(
            f"{len(failed)} of {len(record.cases)} cases failed: {', '.join(failed)}; "
            f"the others are kept in {folder / 'run.json'}"
        )
    return 0


def _row(case: Case, record: RunRecord) -> tuple[str, ...]:
    from dcbench_benchmarks.case_plan import label

    kind = "GPU" if record.devices[0].kind == "cuda" else "CPU"
    device = f"{kind} {_indices(case.devices)}"
    status = f"{case.status}: {case.reason}" if case.reason else case.status
    return label(case.key), shown_value(case), _interval(case), device, status


def _interval(case: Case) -> str:
    """Half-width of the interval relative to the value, rounded up to a tenth of a per cent."""
    if case.ci95 is None or not case.value:
        return "-"
    low, high = case.ci95
    return f"-{(case.value - low) / case.value:.1%} +{(high - case.value) / case.value:.1%}"


def _indices(indices: Sequence[int]) -> str:
    return ",".join(str(index) for index in indices)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
