from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest

from dcbench_benchmarks.timing import Workload, half_width, is_steady, measure
from tests.benchmarks.examples import TIMING


class FakeStopwatch:
    """A clock on which iteration i lasts what a function says."""

    def __init__(self, seconds: Callable[[int], float]) -> None:
        self._seconds = seconds
        self._clock = 0.0
        self._count = itertools.count()
        self.batches: list[int] = []

    def time_batch(self, workload: Workload, first: int, iterations: int) -> float:
        workload.reset()
        for index in range(first, first + iterations):
            workload.iterate(index)
        self.batches.append(iterations)
        spent = sum(self._seconds(next(self._count)) for _ in range(iterations))
        self._clock += spent
        return spent

    def now(self) -> float:
        return self._clock


def nothing(_: int) -> None:
    pass


def test_constant_work_gives_its_duration_and_stops_at_the_least_number_of_batches() -> None:
    stopwatch = FakeStopwatch(lambda _: 1e-3)
    timed = measure(Workload(iterate=nothing), stopwatch, TIMING)
    assert timed.samples == pytest.approx([1e-3] * 6)
    assert timed.steady
    assert timed.precise


def test_short_iterations_are_batched_to_the_least_duration() -> None:
    stopwatch = FakeStopwatch(lambda _: 1e-6)
    timed = measure(Workload(iterate=nothing), stopwatch, TIMING)
    assert timed.iterations_per_batch * 1e-6 >= TIMING.batch_min_s
    assert timed.samples[0] == pytest.approx(1e-6)


def test_a_batch_never_exceeds_the_limit_of_the_workload() -> None:
    stopwatch = FakeStopwatch(lambda _: 1e-6)
    measure(Workload(iterate=nothing, max_iterations=10), stopwatch, TIMING)
    assert max(stopwatch.batches) == 10


def test_noise_that_the_budget_cannot_average_out_is_not_precise() -> None:
    timing = TIMING.model_copy(update={"interval": 0.01})
    stopwatch = FakeStopwatch(lambda i: 1e-3 * (1 + i % 2))
    timed = measure(Workload(iterate=nothing), stopwatch, timing)
    assert not timed.precise
    assert sum(timed.samples) == pytest.approx(timing.budget_s, rel=0.02)


def test_work_that_keeps_getting_slower_is_not_steady() -> None:
    timing = TIMING.model_copy(update={"drift": 0.05, "warmup_max_s": 0.2})
    stopwatch = FakeStopwatch(lambda i: 1e-3 * 1.06**i)
    assert not measure(Workload(iterate=nothing), stopwatch, timing).steady


def test_the_start_is_announced_after_warm_up_and_data_reset_before_every_batch() -> None:
    events: list[str] = []
    workload = Workload(
        iterate=lambda _: events.append("work"), reset=lambda: events.append("reset")
    )
    timed = measure(
        workload, FakeStopwatch(lambda _: 1e-3), TIMING, on_start=lambda: events.append("start")
    )
    after = events[events.index("start") + 1 :]
    assert after == ["reset", "work"] * len(timed.samples)


def test_a_slow_case_is_warmed_up_at_most_three_times_the_limit_and_measured_once() -> None:
    stopwatch = FakeStopwatch(lambda _: 1.0)
    timed = measure(Workload(iterate=nothing), stopwatch, TIMING)
    assert len(timed.samples) == 1
    assert timed.warmup_s == 1.0


@pytest.mark.parametrize(
    ("times", "steady"),
    [
        ([1.0, 1.0, 1.0], False),  # too few to tell
        ([1.0] * 8, True),
        ([1.0] * 4 + [1.04] * 4, True),  # within the allowed 5 %
        ([1.0] * 4 + [1.10] * 4, False),  # a step beyond it, without noise
        ([1.0, 2.0, 1.0, 2.0, 1.1, 2.2, 1.1, 2.2], True),  # noise hides a change of 10 %
        ([1.06**i for i in range(8)], False),  # a trend does not hide itself
    ],
)
def test_steadiness(times: list[float], steady: bool) -> None:
    assert is_steady(times, drift=0.05) is steady


def test_half_width_is_unknown_below_six_samples_and_that_of_order_statistics_above() -> None:
    assert half_width([1.0] * 5) == math.inf
    # n = 6 at 95 %: smallest to largest (Conover, table A3); median 3.5
    assert half_width([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) == pytest.approx(2.5 / 3.5)
