"""Which cases become points, and how much each weighs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dcbench.records.run import Case
from dcbench_benchmarks.calibration.points import (
    BETWEEN_RUNS_LOG_SD,
    UNKNOWN_LOG_SD,
    Collected,
    log_sd,
    point,
)
from tests.benchmarks.calibration.synthetic import (
    all_reduce,
    copy,
    gpu,
    matmul,
    run_record,
    train_step,
)  # fmt: skip


def _collected(*cases: Case, **fields):
    collected = Collected()
    collected.add(Path("run.json"), run_record(*cases, **fields))
    return collected


def test_point_is_the_median_of_the_samples():
    assert point(matmul(256, 0.5)).time_s == 0.5


def test_weight_of_a_quiet_case_is_the_spread_between_runs():
    assert log_sd((1.0,) * 10) == BETWEEN_RUNS_LOG_SD


def test_weight_of_a_wide_interval_is_its_own():
    # Ten samples: the 95 % interval of the median runs from the 2nd to the 9th.
    samples = tuple(math.exp(0.1 * i) for i in range(10))
    expected = math.hypot(0.7 / (2 * 1.96), BETWEEN_RUNS_LOG_SD)
    assert log_sd(samples) == pytest.approx(expected)


def test_few_samples_weigh_as_unknown():
    assert log_sd((1.0, 1.0)) == UNKNOWN_LOG_SD


@pytest.mark.parametrize("status", ["throttled", "not_steady", "invalid", "failed", "oom"])
def test_cases_in_another_state_are_listed_not_used(status):
    collected = _collected(matmul(256, status=status, reason="hot"))
    assert not collected.by_device
    assert f"{status}: hot" in collected.excluded[0]
    assert "matmul bf16 m=256" in collected.excluded[0]


def test_noisy_cases_are_used():
    collected = _collected(matmul(256, status="noisy", reason="wide interval"))
    assert len(collected.by_device["cuda", "GPU A"].curves) == 1
    assert collected.excluded == []


def test_cases_that_differ_in_more_than_size_are_different_curves():
    cases = [matmul(256), matmul(512), matmul(256, key={"dtype": "fp32"}),
             matmul(256, key={"launch": "graph"}), copy(4096)]  # fmt: skip
    groups = _collected(*cases).by_device["cuda", "GPU A"].curves
    assert sorted(len(group) for group in groups.values()) == [1, 1, 1, 2]


def test_key_order_does_not_matter():
    other = matmul(512)
    turned = other.model_copy(update={"key": dict(reversed(other.key.items()))})
    assert len(_collected(matmul(256), turned).by_device["cuda", "GPU A"].curves) == 1


def test_ranks_are_no_size():
    cases = [all_reduce(2**20, 1e-3, ranks=2), all_reduce(2**20, 1e-3, ranks=8)]
    assert len(_collected(*cases).by_device["cuda", "GPU A"].curves) == 2


def test_all_reduce_of_one_rank_is_not_used():
    assert "one rank" in _collected(all_reduce(2**20, 1e-6, ranks=1)).excluded[0]


def test_unknown_operation_is_listed():
    case = matmul(256).model_copy(update={"key": {"op": "sort", "n": 3}})
    assert _collected(case).excluded == ["run.json: sort n=3: no curve is fitted to sort"]


def test_training_steps_are_kept_apart():
    points = _collected(train_step(0.1)).by_device["cuda", "GPU A"]
    assert (len(points.steps), points.curves) == (1, {})


TWO = (gpu("GPU A"), gpu("GPU B", index=1))


def test_cases_go_to_the_device_they_name():
    cases = [matmul(256, devices=(0,)), matmul(256, devices=(1,)), matmul(512, devices=(1,))]
    by_device = _collected(*cases, devices=TWO).by_device
    sizes = {
        name: [len(group) for group in points.curves.values()]
        for (_, name), points in by_device.items()
    }
    assert sizes == {"GPU A": [1], "GPU B": [2]}
    assert [len(points.devices) for points in by_device.values()] == [1, 1]


@pytest.mark.parametrize("indices", [(), (0, 1)])
def test_case_over_devices_of_two_names_is_of_neither(indices):
    collected = _collected(matmul(256, devices=indices), devices=TWO)
    assert not collected.by_device
    assert "not of one kind of device: GPU A, GPU B" in collected.excluded[0]


def test_case_of_a_device_that_the_run_lacks_is_not_used():
    assert "lacks the devices" in _collected(matmul(256, devices=(7,))).excluded[0]


@pytest.mark.parametrize(
    ("case", "field", "says"),
    [
        # A matmul counted in bytes, and a copy counted in operations.
        (matmul(256, work_unit="B", unit="B/s"), "cases.0.work_unit", "counted in flop"),
        (copy(4096, work_unit="flop", unit="flop/s"), "cases.0.work_unit", "counted in B"),
        # 2·256³ = 33554432; given in Mflop, and as multiply-adds.
        (matmul(256, work=33.554432), "cases.0.work", "3.35544e+07 flop"),
        (matmul(256, work=256.0**3), "cases.0.work", "3.35544e+07 flop"),
        # A copy reads and writes: 2 x 4096.
        (copy(4096, work=4096.0), "cases.0.work", "8192 B"),
        (matmul(256, work=None), "cases.0.work", "3.35544e+07 flop"),
        (matmul(256, key={"m": "256"}), "cases.0.key", "has no size: k, m, n"),
    ],
)
def test_work_in_another_unit_is_a_fault(case, field, says):
    faults = _collected(case).faults
    assert [fault.field for fault in faults] == [field]
    assert says in str(faults[0])


def test_every_fault_is_found():
    cases = [matmul(256, work=1.0), matmul(512), copy(4096, work=1.0)]
    fields = [fault.field for fault in _collected(*cases).faults]
    assert fields == ["cases.0.work", "cases.2.work"]


def test_a_point_measured_beside_other_programs_weighs_less():
    quiet, busy = matmul(1024), matmul(1024, derived={"other_cpu_share": 0.5})

    # Origin: construction; hypot(0.02, 0.5).
    assert point(busy).log_sd == pytest.approx(0.5, rel=2e-3)
    assert point(quiet).log_sd == pytest.approx(BETWEEN_RUNS_LOG_SD, rel=2e-2)
