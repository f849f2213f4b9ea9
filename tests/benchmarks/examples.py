"""Values that several tests use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from dcbench.records.run import Device
from dcbench_benchmarks.case_plan import PlannedCase, key_of
from dcbench_benchmarks.jobs import Job
from dcbench_benchmarks.suite import MatmulSpec, Shape, Timing

DOUBLE = Path(__file__).with_name("doubles.py")

TIMING = Timing(
    warmup_min_s=0.0, warmup_max_s=0.05, drift=0.5, batch_min_s=200e-6, min_batches=6, min_s=0.0,
    budget_s=0.2, interval=0.5,
)  # fmt: skip
CPU = Device(index=0, kind="cpu", name="a CPU", memory_bytes=8 * 2**30)
SHAPE = Shape(
    layers=2, d_model=32, heads=4, kv_heads=2, d_ff=48, vocab=64, sequence=16, micro_batch=2
)


def gpu(index: int = 0, **changes: object) -> Device:
    facts: dict[str, Any] = {
        "index": index, "kind": "cuda", "name": "NVIDIA H100 80GB HBM3", "memory_bytes": 85 * 10**9,
        "accelerator_id": "H100-SXM", "compute_capability": "9.0", "uuid": f"GPU-{index}",
    }  # fmt: skip
    return Device(**(facts | changes))


def matmul(dtype: str = "fp32", size: int = 32, device: str = "cpu") -> MatmulSpec:
    return MatmulSpec.model_validate(
        {"op": "matmul", "device": device, "dtype": dtype, "m": size, "n": size, "k": size}
    )


def planned(timeout_s: float = 20.0, devices: tuple[Device, ...] = (CPU,)) -> PlannedCase:
    spec = matmul()
    return PlannedCase(
        key=key_of(spec), unit="flop/s", devices=devices, timeout_s=timeout_s,
        job=Job(spec=spec, timing=TIMING),
    )  # fmt: skip


def double(mode: str) -> list[str]:
    return [sys.executable, str(DOUBLE), mode]
