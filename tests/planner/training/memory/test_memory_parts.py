from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench_planner.training.columns import stack
from dcbench_planner.training.memory.activations import (
    activation_bytes_per_layer,
    layer_activations,
)
from dcbench_planner.training.memory.buffers import (
    communication_bytes,
    dummy_gradient_bytes,
    layer_weights_on_rank,
    logits_bytes,
    unsharded_bytes,
)
from dcbench_planner.training.memory.states import stage_weights, state_bytes
from dcbench_planner.training.method.methods import Method, MethodColumns
from dcbench_planner.training.step.rates import published_rates
from tests.planner.training.builders import accelerator, catalog_shape, gpt, job, layout

LLAMA = catalog_shape("llama-3-8b")
TOKENS = 4096


def gpt3_layer(**layout_values):
    return job(gpt(96, 12288, 96), layouts=layout(**layout_values), sequence=2048, legacy=1)


@pytest.mark.parametrize(
    ("values", "coefficient"),
    [
        # Korthikanti et al. 2022 table 2, in units of s b h; 5 a s / h = 80 for GPT-3
        ({"tp": 1}, 34 + 80),
        ({"tp": 8}, 10 + 24 / 8 + 80 / 8),
        ({"tp": 8, "sequence_parallel": 1}, 34 / 8 + 80 / 8),
        ({"tp": 8, "recompute": 1}, 10 + 24 / 8),
        ({"tp": 8, "sequence_parallel": 1, "recompute": 1}, 34 / 8),
        ({"tp": 8, "recompute": 2}, 2),
    ],
)
def test_activations_of_a_gpt3_layer(values, coefficient):
    kept = activation_bytes_per_layer(gpt3_layer(**values))

    assert float(kept[0]) == pytest.approx(coefficient * 2048 * 12288, rel=1e-12)


@pytest.mark.parametrize(
    ("values", "flags", "bytes_per_token"),
    # hand count for d 4096, 32 heads and 8 key-value heads of 128, f 14336
    [
        # norms 8 d; q, k, v, output; a number a head; gated MLP 6 f
        ({}, {}, 8 * 4096 + 2 * (4096 + 2048 + 4096) + 4 * 32 + 6 * 14336),
        # Megatron-Core layernorm and activation recomputed: 4 d and 4 f stay
        ({"recompute": 1}, {}, 4 * 4096 + 2 * (4096 + 2048 + 4096) + 4 * 32 + 4 * 14336),
        # torchtitan: layer input, q, v, attention output, gate
        ({"zero": 3, "recompute": 1}, {"compiled": 1},
         2 * 4096 + 2 * (4096 + 1024 + 4096) + 4 * 32 + 2 * 14336),
        # uncompiled, the output of the layer's last product too
        ({"zero": 3, "recompute": 1}, {"unfused": 1},
         4 * 4096 + 2 * (4096 + 1024 + 4096) + 4 * 32 + 2 * 14336),
        ({"recompute": 2}, {}, 2 * 4096),
    ],
)  # fmt: skip
def test_activations_of_a_llama_layer(values, flags, bytes_per_token):
    layer = layer_activations(job(LLAMA, layouts=layout(**values), **flags))

    assert float(layer.kept[0]) == pytest.approx(bytes_per_token * TOKENS)


def test_transformer_engine_keeps_quantised_inputs_in_one_byte():
    # two norm outputs and the MLP's inner activation in one byte, a copy of the attention output
    rates = published_rates(accelerator("H100-SXM"), "fp8")
    sixteen, eight = (layer_activations(job(LLAMA, given)).kept[0] for given in (None, rates))

    assert (sixteen - eight) / TOKENS == pytest.approx(2 * 4096 + 14336 - 4096)


def test_fp4_layers_of_pytorch_keep_input_and_attention():
    # arXiv:2509.25149: the last 15 % of the layers stay in 16 bit
    rates = published_rates(accelerator("B200-SXM"), "nvfp4")
    layouts = layout(zero=3, recompute=1)
    kept = layer_activations(job(LLAMA, rates, layouts, compiled=1)).kept[0]
    products = 2 * (4096 + 1024 + 14336)

    assert kept / TOKENS == pytest.approx(2 * 4096 + 2 * 4096 + 4 * 32 + 0.15 * products)


def test_activations_of_a_deepseek_layer():
    # all layers experts: d 7168, 128 heads of 192 and 128, ranks 1536 and 512, rotary key 64,
    # 8 of 256 experts of 2048 and one shared; Megatron-Core 0.12 or later
    shape = replace(catalog_shape("deepseek-v3"), n_dense_layers_first=0, mtp_layers=0)
    norms, latent = 8 * 7168, 4 * (1536 + 512) + 2 * 64
    attention = 2 * 128 * (192 + 192 + 128 + 128) + 4 * 128
    experts = 2 * 8 * 7168 + 6 * (8 + 1) * 2048
    kept = layer_activations(job(shape)).kept[0]

    assert kept / TOKENS == pytest.approx(norms + latent + attention + experts + 13 * 256)


def test_workspace_of_full_recompute_is_the_layer_and_its_gradients():
    none, full = (layer_activations(job(LLAMA, layouts=layout(recompute=code))) for code in (0, 2))

    # d of gradient, and the larger of the gate and up gradients or two full widths
    assert none.workspace[0] / TOKENS == pytest.approx(2 * 4096 + 4 * 14336)
    assert full.workspace[0] - none.workspace[0] == pytest.approx(none.kept[0] - full.kept[0])


