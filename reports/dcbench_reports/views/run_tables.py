"""Tables of a run: every case, the exceptions among them, and the state of the devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dcbench.records.run import Case, RunRecord
from dcbench_reports.blocks import Badge, Column, Pairs, Row, Table
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words, label, metric
from dcbench_reports.views.common import MAX_ROWS, texts
from dcbench_reports.views.run_cases import (
    OPERATIONS,
    Numbered,
    common,
    describe,
    digits,
    interval,
    word,
)  # fmt: skip

MAX_DERIVED = 3
"""So many further figures become columns; more of them a list of their own."""
MAX_RICH = 8

_TELEMETRY = (
    ("power_w_mean", "Mean power"), ("power_w_max", "Largest power"),
    ("energy_j", "Energy"), ("sm_clock_mhz_median", "SM clock, median"),
    ("memory_clock_mhz_median", "Memory clock, median"), ("temperature_c_max", "Hottest"),
)  # fmt: skip


def case_table(facts: Facts, title: str, cases: Sequence[Numbered]) -> Table:
    """List all cases of one operation: value, interval, number of samples, status, reason."""
    shared = common(cases)
    known = _known(cases)
    shown = known if len(known) <= MAX_DERIVED else []
    reasons = any(numbered.case.reason for numbered in cases)
    columns = (
        Column(label="Case"), Column(label="Result", numeric=True),
        Column(label="95 % interval", numeric=True), Column(label="Samples", numeric=True),
        *(Column(label=label(_derived_key(name)), numeric=True) for name in shown),
        Column(label="Status"), *((Column(label="Reason"),) if reasons else ()),
    )  # fmt: skip
    rows = tuple(
        _row(facts, numbered, shared, shown, reasons=reasons) for numbered in cases[:MAX_ROWS]
    )
    everywhere = " · ".join(word(name, value) for name, value in shared.items())
    notes = (f"In all cases: {everywhere}." if shared else "", _cut(len(cases)))
    return Table(
        caption=f"{title}: all cases", columns=columns, rows=rows, note=" ".join(notes).strip()
    )


def _row(
    facts: Facts, numbered: Numbered, shared: Mapping[str, object], derived: Sequence[str],
    *, reasons: bool,
) -> Row:  # fmt: skip
    case, index = numbered.case, numbered.index
    return Row(
        cells=(
            describe(case.key, leave_out=shared),
            facts.number("cases", index, "value", unit=case.unit, digits=digits(case)),
            interval(facts, numbered) or None,
            facts.count("cases", index, "samples") if case.samples else None,
            *(facts.number("cases", index, "derived", name) for name in derived),
            Badge(name=case.status),
            *((case.reason or None,) if reasons else ()),
        )
    )


def derived_pairs(facts: Facts, cases: Sequence[Numbered]) -> list[Pairs]:
    """Give the further figures of cases that have too many of them for columns."""
    rich = [numbered for numbered in cases if len(_known([numbered])) > MAX_DERIVED]
    return [
        texts(
            f"Further figures: {describe(numbered.case.key, leave_out=common(rich))}",
            [
                (label(_derived_key(name)), facts.number("cases", numbered.index, "derived", name))
                for name in numbered.case.derived
            ],
        )
        for numbered in rich[:MAX_RICH]
    ]


def _known(cases: Sequence[Numbered]) -> list[str]:
    """Give the further figures that the registry has a label for, in the order found."""
    names = dict.fromkeys(name for numbered in cases for name in numbered.case.derived)
    return [name for name in names if metric(_derived_key(name)).label]


def _derived_key(name: str) -> str:
    return f"cases.0.derived.{name}"


def failed_table(record: RunRecord) -> Table | None:
    """List the cases whose status is not `ok`; None when there are none."""
    failed = [case for case in record.cases if case.status != "ok"]
    if not failed:
        return None
    rows = tuple(
        Row(cells=(operation(case), describe(case.key), Badge(name=case.status), case.reason))
        for case in failed[:MAX_ROWS]
    )
    columns = tuple(Column(label=name) for name in ("Operation", "Case", "Status", "Reason"))
    return Table(
        caption="Cases whose status is not ok", columns=columns, rows=rows, note=_cut(len(failed))
    )


def telemetry_table(record: RunRecord, facts: Facts) -> Table:
    """List power, clocks and temperature by case; without telemetry, the reason why not."""
    kept = [
        (index, case)
        for index, case in enumerate(record.cases)
        if case.telemetry is not None and case.telemetry.num_samples
    ]
    if not kept:
        return _no_telemetry(record)
    used = [
        (name, title)
        for name, title in _TELEMETRY
        if any(getattr(case.telemetry, name) is not None for _, case in kept)
    ]
    columns = (
        Column(label="Operation"), Column(label="Case"),
        *(Column(label=title, numeric=True) for _, title in used), Column(label="Throttled by"),
    )  # fmt: skip
    rows = tuple(
        Row(
            cells=(
                operation(case), describe(case.key),
                *(facts.number("cases", index, "telemetry", name) for name, _ in used),
                ", ".join(case.telemetry.throttle_reasons) if case.telemetry else "",
            )
        )
        for index, case in kept[:MAX_ROWS]
    )  # fmt: skip
    return Table(
        caption="State of the devices while timed", columns=columns, rows=rows, note=_cut(len(kept))
    )


def _no_telemetry(record: RunRecord) -> Table:
    reasons = {case.telemetry.reason for case in record.cases if case.telemetry} - {""}
    rows = tuple(Row(cells=("none", reason)) for reason in sorted(reasons)[:5])
    return Table(
        caption="State of the devices while timed",
        columns=(Column(label="Telemetry"), Column(label="Reason")),
        rows=rows or (Row(cells=("none", "not recorded")),),
    )


def operation(case: Case) -> str:
    """Name the operation of a case."""
    name = str(case.key["op"])
    return OPERATIONS.get(name, in_words(name))


def _cut(count: int) -> str:
    return "" if count <= MAX_ROWS else f"The first {MAX_ROWS:,} of {count:,} rows are shown."
