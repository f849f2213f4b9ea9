"""A small CPU place for tests."""

from __future__ import annotations

import torch

from dcbench_benchmarks.kernels.place import Place
from dcbench_benchmarks.timing import CpuStopwatch, Timed

SMALL = Place(device=torch.device("cpu"), cache_bytes=16 * 1024, stopwatch=CpuStopwatch())


def timed(samples: int = 6, iterations: int = 1) -> Timed:
    return Timed(
        samples=(0.5,) * samples, iterations_per_batch=iterations, warmup_s=0.0, steady=True,
        precise=True, window=(0.0, 1.0),
    )  # fmt: skip
