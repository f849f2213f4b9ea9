from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.training.shape.flops import (
    attention_unmasked_flops,
    forward_flops,
    hardware_flops_per_token,
    model_flops_per_token,
    training_flops,
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


@pytest.mark.parametrize(
    ("name", "sequence", "gigaflops"),
    [
        # reported FLOP/s over reported tokens/s in NVIDIA Megatron-Bridge's performance tables,
        # which count multi-token prediction; hybrids there count scans by another formula
        ("deepseek-v3", 4096, 260.0),
        ("qwen3-30b-a3b", 4096, 23.0),
        ("qwen3-235b-a22b", 4096, 148.0),
        ("llama-3.1-405b", 8192, 2524.0),
        ("nemotron-3-super-120b-a12b", 8192, 84.7),
        ("nemotron-3-ultra-550b-a55b", 8192, 362.9),
    ],
)
def test_model_flops_per_token_are_those_that_megatron_bridge_reports(name, sequence, gigaflops):
    flops = model_flops_per_token(catalog_shape(name).columns, column(sequence))

    assert float(flops[0]) == pytest.approx(gigaflops * 1e9, rel=0.01)


def test_deepseek_v3_without_multi_token_prediction_is_250_gflop_a_token():
    # the same source's earlier figure
    shape = replace(catalog_shape("deepseek-v3"), mtp_layers=0)

    assert float(model_flops_per_token(shape.columns, column(4096))[0]) == pytest.approx(
        250e9, rel=0.03
    )


EVERY_KIND = [
    "gpt3-175b", "llama-3.1-8b", "gpt-oss-120b", "deepseek-v3", "nemotron-3-super-120b-a12b",
    "jamba-v0.1", "mamba2-2.7b", "bert-large-uncased", "t5-11b",
]  # fmt: skip


@pytest.mark.parametrize("name", EVERY_KIND)
def test_parts_of_training_add_up_to_three_forward_passes(name):
    shape, sequence = catalog_shape(name).columns, column(2048)
    flops = training_flops(shape, sequence)
    parts = (flops.forward, flops.activation_gradient, flops.weight_gradient)

    total = sum(float(column(part)[0]) for kind in parts for part in kind.values())

    assert total == pytest.approx(float(model_flops_per_token(shape, sequence)[0]), rel=1e-12)
    assert total == pytest.approx(3 * sum(float(f[0]) for f in flops.forward.values()), rel=1e-12)


def test_attention_and_scans_have_no_weight_gradients():
    flops = training_flops(catalog_shape("nemotron-h-8b").columns, column(8192))

    for name in ("attention", "state_space"):
        assert float(flops.weight_gradient[name][0]) == 0
        assert float(flops.activation_gradient[name][0]) == 2 * float(flops.forward[name][0]) > 0


def test_patches_need_no_gradient_of_the_image():
    flops = training_flops(catalog_shape("vit-b-16").columns, column(197))

    assert float(flops.activation_gradient["patches"][0]) == 0
    assert float(flops.weight_gradient["patches"][0]) == 2 * 3 * 16**2 * 768  # by hand


@pytest.mark.parametrize("name", ["gpt3-175b", "llama-3.1-405b", "deepseek-v3", "jamba-v0.1"])
def test_causal_attention_is_half_of_full(name):
    shape, sequence = catalog_shape(name).columns, column([2048, 131072])
    causal = forward_flops(shape, sequence)["attention"]

    assert attention_unmasked_flops(shape, sequence) == pytest.approx(2 * causal, rel=1e-12)


@pytest.mark.parametrize("name", ["bert-large-uncased", "vit-l-16"])
def test_encoders_attend_to_everything(name):
    shape, sequence = catalog_shape(name).columns, column(512)

    assert attention_unmasked_flops(shape, sequence) == forward_flops(shape, sequence)["attention"]


def test_windows_cost_less_than_the_square():
    shape = catalog_shape("gemma-3-27b").columns
    masked = forward_flops(shape, column(131072))["attention"]

    # 5 of 6 layers see at most 1,024 of 131,072 tokens
    assert float((attention_unmasked_flops(shape, column(131072)) / masked)[0]) == pytest.approx(
        2 * 6, rel=0.1
    )


def test_vit_base_is_the_published_17_6_gflop_an_image():
    # torchvision's vit_b_16 states 17.56 GFLOP per image, counting a multiply-add once
    shape = catalog_shape("vit-b-16").columns
    per_image = 197 * sum(float(f[0]) for f in forward_flops(shape, column(197)).values())

    assert per_image / 2 == pytest.approx(17.56e9, rel=0.01)


def test_t5_by_hand():
    # t5-small, 512 tokens in, 114 out; widths 512 and 2048, 8 heads of 64, 6 + 6 layers
    tokens_in, tokens_out, width, mlp = 512, 114, 512, 2048
    attention = 4 * width * width
    encoder = 6 * tokens_in * (attention + 2 * width * mlp)
    decoder = 6 * tokens_out * (attention + attention // 2 + 2 * width * mlp)
    decoder += 6 * tokens_in * attention // 2  # cross-attention's keys and values
    scores = 6 * (tokens_in**2 + tokens_out**2 / 2 + tokens_in * tokens_out) * 2 * width
    expected = 2 * (encoder + decoder + scores + tokens_out * width * 32128)

    flops = forward_flops(catalog_shape("t5-small").columns, column(tokens_in))

    assert tokens_in * sum(float(f[0]) for f in flops.values()) == pytest.approx(expected, rel=1e-9)


@given(
    layers=st.integers(1, 200),
    heads=st.integers(1, 128),
    sequence=st.integers(16, 1_000_000),
    window=st.integers(1, 1_000_000),
    share=st.floats(0, 1),
)
def test_attention_lies_between_nothing_and_the_square(layers, heads, sequence, window, share):
    shape = gpt(layers, 64 * heads, heads, window=window, window_layer_share=share).columns
    masked = float(forward_flops(shape, column(sequence))["attention"][0])
    full = float(attention_unmasked_flops(shape, column(sequence))[0])

    assert 0 < masked <= full / 2 * (1 + 1e-12)


def test_a_window_bounds_attention():
    shape = catalog_shape("gpt-oss-120b").columns
    short, long = (forward_flops(shape, column(s))["attention"] for s in (4096, 8192))

    assert float(long[0] / short[0]) == pytest.approx(2.0, rel=0.05)
    # half the layers see 128 tokens: about half of full attention, 36 layers x 4096 wide x 2 x s
    full = 36 * 2 * 64 * 128 * 4096 / 2
    assert float(short[0]) == pytest.approx(0.5 * full, rel=0.1)
