"""Memory of the fullest accelerator, by component.

Sources: weights, gradients and optimizer states from Rajbhandari et al. 2020 (ZeRO,
arXiv:1910.02054, section 5) and Megatron-LM `theoretical_memory_usage.py`; activations from
Korthikanti et al. 2022 (arXiv:2205.05198, eqs. 1-6 and table 2), written per operator so that
gated MLPs, grouped-query attention, MLA and experts follow the same count; interleaved in-flight
micro-batches from the same paper, section 4.2.3.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import (
    FULL,
    NO_RECOMPUTE,
    SELECTIVE,
    JobColumns,
    expert_replicas,
    expert_shards,
    is_fsdp,
    split_by_sequence,
    stage_layers,
    tokens_per_rank,
)
from dcbench_planner.training.operators import layer_operators
from dcbench_planner.training.parameters import (
    embedding_weights,
    is_mla,
    layer_weights_dense,
    layer_weights_experts,
    moe_share,
)
from dcbench_planner.training.step_constants import StepConstants

OPTIMIZER_BYTES = 12
"""AdamW in mixed precision: fp32 master weight and two moments."""


def peak_memory(job: JobColumns, constants: StepConstants) -> dict[str, Column]:
    """Give the bytes of the fullest accelerator by component; they add up to its peak.

    Compares the first pipeline stage, which holds most micro-batches in flight, with the last,
    which holds the logits.

    Args:
        job: shapes, rates and layouts.
        constants: see `data/step_constants.csv`.
    """
    first, last = _stage(job, constants, is_first=True), _stage(job, constants, is_first=False)
    fuller = total(first) >= total(last)
    return {name: np.where(fuller, first[name], last[name]) for name in first}


def total(parts: dict[str, Column]) -> Column:
    """Add parts up."""
    result: Column = np.zeros(1)
    for part in parts.values():
        result = result + part
    return result


def stage_weights(job: JobColumns) -> tuple[Column, Column]:
    """Parameters of one rank of the fullest stage before sharding: dense, routed experts.

    The dense part holds one embedding table, or both tables without pipeline parallelism.
    """
    shape, layout = job.shape, job.layout
    tables = np.where(layout.pp > 1, 1.0, 2 - shape.tied_embeddings)
    positions = shape.learned_positions * shape.d_model
    embeddings = tables * embedding_weights(shape) + positions
    dense = (stage_layers(job) * layer_weights_dense(shape) + embeddings) / layout.tp
    experts = stage_layers(job) * layer_weights_experts(shape) / expert_shards(layout)
    return dense, experts


def state_bytes(job: JobColumns) -> dict[str, Column]:
    """Weights, gradients and optimizer states of one rank of the fullest stage.

    Without weight sharding 2 + 4 + 12 bytes a parameter (bf16 weight, fp32 gradient, AdamW); FSDP
    keeps 16 bytes, all sharded. fp32 training keeps 4 + 4 + 8, that is 4 bytes a state.
    """
    layout = job.layout
    dense, experts = stage_weights(job)
    dense_shard = layout.shard
    expert_shard = np.minimum(layout.shard, expert_replicas(layout))
    fp32 = job.rates.element_bytes == 4
    weight = np.where(fp32, 4.0, 2.0)
    gradient = np.where(fp32, 4.0, np.where(layout.zero == 3, 2.0, 4.0))
    optimizer = np.where(fp32, 8.0, float(OPTIMIZER_BYTES))

    def held(size: Column, level: int) -> Column:
        sharded = layout.zero >= level
        per_dense = dense / np.where(sharded, dense_shard, 1)
        return size * (per_dense + experts / np.where(sharded, expert_shard, 1))

    return {
        "weights": held(weight, 3), "gradients": held(gradient, 2), "optimizer": held(optimizer, 1),
    }  # fmt: skip


def activation_bytes_per_layer(job: JobColumns) -> Column:
    """Bytes kept from one mean layer of one micro-batch on one rank until its backward pass.

    For a GPT layer this is Korthikanti et al. eq. 2 (s b h (10 + 24/t + 5 a s / h t)), with the 10
    divided too under sequence parallelism (eq. 4); flash attention drops the last term. Selective
    recompute drops that term too (eq. 6); with flash attention it means recomputing norms,
    activation functions and MLA's up-projections, and with FSDP about half of all operators.
    """
    layout, recompute = job.layout, job.layout.recompute
    whole = _whole_bytes(job) / split_by_sequence(job)
    scores = job.software.legacy * 5 * job.shape.n_heads * job.sequence / layout.tp
    inner = _inner_bytes(job) / layout.tp
    lighter = (_light_whole(job) / split_by_sequence(job)) + _light_inner(job) / layout.tp
    selective = np.where(job.software.legacy > 0, whole + inner, lighter)
    half = np.where(is_fsdp(layout) > 0, 0.5 * (whole + inner), selective)
    full = 2 * job.shape.d_model / split_by_sequence(job)
    kept = np.select(
        [recompute == NO_RECOMPUTE, recompute == SELECTIVE, recompute == FULL],
        [whole + inner + scores, np.where(job.software.legacy > 0, selective, half), full],
    )
    return kept * tokens_per_rank(job) * job.rates.element_bytes / 2


def in_flight(job: JobColumns, *, is_first: bool) -> Column:
    """Micro-batches whose activations a stage holds under 1F1B, in units of its layers.

    First stage min(m, p), times 1 + (p - 1) / (p v) when interleaved (Korthikanti et al. 4.2.3);
    last stage 1.
    """
    p, v, m = job.layout.pp, job.layout.vpp, job.layout.num_micro_batches
    extra = np.where(v > 1, 1 + (p - 1) / (p * v), 1.0)
    return np.minimum(m, p) * extra if is_first else np.ones(1) * extra


def _stage(job: JobColumns, constants: StepConstants, *, is_first: bool) -> dict[str, Column]:
    has_logits = as_number(job.layout.pp == 1) if is_first else np.ones(1)
    tokens = tokens_per_rank(job)
    logits = constants.memory_logits_bytes * tokens * job.shape.vocab / job.layout.tp * has_logits
    layers = stage_layers(job) * in_flight(job, is_first=is_first)
    activations = layers * activation_bytes_per_layer(job) + _working_set(job)
    parts = state_bytes(job) | {
        "activations": activations,
        "logits": logits,
        "fsdp_unsharded": _unsharded(job),
        "framework": np.full(1, constants.memory_framework_bytes),
    }
    shape = np.broadcast_shapes(*(part.shape for part in parts.values()))
    return {name: np.broadcast_to(part, shape) for name, part in parts.items()}


def _working_set(job: JobColumns) -> Column:
    """Full recompute: one layer's activations while it is recomputed."""
    whole = _whole_bytes(job) / split_by_sequence(job) + _inner_bytes(job) / job.layout.tp
    scores = job.software.legacy * 5 * job.shape.n_heads * job.sequence / job.layout.tp
    return as_number(job.layout.recompute == FULL) * (whole + scores) * tokens_per_rank(job)


