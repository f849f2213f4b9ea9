"""The machine and software around a run. Only what an allow-list names is captured."""

from __future__ import annotations

import os
import platform
import re
import shlex
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dcbench.records.run import Device, Environment
from dcbench_benchmarks import host
from dcbench_benchmarks.software import dcbench_version, package_versions

CAPTURED = frozenset({
    "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_DEVICE_MAX_CONNECTIONS",
    "CUDA_MODULE_LOADING", "CUDA_LAUNCH_BLOCKING", "CUBLAS_WORKSPACE_CONFIG",
    "NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "TORCH_BLAS_PREFER_CUBLASLT",
    "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF", "SLURM_JOB_ID", "SLURM_JOB_NUM_NODES",
    "SLURM_NTASKS", "LD_PRELOAD",
})  # fmt: skip
CAPTURED_PREFIXES = ("OMP_", "MKL_", "KMP_", "ONEDNN_", "NCCL_", "GLOO_", "TORCH_NCCL_")
VALUE_LIMIT = 500

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"://[^/\s]*:[^/\s]*@|[A-Za-z0-9+_=-]{32,}")


def capture(devices: Sequence[Device], notes: Sequence[str]) -> Environment:
    """Describe this host, its software and the variables that shape a result."""
    variables, left_out = captured_variables(os.environ)
    hidden = [f"variables left out, they look like secrets: {', '.join(left_out)}"]
    drivers = sorted({device.driver for device in devices if device.driver})
    packages = package_versions() | ({"driver": ", ".join(drivers)} if drivers else {})
    return Environment(
        created_at=utc_now(), dcbench_version=dcbench_version(),
        command=shlex.join(["dcbench", *sys.argv[1:]])[:2000],
        hostname=socket.gethostname()[:200] or "unknown",
        operating_system=_operating_system(), kernel=platform.release() or "unknown",
        python=platform.python_version(), cpu_model=host.cpu_model(),
        cpu_cores=host.usable_cores(), memory_bytes=host.memory_bytes(), packages=packages,
        variables=variables, notes=(*notes, *(hidden if left_out else [])),
    )  # fmt: skip


def captured_variables(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Give the variables on the allow-list, and the names of those that look like secrets."""
    listed = {
        name: value[:VALUE_LIMIT]
        for name, value in sorted(environment.items())
        if name in CAPTURED or name.startswith(CAPTURED_PREFIXES)
    }
    secret = [name for name, value in listed.items() if looks_secret(name, value)]
    return {name: value for name, value in listed.items() if name not in secret}, secret


def looks_secret(name: str, value: str) -> bool:
    """Tell whether a name or value looks like a password, token or key.

    Paths and GPU identities have long runs of characters too and are no secrets.
    """
    if _SECRET_NAME.search(name):
        return True
    words = re.split(r"[,:/]", value) if "@" not in value else [value]
    return any(
        _SECRET_VALUE.search(word) and not word.startswith(("GPU-", "MIG-")) for word in words
    )


def utc_now() -> str:
    """Time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _operating_system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())[:200]
    except OSError:
        return platform.system() or "unknown"
