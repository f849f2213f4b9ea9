"""What people read. Origin of expected numbers: construction."""

from __future__ import annotations

from pathlib import Path

from dcbench.records.run import Case
from dcbench_benchmarks.calibration import calibrate
from dcbench_benchmarks.calibration.summary import summary_lines
from tests.benchmarks.calibration.synthetic import (
    copies,
    gpu,
    matmul,
    matmuls,
    run_file,
    train_step,
)  # fmt: skip


def _lines(folder: Path, *cases: Case, **fields):
    return summary_lines(calibrate([run_file(folder, *cases, **fields)]))


def test_one_point_says_that_its_latency_is_no_measurement(tmp_path):
    lines = _lines(tmp_path, matmul(4096))
    assert (
        "latency 0 s, only 137 GFLOP, median residual 0 %, held-back error n/a, 1 point"
        in (lines[1])
    )
    assert "taken as 0" in lines[2]


def test_number_of_devices_is_shown(tmp_path):
    eight = tuple(gpu(index=i) for i in range(8))
    assert _lines(tmp_path, *matmuls(), devices=eight)[0] == "8 x GPU A (cuda)"


def test_absent_step_is_said(tmp_path):
    assert "  training step: not checked" in _lines(tmp_path, *matmuls())


def test_step_shows_both_times_their_ratio_and_extrapolation(tmp_path):
    calibration = calibrate([run_file(tmp_path, *matmuls(), *copies(), train_step(0.1))])
    step = calibration.devices[0].step
    text = "\n".join(summary_lines(calibration))
    assert "measured 100 ms" in text
    assert f"{1e3 * step.predicted_s:.2f} ms ({100 * step.efficiency:.2f} % of it)" in text
    assert "lies outside the measured range" in text
