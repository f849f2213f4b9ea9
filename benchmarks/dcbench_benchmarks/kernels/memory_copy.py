"""Copy of an fp32 array within the memory of one device.

Work: bytes read plus bytes written, 2N for an array of N bytes, as STREAM counts its copy kernel
(McCalpin, https://www.cs.virginia.edu/stream/ref.html, "Counting bytes and FLOPS"); what a CPU
reads to allocate the written lines in its cache is not counted. The arrays in rotation exceed four
last-level caches, STREAM's rule for array sizes, so that nothing is found in a cache.
"""

from __future__ import annotations

import torch

from dcbench_benchmarks.kernels.place import Place
from dcbench_benchmarks.kernels.prepared import Checked, Prepared
from dcbench_benchmarks.suite import MemoryCopySpec
from dcbench_benchmarks.timing import Timed, Workload

CACHES = 4
FP32_BYTES = 4
_DRAWN = 2**20


def work_bytes(spec: MemoryCopySpec) -> float:
    """Bytes read and written by one copy."""
    return 2.0 * spec.bytes


def prepare(spec: MemoryCopySpec, place: Place, seed: int) -> Prepared:
    """Allocate and fill the arrays of one case."""
    count = place.num_buffers(2 * spec.bytes, CACHES)
    sources = [_normal(spec.bytes // FP32_BYTES, place, seed + i) for i in range(count)]
    targets = [torch.zeros_like(source) for source in sources]

    def iterate(index: int) -> None:
        slot = index % count
        targets[slot].copy_(sources[slot])

    def check(timed: Timed) -> Checked:
        written = min(count, len(timed.samples) * timed.iterations_per_batch)
        pairs = zip(sources[:written], targets[:written], strict=True)
        wrong = sum(int((source != target).sum()) for source, target in pairs)
        reason = f"wrong result: {wrong} elements differ from their source" if wrong else ""
        return Checked(
            passed=not wrong, reason=reason,
            figures={"elements_wrong": float(wrong), "elements_wrong_limit": 0.0},
        )  # fmt: skip

    return Prepared(
        workload=Workload(iterate=iterate, max_iterations=place.max_iterations),
        work=work_bytes(spec), work_unit="B", check=check,
    )  # fmt: skip


def _normal(count: int, place: Place, seed: int) -> torch.Tensor:
    """Fill an array with normal numbers, a million drawn and then repeated."""
    generator = torch.Generator(device=place.device).manual_seed(seed)
    drawn = torch.randn(min(count, _DRAWN), generator=generator, device=place.device)
    repeats = -(-count // drawn.numel())
    return drawn.repeat(repeats)[:count].contiguous() if repeats > 1 else drawn
