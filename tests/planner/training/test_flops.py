from __future__ import annotations

import pytest

from dcbench_planner.training.flops import (
    forward_flops,
    hardware_flops_per_token,
    model_flops_per_token,
)
from tests.planner.training.builders import catalog_shape, column, gpt


def test_gpt_with_full_recompute_is_the_formula_of_narayanan():
    # arXiv:2104.04473 eq. 3: F = 96 B s l h² (1 + s/6h + V/16lh), attention not halved, logits not
    # recomputed. Ours halves attention, so twice our attention is added.
    layers, width, vocab, sequence = 96, 12288, 51200, 2048
    shape = gpt(layers, width, 96).columns
    published = 96 * layers * width**2
    published *= 1 + sequence / (6 * width) + vocab / (16 * layers * width)
    attention = forward_flops(shape, column(sequence))["attention"]

    ours = hardware_flops_per_token(shape, column(sequence), column(1), column(1)) + 4 * attention

    assert float(ours[0]) == pytest.approx(published, rel=1e-12)


def test_model_flops_of_llama_3_8b_by_hand():
    # 6 x (8.03e9 - input embeddings 0.525e9 - norms) + 6 x 32 layers x 4096 width x 8192 tokens
    weights = 8_030_261_248 - 128_256 * 4096 - 65 * 4096
    expected = 6 * weights + 6 * 32 * 4096 * 8192

    flops = model_flops_per_token(catalog_shape("llama-3.1-8b").columns, column(8192))

    assert float(flops[0]) == pytest.approx(expected, rel=1e-12)


def test_deepseek_v3_is_about_250_gflop_a_token():
    # NVIDIA Megatron-Bridge reports about 250 GFLOP per token at 4096 tokens without the MTP layer
    flops = model_flops_per_token(catalog_shape("deepseek-v3").columns, column(4096))

    assert float(flops[0]) == pytest.approx(250e9, rel=0.03)


def test_a_window_bounds_attention():
    shape = catalog_shape("gpt-oss-120b").columns
    short, long = (forward_flops(shape, column(s))["attention"] for s in (4096, 8192))

    assert float(long[0] / short[0]) == pytest.approx(2.0, rel=0.05)
    # half the layers see 128 tokens: about half of full attention, 36 layers x 4096 wide x 2 x s
    full = 36 * 2 * 64 * 128 * 4096 / 2
    assert float(short[0]) == pytest.approx(0.5 * full, rel=0.1)
