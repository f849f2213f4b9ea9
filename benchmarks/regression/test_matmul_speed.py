"""A matrix product alone, and what timing it our way costs and says."""

from __future__ import annotations

import statistics

import pytest

torch = pytest.importorskip("torch", reason="measuring needs torch")

from dcbench_benchmarks.kernels import matmul  # noqa: E402 - these import torch
from dcbench_benchmarks.kernels.place import place_of  # noqa: E402
from dcbench_benchmarks.suite import MatmulSpec, Timing  # noqa: E402
from dcbench_benchmarks.timing import measure  # noqa: E402

SPEC = MatmulSpec(op="matmul", device="cpu", dtype="fp32", m=512, n=512, k=512)
TIMING = Timing(
    warmup_min_s=0.1, warmup_max_s=0.3, drift=0.05, batch_min_s=0.005, min_batches=20, min_s=0.2,
    budget_s=0.5, interval=0.02,
)  # fmt: skip


@pytest.fixture(scope="module")
def workload():
    return matmul.prepare(SPEC, place_of("cpu"), seed=0).workload


@pytest.mark.benchmark(group="matmul 512 fp32 CPU")
def test_plain_product(benchmark):
    a, b, out = (torch.randn(512, 512) for _ in range(3))
    benchmark(torch.mm, a, b, out=out)
    benchmark.extra_info["flop"] = 2 * 512**3


@pytest.mark.benchmark(group="matmul 512 fp32 CPU")
def test_product_as_measured(benchmark, workload):
    """One iteration of what `dcbench run` times: rotating buffers, so caches are cold."""
    benchmark(workload.iterate, 0)


@pytest.mark.benchmark(group="timing")
def test_whole_measurement(benchmark, workload):
    timed = benchmark.pedantic(measure, (workload, place_of("cpu").stopwatch, TIMING), rounds=3)
    benchmark.extra_info["median_sample_s"] = statistics.median(timed.samples)
    assert len(timed.samples) >= TIMING.min_batches
