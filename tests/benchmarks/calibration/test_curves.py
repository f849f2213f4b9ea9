"""Origin of every expected number: construction, unless a line says otherwise."""

from __future__ import annotations

import math

import pytest

from dcbench.records.run import Case
from dcbench_benchmarks.calibration.curves import fit_curve
from dcbench_benchmarks.calibration.points import point
from tests.benchmarks.calibration.synthetic import LATENCY_S, RATE, SIZES, matmul, matmuls


def _curve(*cases: Case):
    return fit_curve([point(case) for case in cases])


def test_exact_cases_leave_no_residual_and_no_held_back_error():
    curve = _curve(*matmuls())
    assert curve.latency_s == pytest.approx(LATENCY_S, rel=1e-5)
    assert curve.rate_per_s == pytest.approx(RATE, rel=1e-5)
    assert curve.median_abs_error < 1e-6
    assert curve.held_back_abs_error is not None
    assert curve.held_back_abs_error < 1e-6
    assert curve.notes == ()


def test_curve_key_is_the_case_key_without_sizes():
    curve = _curve(*matmuls())
    assert curve.key == {
        "op": "matmul", "dtype": "bf16", "layout": "NN", "data": "normal", "cache": "cold",
        "launch": "eager",
    }  # fmt: skip


def test_range_and_residuals_cover_every_point():
    curve = _curve(*reversed(matmuls()))
    assert (curve.work_min, curve.work_max) == (2 * SIZES[0] ** 3, 2 * SIZES[-1] ** 3)
    assert [residual.key["m"] for residual in curve.residuals] == list(SIZES)


def test_residual_of_a_point_off_the_curve_is_its_factor():
    off = matmul(1024, 1.5 * (LATENCY_S + 2 * 1024**3 / RATE))
    curve = _curve(*[case for case in matmuls() if case.key["m"] != 1024], off)
    residual = next(r for r in curve.residuals if r.key["m"] == 1024)
    assert residual.measured_s / residual.fitted_s == pytest.approx(1.5, rel=0.05)
    # Without it the other four are exact, so the held-back error is the whole factor.
    assert residual.measured_s / residual.held_back_s == pytest.approx(1.5, rel=1e-4)


def test_a_point_is_held_back_with_its_repeats():
    off = matmul(1024, 1.5 * (LATENCY_S + 2 * 1024**3 / RATE))
    others = [case for case in matmuls() if case.key["m"] != 1024]
    curve = _curve(*others, off, off)
    held_back = [r.measured_s / r.held_back_s for r in curve.residuals if r.key["m"] == 1024]
    assert held_back == pytest.approx([1.5, 1.5], rel=1e-4)


def test_median_error_is_of_logarithms():
    points = [matmul(2048, factor * 2 * 2048**3 / RATE) for factor in (0.5, 1.0, 2.0)]
    # One size: the rate is the median, the residuals are ln 2, 0, ln 2.
    assert _curve(*points).median_abs_error == pytest.approx(math.log(2))


def test_one_point_has_no_latency_and_says_so():
    curve = _curve(matmul(4096))
    assert curve.latency_s == 0
    assert curve.held_back_abs_error is None
    assert any("one size" in note for note in curve.notes)


def test_two_points_are_not_held_back_and_say_so():
    curve = _curve(matmul(256), matmul(4096))
    assert curve.held_back_abs_error is None
    assert any("two points" in note for note in curve.notes)


def test_narrow_range_says_so():
    curve = _curve(matmul(4096), matmul(4352), matmul(4608))
    assert any("hard to tell apart" in note for note in curve.notes)


@pytest.mark.parametrize("times_s", [(1e-4, 5e-5, 5e-5), (1e-4, 1e-4, 1e-4), (1e-3, 1e-4, 1e-5)])
def test_times_that_do_not_grow_with_work_leave_the_rate_unknown(times_s):
    curve = _curve(*[matmul(n, time_s) for n, time_s in zip((64, 128, 256), times_s, strict=True)])

    assert curve.rate_per_s <= 1001 * max(2 * 256**3 / times_s[-1], 2 * 64**3 / times_s[0])
    assert 0.99 * min(times_s) <= curve.latency_s <= max(times_s)
    assert curve.notes == ("time does not grow with work over these sizes: the rate is not known",)
