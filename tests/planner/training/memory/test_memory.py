from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcbench_planner.training.columns import stack
from dcbench_planner.training.layout import DUAL_PIPE_V, ZERO_BUBBLE_H1
from dcbench_planner.training.memory.fit import fit_probability, reported_bytes
from dcbench_planner.training.memory.peak import (
    memory_by_stage,
    peak_bytes,
    peak_memory,
    total,
)
from dcbench_planner.training.method.methods import Method, MethodColumns
from dcbench_planner.training.step.rates import published_rates
from tests.planner.training.builders import CONSTANTS, accelerator, catalog_shape, job, layout

GIB = 2**30
SMALL = catalog_shape("llama-3-8b")
MIXED = replace(catalog_shape("deepseek-v3"), n_layers=8)


def with_method(cases, **changes):
    return replace(cases, method=stack(MethodColumns, [Method(**changes)]))


def peak(cases):
    return peak_bytes(cases, CONSTANTS)


def layouts_of(pp, *, zero=1, m=16, **values):
    return layout(pp=pp, num_micro_batches=m, zero=zero, dp=8, tp=2, sequence_parallel=1, **values)


@pytest.mark.parametrize("shape", [SMALL, MIXED])
@pytest.mark.parametrize("zero", [0, 1, 2, 3])
@pytest.mark.parametrize("recompute", [0, 1, 2])
def test_parts_add_up_to_the_peak(shape, zero, recompute):
    layouts = layouts_of([1, 2, 4], zero=zero, m=[1, 4, 16], recompute=recompute)
    parts = peak_memory(job(shape, layouts=layouts), CONSTANTS)

    assert min(float(part.min()) for part in parts.values()) >= 0
    assert total(parts) == pytest.approx(peak(job(shape, layouts=layouts)), rel=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"vpp": 2},
        {"schedule": DUAL_PIPE_V, "vpp": 2},
        {"schedule": ZERO_BUBBLE_H1},
        {"zero": 3},
    ],
)
def test_the_fullest_stage_is_the_peak(values):
    cases = job(layouts=layouts_of(4, **values))
    stages = [sum(parts.values()) for parts in memory_by_stage(cases, CONSTANTS)]

    assert len(stages) == 4
    assert max(stages) == pytest.approx(float(peak(cases)[0]), rel=1e-12)


def test_stages_hold_their_own_layers_and_tables():
    # 126 layers over 8 stages: seven of 16, one of 14; embeddings on the first and the last
    shape = catalog_shape("llama-3.1-405b")
    stages = memory_by_stage(job(shape, layouts=layout(pp=8, zero=1, num_micro_batches=8)),
                             CONSTANTS)  # fmt: skip
    weights = [stage["weights"] for stage in stages]
    table = 2 * 128256 * 16384

    assert weights[0] - weights[1] == pytest.approx(table)
    assert weights[7] == pytest.approx(weights[1] * 14 / 16 + table)
    assert [stage["activations"] / stages[6]["activations"] for stage in stages[:7]] == (
        pytest.approx([4, 3.5, 3, 2.5, 2, 1.5, 1])  # 8, 7, ... 2 micro-batches in flight
    )
    assert [stage["logits"] > 0 for stage in stages] == [False] * 7 + [True]


def test_logits_fold_back_to_the_first_stage():
    stages = memory_by_stage(job(layouts=layouts_of(4, schedule=DUAL_PIPE_V)), CONSTANTS)
    plain = memory_by_stage(job(layouts=layouts_of(4)), CONSTANTS)

    assert [stage["logits"] > 0 for stage in stages] == [True, False, False, False]
    assert [stage["logits"] > 0 for stage in plain] == [False, False, False, True]


@pytest.mark.parametrize(
    ("software", "dtype", "values", "sequence", "published_gib"),
    # torchtitan benchmarks/llama3_h100_202412_torchtitan.md, tables 1-3, and its mxfp8.md of 2025;
    # Llama 3 8B; it logs GiB that the allocator reserved
    [
        ((2024, 0), "bf16", {"dp": 8, "micro_batch": 2, "recompute": 1}, 8192, 82.4),
        ((2024, 1), "bf16", {"dp": 8, "micro_batch": 2, "recompute": 1}, 8192, 77.0),
        ((2024, 1), "bf16", {"dp": 128, "micro_batch": 2, "recompute": 1}, 8192, 62.0),
        ((2024, 1), "fp8", {"dp": 8, "recompute": 2}, 32768, 83.9),
        ((2024, 1), "fp8", {"cp": 8, "recompute": 2}, 262144, 84.5),
        ((2025, 1), "bf16", {"dp": 8, "recompute": 1}, 8192, 33.71),
    ],
)
def test_published_torchtitan_peaks(software, dtype, values, sequence, published_gib):
    year, compiled = software
    rates = published_rates(accelerator("H100-SXM"), dtype)
    cases = job(SMALL, rates, layout(zero=3, **values), sequence, year=year, compiled=compiled,
                unfused=1 - compiled)  # fmt: skip
    reported = reported_bytes(cases, peak_memory(cases, CONSTANTS))

    assert float(reported[0]) / GIB == pytest.approx(published_gib, rel=0.08)


