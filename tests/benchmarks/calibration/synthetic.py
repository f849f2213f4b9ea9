"""Run records made by hand: times come from known constants, never from a clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dcbench.records.files import write_record
from dcbench.records.run import Case, Device, Environment, RunRecord, Telemetry

RATE = 1e12
"""flop/s of every made-up matmul."""
LATENCY_S = 1e-5
BANDWIDTH = 2e11
"""B/s of every made-up copy."""
COPY_LATENCY_S = 4e-6
SIZES = (256, 512, 1024, 2048, 4096)


def environment() -> Environment:
    return Environment(
        created_at="2026-01-02T03:04:05+00:00", dcbench_version="0", command="dcbench run",
        hostname="h", operating_system="Linux", kernel="6", python="3.11", cpu_model="CPU",
        cpu_cores=2, memory_bytes=2**33, packages={}, variables={},
    )  # fmt: skip


def gpu(name: str = "GPU A", index: int = 0, memory_bytes: int = 80 * 10**9) -> Device:
    return Device(index=index, kind="cuda", name=name, memory_bytes=memory_bytes)


def matmul(n: int, time_s: float | None = None, **changes: object) -> Case:
    time_s = LATENCY_S + 2 * n**3 / RATE if time_s is None else time_s
    key = {
        "op": "matmul", "dtype": "bf16", "m": n, "n": n, "k": n, "layout": "NN",
        "data": "normal", "cache": "cold", "launch": "eager",
    }  # fmt: skip
    return _case(key | changes.pop("key", {}), time_s, 2.0 * n**3, "flop", **changes)


def copy(num_bytes: int, time_s: float | None = None, **changes: object) -> Case:
    time_s = COPY_LATENCY_S + 2 * num_bytes / BANDWIDTH if time_s is None else time_s
    key = {"op": "memory_copy", "dtype": "fp32", "bytes": num_bytes, "cache": "cold"}
    return _case(key | changes.pop("key", {}), time_s, 2.0 * num_bytes, "B", **changes)


def all_reduce(num_bytes: int, time_s: float, ranks: int = 8, **changes: object) -> Case:
    key = {"op": "all_reduce", "dtype": "fp32", "bytes": num_bytes, "ranks": ranks,
           "backend": "nccl"}  # fmt: skip
    return _case(key, time_s, float(num_bytes), "B", unit="s", **changes)


def train_step(time_s: float, **changes: object) -> Case:
    key = {
        "op": "train_step", "dtype": "bf16", "layers": 2, "d_model": 256, "heads": 4,
        "kv_heads": 2, "d_ff": 512, "vocab": 1000, "sequence": 128, "micro_batch": 4, "ranks": 1,
        "optimizer": "adamw",
    }  # fmt: skip
    return _case(key | changes.pop("key", {}), time_s, 512.0, "token", **changes)


def _case(
    key: dict[str, Any], time_s: float, amount: float, counted_in: str, **changes: object
) -> Case:
    spread = (0.999, 0.9995, 1, 1, 1, 1.0005, 1.001)
    fields = {
        "key": key, "status": "ok", "samples": tuple(time_s * factor for factor in spread),
        "work": amount, "work_unit": counted_in, "unit": f"{counted_in}/s",
    }  # fmt: skip
    return Case(**fields | changes)


def telemetry(power_w: float, temperature_c: float) -> Telemetry:
    return Telemetry(source="nvml", power_w_mean=power_w, temperature_c_max=temperature_c)


def run_record(*cases: Case, devices: tuple[Device, ...] = (gpu(),)) -> RunRecord:
    return RunRecord(environment=environment(), devices=devices, suite="made up", cases=cases)


def run_file(folder: Path, *cases: Case, name: str = "run.json", **fields: object) -> Path:
    path = folder / name
    write_record(path, run_record(*cases, **fields))
    return path


def matmuls() -> list[Case]:
    return [matmul(n) for n in SIZES]


def copies() -> list[Case]:
    return [copy(2**power) for power in (18, 20, 22, 24, 26)]
