"""The device on which a case runs: its last-level cache and its stopwatch."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch

from dcbench_benchmarks.host import last_level_cache_bytes
from dcbench_benchmarks.suite import DeviceKind
from dcbench_benchmarks.timing import CpuStopwatch, Stopwatch, Workload

CUDA_BATCH_LIMIT = 500
"""Launches in one timed batch: all of them fit into the launch queue (about 1,000 entries)."""

_LAUNCH_S = (10e-6, 50e-6)
"""Least and most time that the device waits for the host per launch: a product takes about 8 µs, a
collective 30 µs. A longer iteration has many kernels, and the first ones run while it is queued."""
_LAUNCH_MARGIN = 1.2
_SPIN_HZ = 2e9


@dataclass(frozen=True, kw_only=True)
class Place:
    """One device as kernels see it."""

    device: torch.device
    cache_bytes: int
    """Last-level cache of a CPU, L2 of a GPU: what rotating buffers must exceed."""
    stopwatch: Stopwatch

    @property
    def is_cuda(self) -> bool:
        """Whether this is a GPU."""
        return self.device.type == "cuda"

    @property
    def max_iterations(self) -> int:
        """Most iterations in a batch of single-kernel iterations."""
        return CUDA_BATCH_LIMIT if self.is_cuda else 1_000_000

    def figures(self) -> dict[str, float]:
        """Give what the stopwatch saw beside the time of the device."""
        if isinstance(self.stopwatch, CudaStopwatch):
            return {"host_s_per_iteration": self.stopwatch.host_s_per_iteration}
        return {}

    def num_buffers(self, bytes_each: int, caches: int) -> int:
        """Buffers to rotate so that together they exceed so many caches: at least one."""
        return max(1, math.ceil(caches * self.cache_bytes / bytes_each))


def place_of(kind: DeviceKind, index: int = 0) -> Place:
    """Give the device of a case.

    The caller limits which GPUs torch sees (`CUDA_VISIBLE_DEVICES`); `index` counts among those.
    """
    if kind == "cpu":
        cache = last_level_cache_bytes()
        return Place(device=torch.device("cpu"), cache_bytes=cache, stopwatch=CpuStopwatch())
    device = torch.device("cuda", index)
    torch.cuda.set_device(device)
    cache = int(torch.cuda.get_device_properties(device).L2_cache_size)
    return Place(device=device, cache_bytes=cache, stopwatch=CudaStopwatch(device))


class CudaStopwatch:
    """Times batches by CUDA events; the launches are queued before the clock starts.

    A kernel that spins holds the stream while the host fills the queue (as nvbench's blocking
    kernel does), so that a batch of short kernels shows the device and not the host.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._start, self._end = (
            torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call] # torch's
            for _ in range(2)
        )
        self.host_s_per_iteration = 0.0
        """Time the host needed to launch one iteration of the last batch."""

    def time_batch(self, workload: Workload, first: int, iterations: int) -> float:
        """Seconds of device time for that many iterations."""
        workload.reset()
        torch.cuda.synchronize(self._device)
        _spin(iterations * self._launch_s())
        workload.align()
        self._start.record()
        begin = time.perf_counter()
        for index in range(first, first + iterations):
            workload.iterate(index)
        self.host_s_per_iteration = (time.perf_counter() - begin) / iterations
        self._end.record()
        self._end.synchronize()
        return float(self._start.elapsed_time(self._end)) / 1e3

    def _launch_s(self) -> float:
        """Time to hold the device per iteration, by what the host needed in the last batch."""
        least, most = _LAUNCH_S
        return min(most, max(least, _LAUNCH_MARGIN * self.host_s_per_iteration))

    def now(self) -> float:
        """Seconds on the host's monotonic clock."""
        return time.monotonic()


def _spin(seconds: float) -> None:
    """Queue a kernel that keeps the stream busy for about that long; torch has no public one."""
    cycles = int(seconds * _SPIN_HZ)
    torch.cuda._sleep(cycles)  # type: ignore[no-untyped-call] # noqa: SLF001
