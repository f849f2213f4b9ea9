"""One way of timing for all cases: warm up until steady, then batches until the median is known.

A sample is the time of one batch divided by its iterations. Batches last at least `batch_min_s`
(200 µs or more: shorter intervals show the clock and the launch, not the kernel). Samples of one
process are correlated, so their interval describes this window of this process; the spread between
runs is larger and shows only when runs are repeated.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dcbench.records.intervals import median_interval
from dcbench_benchmarks.suite import Timing

MAX_SAMPLES = 100_000
WARMUP_BATCHES = 8
"""Batches of warm-up from which on its second half can be judged."""
MAD_TO_SD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
MEDIAN_TO_MEAN_SE = 1.2533
"""Standard error of the median over that of the mean, normal: sqrt(pi / 2)."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What is timed: one iteration, and how to put the data back between batches."""

    iterate: Callable[[int], object]
    """Run iteration i; i picks the buffers, so that consecutive iterations use different ones."""
    reset: Callable[[], object] = lambda: None
    """Called untimed before every batch."""
    align: Callable[[], object] = lambda: None
    """On a GPU queued untimed, last before the clock starts: makes several devices start as one."""
    max_iterations: int = 1_000_000
    """Most iterations in one batch."""


class Stopwatch(Protocol):
    """Times a batch on one kind of device."""

    def time_batch(self, workload: Workload, first: int, iterations: int) -> float:
        """Seconds for that many iterations, from a reset and finished device to a finished one."""

    def now(self) -> float:
        """Seconds on a monotonic clock on which all participants of a case agree."""


class CpuStopwatch:
    """Times synchronous work by the host's monotonic clock (resolution about 1 ns)."""

    def time_batch(self, workload: Workload, first: int, iterations: int) -> float:
        """Seconds for that many iterations."""
        workload.reset()
        iterate = workload.iterate
        start = time.perf_counter()
        for index in range(first, first + iterations):
            iterate(index)
        return time.perf_counter() - start

    def now(self) -> float:
        """Seconds on the host's monotonic clock."""
        return time.monotonic()


@dataclass(frozen=True, kw_only=True)
class Timed:
    """The samples of a case and how they came about."""

    samples: tuple[float, ...]
    """Seconds per iteration, one per batch."""
    iterations_per_batch: int
    warmup_s: float
    steady: bool
    precise: bool
    """Whether the interval became narrow enough within the budget."""
    window: tuple[float, float]
    """Start and end of the timed part on `time.monotonic`."""


def measure(
    workload: Workload,
    stopwatch: Stopwatch,
    timing: Timing,
    on_start: Callable[[], object] = lambda: None,
) -> Timed:
    """Warm up, then time batches until the median is known or the budget is spent.

    Args:
        workload: what is timed.
        stopwatch: the clock of the device.
        timing: limits and targets.
        on_start: called once between warm-up and the first timed batch.
    """
    iterations = _batch_size(workload, stopwatch, timing)
    steady, warmup_s = _warm_up(workload, stopwatch, timing, iterations)
    on_start()
    samples: list[float] = []
    opened, begin = stopwatch.now(), time.monotonic()
    elapsed = 0.0
    while not _enough(samples, elapsed, timing):
        first = len(samples) * iterations
        samples.append(stopwatch.time_batch(workload, first, iterations) / iterations)
        elapsed = stopwatch.now() - opened
    return Timed(
        samples=tuple(samples), iterations_per_batch=iterations, warmup_s=warmup_s, steady=steady,
        precise=half_width(samples) <= timing.interval, window=(begin, time.monotonic()),
    )  # fmt: skip


def half_width(samples: list[float] | tuple[float, ...]) -> float:
    """Half-width of the 95 % interval of the median relative to it; infinite below six samples."""
    interval = median_interval(samples)
    if interval is None:
        return math.inf
    return (interval[1] - interval[0]) / 2 / statistics.median(samples)


def is_steady(times: list[float], drift: float) -> bool:
    """Tell whether the times of a window do not trend.

    The medians of its two halves may differ by `drift`, or by two standard errors of such a
    difference: noise is no drift, and is judged by the interval of the samples instead. The noise
    is that around the trend, so that a trend does not hide itself.

    Args:
        times: durations in the order in which they were taken; under four are never steady.
        drift: relative difference allowed.
    """
    if len(times) < 4:
        return False
    logs = [math.log(value) for value in times]
    middle = len(logs) // 2
    difference = statistics.median(logs[middle:]) - statistics.median(logs[:middle])
    slope = difference / (len(logs) / 2)
    level = [value - slope * index for index, value in enumerate(logs)]
    noise = math.hypot(_median_error(level[:middle]), _median_error(level[middle:]))
    return abs(difference) <= max(drift, 2 * noise)


def _median_error(values: list[float]) -> float:
    """Standard error of the median, by the median absolute deviation."""
    median = statistics.median(values)
    deviation = statistics.median(abs(value - median) for value in values)
    return MEDIAN_TO_MEAN_SE * MAD_TO_SD * deviation / math.sqrt(len(values))


def _enough(samples: list[float], elapsed: float, timing: Timing) -> bool:
    if len(samples) >= MAX_SAMPLES or (elapsed >= timing.budget_s and samples):
        return True
    if len(samples) < timing.min_batches or elapsed < timing.min_s:
        return False
    return half_width(samples) <= timing.interval


def _batch_size(workload: Workload, stopwatch: Stopwatch, timing: Timing) -> int:
    """Iterations in a batch: doubled until a batch lasts `batch_min_s`.

    The first iteration is run alone and thrown away: it pays for allocation and kernel selection.
    """
    stopwatch.time_batch(workload, 0, 1)
    iterations = 1
    while iterations < workload.max_iterations:
        seconds = stopwatch.time_batch(workload, 0, iterations)
        if seconds >= timing.batch_min_s:
            break
        growth = min(10.0, max(2.0, 1.1 * timing.batch_min_s / max(seconds, 1e-9)))
        iterations = min(workload.max_iterations, math.ceil(iterations * growth))
    return iterations


def _warm_up(
    workload: Workload, stopwatch: Stopwatch, timing: Timing, iterations: int
) -> tuple[bool, float]:
    """Run batches until the second half of them is steady, or the time for it is over.

    Batches so long that the time is over before there are enough to judge get three times as much.
    """
    opened = stopwatch.now()
    times: list[float] = []
    while True:
        times.append(stopwatch.time_batch(workload, len(times) * iterations, iterations))
        elapsed = stopwatch.now() - opened
        if elapsed >= timing.warmup_min_s and is_steady(times[len(times) // 2 :], timing.drift):
            return True, elapsed
        judged = len(times) >= WARMUP_BATCHES
        if elapsed >= timing.warmup_max_s * (1 if judged else 3):
            return False, elapsed
