"""What GPUs are there: `python -m dcbench_benchmarks.probe FD` writes a list as JSON on FD.

A process of its own: a driver that hangs or crashes must not take the run with it. NVML answers
without touching the GPUs; only where there is a GPU but no NVML is torch asked.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from dcbench_benchmarks.nvml import Nvml, Unavailable
from dcbench_benchmarks.processes import die_with_parent

GPU_FILES = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""There when a driver is: Linux, and Windows Subsystem for Linux."""


def main() -> None:
    """Report and exit."""
    die_with_parent()
    with os.fdopen(int(sys.argv[1]), "w") as pipe:
        json.dump(found(), pipe)


def found() -> dict[str, Any]:
    """Give `gpus`, `source` (nvml, torch, none), the `reason` why there is no NVML.

    With NVML also `unreachable`, why each GPU that it counts but does not open is missing.
    """
    try:
        gpus, unreachable = list_by_nvml(Nvml())
    except Unavailable as error:
        return _found_by_torch(str(error))
    return {"source": "nvml", "gpus": gpus, "reason": "", "unreachable": unreachable}


def _found_by_torch(reason: str) -> dict[str, Any]:
    if any(file.exists() for file in GPU_FILES):
        return {"source": "torch", "gpus": list_by_torch(), "reason": reason}
    return {"source": "none", "gpus": [], "reason": reason}


def list_by_nvml(nvml: Nvml) -> tuple[list[dict[str, Any]], list[str]]:
    """Describe the GPUs that can be opened, in PCI order, and say why others cannot.

    `index` counts those that can be opened, as CUDA does.
    """
    driver = nvml.driver()
    common = {} if driver is None else {"driver": driver}
    gpus: list[dict[str, Any]] = []
    unreachable: list[str] = []
    for number in range(nvml.count()):
        try:
            gpus.append({"index": len(gpus)} | nvml.describe(number) | common)
        except Unavailable as error:
            unreachable.append(f"GPU {number} of the driver: {error}")
    return gpus, unreachable


def list_by_torch() -> list[dict[str, Any]]:
    """Describe the GPUs that torch sees; empty where it sees none or is not installed."""
    try:
        import torch  # noqa: PLC0415 - only where it is needed
    except ImportError:
        return []
    devices = [torch.cuda.get_device_properties(i) for i in range(torch.cuda.device_count())]
    return [
        {
            "index": i, "name": device.name, "memory_bytes": int(device.total_memory),
            "compute_capability": f"{device.major}.{device.minor}", "uuid": f"GPU-{device.uuid}",
        }
        for i, device in enumerate(devices)
    ]  # fmt: skip


if __name__ == "__main__":
    main()
