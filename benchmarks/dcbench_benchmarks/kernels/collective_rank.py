"""What one rank of an all-reduce does; the process around it is `dcbench_benchmarks.rank`."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import torch
from torch import distributed

from dcbench_benchmarks.disturbance import OtherLoad
from dcbench_benchmarks.host import usable_cores
from dcbench_benchmarks.jobs import CaseResult, Job, result_of
from dcbench_benchmarks.kernels.all_reduce import busbw_factor
from dcbench_benchmarks.kernels.place import Place, place_of
from dcbench_benchmarks.kernels.prepared import Checked, Prepared
from dcbench_benchmarks.suite import AllReduceSpec
from dcbench_benchmarks.timing import Stopwatch, Timed, Workload, measure

COLLECTIVE_TIMEOUT_S = 60
"""Instead of torch's 10 minutes for NCCL and 30 for gloo."""
MAX_BUFFERS = 64
CACHES = 2
FP32_BYTES = 4
LARGEST_SUM = 1e37
"""In-place sums grow with every iteration; fp32 ends at 3.4e38."""
CHECK_MODULUS = 17
_DRAWN = 2**20


class CollectiveStopwatch:
    """Times batches that all ranks begin together, by the slowest rank.

    The host's barrier lets ranks go tens of microseconds apart, and the spins that follow it differ
    more; on GPUs one element is reduced before the clock starts, which no rank leaves before all
    have come.

    Every answer is the same on all ranks, so that all of them stop after the same batch.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._now = 0.0
        self._element = torch.zeros(1, device=place.device)

    def time_batch(self, workload: Workload, first: int, iterations: int) -> float:
        """Seconds of the slowest rank for that many iterations."""

        def reset_together() -> None:
            workload.reset()
            if self._place.is_cuda:
                torch.cuda.synchronize(self._place.device)
            largest(0.0)

        def align() -> None:
            if self._place.is_cuda:
                distributed.all_reduce(self._element)

        together = replace(workload, reset=reset_together, align=align)
        seconds = self._place.stopwatch.time_batch(together, first, iterations)
        slowest, self._now = largest(seconds, self._place.stopwatch.now())
        return slowest

    def now(self) -> float:
        """Latest clock of any rank at the end of the last batch; ranks share one host's clock."""
        return self._now


def largest(*values: float) -> list[float]:
    """Give the largest of each value over all ranks; also a barrier. Runs on the host (gloo)."""
    tensor = torch.tensor(values, dtype=torch.float64)
    distributed.all_reduce(tensor, op=distributed.ReduceOp.MAX)
    return [float(value) for value in tensor]


def total(value: float) -> float:
    """Give the sum of a value over all ranks."""
    tensor = torch.tensor([value], dtype=torch.float64)
    distributed.all_reduce(tensor)
    return float(tensor)


def prepare(spec: AllReduceSpec, place: Place, rank: int, ranks: int, seed: int) -> Prepared:
    """Allocate this rank's buffers; in-place sums are undone before they could overflow."""
    elements = spec.bytes // FP32_BYTES
    count = min(MAX_BUFFERS, place.num_buffers(spec.bytes, CACHES))
    pristine = _normal(elements, place, seed + rank)
    buffers = [pristine.clone() for _ in range(count)]
    sums_allowed = max(1, int(math.log(LARGEST_SUM) / math.log(ranks) / 2))
    sums_done = 0

    def iterate(index: int) -> None:
        nonlocal sums_done
        sums_done += 1
        distributed.all_reduce(buffers[index % count])

    def reset() -> None:
        nonlocal sums_done
        if sums_done > sums_allowed * count:
            for buffer in buffers:
                buffer.copy_(pristine)
            sums_done = 0

    limit = min(sums_allowed * count, place.max_iterations)
    return Prepared(
        workload=Workload(iterate=iterate, reset=reset, max_iterations=limit),
        work=float(spec.bytes), work_unit="B",
        check=lambda _: check_sum(elements, place.device, rank, ranks),
        derived=lambda timed: bandwidths(spec.bytes, ranks, timed),
    )  # fmt: skip


def bandwidths(size_bytes: int, ranks: int, timed: Timed) -> dict[str, float]:
    """Algorithm and bus bandwidth at the median sample, in B/s."""
    algbw = size_bytes / statistics.median(timed.samples)
    return {"algbw_bytes_per_s": algbw, "busbw_bytes_per_s": algbw * busbw_factor(ranks)}


def pattern(elements: int, device: torch.device, rank: int) -> torch.Tensor:
    """Give small whole numbers that differ by element and by rank: their sum is exact in fp32."""
    index = torch.arange(elements, device=device)
    return ((7 * index + 5 * rank) % CHECK_MODULUS - CHECK_MODULUS // 2).to(torch.float32)


def check_sum(
    elements: int,
    device: torch.device,
    rank: int,
    ranks: int,
    reduce: Callable[[torch.Tensor], object] = distributed.all_reduce,
) -> Checked:
    """Reduce known numbers once, untimed, and compare every element with the exact sum."""
    buffer = pattern(elements, device, rank)
    reduce(buffer)
    expected = torch.zeros_like(buffer)
    for other in range(ranks):
        expected += pattern(elements, device, other)
    wrong = int((buffer != expected).sum())
    worst = largest(float(wrong))[0]
    reason = f"wrong result: up to {worst:.0f} elements of a rank are not the exact sum"
    return Checked(
        passed=worst == 0, reason=reason if worst else "",
        figures={"elements_wrong": worst, "elements_wrong_limit": 0.0},
    )  # fmt: skip


def join(job: Job, rank: int, ranks: int, folder: Path) -> Place:
    """Meet the other ranks and give this rank's device."""
    is_cuda = job.spec.device == "cuda"
    place = place_of(job.spec.device, rank)
    torch.set_num_threads(max(1, usable_cores() // ranks))
    distributed.init_process_group(
        backend="cpu:gloo,cuda:nccl" if is_cuda else "gloo",
        init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=ranks,
        timeout=timedelta(seconds=COLLECTIVE_TIMEOUT_S),
    )  # fmt: skip
    return place


def measure_rank(job: Job, rank: int, folder: Path) -> CaseResult:
    """Measure as one of the ranks; all of them give the same samples."""
    spec = AllReduceSpec.model_validate(job.spec)
    ranks = int(spec.ranks)
    place = join(job, rank, ranks, folder)
    prepared = prepare(spec, place, rank, ranks, job.seed)
    stopwatch: Stopwatch = CollectiveStopwatch(place)
    load = OtherLoad(own_s=lambda: total(time.process_time()))
    timed = measure(prepared.workload, stopwatch, job.timing, load.start)
    share = None if place.is_cuda else load.share()
    result = result_of(prepared, timed, prepared.check(timed), job.timing.interval, share)
    distributed.destroy_process_group()
    return result.model_copy(update={"derived": result.derived | place.figures()})


def _normal(count: int, place: Place, seed: int) -> torch.Tensor:
    generator = torch.Generator(device=place.device).manual_seed(seed)
    drawn = torch.randn(min(count, _DRAWN), generator=generator, device=place.device)
    return drawn.repeat(-(-count // drawn.numel()))[:count].contiguous()
