"""The real command line on a small made-up run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from dcbench.records.calibration import Calibration
from dcbench.records.files import read_record
from tests.benchmarks.calibration.synthetic import (
    RATE,
    copies,
    matmul,
    matmuls,
    run_file,
    train_step,
)  # fmt: skip


def _calibrate(*arguments: object):
    command = [sys.executable, "-m", "dcbench", "calibrate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_prints_curves_and_writes_the_file(tmp_path):
    hot = matmul(64, status="throttled", reason="power cap")
    run = run_file(tmp_path, *matmuls(), *copies(), train_step(0.1), hot)
    done = _calibrate(run, "--out", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "GPU A (cuda)"
    assert lines[1].startswith("  matmul bf16 NN normal cold eager: 1 TFLOP/s, latency 10 µs, ")
    assert lines[1].endswith(" 5 points")
    assert "200 GB/s, latency 4 µs, range 524 kB to 134 MB" in lines[2]
    assert lines[3].startswith("  training step: measured 100 ms")
    assert lines[-1].endswith("throttled: power cap")
    written = read_record(tmp_path / "c.json", Calibration)
    assert written.devices[0].curve(op="matmul").rate_per_s == pytest.approx(RATE, rel=1e-4)


def test_json_is_the_file(tmp_path):
    run = run_file(tmp_path, *matmuls())
    done = _calibrate(run, "--out", tmp_path / "c.json", "--json")
    assert json.loads(done.stdout) == json.loads((tmp_path / "c.json").read_text())


def test_no_usable_case_is_exit_code_1_and_leaves_no_file(tmp_path):
    run = run_file(tmp_path, matmul(64, status="throttled", reason="power cap"))
    done = _calibrate(run, "--out", tmp_path / "c.json")
    assert done.returncode == 1
    assert "power cap" in done.stderr
    assert not (tmp_path / "c.json").exists()


def test_folder_that_is_absent_is_exit_code_2(tmp_path):
    run = run_file(tmp_path, *matmuls())
    done = _calibrate(run, "--out", tmp_path / "absent" / "c.json")
    assert done.returncode == 2
    assert done.stderr.startswith(f"dcbench: {tmp_path / 'absent' / 'c.json'}: cannot be written")
    assert done.stderr.count("\n") == 1
