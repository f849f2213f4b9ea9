"""From files to a calibration. Origin of expected constants: construction."""

from __future__ import annotations

import hashlib

import pytest

from dcbench.errors import InputError, NoAnswerError
from dcbench.records.calibration import Calibration
from dcbench.records.files import read_record, to_json, write_record
from dcbench_benchmarks.calibration import calibrate
from tests.benchmarks.calibration.synthetic import (
    BANDWIDTH,
    RATE,
    SIZES,
    all_reduce,
    copies,
    gpu,
    matmul,
    matmuls,
    run_file,
    telemetry,
    train_step,
)  # fmt: skip


def test_constants_come_back(tmp_path):
    messages = [all_reduce(2**power, 3e-5 + 2**power / 1e11) for power in (12, 16, 20, 24)]
    run = run_file(tmp_path, *matmuls(), *copies(), *messages)
    (device,) = calibrate([run]).devices
    assert device.curve(op="matmul").rate_per_s == pytest.approx(RATE, rel=1e-4)
    assert device.curve(op="memory_copy").rate_per_s == pytest.approx(BANDWIDTH, rel=1e-4)
    assert device.curve(op="all_reduce", ranks=8).rate_per_s == pytest.approx(1e11, rel=1e-4)
    assert device.curve(op="all_reduce", ranks=8).latency_s == pytest.approx(3e-5, rel=1e-3)


def test_a_file_that_was_written_reads_back_equal(tmp_path):
    calibration = calibrate([run_file(tmp_path, *matmuls(), *copies(), train_step(0.1))])
    write_record(tmp_path / "c.json", calibration)
    assert read_record(tmp_path / "c.json", Calibration) == calibration


def test_throttled_and_invalid_cases_change_nothing_but_the_list(tmp_path):
    clean = run_file(tmp_path, *matmuls(), name="clean.json")
    bad = [
        matmul(n, 1.0, status=status, reason="r")
        for n in SIZES
        for status in ("throttled", "invalid", "not_steady")
    ]
    dirty = run_file(tmp_path, *matmuls(), *bad, name="dirty.json")
    assert calibrate([dirty]).devices == calibrate([clean]).devices
    assert len(calibrate([dirty]).excluded) == len(bad)


def test_runs_of_one_device_pool(tmp_path):
    one = run_file(tmp_path, *matmuls()[:3], name="1.json")
    two = run_file(tmp_path, *matmuls()[3:], name="2.json")
    (device,) = calibrate([one, two]).devices
    assert len(device.curve(op="matmul").residuals) == len(SIZES)


def test_devices_of_different_names_stay_apart(tmp_path):
    fast = run_file(tmp_path, *matmuls(), name="1.json")
    slower = [matmul(n, 1e-5 + 4 * n**3 / RATE) for n in SIZES]
    slow = run_file(tmp_path, *slower, name="2.json", devices=(gpu("GPU B"),))
    a, b = calibrate([fast, slow]).devices
    assert (a.name, b.name) == ("GPU A", "GPU B")
    assert a.curve(op="matmul").rate_per_s == pytest.approx(
        2 * b.curve(op="matmul").rate_per_s, rel=1e-4
    )


def test_number_of_devices_is_that_of_the_largest_run(tmp_path):
    one = run_file(tmp_path, *matmuls(), name="1.json")
    eight = tuple(gpu(index=i) for i in range(8))
    two = run_file(tmp_path, *copies(), name="2.json", devices=eight)
    assert calibrate([one, two]).devices[0].num_devices == 8


def test_smallest_memory_counts(tmp_path):
    pair = (gpu(memory_bytes=80 * 10**9), gpu(index=1, memory_bytes=79 * 10**9))
    run = run_file(tmp_path, *matmuls(), devices=pair)
    assert calibrate([run]).devices[0].memory_bytes == 79 * 10**9


def test_power_is_the_mean_by_operation(tmp_path):
    cases = [
        matmul(256, telemetry=telemetry(600, 60)),
        matmul(512, telemetry=telemetry(700, 70)),
        copies()[0].model_copy(update={"telemetry": telemetry(400, 50)}),
        train_step(0.1, telemetry=telemetry(550, 65)),
    ]
    (device,) = calibrate([run_file(tmp_path, *cases)]).devices
    assert device.power_w == {"matmul": 650, "memory_copy": 400, "train_step": 550}
    assert device.temperature_c_max == 70


def test_source_names_folder_file_time_and_hash(tmp_path):
    run = run_file(tmp_path, *matmuls())
    digest = hashlib.sha256(run.read_bytes()).hexdigest()
    expected = f"{tmp_path.name}/run.json, 2026-01-02T03:04:05+00:00, sha256 {digest}"
    assert calibrate([run]).sources == (expected,)


def test_a_folder_stands_for_its_run(tmp_path):
    run_file(tmp_path, *matmuls())
    assert len(calibrate([tmp_path]).devices) == 1


def test_step_is_checked_and_never_fitted(tmp_path):
    with_step = run_file(tmp_path, *matmuls(), *copies(), train_step(0.1), name="1.json")
    without = run_file(tmp_path, *matmuls(), *copies(), name="2.json")
    (one,), (two,) = calibrate([with_step]).devices, calibrate([without]).devices
    assert one.curves == two.curves
    assert one.step is not None
    assert two.step is None


def test_every_bad_file_is_named(tmp_path):
    (tmp_path / "foreign.json").write_text('{"a": 1}')
    with pytest.raises(InputError) as caught:
        calibrate([tmp_path / "foreign.json", tmp_path / "absent.json"])
    text = str(caught.value)
    assert "foreign.json" in text
    assert "absent.json" in text


def test_a_calibration_is_no_run(tmp_path):
    path = tmp_path / "c.json"
    path.write_text(to_json(calibrate([run_file(tmp_path, *matmuls())])))
    with pytest.raises(InputError, match=r"dcbench\.run"):
        calibrate([path])


def test_the_same_run_twice_is_refused(tmp_path):
    run = run_file(tmp_path, *matmuls())
    twin = run_file(tmp_path, *matmuls(), name="copy.json")
    with pytest.raises(InputError, match="same run"):
        calibrate([run, twin])


def test_mixed_units_are_refused(tmp_path):
    run = run_file(tmp_path, *matmuls(), matmul(256, work=1.0))
    with pytest.raises(InputError, match=r"cases\.5\.work"):
        calibrate([run])


def test_nothing_usable_is_no_answer_and_says_why(tmp_path):
    run = run_file(tmp_path, matmul(256, status="throttled", reason="power cap"), train_step(0.1))
    with pytest.raises(NoAnswerError, match="throttled: power cap"):
        calibrate([run])


def test_a_run_without_cases_is_no_answer(tmp_path):
    with pytest.raises(NoAnswerError, match="hold no cases"):
        calibrate([run_file(tmp_path)])
