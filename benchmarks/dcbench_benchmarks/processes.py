"""Small things that every child process of a run does or is given."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import NoReturn

PR_SET_PDEATHSIG = 1
"""prctl(2)."""

PARENT = "DCBENCH_PARENT"
"""Variable with the process id of the parent."""
PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH",
    "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "VIRTUAL_ENV", "USER", "LOGNAME",
    "XDG_CACHE_HOME", "SYSTEMROOT",
)  # fmt: skip
PASSED_ON_PREFIXES = (
    "CUDA_", "NVIDIA_", "NCCL_", "GLOO_", "OMP_", "MKL_", "KMP_", "GOMP_", "ONEDNN_", "DNNL_",
    "OPENBLAS_", "TORCH_", "PYTORCH_", "CUBLAS", "CUDNN_", "TRITON_", "UCX_", "FI_", "IBV_",
    "RDMAV_",
)  # fmt: skip
"""What a measuring process may see of the environment; nothing else can change a result."""


def module_argv(module: str) -> list[str]:
    """Give the command that runs a module of this package; `-P` keeps the folder off its path."""
    return [sys.executable, "-P", "-m", f"dcbench_benchmarks.{module}"]


def child_environment(visible_gpus: str = "") -> dict[str, str]:
    """Give the environment of a child: the allow-list, and the GPUs it may use.

    Args:
        visible_gpus: value of `CUDA_VISIBLE_DEVICES`; empty hides all GPUs.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
    own = {"CUDA_VISIBLE_DEVICES": visible_gpus, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
    return kept | own | {"PYTHONUNBUFFERED": "1"} | named_parent()


def named_parent() -> dict[str, str]:
    """Tell a child which process started it."""
    return {PARENT: str(os.getpid())}


def leave(code: int) -> NoReturn:
    """End at once: nothing is left to do, and taking torch apart takes 0.3 s or hangs."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies, so that nothing is left behind.

    To be called before anything slow is imported: until then the parent may die unnoticed.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.environ.get(PARENT, str(os.getppid())) != str(os.getppid()):
        sys.exit("the process that started this one is gone")