def _whole_bytes(job: JobColumns) -> Column:
    """Per token: inputs of norms and of the first matrix products; dropout masks in old runs."""
    return (8 + 2 * job.software.legacy) * job.shape.d_model + _latent_bytes(job)


def _inner_bytes(job: JobColumns) -> Column:
    """Per token: queries, keys, values, attention output, MLP inner activations, expert inputs."""
    shape = job.shape
    operators = layer_operators(shape)
    queries = shape.n_heads * shape.head_dim + operators.attention_width
    keys_values = shape.n_kv_heads * (shape.head_dim + shape.v_head_dim)
    mlp = (4 + 2 * shape.gated_mlp) * operators.mlp_width
    routed = 4 * moe_share(shape) * shape.experts_per_token * shape.d_model
    return 2 * (queries + keys_values) + mlp + routed


def _light_whole(job: JobColumns) -> Column:
    return 4 * job.shape.d_model + _latent_bytes(job)


def _light_inner(job: JobColumns) -> Column:
    shape = job.shape
    up_projected = shape.n_heads * (2 * shape.head_dim + shape.v_head_dim)
    dropped = layer_operators(shape).mlp_width + is_mla(shape) * up_projected
    return _inner_bytes(job) - 2 * dropped


def _latent_bytes(job: JobColumns) -> Column:
    shape = job.shape
    return 2 * is_mla(shape) * (shape.q_lora_rank + shape.kv_lora_rank + shape.qk_rope_head_dim)


def _unsharded(job: JobColumns) -> Column:
    """FSDP: two gathered layers in 16 bit, one layer's fp32 gradient, and the gathered tables."""
    layout = job.layout
    layer = layer_weights_dense(job.shape) / layout.tp
    experts = layer_weights_experts(job.shape) / expert_shards(layout)
    tables = 2 * embedding_weights(job.shape) / layout.tp
    return is_fsdp(layout) * ((2 * 2 + 4) * (layer + experts) + tables)
