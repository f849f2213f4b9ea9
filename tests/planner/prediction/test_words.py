"""What words of published tables mean; expected values are the tables' own definitions."""

from __future__ import annotations

import math

import pytest

from dcbench_planner.prediction.cells import CellError, UnsupportedError
from dcbench_planner.prediction.words import (
    has_balanced_experts,
    method_of,
    overlaps_tensor_parallel,
    precision_of,
    recompute_codes,
    recompute_share,
    sharding_group,
    sharding_levels,
)
from tests.planner.training.builders import catalog_shape


@pytest.mark.parametrize(
    ("word", "level"),
    [("none", 0), ("DDP", 0), ("ZeRO-1", 1), ("zero1(group 8)", 1), ("distributed optimizer", 1),
     ("fsdp_zero2", 2), ("shard_grad_op", 2), ("deepspeed zero3", 3), ("fsdp2_zero3", 3), ("2", 2)],
)  # fmt: skip
def test_sharding(word, level):
    assert sharding_levels({"zero_or_fsdp": word}) == [level]


def test_unknown_sharding_is_named():
    with pytest.raises(UnsupportedError, match="gossip"):
        sharding_levels({"zero_or_fsdp": "gossip"})


@pytest.mark.parametrize(
    ("word", "ranks"),
    [("zero1(group 8)", 8), ("fsdp8 in node + dp", 8), ("hsdp", 4), ("fsdp2_zero3", math.inf)],
)
def test_sharding_groups(word, ranks):
    assert sharding_group({"zero_or_fsdp": word, "per_node": "4"}) == ranks


@pytest.mark.parametrize(
    ("word", "format_"), [("bfloat16", "bf16"), ("FP8", "fp8"), ("fp8-e4m3", "fp8"), ("nvfp4",) * 2]
)
def test_number_formats(word, format_):
    assert precision_of({"dtype": word}) == format_


def test_a_missing_format_and_an_unknown_recompute_are_errors():
    with pytest.raises(CellError, match="missing dtype"):
        precision_of({})
    with pytest.raises(CellError, match="sometimes"):
        recompute_codes({"recompute": "sometimes"})


def test_partial_recompute_is_a_share_of_the_layers():
    # Megatron-Bridge's table: "full recompute on only 5 of 32 layers"
    assert recompute_share({"notes": "full recompute on only 5 of 32 layers"}) == 5 / 32
    assert recompute_share({"notes": ""}) is None


@pytest.mark.parametrize(
    ("notes", "is_fsdp", "overlaps"),
    [("", False, True), ("", True, False), ("AsyncTP", True, True), ("vanilla TP", False, False),
     ("mbs 1, no comm overlap, fused cross-entropy", False, False)],
)  # fmt: skip
def test_overlap(notes, is_fsdp, overlaps):
    assert overlaps_tensor_parallel({"notes": notes}, is_fsdp=is_fsdp) == overlaps


def test_a_forced_router_is_read():
    assert has_balanced_experts({"notes": "router force-balanced, token-dropless"})
    assert not has_balanced_experts({"notes": "no forced-balance flag found; token-dropless"})


def test_methods_are_read_from_notes():
    shape = catalog_shape("llama-3.1-8b")

    assert (
        method_of({"notes": "MLA: q_lora 1536, kv_lora 512"}, shape, "H100-SXM").trained_share == 1
    )
    adapter = method_of({"notes": "LoRA, rank=16"}, shape, "H100-SXM")
    # Llama 3.1 8B, rank 16 on all seven matrices of 32 layers: 41,943,040 weights (PEFT prints it)
    assert adapter.trained_share * shape.params_total == pytest.approx(41_943_040)
    assert method_of({"notes": "CPU offload of AdamW"}, shape, "H100-SXM").offload_optimizer == 1
