from __future__ import annotations

import itertools

import pytest
import torch

from dcbench_benchmarks.kernels import matmul, matmul_check
from dcbench_benchmarks.kernels.matmul import make_operands, prepare, set_precision
from dcbench_benchmarks.kernels.matmul_check import (
    check_products,
    sum_tolerance,
    worst_element,
    worst_row,
)  # fmt: skip
from dcbench_benchmarks.timing import measure
from tests.benchmarks.examples import TIMING
from tests.benchmarks.examples import matmul as spec_of
from tests.benchmarks.kernels.places import SMALL, timed

DTYPES = ["fp32", "tf32", "bf16", "fp16", "fp8"]
"""All run on the CPU too (fp8 through torch's scaled product), so the GPU's operands, strides,
scales and checks are tested here; TF32 rounding by the hardware is not."""


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_tiny_product_is_timed_and_right(dtype: str) -> None:
    prepared = prepare(spec_of(dtype, 48), SMALL, seed=1)
    result = measure(prepared.workload, SMALL.stopwatch, TIMING)
    checked = prepared.check(result)
    assert checked.passed, checked.reason
    assert checked.figures["error_over_tolerance"] <= 1
    assert prepared.work == 2 * 48**3


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_corrupted_element_among_all_buffers_is_found(dtype: str) -> None:
    prepared, outputs = _with_outputs(dtype)
    for index in range(len(outputs)):
        prepared.workload.iterate(index)
    assert prepared.check(timed()).passed
    outputs[1][3, 5] += 0.1  # a tenth of the standard deviation of an element
    checked = prepared.check(timed())
    assert not checked.passed
    assert "wrong result" in checked.reason


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_an_element_that_is_not_a_number_is_found(bad: float) -> None:
    prepared, outputs = _with_outputs("fp32")
    prepared.workload.iterate(0)
    outputs[0][0, 0] = bad
    assert not prepared.check(timed(samples=1)).passed


def test_buffers_that_the_timed_part_did_not_reach_are_not_judged() -> None:
    prepared, outputs = _with_outputs("fp32")
    prepared.workload.iterate(0)
    assert not outputs[1].any()
    assert prepared.check(timed(samples=1)).passed


@pytest.mark.parametrize("dtype", ["fp32", "bf16"])
def test_freivalds_check_finds_one_element_wrong_by_its_own_size(dtype: str) -> None:
    operands = make_operands(spec_of(dtype, 256), torch.device("cpu"), seed=3)
    a, b = operands.exact()
    product = operands.a @ operands.b
    assert worst_row(dtype, a, b, [product]) <= 1
    wrong = product.clone()
    row, column = (int(i) for i in (product.abs() > 1.5).nonzero()[0])
    wrong[row, column] = -wrong[row, column]  # a flipped sign bit
    assert worst_row(dtype, a, b, [product, wrong]) > 1
    assert worst_element(dtype, a, b, [wrong]) > 1


def test_products_too_large_for_a_full_reference_go_through_freivalds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matmul_check, "FULL_CHECK_FLOP", {"cpu": 1.0})
    operands = make_operands(spec_of("fp32", 64), torch.device("cpu"), seed=3)
    checked = check_products("fp32", operands.exact(), [operands.a @ operands.b])
    assert checked.passed
    assert checked.figures["elements_compared"] == 0


def test_a_kernel_that_used_bf16_for_fp32_is_found() -> None:
    operands = make_operands(spec_of("fp32", 128), torch.device("cpu"), seed=0)
    low = (operands.a.bfloat16() @ operands.b.bfloat16()).float()
    assert not check_products("fp32", operands.exact(), [low]).passed


def test_a_kernel_that_used_tf32_for_fp32_is_found() -> None:
    operands = make_operands(spec_of("fp32", 512), torch.device("cpu"), seed=0)
    low = matmul._rounded_to_tf32(operands.a) @ matmul._rounded_to_tf32(operands.b)
    assert not check_products("fp32", operands.exact(), [low]).passed


def test_results_have_unit_variance_in_every_dtype() -> None:
    for dtype in DTYPES:
        a, b = make_operands(spec_of(dtype, 128), torch.device("cpu"), seed=0).exact()
        assert float((a @ b).std()) == pytest.approx(1, abs=0.05)


def test_tf32_operands_have_ten_bits_of_mantissa() -> None:
    operands = make_operands(spec_of("tf32", 32), torch.device("cpu"), seed=0)
    mantissa, _ = torch.frexp(operands.a)
    # frexp gives 0.5 <= |m| < 1: ten bits behind the leading one are multiples of 2^-11
    assert torch.equal((mantissa * 2**11).round(), mantissa * 2**11)


def test_fp8_scales_use_the_whole_range_without_saturating() -> None:
    operands = make_operands(spec_of("fp8", 64), torch.device("cpu"), seed=0)
    assert operands.a.float().abs().max() == matmul.FP8_MAX
    assert operands.saturated_share == 0
    assert operands.b.stride() == (1, 64)  # column-major, as the scaled product needs
    assert matmul._copy(operands.b).stride() == (1, 64)


def test_saturated_inputs_are_refused() -> None:
    operands = make_operands(spec_of("fp32", 32), torch.device("cpu"), seed=0)
    checked = check_products("fp32", operands.exact(), [operands.a @ operands.b], 0.02)
    assert not checked.passed
    assert "saturated" in checked.reason


def test_the_tolerance_is_the_bound_of_the_docstring() -> None:
    # Hand calculation: 6 * 2^-24 * (2/pi) * 4096
    assert sum_tolerance("fp32", 4096) == pytest.approx(9.325e-4, rel=1e-3)


def test_buffers_rotate_and_exceed_two_caches() -> None:
    prepared, outputs = _with_outputs("fp32")
    each = 3 * 4 * 32 * 32
    assert len(outputs) * each >= 2 * SMALL.cache_bytes
    for index in itertools.chain(range(len(outputs)), [0]):
        prepared.workload.iterate(index)
    assert all(output.any() for output in outputs)


def test_every_precision_switch_is_set() -> None:
    set_precision("tf32")
    assert torch.backends.cuda.matmul.fp32_precision == "tf32"
    set_precision("fp32")
    assert torch.backends.cuda.matmul.fp32_precision == "ieee"
    assert torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction is False


def _with_outputs(dtype: str):
    """Prepare a product and find its output buffers in the closure of the timed function."""
    prepared = prepare(spec_of(dtype, 32), SMALL, seed=1)
    iterate = prepared.workload.iterate
    names = iterate.__code__.co_freevars
    cells = [cell.cell_contents for cell in iterate.__closure__]
    return prepared, dict(zip(names, cells, strict=True))["outputs"]
