from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from dcbench_planner.training.layout import ONE_F_ONE_B, LayoutColumns
from dcbench_planner.training.search.space import (
    SCHEDULES,
    chunk_counts,
    expert_sizes,
    layout_space,
    pipeline_sizes,
    tensor_sizes,
)
from dcbench_planner.training.step.schedules import schedule_allowed
from tests.planner.training.builders import catalog_shape


def space(name="llama-3.1-8b", n=64, **changes):
    question = {
        "schedules": SCHEDULES,
        "domain": 8,
        "sequence_length": 4096,
        "global_batch": 256,
    } | changes
    return layout_space(catalog_shape(name), n_accelerators=n, **question)


@pytest.mark.parametrize("name", ["llama-3.1-8b", "gpt3-175b", "deepseek-v3", "gpt-oss-20b"])
def test_every_layout_can_run(name):
    shape, found = catalog_shape(name), space(name)

    assert np.all(found.tp * found.pp * found.cp * found.dp == 64)
    assert np.all(found.tp <= 8)
    assert np.all(shape.n_heads % found.tp == 0)
    assert np.all((found.tp * found.cp * found.dp) % found.ep == 0)
    assert np.all((found.dp * found.cp) % found.shard == 0)
    assert np.all((found.shard == found.dp * found.cp) | (found.zero == 3))
    batch = found.dp * found.micro_batch * found.num_micro_batches
    assert np.all(np.abs(batch / 256 - 1) <= 0.05)
    chunked = found.vpp > 1
    assert np.all(found.pp[chunked] > 1)
    assert np.all(np.ceil(shape.n_layers / found.pp) % found.vpp == 0)
    interleaved = chunked & (found.schedule == ONE_F_ONE_B)
    assert np.all((found.num_micro_batches % found.pp == 0) | ~interleaved)  # as in Megatron-LM
    assert np.all(schedule_allowed(found.pp, found.vpp, found.num_micro_batches, found.schedule))


@pytest.mark.parametrize("name", ["llama-3.1-8b", "deepseek-v3"])
def test_no_layout_is_there_twice(name):
    found = space(name)
    rows = np.stack(np.broadcast_arrays(
        *(getattr(found, item.name) for item in fields(LayoutColumns))), axis=1)  # fmt: skip

    assert len(np.unique(rows, axis=0)) == len(rows) > 1000


def test_every_value_of_every_dimension_occurs():
    found = space("deepseek-v3", n=256, sequence_length=16384)

    assert set(np.unique(found.zero)) == {0, 1, 2, 3}
    assert set(np.unique(found.recompute)) == {0, 1, 2}
    assert set(np.unique(found.recompute_share[found.recompute == 2])) == {0.25, 0.5, 0.75, 1}
    assert set(np.unique(found.schedule)) == set(SCHEDULES)
    assert set(np.unique(found.cp)) == {1, 2, 4, 8}  # 2,048 tokens a rank and more
    assert set(np.unique(found.tp)) == {1, 2, 4, 8}
    assert set(np.unique(found.ep)) == {2**i for i in range(9)}
    assert {8, 16, 32, 64, 128, 256} <= set(np.unique(found.shard[found.zero == 3]))


def test_tensor_parallelism_stays_in_the_domain_and_divides():
    assert set(np.unique(space(domain=4).tp)) == {1, 2, 4}
    # 96 heads over a domain of 72: no multiple of 5 or 7, not 9 or 36
    assert tensor_sizes(catalog_shape("gpt3-175b"), 72) == [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48]


def test_experts_that_stay_whole_leave_tensor_parallelism_free():
    # 2880 = 2^6 45 wide experts divide by 64, 1408 = 2^7 11 by 128; made narrower they do not
    shape = replace(catalog_shape("mixtral-8x7b"), d_ff_expert=1001, d_ff=0)
    found = layout_space(shape, n_accelerators=64, domain=8, sequence_length=4096, global_batch=256)

    assert set(np.unique(found.tp[found.ep > 1])) == {1, 2, 4, 8}
    assert set(np.unique(found.tp[found.ep == 1])) == {1}


def test_experts_divide_by_any_number_not_only_by_powers_of_two():
    assert expert_sizes(catalog_shape("deepseek-v2"))[-4:] == [32, 40, 80, 160]  # 160 experts
    assert expert_sizes(catalog_shape("llama-3.1-8b")) == [1]


def test_uneven_layers_are_allowed_as_published():
    # Llama 3.1 405B ran 126 layers on 16 stages (arXiv:2407.21783 section 3.3.2)
    shape = catalog_shape("llama-3.1-405b")

    assert {16, 32, 64, 128} <= set(pipeline_sizes(shape, 16384))
    assert chunk_counts(shape, 16) == [1, 2, 4, 8]
    assert chunk_counts(catalog_shape("deepseek-v3"), 16) == [1, 2, 4]  # 61 layers, 64 chunks
    assert chunk_counts(catalog_shape("gpt3-175b"), 64) == [1]  # 32 chunks would be empty


def test_stages_of_the_published_schedule_are_all_divisors():
    # SC'21 (arXiv:2104.04473) ran GPT-3 with 12 layers a stage; any divisor of 12 is a chunk count
    assert chunk_counts(catalog_shape("gpt3-175b"), 8) == [1, 2, 3, 4, 6, 12]


def test_gradients_sharded_in_every_micro_batch_are_left_out():
    found = space()

    assert np.all(found.num_micro_batches[found.zero == 2] == 1)