def test_pipeline_with_fsdp_keeps_its_stage_gathered():
    # torchtitan table 6: Llama 3.1 405B, TP 8 x PP 8 x FSDP 8, 32,768 tokens, full recompute
    rates = published_rates(accelerator("H100-SXM"), "fp8")
    layouts = layout(tp=8, pp=8, dp=8, zero=3, num_micro_batches=8, recompute=2,
                     sequence_parallel=1)  # fmt: skip
    cases = job(catalog_shape("llama-3.1-405b"), rates, layouts, 32768, year=2024, compiled=1)
    parts = peak_memory(cases, CONSTANTS)

    assert float(reported_bytes(cases, parts)[0]) / GIB == pytest.approx(75.3, rel=0.08)


sizes = st.sampled_from([1, 2, 4, 8])


layouts_drawn = st.fixed_dictionaries(
    {"tp": sizes, "pp": sizes, "dp": sizes, "zero": st.integers(0, 3)}
    | {"num_micro_batches": st.integers(1, 40), "micro_batch": sizes}
)


@settings(max_examples=60, deadline=None)
@given(values=layouts_drawn, shape=st.sampled_from([SMALL, MIXED]), legacy=st.integers(0, 1))
def test_laws(values, shape, legacy):
    def at(**changes):
        layouts = layout(**({"sequence_parallel": 1} | values | changes))
        return float(peak(job(shape, layouts=layouts, legacy=legacy))[0])

    slack, base = 1 + 1e-12, at()
    assert at(recompute=2) <= at(recompute=1) * slack
    assert at(recompute=1) <= base * slack
    assert at(dp=2 * values["dp"]) <= base * slack
    assert at(shard=max(1, values["dp"] // 2)) * slack >= base
    assert at(sequence_parallel=0) * slack >= base
    assert at(micro_batch=2 * values["micro_batch"]) > base
    assert at(num_micro_batches=values["num_micro_batches"] + 1) * slack >= base


def test_offload_moves_states_and_activations_to_the_host():
    cases = job(SMALL, layouts=layouts_of(1))
    states = peak_memory(with_method(cases, offload_optimizer=1.0), CONSTANTS)
    half = peak_memory(with_method(cases, offload_activations=0.5), CONSTANTS)
    whole = peak_memory(cases, CONSTANTS)

    assert states["optimizer"][0] == 0
    # half of 32 layers stays, and two layers' offloaded half is on its way
    assert half["activations"][0] == pytest.approx(whole["activations"][0] * (0.5 + 1 / 32))


def test_dropout_masks_take_two_bytes_a_token_and_width():
    # Korthikanti et al. section 4.1: one byte an element, after attention and after the MLP
    parts = peak_memory(with_method(job(SMALL), dropout=1.0), CONSTANTS)

    assert parts["dropout_masks"][0] == pytest.approx(2 * 4096 * 4096 * 32)


def test_a_teacher_adds_weights_and_logits():
    cases = job(SMALL)
    alone = peak_memory(cases, CONSTANTS)
    taught = peak_memory(with_method(cases, extra_forward=2.0), CONSTANTS)

    assert taught["weights"][0] == pytest.approx(3 * alone["weights"][0])
    assert taught["logits"][0] - alone["logits"][0] == pytest.approx(2 * 4096 * 128256)


def test_allocator_and_driver_are_apart_from_what_is_reported():
    fsdp, other = job(layouts=layout(dp=8, zero=3)), job(layouts=layout(dp=8, zero=1))
    parts = peak_memory(other, CONSTANTS)
    used = total(parts) - parts["allocator"] - parts["framework"]

    assert parts["allocator"] == pytest.approx(used * (1 / 0.94 - 1))  # SimuMax: peak / 0.94
    assert reported_bytes(other, parts) == pytest.approx(used)
    parts = peak_memory(fsdp, CONSTANTS)
    assert reported_bytes(fsdp, parts) == pytest.approx(total(parts) - parts["framework"])


def test_fit_probability():
    # standard normal table: 0.5 at the median, 0.9 at 1.2816 and 0.0228 at -2 standard deviations
    ratio = np.exp(0.1 * np.array([0.0, 1.2815516, -2.0]))

    assert fit_probability(np.full(3, 80e9), 80e9 * ratio, 0.1) == pytest.approx(
        [0.5, 0.9, 0.02275013], abs=1e-6
    )
