"""Work of the operators of one training step. Origin of expected numbers: hand calculation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench_benchmarks.calibration.operators import StepShape, step_operators
from dcbench_benchmarks.kernels.transformer_counts import num_params, step_flop
from dcbench_benchmarks.suite import Shape
from tests.benchmarks.calibration.synthetic import train_step

KEY = train_step(1.0).key
MODEL = Shape(
    layers=2, d_model=256, heads=4, kv_heads=2, d_ff=512, vocab=1000, sequence=128, micro_batch=4
)  # fmt: skip
SHAPE = StepShape(model=MODEL, dtype="bf16")
PARAMS = num_params(MODEL)
LAYER_WEIGHTS = 2 * 256 * 256 + 2 * 256 * 128 + 3 * 256 * 512
TOKENS = 512


def _total(part: str, shape: StepShape = SHAPE) -> float:
    return sum(op.work * op.count for op in step_operators(shape) if op.part == part)


def test_shape_comes_from_the_key():
    assert StepShape.from_key(KEY) == SHAPE


@pytest.mark.parametrize(
    "change", [{"layers": "2"}, {"dtype": "int8"}, {"optimizer": "sgd"}, {"heads": 3}]
)
def test_key_of_another_model_gives_no_shape(change):
    assert StepShape.from_key(KEY | change) is None


def test_products_are_six_flop_per_weight_and_token():
    weights = 2 * LAYER_WEIGHTS + 1000 * 256
    assert _total("matmul_forward") == 2 * weights * TOKENS
    assert _total("matmul_backward") == 4 * weights * TOKENS


def test_attention_is_causal_and_its_backward_two_and_a_half_times_forward():
    forward = 4 * TOKENS * 128 * 256 / 2  # per layer: two products, half of the pairs
    assert _total("attention") == 2 * 3.5 * forward


def test_model_flop_is_that_of_the_run_record():
    """Another count: `transformer_counts.step_flop`, which has attention backward at twice."""
    counted = _total("matmul_forward") + _total("matmul_backward") + _total("attention") * 3 / 3.5
    assert counted == pytest.approx(step_flop(MODEL))


def test_optimizer_moves_seven_words_per_parameter_and_casts():
    # fp32: read p, g, m, v, write p, m, v. bf16: also 2 + 4 bytes for gradients, 4 + 2 back.
    assert _total("optimizer") == (28 + 12) * PARAMS
    fp32 = replace(SHAPE, dtype="fp32")
    assert _total("optimizer", shape=fp32) == 28 * PARAMS


def test_elementwise_traffic_per_layer():
    # By hand, elements per token: norms 2·2d + 2·3d, residuals 2·3d + 2·3d, rotary 20·(d + kv),
    # SwiGLU (2 + 3 + 5 + 3)f; d = 256, kv = 128, f = 512; bf16 has two bytes.
    elements = 22 * 256 + 20 * (256 + 128) + 13 * 512
    assert _total("elementwise") == 2 * TOKENS * elements * 2


def test_loss_is_in_fp32():
    # Logits read and written forward and backward: 4 x 4 bytes x T x V; embedding and last norm:
    # (2 + 2 + 2 + 3)·T·d elements and the gradient of the table. bf16 logits are cast both ways.
    fp32 = replace(SHAPE, dtype="fp32")
    moved = 9 * TOKENS * 256 + 1000 * 256
    assert _total("embedding_and_loss", shape=fp32) == 16 * TOKENS * 1000 + 4 * moved
    assert _total("embedding_and_loss") == (16 + 12) * TOKENS * 1000 + 2 * moved
