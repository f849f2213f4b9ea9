"""Suites: which cases are measured and how long, as data files that users can write too.

Format history
    1  first version
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dcbench.errors import Fault, InputError
from dcbench.records.base import FileFormat, Name, Record
from dcbench.records.files import read_record

DeviceKind = Literal["cpu", "cuda"]
Dtype = Literal["fp32", "tf32", "bf16", "fp16", "fp8"]
Size = Annotated[int, Field(ge=1, le=2**24)]
ShortSeconds = Annotated[float, Field(gt=0, le=86_400)]
SmallShare = Annotated[float, Field(gt=0, le=0.5)]


class Timing(Record):
    """How one case is timed (see docs/measuring.md)."""

    warmup_min_s: Annotated[float, Field(ge=0, le=3600)]
    warmup_max_s: ShortSeconds
    """A case that still drifts then is measured all the same and marked `not_steady`."""
    drift: SmallShare
    """Largest change between the halves of the warm-up window that counts as steady."""
    batch_min_s: Annotated[float, Field(ge=200e-6, le=60)]
    """Least duration of a timed batch; at least 200 µs, or the clock and the launch show."""
    min_batches: Annotated[int, Field(ge=6, le=100_000)]
    """At least six, or there is no 95 % interval of the median."""
    min_s: Annotated[float, Field(ge=0, le=86_400)]
    budget_s: ShortSeconds
    interval: SmallShare
    """Half-width of the 95 % interval of the median, relative to it, at which timing stops."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.warmup_min_s > self.warmup_max_s:
            raise ValueError("warmup_min_s is larger than warmup_max_s")
        if self.min_s > self.budget_s:
            raise ValueError("min_s is larger than budget_s")
        return self


class CaseSpec(Record):
    """What all cases of a suite have."""

    device: DeviceKind
    budget_s: ShortSeconds | None = None
    """Replaces the budget of the suite's timing."""
    interval: SmallShare | None = None
    """Replaces the interval of the suite's timing."""


class MatmulSpec(CaseSpec):
    """Product of an m x k by a k x n matrix."""

    op: Literal["matmul"]
    dtype: Dtype
    m: Size
    n: Size
    k: Size

    @model_validator(mode="after")
    def _aligned(self) -> Self:
        if self.dtype == "fp8" and any(size % 16 for size in (self.m, self.n, self.k)):
            raise ValueError("fp8 needs m, n and k that are multiples of 16")
        return self


class SizedSpec(CaseSpec):
    """A case whose size is a number of bytes, in whole fp32 elements."""

    bytes: Annotated[int, Field(ge=4, le=2**40, multiple_of=4)]


class MemoryCopySpec(SizedSpec):
    """Copy of an array of `bytes` bytes within the device's memory."""

    op: Literal["memory_copy"]


class AllReduceSpec(SizedSpec):
    """Sum of an array of `bytes` bytes over `ranks` processes."""

    op: Literal["all_reduce"]
    ranks: Annotated[int, Field(ge=2, le=1024)] | Literal["all"]
    """`all`: one per GPU of the run."""

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.device == "cpu" and self.ranks == "all":
            raise ValueError("on the CPU `ranks` is a number")
        return self


class Shape(Record):
    """A decoder-only transformer and its batch."""

    layers: Annotated[int, Field(ge=1, le=1000)]
    d_model: Annotated[int, Field(ge=8, le=2**17)]
    heads: Annotated[int, Field(ge=1, le=1024)]
    kv_heads: Annotated[int, Field(ge=1, le=1024)]
    d_ff: Annotated[int, Field(ge=8, le=2**20)]
    vocab: Annotated[int, Field(ge=8, le=2**20)]
    sequence: Annotated[int, Field(ge=2, le=2**20)]
    micro_batch: Annotated[int, Field(ge=1, le=4096)]

    @model_validator(mode="after")
    def _divisible(self) -> Self:
        if self.d_model % (2 * self.heads):
            raise ValueError("d_model must be an even multiple of heads (rotary embedding)")
        if self.heads % self.kv_heads:
            raise ValueError("heads must be a multiple of kv_heads")
        return self

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.d_model // self.heads

    @property
    def tokens(self) -> int:
        """Tokens of one step."""
        return self.sequence * self.micro_batch


class TrainStepSpec(CaseSpec):
    """One training step; of the shapes the first that fits the device's memory is taken."""

    op: Literal["train_step"]
    dtype: Literal["fp32", "bf16"]
    shapes: Annotated[tuple[Shape, ...], Field(min_length=1, max_length=20)]


Spec = Annotated[
    MatmulSpec | MemoryCopySpec | AllReduceSpec | TrainStepSpec, Field(discriminator="op")
]


class Suite(FileFormat):
    """A suite file."""

    schema_: Literal["dcbench.suite"] = Field(default="dcbench.suite", alias="schema")
    version: Literal[1] = 1
    name: Name
    timeout_s: ShortSeconds
    """Wall-clock limit of one case, process start included."""
    timing: dict[DeviceKind, Timing]
    case: Annotated[tuple[Spec, ...], Field(min_length=1, max_length=10_000)]

    @model_validator(mode="after")
    def _timed(self) -> Self:
        missing = sorted({spec.device for spec in self.case} - set(self.timing))
        if missing:
            raise ValueError(f"has cases for {', '.join(missing)} but no [timing.{missing[0]}]")
        return self

    def timing_of(self, spec: CaseSpec) -> Timing:
        """Give the timing of one case, its own budget and interval applied."""
        own = {"budget_s": spec.budget_s, "interval": spec.interval}
        update = {name: value for name, value in own.items() if value is not None}
        timing = self.timing[spec.device]
        if "budget_s" in update:
            update["min_s"] = min(timing.min_s, update["budget_s"])
        return timing.model_copy(update=update)


def shipped_suites() -> list[str]:
    """Names of the suites that come with the package."""
    folder = resources.files("dcbench_benchmarks") / "suites"
    return sorted(
        item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")
    )


def load_suite(name: str) -> Suite:
    """Read a shipped suite by name, or a file by path.

    Raises:
        InputError: no such suite, or the file's faults, all of them.
    """
    if name in shipped_suites():
        file = resources.files("dcbench_benchmarks") / "suites" / f"{name}.toml"
        with resources.as_file(file) as path:
            return read_record(path, Suite)
    if name and (Path(name).exists() or "/" in name or name.endswith((".toml", ".json"))):
        return read_record(Path(name), Suite)
    fix = f"give a suite file or one of: {', '.join(shipped_suites())}"
    raise InputError(Fault(where="--suite", value=name, problem="unknown suite", fix=fix))
