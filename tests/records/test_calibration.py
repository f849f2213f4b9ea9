"""Curves as the planner uses them, and files that are refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dcbench.errors import InputError
from dcbench.records.calibration import Calibration, Curve, DeviceCalibration, Residual
from dcbench.records.files import validate
from tests.records.examples import CALIBRATION

RESIDUAL = Residual(key={"op": "matmul"}, work=1e9, measured_s=1e-2, fitted_s=1e-2)


def _curve(**changes):
    fields = {
        "key": {"op": "matmul", "dtype": "bf16"}, "work_unit": "flop", "latency_s": 1e-3,
        "rate_per_s": 1e12, "work_min": 1e9, "work_max": 1e12, "residuals": (RESIDUAL,),
        "median_abs_error": 0.0,
    }  # fmt: skip
    return Curve(**fields | changes)


def _device(*curves: Curve):
    return DeviceCalibration(
        name="GPU", kind="cuda", num_devices=1, memory_bytes=80 * 10**9, curves=curves
    )


def test_time_is_latency_plus_work_over_rate():
    assert _curve().time_s(2e12) == pytest.approx(1e-3 + 2.0)  # hand calculation


def test_rate_approaches_the_fitted_rate_and_halves_where_latency_is_half_the_time():
    curve = _curve()
    # Hockney's half-performance length: work = latency x rate.
    assert curve.rate_at(1e-3 * 1e12) == pytest.approx(0.5e12)
    assert curve.rate_at(1e18) == pytest.approx(1e12, rel=1e-5)


def test_more_work_is_never_faster_and_never_at_a_lower_rate():
    curve, works = _curve(), [10.0**i for i in range(3, 18)]
    times, rates = [curve.time_s(w) for w in works], [curve.rate_at(w) for w in works]
    assert times == sorted(times)
    assert rates == sorted(rates)


@pytest.mark.parametrize(
    ("work", "inside"), [(9e8, False), (1e9, True), (1e12, True), (2e12, False)]
)
def test_range_is_known(work, inside):
    assert _curve().covers(work) is inside


def test_curve_is_found_by_part_of_its_key():
    fp32 = _curve(key={"op": "matmul", "dtype": "fp32"})
    copy = _curve(key={"op": "memory_copy", "dtype": "fp32"}, work_unit="B")
    device = _device(_curve(), fp32, copy)
    assert device.curve(op="matmul", dtype="fp32") is fp32
    assert device.curve(op="memory_copy") is copy
    assert device.curve(op="matmul", dtype="fp64") is None


@pytest.mark.parametrize(
    "change", [{"latency_s": -1e-9}, {"rate_per_s": 0.0}, {"residuals": ()}, {"work_unit": "GB"}]
)
def test_impossible_curves_are_refused(change):
    with pytest.raises(ValidationError):
        _curve(**change)


def test_files_without_the_later_fields_load():
    """`notes` of a curve and `extrapolated_share` of a step check were added with defaults."""
    record = validate(CALIBRATION, Calibration, "c.json")
    assert record.devices[0].curves[0].notes == ()


def test_every_fault_of_a_file_is_named():
    curve = CALIBRATION["devices"][0]["curves"][0] | {"latency_s": -1.0, "rate_per_s": 0.0}
    device = CALIBRATION["devices"][0] | {"curves": [curve]}
    with pytest.raises(InputError) as caught:
        validate(CALIBRATION | {"devices": [device]}, Calibration, "c.json")
    fields = {fault.field for fault in caught.value.faults}
    assert fields == {"devices.0.curves.0.latency_s", "devices.0.curves.0.rate_per_s"}