@pytest.mark.parametrize(
    ("zero", "published_gb"),
    # ZeRO paper (arXiv:1910.02054) figure 1 and table 1: 7.5B parameters, 64 ranks, fp16 gradients
    [(0, 120), (1, 31.4), (2, 16.6), (3, 1.9)],
)
def test_states_of_the_zero_paper(zero, published_gb):
    shape = catalog_shape("llama-2-7b")
    method = stack(MethodColumns, [Method(gradient_bytes=2.0)])
    layouts = layout(dp=64, zero=[zero])
    cases = replace(job(shape, layouts=layouts), method=method)
    per_weight = sum(float(part[0]) for part in state_bytes(cases).values()) / shape.params_total

    # FSDP keeps the master weight as the weight, so the 2 bytes of the 16-bit copy are not held
    per_weight += 2 / 64 if zero == 3 else 0
    assert per_weight * 7.5 == pytest.approx(published_gb, abs=0.06)


@pytest.mark.parametrize(
    ("zero", "bytes_per_param"),
    # Megatron-LM theoretical_memory_usage.py: 18, or 6 + 12/d; torchtitan: 4 + 4 + 8, all sharded
    [(0, 18), (1, 6 + 12 / 64), (2, 2 + 16 / 64), (3, 16 / 64)],
)
def test_states_by_zero_level(zero, bytes_per_param):
    states = state_bytes(job(LLAMA, layouts=layout(dp=64, zero=zero)))
    held = sum(float(part[0]) for part in states.values())

    assert held == pytest.approx(bytes_per_param * LLAMA.params_total, rel=1e-3)


def test_hybrid_sharding_holds_a_group_s_share():
    # HSDP: 64 ranks in groups of 8; 16 bytes over 8
    states = state_bytes(job(LLAMA, layouts=layout(dp=64, zero=3, shard=8)))

    held = sum(float(part[0]) for part in states.values())
    assert held == pytest.approx(16 / 8 * LLAMA.params_total, rel=1e-3)


def test_more_sharding_never_needs_more_state():
    for dp in (1, 2, 8, 512):
        layouts = layout(dp=dp, zero=[0, 1, 2, 3])
        held = sum(state_bytes(job(layouts=layouts)).values())
        assert sorted(held, reverse=True) == pytest.approx(held)


def test_full_precision_training_has_no_other_copy():
    rates = published_rates(accelerator("A100-SXM-80GB"), "fp32")
    states = state_bytes(job(LLAMA, rates))
    per_weight = {name: part[0] / LLAMA.params_total for name, part in states.items()}

    assert per_weight == pytest.approx({"weights": 4, "gradients": 4, "optimizer": 8}, rel=1e-3)


def test_the_fullest_stage_has_no_dense_layer():
    shape = replace(catalog_shape("deepseek-v3"), n_layers=4, n_dense_layers_first=1, mtp_layers=0)

    _, experts = stage_weights(job(shape, layouts=layout(pp=2)))

    # By hand: 2 layers of 256 experts of 3 x 7168 x 2048 weights; 1.5 would be the mean stage
    assert experts == pytest.approx(2 * 256 * 3 * 7168 * 2048)


def test_experts_split_by_expert_and_replicated_over_the_rest():
    # DeepSeek-V3: 58 MoE layers x 256 experts x 3 x 7168 x 2048; 64 ways by expert, pp 1
    shape = replace(catalog_shape("deepseek-v3"), mtp_layers=0)
    _, experts = stage_weights(job(shape, layouts=layout(dp=64, ep=64)))

    assert float(experts[0]) == pytest.approx(58 * 256 * 3 * 7168 * 2048 / 64)


@pytest.mark.parametrize(
    ("values", "flags", "bytes_per_logit"),
    [
        ({"zero": 1}, {}, 6),  # Megatron-Core: fp32 in place, and 16 bit
        ({"zero": 1}, {"legacy": 1, "year": 2021}, 10),
        ({"zero": 3}, {"compiled": 1}, 4),  # 16-bit logits and gradient
        ({"zero": 3}, {"compiled": 1, "year": 2024}, 14),  # loss not yet compiled
        ({"zero": 3}, {"unfused": 1}, 14),
        ({"zero": 3, "tp": 4, "sequence_parallel": 1}, {"unfused": 1}, 18),
    ],
)
def test_logits(values, flags, bytes_per_logit):
    tp = values.get("tp", 1)
    last_norm = 2 * 4096 * (1 + 1 / tp)
    expected = TOKENS * (bytes_per_logit * 128256 / tp + last_norm)

    assert logits_bytes(job(LLAMA, layouts=layout(**values), **flags))[0] == pytest.approx(expected)


def test_fsdp_gathers_two_layers_and_the_tables():
    cases = job(LLAMA, layouts=layout(dp=8, zero=3))
    one = layer_weights_on_rank(cases)
    gathered = unsharded_bytes(cases, one, sum(stage_weights(cases)))

    layer = 4096 * (4096 * 2 + 1024 * 2 + 3 * 14336) + 2 * 4096
    assert one[0] == pytest.approx(layer)
    assert gathered[0] == pytest.approx(2 * (2 * layer + 2 * 128256 * 4096))


def test_dummy_gradients_are_one_layer_in_16_bit():
    # SimuMax 1.2: 1.6 GiB for Llama 3 70B, TP 1
    cases = job(catalog_shape("llama-3-70b"), year=2025)

    assert dummy_gradient_bytes(cases)[0] / 2**30 == pytest.approx(1.6, abs=0.02)
    assert dummy_gradient_bytes(job(year=2024))[0] == 0


def test_communication_buffers_appear_with_what_communicates():
    alone, pipeline, ring = (
        communication_bytes(job(LLAMA, layouts=layout(**{name: 2})))[0]
        for name in ("dp", "pp", "cp")
    )

    assert alone == 0
    assert pipeline == TOKENS * 2 * 2 * 4096
    assert ring == TOKENS / 2 * 2 * (2 * 2 * 1024)
