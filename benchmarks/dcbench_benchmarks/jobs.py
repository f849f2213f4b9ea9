"""What goes into a worker process and what comes out of it, both as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import Finite, Name, Positive, Record, Seconds, Text
from dcbench_benchmarks.disturbance import LIMIT as OTHER_CPU_LIMIT
from dcbench_benchmarks.kernels.prepared import Checked, Prepared
from dcbench_benchmarks.suite import Spec, Timing
from dcbench_benchmarks.timing import Timed

SEED = 20_260_101
"""Of all random data: the same case always multiplies the same numbers."""


class Job(Record):
    """One case for one process."""

    spec: Spec
    timing: Timing
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = SEED


class CaseResult(Record):
    """What a worker reports."""

    status: Literal["ok", "noisy", "not_steady", "invalid", "failed", "oom", "hw_fault"]
    reason: Text = ""
    samples: tuple[Seconds, ...] = Field(default=(), max_length=100_000)
    work: Positive | None = None
    work_unit: Literal["flop", "B", "token"] | None = None
    derived: dict[Name, Finite] = Field(default_factory=dict)
    checks: dict[Name, Finite] = Field(default_factory=dict)
    window: tuple[Finite, Finite] | None = None
    """Start and end of the timed part on the host's monotonic clock."""


def result_of(
    prepared: Prepared,
    timed: Timed,
    checked: Checked,
    interval: float,
    other_cpu_share: float | None = None,
) -> CaseResult:
    """Put together what a measured case reports.

    Args:
        prepared: the case.
        timed: its samples.
        checked: whether its result is right.
        interval: half-width that was asked for, for the message of a noisy case.
        other_cpu_share: share of our cores that others used meanwhile; None on a GPU.
    """
    status, reason = _judged(timed, checked, interval, other_cpu_share or 0.0)
    derived = {
        "iterations_per_sample": float(timed.iterations_per_batch), "warmup_s": timed.warmup_s,
    }  # fmt: skip
    if other_cpu_share is not None:
        derived["other_cpu_share"] = other_cpu_share
    return CaseResult(
        status=status, reason=reason, samples=timed.samples, work=prepared.work,
        work_unit=prepared.work_unit, derived=derived | prepared.derived(timed),
        checks=checked.figures, window=timed.window,
    )  # fmt: skip


def _judged(
    timed: Timed, checked: Checked, interval: float, other_cpu_share: float
) -> tuple[Literal["ok", "noisy", "not_steady", "invalid"], str]:
    if not checked.passed:
        return "invalid", checked.reason
    if not timed.steady:
        return "not_steady", f"still drifting after {timed.warmup_s:.1f} s of warm-up"
    if other_cpu_share > OTHER_CPU_LIMIT:
        return "noisy", f"other programs used {other_cpu_share:.0%} of the CPU cores meanwhile"
    if not timed.precise:
        count = len(timed.samples)
        return "noisy", f"the 95 % interval of {count} samples is wider than ±{interval:.1%}"
    return "ok", ""


def failure(error: BaseException) -> CaseResult:
    """Say how a case failed, by the exception that ended it.

    Memory: `MemoryError`, torch's `OutOfMemoryError` and the texts of its CPU allocator, of
    cudaErrorMemoryAllocation and of cuBLAS, which ask the driver past torch's allocator. Hardware:
    the texts of cudaErrorECCUncorrectable and cudaErrorDeviceUnavailable-like losses.
    """
    text = " ".join(str(error).split())[:500]
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if any("OutOfMemory" in cls.__name__ for cls in type(error).__mro__) or _is_memory(error, text):
        return CaseResult(status="oom", reason=line)
    if any(words in text for words in _HARDWARE_TEXTS):
        return CaseResult(status="hw_fault", reason=line)
    return CaseResult(status="failed", reason=line)


_MEMORY_TEXTS = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
_HARDWARE_TEXTS = ("uncorrectable ECC", "uncorrectable NVLink", "has fallen off the bus")


def _is_memory(error: BaseException, text: str) -> bool:
    return isinstance(error, MemoryError) or any(words in text for words in _MEMORY_TEXTS)
