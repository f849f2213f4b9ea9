from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from dcbench_planner.training.layout import world_size
from dcbench_planner.training.memory.peak import total
from dcbench_planner.training.step.rates import published_rates
from dcbench_planner.training.step.step import step_time
from tests.planner.training.builders import (
    CONSTANTS,
    accelerator,
    catalog_shape,
    gpt,
    job,
    layout,
)

H100 = published_rates(accelerator("H100-SXM"), "bf16")
SPREAD = layout(
    tp=2, pp=4, vpp=2, dp=16, cp=2, zero=1, num_micro_batches=16, recompute=1, sequence_parallel=1,
)  # fmt: skip


def seconds(**arguments):
    return float(step_time(job(**arguments), CONSTANTS).time_s[0])


@dataclass(frozen=True)
class Megatron:
    """One line of Korthikanti et al. 2022 (arXiv:2205.05198), table 5."""

    layers: int
    width: int
    heads: int
    pp: int
    vpp: int
    batch: int
    micro: int
    full_s: float
    """Full recompute, no sequence parallelism."""
    selective_s: float
    """Selective recompute with sequence parallelism."""


@pytest.mark.parametrize(
    "case",
    [
        Megatron(48, 6144, 64, 1, 1, 4, 4, 1.42, 1.10),
        Megatron(96, 12288, 96, 8, 3, 64, 1, 18.13, 13.75),
        Megatron(105, 20480, 128, 35, 3, 280, 1, 49.05, 37.83),
        Megatron(128, 25600, 160, 64, 1, 512, 1, 94.42, 71.49),
    ],
    ids=["22B", "175B", "530B", "1T"],
)
def test_published_step_times_of_megatron(case):
    # A100 80 GB, tensor parallelism 8, 2048 tokens, vocabulary 51200
    layouts = layout(
        tp=8, pp=case.pp, vpp=case.vpp, micro_batch=case.micro,
        num_micro_batches=case.batch / case.micro, recompute=[2, 1], sequence_parallel=[0, 1],
    )  # fmt: skip
    shape = gpt(case.layers, case.width, case.heads)
    rates = published_rates(accelerator("A100-SXM-80GB"), "fp16", year=2022)
    step = step_time(job(shape, rates, layouts, sequence=2048, legacy=1, year=2022), CONSTANTS)

    assert step.time_s == pytest.approx([case.full_s, case.selective_s], rel=0.15)


def test_meta_405b_pretraining_loosely():
    # arXiv:2407.21783 table 4: 16,384 H100, TP 8, PP 16, DP 128, 8192 tokens, 16 M tokens a batch:
    # 400 TFLOP/s per GPU and 41 % MFU [recalled]; vpp 8 assumed
    layouts = layout(tp=8, pp=16, vpp=8, dp=128, zero=1, num_micro_batches=16, sequence_parallel=1)
    step = step_time(job(catalog_shape("llama-3.1-405b"), H100, layouts, 8192), CONSTANTS)

    assert float(step.mfu[0]) == pytest.approx(0.41, rel=0.2)


def test_parts_add_up_to_the_step():
    step = step_time(job(layouts=SPREAD), CONSTANTS)

    assert np.array_equal(total(step.parts_s), step.time_s)
    assert all(np.all(part >= 0) for part in step.parts_s.values())


def test_mfu_is_model_flops_over_peak_and_below_hfu():
    step = step_time(job(layouts=layout(recompute=2)), CONSTANTS)

    assert step.mfu[0] == step.model_flops_per_s_per_gpu[0] / H100.peak_flops_per_s
    assert step.mfu[0] < step.hfu[0] < 1


RATE_FIELDS = [
    field.name for field in fields(H100) if field.name.endswith(("flops_per_s", "bytes_per_s"))
]


@pytest.mark.parametrize("name", sorted(set(RATE_FIELDS) - {"peak_flops_per_s"}))
def test_a_faster_device_is_never_slower(name):
    faster = replace(H100, **{name: 2 * getattr(H100, name)})
    for layouts in (SPREAD, layout(dp=64, zero=3, num_micro_batches=2), layout(tp=16, dp=4)):
        for shape in ("llama-3.1-8b", "deepseek-v3"):
            base = seconds(shape=catalog_shape(shape), rates=H100, layouts=layouts)
            changed = seconds(shape=catalog_shape(shape), rates=faster, layouts=layouts)
            assert changed <= base * (1 + 1e-12)


@pytest.mark.parametrize("name", ["n_layers", "d_model", "d_ff", "vocab", "n_kv_heads", "head_dim"])
def test_more_work_is_never_faster(name):
    shape = catalog_shape("llama-3.1-8b")
    larger = replace(shape, **{name: 2 * getattr(shape, name)})

    assert seconds(shape=larger, layouts=SPREAD) > seconds(shape=shape, layouts=SPREAD)


def test_the_bubble_share_shrinks_with_micro_batches():
    layouts = layout(pp=8, num_micro_batches=[8, 16, 32, 64])
    step = step_time(job(layouts=layouts), CONSTANTS)
    share = step.parts_s["pipeline_bubble"] / step.time_s

    assert np.all(np.diff(share) < 0)


def test_the_bubble_is_the_closed_form():
    # (p - 1) / v mean stages; with one micro-batch of 32 layers on 8 stages that is 7/8 of the work
    step = step_time(job(layouts=layout(pp=8, vpp=[1, 2, 4], num_micro_batches=8)), CONSTANTS)
    bubble = step.parts_s["pipeline_bubble"]

    assert bubble[0] / bubble == pytest.approx([1, 2, 4])


CHANGES = {
    "tp": 2, "pp": 2, "cp": 2, "dp": 2, "micro_batch": 2, "num_micro_batches": 8, "recompute": 1,
    "zero": 3, "vpp": 4,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_layout_input_changes_the_answer(name):
    base = {"tp": 4, "pp": 4, "dp": 16, "num_micro_batches": 4, "zero": 1, "vpp": 2}
    changed = base | {name: CHANGES[name]}

    assert seconds(layouts=layout(**base)) != seconds(layouts=layout(**changed))


@pytest.mark.parametrize(
    "flags", [{"legacy": 1}, {"unfused": 1}, {"compiled": 1}, {"sequence": 8192}]
)
def test_each_other_input_changes_the_answer(flags):
    assert seconds(layouts=SPREAD) != seconds(layouts=SPREAD, **flags)


def test_expert_parallelism_costs_all_to_all():
    shape = catalog_shape("qwen3-30b-a3b")
    layouts = layout(dp=16, ep=[1, 8, 16], zero=1)
    parts = step_time(job(shape, H100, layouts), CONSTANTS).parts_s

    assert parts["expert_parallel"][0] == 0
    assert parts["expert_parallel"][2] > parts["expert_parallel"][1] > 0  # 16 crosses nodes


def test_fp8_is_faster_than_bf16_but_not_twice():
    rates = published_rates(accelerator("H100-SXM"), "fp8")
    speedup = seconds(layouts=SPREAD) / seconds(rates=rates, layouts=SPREAD)

    assert 1.05 < speedup < 1.9


def test_world_size():
    assert world_size(SPREAD)[0] == 2 * 4 * 16 * 2
