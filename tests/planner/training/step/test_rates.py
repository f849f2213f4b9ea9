from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench.records.calibration import Curve, DeviceCalibration, Residual
from dcbench_planner.training.step.rates import (
    calibrated_rates,
    error_log_sd,
    published_rates,
)
from tests.planner.training.builders import accelerator


def curve(key, unit, rate, latency=1e-5):
    residual = Residual(key=key, work=1e9, measured_s=1.0, fitted_s=1.0)
    return Curve(
        key=key, work_unit=unit, latency_s=latency, rate_per_s=rate, work_min=1e6, work_max=1e12,
        residuals=(residual,), median_abs_error=0.01,
    )  # fmt: skip


def calibration(accelerator_id="H100-SXM"):
    return DeviceCalibration(
        name="NVIDIA H100 80GB HBM3", kind="cuda", accelerator_id=accelerator_id, num_devices=8,
        memory_bytes=85 * 10**9,
        curves=(
            curve({"op": "matmul", "dtype": "bf16"}, "flop", 700e12),
            curve({"op": "memory_copy", "dtype": "fp32"}, "B", 3e12),
            curve({"op": "all_reduce", "dtype": "fp32", "ranks": 8, "backend": "nccl"}, "B", 200e9),
        ),
    )  # fmt: skip


def test_published_rates_of_h100():
    rates = published_rates(accelerator("H100-SXM"), "bf16")

    # sustained: gpu-fryer 730, torch tables 692-789, MAMF 795 of 989.4 TFLOP/s; the median, 74 %
    assert rates.gemm_flops_per_s == pytest.approx(989.4e12 * 0.74)
    assert rates.provenance == "published"
    assert "gpu-fryer README 730" in rates.source
    # DGX H100: eight 400 Gb/s adapters, one per GPU (datasheet), 88 % of the line rate
    assert rates.scaleout_bytes_per_s == pytest.approx(50e9 * 0.88)


def test_a_device_without_published_matmul_is_marked_assumed():
    rates = published_rates(accelerator("L40S"), "bf16")

    assert rates.provenance == "assumed"
    assert (
        rates.step_error_log_sd > published_rates(accelerator("H100-SXM"), "bf16").step_error_log_sd
    )


def test_a_device_without_a_compared_run_is_less_certain():
    # Gaudi 3 has a published matmul, but no training run of it is in the published data
    rates = published_rates(accelerator("Gaudi3"), "bf16")

    assert rates.provenance == "published"
    assert error_log_sd(rates, is_moe=False) == 0.40  # data/rates.csv


@pytest.mark.parametrize(("name", "precision"), [("A100-SXM-80GB", "fp8"), ("H100-SXM", "int3")])
def test_a_precision_that_is_not_there(name, precision):
    with pytest.raises(InputError, match=precision):
        published_rates(accelerator(name), precision)


def test_attention_got_faster_with_newer_software():
    old, new = (published_rates(accelerator("H100-SXM"), "bf16", year=y) for y in (2023, 2026))

    assert old.attention_flops_per_s < new.attention_flops_per_s


def test_a_calibration_replaces_what_it_measured():
    rates = calibrated_rates(accelerator("H100-SXM"), "bf16", calibration())

    assert rates.provenance == "calibrated"
    assert rates.gemm_flops_per_s == 700e12
    assert rates.gemm_latency_s == 1e-5
    assert rates.memory_bytes_per_s == 3e12
    assert rates.scaleup_bytes_per_s == pytest.approx(200e9 * 2 * 7 / 8)  # bus bandwidth
    assert error_log_sd(rates, is_moe=False) == 0.15  # own assumption, `CALIBRATED_LOG_SD`


def test_a_calibration_of_another_device_is_not_used_and_said_so():
    rates = calibrated_rates(accelerator("H100-SXM"), "bf16", calibration("A100-SXM-80GB"))

    assert rates.provenance == "published"
    assert "not of H100-SXM" in rates.source


def test_a_calibration_without_the_precision_is_not_used_and_said_so():
    rates = calibrated_rates(accelerator("H100-SXM"), "fp8", calibration())

    assert rates.provenance == "published"
    assert "no fp8 matmul" in rates.source


def test_mixtures_of_experts_are_less_certain():
    rates = published_rates(accelerator("H100-SXM"), "bf16")

    assert error_log_sd(rates, is_moe=True) > error_log_sd(rates, is_moe=False)
