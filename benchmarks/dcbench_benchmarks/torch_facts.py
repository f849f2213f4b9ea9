"""What torch says about itself: `python -m dcbench_benchmarks.torch_facts FD`, for `doctor`.

A process of its own: importing a torch that does not fit its driver can crash or hang.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from dcbench_benchmarks.processes import die_with_parent


def main() -> None:
    """Report and exit."""
    die_with_parent()
    with os.fdopen(int(sys.argv[1]), "w") as pipe:
        json.dump(facts(), pipe)


def facts() -> dict[str, Any]:
    """Give version, CUDA version, number of GPUs that torch sees, and its backends."""
    import torch  # noqa: PLC0415 - absent on machines without the `bench` extra
    from torch import distributed  # noqa: PLC0415

    available = distributed.is_available()
    return {
        "version": str(torch.__version__),
        "cuda": torch.version.cuda,
        "gpus": torch.cuda.device_count(),
        "gloo": available and distributed.is_gloo_available(),
        "nccl": available and distributed.is_nccl_available(),
    }


if __name__ == "__main__":
    main()
