"""From a suite and devices to planned cases: the key of each, and why one cannot be measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dcbench.errors import Fault, InputError
from dcbench.records.run import CaseKey, Device, Unit
from dcbench_benchmarks import host
from dcbench_benchmarks.jobs import Job
from dcbench_benchmarks.kernels.all_reduce import backend_of
from dcbench_benchmarks.kernels.transformer_counts import first_that_fits
from dcbench_benchmarks.suite import (
    AllReduceSpec,
    CaseSpec,
    DeviceKind,
    MatmulSpec,
    MemoryCopySpec,
    Spec,
    Suite,
    TrainStepSpec,
)  # fmt: skip

CUDA_NEEDS = {"tf32": (8, 0), "bf16": (8, 0), "fp8": (8, 9)}
"""Least compute capability whose tensor cores take the dtype (CUDA C++ Programming Guide,
"Compute Capabilities"): Ampere for TF32 and bf16, Ada and Hopper for fp8."""
CPU_DTYPES = frozenset({"fp32", "bf16"})
OPS = ("matmul", "memory_copy", "all_reduce", "train_step")
UNITS: dict[str, Unit] = {
    "matmul": "flop/s", "memory_copy": "B/s", "all_reduce": "s", "train_step": "token/s",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PlannedCase:
    """One case of a run."""

    key: CaseKey
    unit: Unit
    devices: tuple[Device, ...]
    job: Job
    timeout_s: float
    skip: str = ""
    """Why it is not measured; empty when it is."""


def plan_cases(
    suite: Suite,
    kind: DeviceKind,
    devices: Sequence[Device],
    only: Sequence[str] = (),
    timeout_s: float | None = None,
) -> tuple[PlannedCase, ...]:
    """Plan the cases of a suite on devices of one kind.

    Cases of one device come once per device, one after another; an all-reduce uses all.

    Args:
        suite: what to measure.
        kind: CPU or CUDA.
        devices: of that kind.
        only: ops to keep; all when empty.
        timeout_s: replaces the suite's limit.

    Raises:
        InputError: `only` names an unknown op, or nothing is left.
    """
    _check_only(only)
    limit = suite.timeout_s if timeout_s is None else timeout_s
    specs = [s for s in suite.case if s.device == kind and (not only or s.op in only)]
    if not specs:
        problem = f"has no case for {kind}" + (f" of {', '.join(only)}" if only else "")
        raise InputError(
            Fault(where="--suite", value=suite.name, problem=problem, fix="choose others")
        )
    return tuple(case for spec in specs for case in _of_spec(suite, spec, tuple(devices), limit))


def label(key: CaseKey) -> str:
    """Name a case for people, such as `matmul bf16 4096x4096x4096`."""
    if key["op"] == "matmul":
        size = "x".join(str(key[name]) for name in ("m", "n", "k"))
    elif key["op"] == "train_step":
        size = f"{key.get('layers', '?')} layers of {key.get('d_model', '?')}"
    else:
        size = _binary(int(key["bytes"]))
    ranks = f" {key['ranks']} ranks" if key["op"] == "all_reduce" else ""
    return f"{key['op']} {key['dtype']} {size}{ranks}"


def _binary(size: int) -> str:
    units = ("B", "KiB", "MiB", "GiB", "TiB")
    power = max((p for p in range(len(units)) if size >= 1024**p), default=0)
    return f"{size / 1024**power:.4g} {units[power]}"


def _check_only(only: Sequence[str]) -> None:
    fix = f"known: {', '.join(OPS)}"
    faults = [
        Fault(where="--only", value=op, problem="unknown kind of case", fix=fix)
        for op in only
        if op not in OPS
    ]
    if faults:
        raise InputError(faults)


def _of_spec(
    suite: Suite, spec: Spec, devices: tuple[Device, ...], limit: float
) -> Iterator[PlannedCase]:
    timing = suite.timing_of(spec)
    groups = [devices] if isinstance(spec, AllReduceSpec) else [(device,) for device in devices]
    for group in groups:
        resolved, skip = _resolved(spec, group)
        yield PlannedCase(
            key=key_of(resolved), unit=UNITS[spec.op], devices=group, timeout_s=limit,
            job=Job(spec=resolved, timing=timing), skip=skip,
        )  # fmt: skip


def _resolved(spec: Spec, devices: tuple[Device, ...]) -> tuple[Spec, str]:
    """Fix what the suite leaves to the device; say why the case cannot be measured, if so."""
    if isinstance(spec, AllReduceSpec):
        return _resolved_ranks(spec, devices)
    skip = "" if isinstance(spec, MemoryCopySpec) else lacks_dtype(spec.dtype, devices[0])
    if isinstance(spec, TrainStepSpec):
        shape = first_that_fits(spec.shapes, spec.dtype, devices[0].memory_bytes)
        spec = spec.model_copy(update={"shapes": (shape or spec.shapes[-1],)})
        skip = skip or ("" if shape else "no shape of the suite fits into the device's memory")
    elif not skip and _bytes_needed(spec) > 0.8 * devices[0].memory_bytes:
        skip = "does not fit into the device's memory"
    return spec, skip


def _resolved_ranks(spec: AllReduceSpec, devices: tuple[Device, ...]) -> tuple[Spec, str]:
    if spec.device == "cpu":
        return spec, ""
    ranks = len(devices) if spec.ranks == "all" else spec.ranks
    resolved = spec.model_copy(update={"ranks": ranks})
    if ranks == 1:
        return resolved, "one GPU: there is nothing to reduce with"
    if ranks > len(devices):
        return resolved, f"needs {ranks} GPUs, the run has {len(devices)}"
    return resolved, ""


def lacks_dtype(dtype: str, device: Device) -> str:
    """Say why a device does not compute in a dtype; empty when it does."""
    if device.kind == "cpu":
        if dtype not in CPU_DTYPES:
            return f"{dtype} is measured on GPUs only"
        if dtype == "bf16" and not host.cpu_has_bf16():
            return "this CPU has no bf16 instructions: it would be emulated"
        return ""
    needed = CUDA_NEEDS.get(dtype)
    if needed is None or device.compute_capability is None:
        return ""
    major, _, minor = device.compute_capability.partition(".")
    if (int(major), int(minor)) >= needed:
        return ""
    wanted = ".".join(str(part) for part in needed)
    return f"{dtype} needs compute capability {wanted}, this is {device.compute_capability}"


def _bytes_needed(spec: CaseSpec) -> float:
    """Least memory of a case: two sets of operands, in at most 4 bytes per element."""
    if isinstance(spec, MatmulSpec):
        elements = spec.m * spec.k + spec.k * spec.n + spec.m * spec.n
        return 2.0 * 4 * elements
    return 2.0 * spec.bytes if isinstance(spec, MemoryCopySpec) else 0.0


def key_of(spec: Spec) -> CaseKey:
    """Give what identifies a case: equal keys are comparable."""
    if isinstance(spec, MatmulSpec):
        layout = "NT" if spec.dtype == "fp8" else "NN"
        return {
            "op": "matmul", "dtype": spec.dtype, "m": spec.m, "n": spec.n, "k": spec.k,
            "layout": layout, "data": "normal", "cache": "cold", "launch": "eager",
        }  # fmt: skip
    if isinstance(spec, MemoryCopySpec):
        return {"op": "memory_copy", "dtype": "fp32", "bytes": spec.bytes, "cache": "cold"}
    if isinstance(spec, AllReduceSpec):
        ranks = int(spec.ranks)
        backend = backend_of(spec.device) if ranks > 1 else "none"
        return {
            "op": "all_reduce", "dtype": "fp32", "bytes": spec.bytes, "ranks": ranks,
            "backend": backend,
        }  # fmt: skip
    shape = spec.shapes[0].model_dump()
    return {"op": "train_step", "dtype": spec.dtype} | shape | {"ranks": 1, "optimizer": "adamw"}
