from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from dcbench_benchmarks.kernels import collective_rank
from dcbench_benchmarks.kernels.all_reduce import _failure, busbw_factor
from dcbench_benchmarks.kernels.collective_rank import (
    CollectiveStopwatch,
    bandwidths,
    check_sum,
    pattern,
    prepare,
)  # fmt: skip
from dcbench_benchmarks.suite import AllReduceSpec
from dcbench_benchmarks.timing import Workload
from tests.benchmarks.kernels.places import SMALL, timed

CPU = torch.device("cpu")


@pytest.mark.parametrize(("ranks", "factor"), [(2, 1.0), (4, 1.5), (8, 1.75)])
def test_bus_bandwidth_factors_are_those_of_nccl_tests(ranks: int, factor: float) -> None:
    # nccl-tests, doc/PERFORMANCE.md: 2(n-1)/n
    assert busbw_factor(ranks) == factor


def test_bandwidths_follow_from_the_median() -> None:
    assert bandwidths(1000, 8, timed()) == {
        "algbw_bytes_per_s": 2000.0, "busbw_bytes_per_s": 3500.0,
    }  # fmt: skip


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collectives of a single rank: the largest of all ranks is one's own."""
    monkeypatch.setattr(collective_rank, "largest", lambda *values: list(values))


def summed(ranks: int, own: int):
    def reduce(buffer: torch.Tensor) -> None:
        for rank in set(range(ranks)) - {own}:
            buffer += pattern(buffer.numel(), CPU, rank)

    return reduce


@pytest.mark.usefixtures("alone")
def test_the_exact_sum_passes_and_one_wrong_element_or_rank_does_not() -> None:
    right = summed(3, own=1)

    def one_off(buffer: torch.Tensor) -> None:
        right(buffer)
        buffer[7] += 1

    assert check_sum(100, CPU, 1, 3, right).passed
    checked = check_sum(100, CPU, 1, 3, one_off)
    assert not checked.passed
    assert checked.figures["elements_wrong"] == 1
    assert not check_sum(100, CPU, 1, 3, lambda _: None).passed
    assert not check_sum(100, CPU, 1, 3, summed(2, own=1)).passed  # a rank left out


def test_patterns_differ_between_ranks_and_neighbours() -> None:
    first, second = pattern(50, CPU, 0), pattern(50, CPU, 1)
    assert not (first == second).any()
    assert not (first[1:] == first[:-1]).any()


def test_in_place_sums_never_overflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        collective_rank.distributed, "all_reduce", lambda buffer: buffer.mul_(8.0)
    )  # eight equal ranks
    spec = AllReduceSpec(op="all_reduce", device="cpu", bytes=4096, ranks=8)
    prepared = prepare(spec, SMALL, rank=0, ranks=8, seed=0)
    iterate, names = prepared.workload.iterate, prepared.workload.iterate.__code__.co_freevars
    cells = dict(zip(names, iterate.__closure__, strict=True))
    for _ in range(50):
        prepared.workload.reset()
        for index in range(prepared.workload.max_iterations):
            iterate(index)
    assert all(buffer.isfinite().all() for buffer in cells["buffers"].cell_contents)


def test_all_ranks_take_the_slowest_time_and_begin_after_a_barrier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[str] = []

    def largest(*values: float) -> list[float]:
        events.append("agree")
        return [value + 100 for value in values]  # another rank was slower

    monkeypatch.setattr(collective_rank, "largest", largest)
    stopwatch = CollectiveStopwatch(SMALL)
    workload = Workload(
        iterate=lambda _: events.append("work"), reset=lambda: events.append("reset")
    )
    assert stopwatch.time_batch(workload, 0, 2) >= 100
    assert stopwatch.now() >= 100
    assert events == ["reset", "agree", "work", "work", "agree"]


def test_a_rank_that_failed_says_which_it_is_and_why(tmp_path: Path) -> None:
    report = {"status": "oom", "reason": "MemoryError"}
    (tmp_path / "rank1.json").write_text(json.dumps(report))
    assert _failure(tmp_path, 1, 1).reason == "rank 1: MemoryError"
    assert _failure(tmp_path, 1, 1).status == "oom"
    assert _failure(tmp_path, 0, -9).reason == "rank 0: killed by SIGKILL"
    assert _failure(tmp_path, 2, 3).reason == "rank 2: exit code 3"
