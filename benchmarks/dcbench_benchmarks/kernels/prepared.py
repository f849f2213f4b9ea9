"""What a kernel hands to the worker: the workload, its work, its check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from dcbench_benchmarks.timing import Timed, Workload

WorkUnit = Literal["flop", "B", "token"]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Whether the result of the timed work is right."""

    passed: bool
    reason: str = ""
    """What is wrong, in one line; empty when nothing is."""
    figures: dict[str, float] = field(default_factory=dict)
    """Errors found, each beside its limit."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A case ready to be timed."""

    workload: Workload
    work: float
    work_unit: WorkUnit
    check: Callable[[Timed], Checked]
    """Called after the timing; looks at what the timed iterations left behind."""
    derived: Callable[[Timed], dict[str, float]] = lambda _: {}
    on_start: Callable[[], object] = lambda: None
    """Called between warm-up and the first timed batch."""
