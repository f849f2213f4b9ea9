from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench_planner.training.memory import (
    activation_bytes_per_layer,
    in_flight,
    peak_memory,
    stage_weights,
    state_bytes,
    total,
)
from tests.planner.training.builders import CONSTANTS, catalog_shape, gpt, job, layout


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


def test_in_flight_micro_batches():
    # Korthikanti et al. 4.2.3: interleaving multiplies by 1 + (p - 1) / (p m), here 1 + 7/24
    plain = job(layouts=layout(pp=8, num_micro_batches=64))
    interleaved = job(layouts=layout(pp=8, vpp=3, num_micro_batches=64))
    few = job(layouts=layout(pp=8, num_micro_batches=2))

    assert in_flight(plain, is_first=True)[0] == 8
    assert in_flight(interleaved, is_first=True)[0] == pytest.approx(8 * (1 + 7 / 24))
    assert in_flight(few, is_first=True)[0] == 2


@pytest.mark.parametrize(
    ("zero", "bytes_per_param"),
    # ZeRO paper with Megatron's fp32 gradients on 64 ranks: 18, 6 + 12/64, 2 + 16/64, 16/64
    [(0, 18), (1, 6 + 12 / 64), (2, 2 + 16 / 64), (3, 16 / 64)],
)
def test_states_by_zero_level(zero, bytes_per_param):
    shape = catalog_shape("llama-2-7b")
    states = state_bytes(job(shape, layouts=layout(dp=64, zero=zero)))

    assert float(total(states)[0]) == pytest.approx(bytes_per_param * shape.params_total, rel=1e-3)


def test_more_sharding_never_needs_more_state():
    for dp in (1, 2, 8, 512):
        states = [
            float(total(state_bytes(job(layouts=layout(dp=dp, zero=zero))))[0])
            for zero in (0, 1, 2, 3)
        ]
        assert states == sorted(states, reverse=True)


def test_experts_split_by_expert_and_replicated_over_the_rest():
    # DeepSeek-V3: 58 MoE layers x 256 experts x 3 x 7168 x 2048; 64 ways by expert, pp 1
    _, experts = stage_weights(job(catalog_shape("deepseek-v3"), layouts=layout(dp=64, ep=64)))

    assert float(experts[0]) == pytest.approx(58 * 256 * 3 * 7168 * 2048 / 64)


def test_parts_add_up_and_the_fuller_stage_counts():
    layouts = layout(pp=[1, 8], num_micro_batches=8, dp=1)
    parts = peak_memory(job(layouts=layouts), CONSTANTS)

    assert np.all(parts["logits"] >= 0)
    assert parts["logits"][0] == pytest.approx(10 * 4096 * 128256)
    assert parts["logits"][1] == 0  # eight micro-batches in flight outweigh the logits


@pytest.mark.parametrize(
    ("shape", "values", "sequence", "published_gb"),
    [
        # SimuMax B200 validation (b200_release_v1.2_summary): Llama-3-70B cut to 12 layers,
        # TP 8, micro-batch 1
        (replace(catalog_shape("llama-3-70b"), n_layers=12),
         {"tp": 8, "sequence_parallel": 1, "zero": 1, "num_micro_batches": 8}, 4096, 28.29),
        # torchtitan benchmarks/llama3_h100_202412: Llama 3 8B, 8 H100, FSDP, batch 2, compiled
        (catalog_shape("llama-3-8b"),
         {"dp": 8, "zero": 3, "micro_batch": 2, "recompute": 1}, 8192, 77.0),
    ],
)  # fmt: skip
def test_published_peaks_loosely(shape, values, sequence, published_gb):
    peak = total(peak_memory(job(shape, layouts=layout(**values), sequence=sequence), CONSTANTS))

    assert float(peak[0]) / 1e9 == pytest.approx(published_gb, rel=0.35)
