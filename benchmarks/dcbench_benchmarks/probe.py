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
    """Give `gpus`, `source` (nvml, torch, none) and the `reason` why there is no NVML."""
    try:
        return {"source": "nvml", "gpus": list_by_nvml(Nvml()), "reason": ""}
    except Unavailable as error:
        reason = str(error)
    if any(file.exists() for file in GPU_FILES):
        return {"source": "torch", "gpus": list_by_torch(), "reason": reason}
    return {"source": "none", "gpus": [], "reason": reason}


def list_by_nvml(nvml: Nvml) -> list[dict[str, Any]]:
    """Describe all GPUs of the machine, in PCI order."""
    driver = nvml.driver()
    common = {} if driver is None else {"driver": driver}
    return [{"index": i} | nvml.describe(i) | common for i in range(nvml.count())]


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
