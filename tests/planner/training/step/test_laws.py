"""Laws that hold for every model, device and layout, whatever the constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.training.layout import FULL, NO_RECOMPUTE, ONE_F_ONE_B, SELECTIVE, JobColumns
from dcbench_planner.training.memory.peak import activation_bytes_per_layer, peak_memory, total
from dcbench_planner.training.method.methods import pretraining
from dcbench_planner.training.step.step import step_time
from tests.planner.training.builders import CONSTANTS
from tests.planner.training.random_jobs import random_job, seeds

ROUNDING = 1e-9
RATES = (
    "gemm_flops_per_s", "gemm16_flops_per_s", "attention_flops_per_s",
    "attention_pytorch_flops_per_s", "memory_bytes_per_s", "scaleup_bytes_per_s",
    "scaleout_bytes_per_s",
)  # fmt: skip
LATENCIES = ("collective_latency_s", "step_constant_s", "host_layer_s", "host_moe_layer_s")
factors = st.floats(1, 10)


def seconds(job: JobColumns, constants=CONSTANTS):
    return np.broadcast_to(step_time(job, constants).time_s, job.layout.tp.shape)


def assert_not_above(low, high):
    assert np.all(low <= high * (1 + ROUNDING))


@pytest.mark.parametrize("rate", RATES)
@given(seed=seeds, factor=factors)
def test_a_faster_part_never_slows_the_step(rate, seed, factor):
    job = random_job(seed)
    rates = replace(job.rates, **{rate: getattr(job.rates, rate) * factor})

    # zero-bubble orders are fixed: a shorter weight-gradient pass fills less of the bubble
    slack = np.where(job.layout.schedule == ONE_F_ONE_B, 0.0, 0.05)
    assert_not_above(seconds(replace(job, rates=rates)), seconds(job) * (1 + slack))


@pytest.mark.parametrize("latency", LATENCIES)
@given(seed=seeds, factor=factors)
def test_a_longer_start_never_speeds_the_step_up(latency, seed, factor):
    job = random_job(seed)
    slower = replace(CONSTANTS, **{latency: getattr(CONSTANTS, latency) * factor})

    assert_not_above(seconds(job), seconds(job, slower))


@given(seeds)
def test_parts_of_time_add_up_and_none_is_negative(seed):
    step = step_time(random_job(seed), CONSTANTS)

    for name, part in step.parts_s.items():
        assert np.all(part >= -ROUNDING * step.time_s), name
    np.testing.assert_allclose(sum(step.parts_s.values()), step.time_s, rtol=1e-12)


@given(seeds)
def test_parts_of_memory_are_never_negative(seed):
    parts = peak_memory(random_job(seed), CONSTANTS)

    for name, part in parts.items():
        assert np.all(part >= 0), name


@given(seeds)
def test_rates_are_parts_of_the_peak(seed):
    step = step_time(replace(random_job(seed), method=pretraining()), CONSTANTS)

    assert np.all(step.mfu > 0)
    assert_not_above(step.mfu, step.hfu)
    assert np.all(step.hfu <= 1)


@given(seeds)
def test_longer_sequences_of_as_many_tokens_are_never_faster(seed):
    job = random_job(seed)
    short = replace(job, layout=replace(job.layout, micro_batch=2 * job.layout.micro_batch))
    long = replace(job, sequence=2 * job.sequence)

    assert_not_above(seconds(short), seconds(long))


@given(seeds)
def test_recompute_costs_time_and_keeps_fewer_activations(seed):
    job = random_job(seed)
    kinds = [replace(job, layout=replace(job.layout, recompute=np.array([float(kind)])))
             for kind in (NO_RECOMPUTE, SELECTIVE, FULL)]  # fmt: skip
    none, selective, full = (seconds(one) for one in kinds)
    kept = [activation_bytes_per_layer(one) for one in kinds]

    assert_not_above(none, selective)
    assert_not_above(none, full)
    assert_not_above(kept[1], kept[0])
    assert_not_above(kept[2], kept[0])


@given(seeds)
def test_twice_the_micro_batches_take_longer_but_at_most_twice_as_long(seed):
    job = random_job(seed)
    m = job.layout.num_micro_batches
    more = replace(job, layout=replace(job.layout, num_micro_batches=2 * m))

    assert_not_above(seconds(job), seconds(more))
    assert_not_above(seconds(more), 2 * seconds(job))


@given(seeds)
def test_sharding_more_never_needs_more_memory(seed):
    job = random_job(seed)
    levels = [replace(job.layout, zero=np.array([float(level)])) for level in (0, 1, 2)]
    needs = [total(peak_memory(replace(job, layout=one), CONSTANTS)) for one in levels]

    assert_not_above(needs[1], needs[0])
    assert_not_above(needs[2], needs[1])


@given(seeds)
def test_a_larger_group_of_data_parallel_ranks_does_not_make_each_faster(seed):
    job = random_job(seed)
    layout = replace(job.layout, zero=np.zeros(1), shard=np.ones(1))
    wider = replace(layout, dp=2 * layout.dp)

    assert_not_above(seconds(replace(job, layout=layout)), seconds(replace(job, layout=wider)))
