"""What this machine offers to measuring, and what is in the way.

torch and NVML are asked in processes of their own, since both can hang or crash.
"""

from __future__ import annotations

import json
import platform
import resource
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from dcbench.units import GB, GIB, MIB
from dcbench_benchmarks import host
from dcbench_benchmarks.processes import child_environment, module_argv
from dcbench_benchmarks.supervise import supervise

Level = Literal["ok", "note", "problem"]
NEEDED_PYTHON = (3, 11)
ASK_TIMEOUT_S = 60.0
DISK_BYTES = 1 * GB
MEMORY_BYTES = 2 * GIB
LOCKED_BYTES = 64 * MIB


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at."""

    topic: str
    level: Level
    """`problem`: nothing can be measured, or not on this device; `note`: good to know."""
    found: str
    fix: str = ""
    blocking: bool = False
    """Whether measuring is impossible."""

    def as_dict(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        return asdict(self)


def examine() -> list[Finding]:
    """Look at everything that measuring needs."""
    torch, gpus = ask("torch_facts"), ask("probe")
    return [python(), *torch_findings(torch), *gpu_findings(gpus, torch), *host_findings()]


def ask(module: str) -> dict[str, Any]:
    """Run a module that reports JSON; on failure the key `error` says how it failed."""
    environment = child_environment()
    del environment["CUDA_VISIBLE_DEVICES"]
    ended = supervise(
        module_argv(module), job=b"", timeout_s=ASK_TIMEOUT_S, environment=environment
    )
    if ended.returncode or not ended.result:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        how = "no answer in time" if ended.cause == "timeout" else f"code {ended.returncode}"
        return {"error": f"{how}: {last[:300]}"}
    answer: dict[str, Any] = json.loads(ended.result)
    return answer


def python() -> Finding:
    """Check the Python version."""
    wanted = ".".join(str(part) for part in NEEDED_PYTHON)
    good = sys.version_info >= NEEDED_PYTHON
    return Finding(
        topic="Python", level="ok" if good else "problem", found=platform.python_version(),
        fix="" if good else f"install Python {wanted} or newer", blocking=not good,
    )  # fmt: skip


def torch_findings(facts: Mapping[str, Any]) -> Iterator[Finding]:
    """Judge what torch says about itself."""
    if "error" in facts:
        yield Finding(
            topic="torch", level="problem", found=str(facts["error"]), blocking=True,
            fix="in the checkout run pip install '.[bench]'",
        )  # fmt: skip
        return
    yield Finding(topic="torch", level="ok", found=str(facts["version"]))
    backends = [name for name in ("gloo", "nccl") if facts[name]]
    yield Finding(
        topic="torch backends", level="ok" if "gloo" in backends else "problem",
        found=", ".join(backends) or "none",
        fix="" if "gloo" in backends else "install a torch with gloo, or leave all_reduce out",
    )  # fmt: skip


def gpu_findings(facts: Mapping[str, Any], torch: Mapping[str, Any]) -> Iterator[Finding]:
    """Judge what NVML and torch say about GPUs."""
    reason = str(facts.get("error") or facts.get("reason") or "")
    gpus = list(facts.get("gpus", []))
    for lost in facts.get("unreachable", ()):
        fix = "ask the administrator; dmesg names a lost GPU by Xid"
        yield Finding(topic="GPUs", level="problem", found=str(lost), fix=fix)
    if not gpus:
        why = reason or "the driver reports none that can be used"
        yield Finding(topic="GPUs", level="note", found=f"none ({why})", fix="the CPU is measured")
        return
    yield Finding(
        topic="NVML", level="note" if reason else "ok",
        found=reason or f"driver {gpus[0].get('driver', 'unknown')}",
        fix="without NVML there is no power, clock or heat in the record" if reason else "",
    )  # fmt: skip
    yield _cuda(torch, len(gpus))
    for gpu in gpus:
        yield _gpu(gpu)


def host_findings() -> Iterator[Finding]:
    """Look at CPU, memory, disk and limits."""
    caches = host.caches_bytes()
    sizes = ", ".join(f"L{level} {size // 1024} KiB" for level, size in sorted(caches.items()))
    bf16 = "with" if host.cpu_has_bf16() else "without"
    found = f"{host.cpu_model()}, {host.usable_cores()} usable cores, {bf16} bf16 instructions"
    yield Finding(topic="CPU", level="ok", found=found)
    yield Finding(
        topic="CPU caches", level="ok" if caches else "note", found=sizes or "hidden by the kernel",
        fix="" if caches else f"{host.last_level_cache_bytes() // MIB} MiB are assumed",
    )  # fmt: skip
    yield _enough("memory", host.memory_bytes("MemAvailable"), MEMORY_BYTES, "close other programs")
    yield _enough("disk, here", shutil.disk_usage(Path.cwd()).free, DISK_BYTES, "make room")
    yield _locked()


def _cuda(torch: Mapping[str, Any], gpus: int) -> Finding:
    cuda, seen = torch.get("cuda"), int(torch.get("gpus", 0))
    if seen:
        return Finding(topic="CUDA", level="ok", found=f"{cuda}, torch sees {seen} of {gpus} GPUs")
    fix = "install a torch built for CUDA" if not cuda else "is the driver new enough for it?"
    return Finding(topic="CUDA", level="problem", found=f"torch sees no GPU (CUDA {cuda})", fix=fix)


def _gpu(gpu: Mapping[str, Any]) -> Finding:
    topic = f"GPU {gpu['index']}"
    found = f"{gpu.get('name', 'unknown')}, {gpu.get('memory_bytes', 0) / GB:.0f} GB"
    if gpu.get("mig"):
        fix = "turn MIG off to measure the whole GPU"
        return Finding(topic=topic, level="problem", found=f"{found}, divided by MIG", fix=fix)
    if gpu.get("persistence") == 0:
        fix = "nvidia-smi -pm 1, or the first case pays for starting the driver"
        return Finding(topic=topic, level="note", found=f"{found}, persistence off", fix=fix)
    limit = f", limit {gpu['power_limit_w']:.0f} W" if "power_limit_w" in gpu else ""
    return Finding(topic=topic, level="ok", found=found + limit)


def _enough(topic: str, found: float, needed: float, fix: str) -> Finding:
    good = found >= needed
    shown = f"{found / GB:.1f} GB free"
    wanted = "" if good else f"{fix}; {needed / GB:.1f} GB are advised"
    return Finding(topic=topic, level="ok" if good else "problem", found=shown, fix=wanted)


def _locked() -> Finding:
    soft = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    if soft in (resource.RLIM_INFINITY, -1):
        return Finding(topic="locked memory", level="ok", found="unlimited")
    good = soft >= LOCKED_BYTES
    return Finding(
        topic="locked memory", level="ok" if good else "note", found=f"{soft / MIB:.1f} MiB",
        fix="" if good else "ulimit -l unlimited, for NCCL over InfiniBand",
    )  # fmt: skip
