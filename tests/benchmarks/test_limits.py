from __future__ import annotations

import pytest

from dcbench_benchmarks.jobs import CaseResult
from dcbench_benchmarks.limits import above_peak
from dcbench_benchmarks.suite import CaseSpec, MemoryCopySpec, TrainStepSpec
from tests.benchmarks.examples import CPU, SHAPE, gpu, matmul

# H100 SXM data sheet: 989.4 TFLOPS dense bf16, 67 TFLOPS fp32, 3.35 TB/s
COPY = MemoryCopySpec(op="memory_copy", device="cuda", bytes=4)
STEP = TrainStepSpec(op="train_step", device="cuda", dtype="bf16", shapes=(SHAPE,))


def result(rate: float, **derived: float) -> CaseResult:
    return CaseResult(
        status="ok", samples=(0.5, 2.0, 2.0), work=2 * rate, work_unit="flop", derived=derived
    )


@pytest.mark.parametrize(
    ("spec", "rate", "invalid"),
    [
        (matmul("bf16"), 800e12, False),
        (matmul("bf16"), 997e12, False),  # within 1 %
        (matmul("bf16"), 1005e12, True),
        (matmul("fp32"), 80e12, True),  # TF32 by mistake would look like this
        (COPY, 3.3e12, False),
        (COPY, 3.5e12, True),
    ],
)
def test_rates_beyond_the_data_sheet_are_found(spec: CaseSpec, rate: float, invalid: bool) -> None:
    assert bool(above_peak(spec, gpu(), result(rate))) is invalid


def test_the_peak_rises_with_a_clock_above_the_one_it_is_printed_for() -> None:
    # H100 SXM: 989.4 TFLOPS at 1830 MHz is 1070 at 1980; a lower clock lowers no limit, since the
    # median clock says nothing about the fastest batch. 67 TFLOPS of fp32 is printed for 1980.
    assert not above_peak(matmul("bf16"), gpu(), result(1060e12), sm_clock_mhz=1980)
    assert above_peak(matmul("bf16"), gpu(), result(1090e12), sm_clock_mhz=1980)
    assert not above_peak(matmul("bf16"), gpu(), result(980e12), sm_clock_mhz=1200)
    assert above_peak(matmul("fp32"), gpu(), result(70e12), sm_clock_mhz=1980)
    assert above_peak(COPY, gpu(), result(3.5e12), sm_clock_mhz=1980)


def test_a_training_step_is_judged_by_its_flop() -> None:
    assert above_peak(STEP, gpu(), result(1e6, model_flop=4000e12))
    assert not above_peak(STEP, gpu(), result(1e6, model_flop=800e12))


def test_a_device_that_is_not_in_the_catalog_has_no_limit() -> None:
    assert not above_peak(matmul("bf16"), CPU, result(1e18))
