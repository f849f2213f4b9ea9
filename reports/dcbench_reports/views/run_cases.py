"""Cases of a run: what each was, how it ended, and what varies between them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dcbench.records.run import MEASURED, Case, RunRecord
from dcbench.units import GIB, KIB, MIB, with_prefix
from dcbench_reports.blocks import Prose
from dcbench_reports.display import supported_digits
from dcbench_reports.facts import Facts
from dcbench_reports.typography import TIMES
from dcbench_reports.views.common import span

OPERATIONS = {
    "matmul": "Matrix multiplication",
    "memory_copy": "Memory copy",
    "all_reduce": "All-reduce",
    "train_step": "Training step",
}
"""Known operations in the order shown; others follow under their own names."""
SIZES = ("m", "n", "k", "bytes")
_NAMED = {"dtype", "data", "cache", "launch", "layout", "backend", "optimizer"}
_BRIEF = ("dtype", "ranks", "layers", "d_model")


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A case and its place in the record."""

    index: int
    case: Case

    @property
    def measured(self) -> bool:
        """Whether its samples are a measurement."""
        return self.case.status in MEASURED and self.case.value is not None


def by_operation(record: RunRecord) -> dict[str, list[Numbered]]:
    """Group the cases by operation: known ones first, then others in the order of the file."""
    groups: dict[str, list[Numbered]] = {name: [] for name in OPERATIONS}
    for index, case in enumerate(record.cases):
        groups.setdefault(str(case.key["op"]), []).append(Numbered(index=index, case=case))
    return {name: cases for name, cases in groups.items() if cases}


def best(cases: Iterable[Numbered], unit: str) -> Numbered | None:
    """Give the measured case with the largest value in a unit."""
    rated = [n for n in cases if n.measured and n.case.unit == unit]
    return max(rated, key=lambda n: n.case.value or 0.0, default=None)


def digits(case: Case) -> int | None:
    """Give the digits that the interval of a case supports; None without an interval."""
    if case.value is None or case.ci95 is None:
        return None
    return supported_digits(case.value, *case.ci95)


def interval(facts: Facts, numbered: Numbered) -> Prose:
    """Give the 95 % interval of a case; nothing when there is none."""
    case, index = numbered.case, numbered.index
    low = facts.number("cases", index, "ci95", 0, unit=case.unit, digits=digits(case))
    high = facts.number("cases", index, "ci95", 1, unit=case.unit, digits=digits(case))
    return () if low is None or high is None else span(low, high)


def describe(key: Mapping[str, object], leave_out: Container[str] = ()) -> str:
    """Say in a few words what a case key measures: `4096 × 4096 × 4096 · bf16 · cold`."""
    words = [] if "m" not in key else [f" {TIMES} ".join(str(key.get(size, "?")) for size in "mnk")]
    words += [size_text(key["bytes"])] if "bytes" in key else []
    words += [
        word(name, value)
        for name, value in key.items()
        if name not in {"op", *SIZES} and name not in leave_out
    ]
    return " · ".join(words) or str(key.get("op", ""))


def brief(key: Mapping[str, object]) -> str:
    """Say only size, type and ranks: enough beside a big number."""
    return describe({name: value for name, value in key.items() if name in {*SIZES, *_BRIEF}})


def common(cases: Sequence[Numbered]) -> dict[str, object]:
    """Give the entries, other than the sizes, that all cases of a table share."""
    first = cases[0].case.key
    if len(cases) == 1:
        return {}
    return {
        name: value
        for name, value in first.items()
        if name not in {"op", *SIZES} and all(n.case.key.get(name) == value for n in cases)
    }


def word(name: str, value: object) -> str:
    """Say one entry of a case key: some values speak for themselves, others need their name."""
    return str(value) if name in _NAMED else f"{name.replace('_', ' ')} {value}"


def size_text(value: object) -> str:
    """Show a message size: powers of two in binary units, others in decimal ones."""
    if not isinstance(value, int):
        return str(value)
    for scale, unit in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if value >= scale and value % scale == 0:
            return f"{value // scale:,} {unit}"
    return with_prefix(value, "B")


def split_series(cases: Sequence[Numbered]) -> dict[str, list[Numbered]]:
    """Split cases into series that differ in anything but size, labelled by what differs."""
    names = list(dict.fromkeys(name for n in cases for name in n.case.key if name not in SIZES))
    varying = [name for name in names if len({str(n.case.key.get(name)) for n in cases}) > 1]
    series: dict[str, list[Numbered]] = {}
    for numbered in cases:
        key = numbered.case.key
        label = " · ".join(word(name, key[name]) for name in varying if name in key)
        series.setdefault(label or _first_label(key), []).append(numbered)
    return series


def _first_label(key: Mapping[str, object]) -> str:
    return str(key.get("dtype", key.get("op", "")))
