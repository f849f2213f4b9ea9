from __future__ import annotations

import pytest
import torch

from dcbench_benchmarks.kernels.place import CUDA_BATCH_LIMIT, CudaStopwatch, Place, place_of
from dcbench_benchmarks.timing import Workload
from tests.benchmarks.kernels.places import SMALL


def test_the_cpu_place_knows_its_cache() -> None:
    place = place_of("cpu")
    assert not place.is_cuda
    assert place.cache_bytes >= 2**20


def test_buffers_exceed_the_caches_asked_for() -> None:
    assert SMALL.num_buffers(10_000, caches=2) == 4  # 32,768 / 10,000, rounded up
    assert SMALL.num_buffers(10**9, caches=4) == 1


def test_cuda_batches_are_queued_behind_a_spin_before_the_clock_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No GPU here: torch.cuda is a recording fake, so this tests the order, not the timing.
    events: list[str] = []

    class Event:
        def __init__(self, enable_timing: bool) -> None:
            assert enable_timing

        def record(self) -> None:
            events.append("record")

        def synchronize(self) -> None:
            events.append("wait")

        def elapsed_time(self, end: Event) -> float:
            assert end is not self
            return 3.0  # milliseconds

    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _: events.append("finish"))
    monkeypatch.setattr(torch.cuda, "_sleep", lambda cycles: events.append(f"spin {cycles > 0}"))
    stopwatch = CudaStopwatch(torch.device("cuda", 0))
    workload = Workload(
        iterate=lambda _: events.append("launch"), reset=lambda: events.append("reset"),
        align=lambda: events.append("align"),
    )  # fmt: skip
    assert stopwatch.time_batch(workload, 0, 2) == pytest.approx(3e-3)
    assert events == [
        "reset", "finish", "spin True", "align", "record", "launch", "launch", "record", "wait",
    ]  # fmt: skip
    place = Place(device=torch.device("cuda", 0), cache_bytes=1, stopwatch=stopwatch)
    assert place.max_iterations == CUDA_BATCH_LIMIT


@pytest.mark.parametrize(
    ("host_s", "spin_s"),
    [(0.0, 10e-6), (30e-6, 36e-6), (0.3, 50e-6)],  # least; a collective with its margin; most
)
def test_the_device_waits_as_long_as_the_host_needs_within_bounds(
    host_s: float, spin_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "Event", lambda **_: None)
    stopwatch = CudaStopwatch(torch.device("cuda", 0))
    stopwatch.host_s_per_iteration = host_s
    assert stopwatch._launch_s() == pytest.approx(spin_s)
