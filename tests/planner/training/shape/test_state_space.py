"""State-space mixers: parameters and work by hand, and laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench_planner.training.shape.operators import layer_operators
from dcbench_planner.training.shape.state_space import (
    CHUNK,
    projection_weights,
    state_space_activation_bytes,
    state_space_bytes,
    state_space_flops,
    state_space_weights,
)
from dcbench_planner.training.step.compute import attention_s
from dcbench_planner.training.step.rates import published_rates
from dcbench_planner.training.step.state_space_time import state_space_s
from tests.planner.training.builders import (
    CONSTANTS,
    accelerator,
    catalog_shape,
    column,
    gpt,
    job,
    layout,
)

MAMBA = replace(
    gpt(2, 256, 4), attention_layer_share=0.0, mlp_layer_share=0.0, ssm_layer_share=1.0,
    ssm_inner=512, ssm_state=64, ssm_groups=2, ssm_heads=8, ssm_conv=4,
)  # fmt: skip
HYBRIDS = ["nemotron-h-8b", "nemotron-3-nano-30b-a3b", "jamba-v0.1", "mamba2-2.7b"]


def test_parameters_of_a_mamba_2_mixer_by_hand():
    # mamba_ssm Mamba2: in_proj, conv1d with bias over x, B and C, out_proj; A_log, D, dt_bias; norm
    into, out = 256 * (2 * 512 + 2 * 2 * 64 + 8), 512 * 256
    convolved = (512 + 2 * 2 * 64) * (4 + 1)

    assert float(projection_weights(MAMBA.columns)[0]) == into + out
    assert float(state_space_weights(MAMBA.columns)[0]) == into + out + convolved + 3 * 8 + 512


def test_parameters_of_a_jamba_mixer_by_hand():
    # transformers JambaMambaMixer: in_proj, conv1d, x_proj, dt_proj with bias, A_log, D, out_proj,
    # norms of step size and state maps; d 4096, inner 8192, state 16, rank 256
    inner, state, rank = 8192, 16, 256
    expected = 2 * 4096 * inner + inner * 5 + inner * (rank + 2 * state) + rank * inner + inner
    expected += inner * state + inner + inner * 4096 + rank + 2 * state

    assert float(state_space_weights(catalog_shape("jamba-v0.1").columns)[0]) == expected


def test_flops_of_a_chunked_scan_by_hand():
    # arXiv:2405.21060 section 6; one chunk of Q tokens, causal half inside the chunk
    chunk = CHUNK
    inside = chunk * chunk * 64 * 2 + chunk * chunk * 512  # C Bᵀ per group, times x
    states = 2 * chunk * 64 * 512 * 2  # into the states, out of them
    convolution = 2 * 4 * (512 + 2 * 2 * 64)

    flops = float(state_space_flops(MAMBA.columns)[0])

    assert flops == pytest.approx((inside + states) / chunk + convolution)


def test_a_scan_costs_far_less_than_its_projections():
    # arXiv:2405.21060 section 6.3: linear in the length, N times the inner width
    shape = catalog_shape("mamba2-2.7b").columns

    ratio = state_space_flops(shape) / (2 * projection_weights(shape))

    assert 0.02 < float(ratio[0]) < 0.2


@pytest.mark.parametrize("name", HYBRIDS)
def test_a_mean_layer_has_its_share_of_mixers(name):
    shape = catalog_shape(name)
    twice = replace(shape, ssm_layer_share=shape.ssm_layer_share / 2)

    for count in (state_space_flops, state_space_activation_bytes):
        assert float(count(shape.columns)[0]) == pytest.approx(2 * float(count(twice.columns)[0]))


def test_layers_of_nemotron_h_have_one_block_and_those_of_jamba_two():
    blocks = [float(layer_operators(catalog_shape(name).columns).blocks[0]) for name in HYBRIDS]

    assert blocks == pytest.approx([1, 1, 2, 1])


@pytest.mark.parametrize("name", ["gpt3-175b", "deepseek-v3", "bert-large-uncased"])
def test_models_without_mixers_spend_nothing_on_them(name):
    shape = catalog_shape(name)

    assert float(state_space_s(job(shape), CONSTANTS)[0]) == 0
    assert float(state_space_weights(shape.columns)[0]) == 0
    assert float(state_space_activation_bytes(shape.columns)[0]) == 0


@pytest.mark.parametrize("name", HYBRIDS)
def test_time_grows_with_tokens_and_recompute_and_falls_with_ranks(name):
    def seconds(**changes):
        return float(state_space_s(job(catalog_shape(name), layouts=layout(**changes)),
                                   CONSTANTS)[0])  # fmt: skip

    assert seconds(micro_batch=2) == pytest.approx(2 * seconds())
    assert seconds(tp=2) == pytest.approx(seconds() / 2)
    assert seconds(recompute=2) > 1.2 * seconds()


def test_time_is_linear_in_the_sequence():
    def seconds(sequence):
        shape = catalog_shape("nemotron-3-nano-30b-a3b")
        return float(state_space_s(job(shape, sequence=sequence), CONSTANTS)[0])

    assert seconds(131072) == pytest.approx(16 * seconds(8192))


def test_traffic_is_at_least_the_inputs_and_outputs_once():
    shape = catalog_shape("nemotron-h-8b").columns
    least = 2 * shape.ssm_layer_share * (3 * shape.ssm_inner + 2 * shape.ssm_groups * 128)

    assert np.all(state_space_bytes(shape, column(2)) > least)


def test_the_scan_passes_flash_attention_where_the_paper_says():
    # arXiv:2405.21060 section 9.3: on A100 faster than FlashAttention-2 from 2,048 tokens on and
    # six times as fast at 16,384; 2,048 channels, 64 states, attention of the same width
    attention = gpt(2, 2048, 32, positions=0)
    scan = replace(MAMBA, d_model=2048, ssm_inner=2048, ssm_groups=1, ssm_heads=32)
    a100 = published_rates(accelerator("A100-SXM-80GB"), "bf16")

    def ratio(sequence):
        jobs = [job(shape, rates=a100, sequence=sequence) for shape in (attention, scan)]
        return float((attention_s(jobs[0], CONSTANTS) / state_space_s(jobs[1], CONSTANTS))[0])

    assert 0.5 < ratio(2048) < 2
    assert 4 < ratio(16384) < 13


def test_a_selective_scan_is_slower_than_a_chunked_one_with_as_many_states():
    # arXiv:2405.21060 abstract: Mamba-2's layer is 2 to 8 times as fast as Mamba-1's scan
    def seconds(**changes):
        shape = replace(catalog_shape("jamba-v0.1"), ssm_state=128, **changes)
        return float(state_space_s(job(shape), CONSTANTS)[0])

    assert 1.5 < seconds() / seconds(ssm_dt_rank=0, ssm_heads=128, ssm_groups=1) < 8
