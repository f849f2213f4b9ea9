from __future__ import annotations

import pytest

from dcbench_benchmarks.kernels.memory_copy import prepare
from dcbench_benchmarks.suite import MemoryCopySpec
from dcbench_benchmarks.timing import measure
from tests.benchmarks.examples import TIMING
from tests.benchmarks.kernels.places import SMALL, timed

SPEC = MemoryCopySpec(op="memory_copy", device="cpu", bytes=4096)


def targets_of(prepared):
    iterate = prepared.workload.iterate
    cells = zip(iterate.__code__.co_freevars, iterate.__closure__, strict=True)
    return {name: cell.cell_contents for name, cell in cells}["targets"]


def test_a_copy_counts_what_is_read_and_what_is_written() -> None:
    assert prepare(SPEC, SMALL, 0).work == 2 * 4096


def test_a_copy_is_timed_and_right() -> None:
    prepared = prepare(SPEC, SMALL, 0)
    assert prepared.check(measure(prepared.workload, SMALL.stopwatch, TIMING)).passed


def test_arrays_in_rotation_exceed_four_caches() -> None:
    assert len(targets_of(prepare(SPEC, SMALL, 0))) * 2 * 4096 >= 4 * SMALL.cache_bytes


@pytest.mark.parametrize("index", [0, 1023])
def test_one_wrong_element_is_found(index: int) -> None:
    prepared = prepare(SPEC, SMALL, 0)
    prepared.workload.iterate(0)
    assert prepared.check(timed(samples=1)).passed
    targets_of(prepared)[0][index] += 1
    checked = prepared.check(timed(samples=1))
    assert checked.reason == "wrong result: 1 elements differ from their source"


def test_arrays_beyond_a_million_elements_are_filled_whole() -> None:
    large = SPEC.model_copy(update={"bytes": 4 * (2**20 + 8)})
    prepared = prepare(large, SMALL, 0)
    prepared.workload.iterate(0)
    target = targets_of(prepared)[0]
    assert target.numel() == 2**20 + 8
    assert float((target == 0).float().mean()) < 1e-3
