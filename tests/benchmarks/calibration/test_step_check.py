"""The training step against the sum of its operators."""

from __future__ import annotations

import pytest

from dcbench.records.calibration import Curve, Residual
from dcbench_benchmarks.calibration.operators import StepShape, step_operators
from dcbench_benchmarks.calibration.step_check import check_step
from tests.benchmarks.calibration.synthetic import train_step

FLOP_PER_S, BYTES_PER_S = 1e12, 1e11


def _curve(op, work_unit, rate, *, latency_s=0.0, work_max=1e15, **key):
    point = Residual(key={"op": op}, work=1.0, measured_s=1.0, fitted_s=1.0)
    return Curve(
        key={"op": op, **key}, work_unit=work_unit, latency_s=latency_s, rate_per_s=rate,
        work_min=1.0, work_max=work_max, residuals=(point,), median_abs_error=0.0,
    )  # fmt: skip


MATMUL = _curve("matmul", "flop", FLOP_PER_S, dtype="bf16", cache="cold", launch="eager")
COPY = _curve("memory_copy", "B", BYTES_PER_S, dtype="fp32")
OPERATORS = list(step_operators(StepShape.from_key(train_step(1.0).key)))
FLOP = sum(op.work * op.count for op in OPERATORS if op.curve == "matmul")
BYTES = sum(op.work * op.count for op in OPERATORS if op.curve == "memory")


def test_without_latency_the_sum_is_work_over_rate():
    check, unused = check_step([train_step(0.25)], [MATMUL, COPY])
    # Hand calculation: one division per curve, whatever the operators are.
    assert check.predicted_s == pytest.approx(FLOP / FLOP_PER_S + BYTES / BYTES_PER_S)
    assert check.measured_s == 0.25
    assert check.efficiency == pytest.approx(check.predicted_s / 0.25)
    assert check.extrapolated_share == 0
    assert unused == []


def test_parts_add_up():
    check, _ = check_step([train_step(0.25)], [MATMUL, COPY])
    assert sum(check.breakdown_s.values()) == pytest.approx(check.predicted_s)
    assert set(check.breakdown_s) == {
        "matmul_forward", "matmul_backward", "attention", "elementwise", "embedding_and_loss",
        "optimizer",
    }  # fmt: skip


def test_each_operator_pays_its_latency():
    slow = _curve("matmul", "flop", FLOP_PER_S, latency_s=1.0, dtype="bf16")
    check, _ = check_step([train_step(0.25)], [slow, COPY])
    # By hand: 2 layers x 7 weights + logits = 15 products, each once forward and twice backward,
    # and one attention core a layer each way: 45 + 4.
    times = check.breakdown_s
    in_products = times["matmul_forward"] + times["matmul_backward"] + times["attention"]
    assert in_products == pytest.approx(49 * 1.0 + FLOP / FLOP_PER_S)


def test_operators_beyond_the_measured_range_are_counted():
    narrow = _curve("matmul", "flop", FLOP_PER_S, work_max=1.0, dtype="bf16")
    check, _ = check_step([train_step(0.25)], [narrow, COPY])
    expected = FLOP / FLOP_PER_S / check.predicted_s
    assert check.extrapolated_share == pytest.approx(expected)


def test_cold_eager_curve_of_the_step_dtype_is_taken():
    others = [
        _curve("matmul", "flop", 1.0, dtype="fp32", cache="cold", launch="eager"),
        _curve("matmul", "flop", 1.0, dtype="bf16", cache="warm", launch="graph"),
    ]
    check, _ = check_step([train_step(0.25)], [*others, MATMUL, COPY])
    assert check.predicted_s == pytest.approx(FLOP / FLOP_PER_S + BYTES / BYTES_PER_S)


@pytest.mark.parametrize(
    ("curves", "missing"), [([MATMUL], "memory_copy"), ([COPY], "matmul bf16"), ([], "matmul bf16")]
)
def test_missing_curve_is_named(curves, missing):
    check, unused = check_step([train_step(0.25)], curves)
    assert check is None
    assert f"no {missing} curve" in unused[0]


def test_the_largest_step_is_checked_and_the_others_listed():
    small, large = train_step(0.1), train_step(0.2, key={"layers": 4})
    check, unused = check_step([large, small], [MATMUL, COPY])
    assert check.key["layers"] == 4
    assert len(unused) == 1
    assert "only the largest" in unused[0]


def test_repeats_give_their_median():
    steps = [train_step(time_s) for time_s in (0.1, 0.2, 0.9)]
    check, unused = check_step(steps, [MATMUL, COPY])
    assert check.measured_s == 0.2
    assert unused == []


@pytest.mark.parametrize(
    ("change", "says"), [({"ranks": 2}, "several ranks"), ({"d_model": "big"}, "does not describe")]
)
def test_steps_of_another_kind_are_listed(change, says):
    check, unused = check_step([train_step(0.1, key=change)], [MATMUL, COPY])
    assert check is None
    assert says in unused[0]
