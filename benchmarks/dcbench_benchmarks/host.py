"""Facts of this host read from /proc and /sys: CPU model, instruction sets, caches, memory."""

from __future__ import annotations

import os
import re
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
MEMINFO = Path("/proc/meminfo")
VMSTAT = Path("/proc/vmstat")
CPU_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
BF16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "avx_ne_convert", "bf16"})
"""Names in /proc/cpuinfo of instructions that multiply bf16: x86 (first three) and Arm."""

_CACHE_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}
_DEFAULT_CACHE_BYTES = 32 * 2**20


def cpu_model(cpuinfo: Path = CPUINFO) -> str:
    """Give the CPU's name as the kernel prints it, or `unknown CPU`."""
    for name in ("model name", "Model", "Hardware", "CPU part"):
        found = re.search(rf"^{name}\s*:\s*(\S.*)$", _text(cpuinfo), re.MULTILINE)
        if found:
            return " ".join(found[1].split())[:200]
    return "unknown CPU"


def cpu_has_bf16(cpuinfo: Path = CPUINFO) -> bool:
    """Tell whether the CPU multiplies bf16 in hardware; elsewhere it would be emulated."""
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", _text(cpuinfo), re.MULTILINE)
    return bool(found and BF16_FLAGS & set(found[1].split()))


def usable_cores() -> int:
    """Number of cores this process may run on."""
    return len(os.sched_getaffinity(0))


def memory_bytes(field: str = "MemTotal", meminfo: Path = MEMINFO) -> int:
    """Bytes of memory by the name /proc/meminfo uses: `MemTotal`, `MemAvailable`."""
    found = re.search(rf"^{field}:\s*(\d+) kB$", _text(meminfo), re.MULTILINE)
    return (
        int(found[1]) * 1024 if found else os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    )


def caches_bytes(folder: Path = CPU_CACHES) -> dict[int, int]:
    """Data and unified caches of core 0 by level, in bytes; empty when the kernel hides them."""
    caches: dict[int, int] = {}
    for cache in sorted(folder.glob("index*")):
        size = re.fullmatch(r"(\d+)([KMG])", _text(cache / "size").strip())
        level = _text(cache / "level").strip()
        if size and level.isdigit() and _text(cache / "type").strip() != "Instruction":
            caches[int(level)] = int(size[1]) * _CACHE_UNITS[size[2]]
    return caches


def last_level_cache_bytes(folder: Path = CPU_CACHES) -> int:
    """Size of the largest cache that core 0 sees; 32 MiB when unknown."""
    return max(caches_bytes(folder).values(), default=_DEFAULT_CACHE_BYTES)


def oom_kills(vmstat: Path = VMSTAT) -> int:
    """Processes that the kernel has killed for memory since boot, in and out of cgroups."""
    found = re.search(r"^oom_kill (\d+)$", _text(vmstat), re.MULTILINE)
    return int(found[1]) if found else 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
