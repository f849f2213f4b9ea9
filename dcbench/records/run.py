"""The run record: what was measured, on what, in which state.

Format history
    1  first version
"""

from __future__ import annotations

import math
import statistics
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dcbench.records.base import (
    Count,
    FileFormat,
    Finite,
    Index,
    Name,
    NonNegative,
    Positive,
    Record,
    Seconds,
    Text,
)  # fmt: skip
from dcbench.records.intervals import median_interval

Status = Literal[
    "ok", "noisy", "not_steady", "throttled", "invalid", "failed", "timeout", "crashed", "oom",
    "hw_fault", "node_lost", "skipped", "not_run",
]  # fmt: skip
"""How a case ended. The first four carry samples; they are never merged into one."""

MEASURED: frozenset[Status] = frozenset({"ok", "noisy", "not_steady", "throttled"})
"""Statuses whose samples are a measurement; only `ok` and `noisy` may calibrate or gate."""

Unit = Literal["flop/s", "B/s", "token/s", "s"]
KeyValue = Annotated[str, Field(max_length=200)] | bool | Annotated[int, Field(ge=0, le=2**62)]
CaseKey = Annotated[dict[Name, KeyValue], Field(min_length=1, max_length=40)]


class Environment(Record):
    """The machine and software around a run; only what an allow-list names is captured."""

    created_at: Name
    """UTC, ISO 8601."""
    dcbench_version: Name
    command: Text
    hostname: Name
    operating_system: Name
    kernel: Name
    python: Name
    cpu_model: Name
    cpu_cores: Count
    memory_bytes: Count | Annotated[int, Field(ge=1, le=2**62)]
    packages: dict[Name, Name]
    """Versions of the packages that shape a result: torch, numpy, NCCL, CUDA, driver."""
    variables: dict[Name, Text]
    """Environment variables on the allow-list that were set."""
    notes: tuple[Text, ...] = ()
    """What the reader must know, such as that there was no GPU and CPUs were measured."""


class Device(Record):
    """One device that took part."""

    index: Index
    kind: Literal["cuda", "cpu"]
    name: Name
    """What the driver prints; for a CPU its model name."""
    accelerator_id: Name | None = None
    """Id in the catalog, when the name is known there."""
    memory_bytes: Annotated[int, Field(ge=1, le=2**62)]
    compute_capability: Name | None = None
    uuid: Name | None = None
    driver: Name | None = None
    power_limit_w: Positive | None = None
    pci_bus_id: Name | None = None


class Telemetry(Record):
    """State of the devices of a case while it was timed."""

    source: Literal["nvml", "none"]
    reason: Text = ""
    """Why there is none, or what is missing."""
    num_samples: Index = 0
    power_w_mean: NonNegative | None = None
    power_w_max: NonNegative | None = None
    energy_j: NonNegative | None = None
    """From the energy counter; only for windows of at least 5 s."""
    sm_clock_mhz_median: NonNegative | None = None
    memory_clock_mhz_median: NonNegative | None = None
    temperature_c_max: Finite | None = None
    throttle_reasons: tuple[Name, ...] = ()


class Case(Record):
    """One thing measured once: what (`key`), how it ended (`status`), and the raw samples."""

    key: CaseKey
    """What was measured; always has `op`. Cases with equal keys are comparable."""
    status: Status
    reason: Text = ""
    """Why the status is not `ok`, in one line."""
    samples: tuple[Seconds, ...] = Field(default=(), max_length=100_000)
    """Seconds per iteration, one per timed block."""
    work: Positive | None = None
    """Work of one iteration in `work_unit`, as docs/how-numbers-are-computed.md defines it."""
    work_unit: Literal["flop", "B", "token"] | None = None
    value: NonNegative | None = None
    """Headline: work over the median sample, or the median sample itself when unit is `s`."""
    unit: Unit
    ci95: tuple[NonNegative, NonNegative] | None = None
    """95 % confidence interval of `value`, from order statistics of the samples."""
    derived: dict[Name, Finite] = {}
    """Further figures of the same samples, each with its unit in its name."""
    checks: dict[Name, Finite] = {}
    """Correctness of the result, measured outside the timed region, with the limit applied."""
    devices: tuple[Index, ...] = Field(default=(), max_length=100_000)
    """Indices of the run's devices that took part."""
    telemetry: Telemetry | None = None
    started_at: Name | None = None
    duration_s: NonNegative | None = None
    """Wall-clock time of the whole case, process start included."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if "op" not in self.key:
            raise ValueError("key has no op")
        if self.status != "ok" and not self.reason:
            raise ValueError(f"status {self.status} needs a reason")
        if self.status in MEASURED and not self.samples:
            raise ValueError(f"status {self.status} needs samples")
        if self.samples and self.unit not in {"s", f"{self.work_unit}/s"}:
            raise ValueError(f"unit {self.unit} does not go with work in {self.work_unit}")
        if self.samples and self.value is not None:
            expected = headline(self.samples, self.work if self.unit != "s" else None)
            if not math.isclose(self.value, expected, rel_tol=1e-6):
                raise ValueError(f"value {self.value} is not what the samples give: {expected}")
        return self


def headline(samples: tuple[float, ...], work: float | None) -> float:
    """Work per second at the median sample; without work the median sample in seconds."""
    median = statistics.median(samples)
    return median if work is None else work / median


def headline_interval(samples: tuple[float, ...], work: float | None) -> tuple[float, float] | None:
    """95 % interval of `headline`; None below six samples (see `median_interval`)."""
    interval = median_interval(samples)
    if interval is None or work is None:
        return interval
    low, high = interval
    return work / high, work / low


class RunRecord(FileFormat):
    """Everything one `dcbench run` measured."""

    schema_: Literal["dcbench.run"] = Field(default="dcbench.run", alias="schema")
    version: Literal[1] = 1
    environment: Environment
    devices: Annotated[tuple[Device, ...], Field(min_length=1, max_length=100_000)]
    suite: Name
    cases: Annotated[tuple[Case, ...], Field(max_length=1_000_000)]
