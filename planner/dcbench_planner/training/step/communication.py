"""Time of communication: per layer, per pipeline hop, and per step for gradients and weights."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import (
    JobColumns,
    expert_replicas,
    is_fsdp,
    stage_layers,
    tokens_per_rank,
    world_size,
)
from dcbench_planner.training.memory.peak import stage_weights
from dcbench_planner.training.network.collectives import all_to_all_s, ring_s, send_s
from dcbench_planner.training.shape.operators import attention_blocks, layer_operators
from dcbench_planner.training.shape.parameters import expert_width, moe_share
from dcbench_planner.training.step.compute import full_recompute
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.experts import dispatch_age, expert_load


def tensor_parallel_s(job: JobColumns, constants: StepConstants) -> Column:
    """All-reduces of one layer: one a block forward and backward, again under full recompute.

    Shoeybi et al. 2019 (arXiv:1909.08053, section 3); with sequence parallelism the same volume as
    reduce-scatter and all-gather (arXiv:2205.05198, section 4.2.2), and overlapped in part by
    current software. The backward all-reduce runs beside the weight-gradient product in any case
    (Megatron-LM since 2021). Expert layers split by expert have only the attention's.
    """
    layout = job.layout
    by_expert = moe_share(job.shape) * as_number(layout.ep > 1)
    blocks = layer_operators(job.shape).blocks - by_expert
    size = tokens_per_rank(job) * job.shape.d_model * job.rates.element_bytes
    one = 2 * ring_s(size, layout.tp, np.ones(1), job.rates, constants.collective_latency_s / 2)
    hidden = job.software.layer_overlap * (1 - constants.tp_exposed_overlapped)
    forward = (1 + full_recompute(job)) * (1 - layout.sequence_parallel * hidden)
    return blocks * one * (forward + 1 - hidden)


def context_parallel_s(job: JobColumns, attention_s: Column, constants: StepConstants) -> Column:
    """Keys and values around the ring, once forward and twice backward, behind attention.

    Ring attention (arXiv:2310.01889): exposed is what exceeds the attention time.
    """
    layout, shape = job.layout, job.shape
    width = shape.n_kv_heads * (shape.head_dim + shape.v_head_dim) / layout.tp
    width = width * attention_blocks(shape)
    size = tokens_per_rank(job) * layout.cp * width * job.rates.element_bytes
    ring = 3 * ring_s(size, layout.cp, layout.tp, job.rates, constants.collective_latency_s)
    return np.maximum(0.0, ring - attention_s)


def expert_parallel_s(job: JobColumns, constants: StepConstants) -> Column:
    """Dispatch and combine of one mean layer, forward and backward: four all-to-alls."""
    layout, shape = job.layout, job.shape
    tokens = tokens_per_rank(job) / layout.tp
    size = tokens * shape.experts_per_token * expert_width(shape) * job.rates.element_bytes
    one = all_to_all_s(
        size, shape.experts_per_token, layout.ep, job.rates, constants.collective_latency_s
    )
    overlapped = constants.ep_exposed * dispatch_age(job, constants)
    exposed = 1 - job.software.layer_overlap * (1 - overlapped)
    return 4 * moe_share(shape) * one * exposed * expert_load(job, constants)


def pipeline_send_s(job: JobColumns) -> Column:
    """One activation to the next stage."""
    layout = job.layout
    size = tokens_per_rank(job) * job.shape.d_model * job.rates.element_bytes / layout.tp
    inside = world_size(layout) <= job.rates.domain
    return send_s(size, inside, job.rates)


def data_parallel_s(job: JobColumns, constants: StepConstants) -> Column:
    """Gradients and sharded weights of one step, before any overlap.

    Replicated weights: reduce-scatter of gradients, then all-gather of 16-bit weights, or of
    gradients without ZeRO; once per step. States sharded over a part of the ranks only: all-reduce
    of gradients over all, all-gather of weights inside the part. FSDP: two all-gathers and one
    reduce-scatter in 16 bit per micro-batch, and with hybrid sharding one all-reduce between the
    replicas per step (arXiv:2304.11277, section 3).
    """
    fsdp = is_fsdp(job.layout) > 0
    return np.where(fsdp, _fsdp_s(job, constants), _replicated_s(job, constants))


def _replicated_s(job: JobColumns, constants: StepConstants) -> Column:
    """Gradients in fp32; 16-bit before flash attention and in 8- and 4-bit recipes."""
    layout, ranks = job.layout, job.layout.dp * job.layout.cp
    short = (job.software.legacy > 0) | (job.rates.quantised > 0)
    gradient = np.where(short, 2.0, 4.0)
    in_parts = (layout.zero > 0) & (layout.shard < ranks)
    reduced = gradient * (1 + ((layout.zero == 0) | in_parts))
    gathered = 2.0 * (layout.zero > 0)
    dense, experts = stage_weights(job)
    trained = job.method.trained_share
    time = _ring_over_stage_s(job, reduced * trained * dense, ranks)
    time = time + _ring_over_stage_s(job, gathered * trained * dense, layout.shard)
    time = time + _ring_over_experts_s(job, (reduced + gathered) * trained * experts, np.inf)
    return time + 2 * _start_s(job, ranks, constants.collective_latency_s)


def _fsdp_s(job: JobColumns, constants: StepConstants) -> Column:
    """With a pipeline a stage stays gathered from its first micro-batch to its last."""
    layout = job.layout
    m = np.where(layout.pp > 1, 1.0, layout.num_micro_batches)
    dense, experts = stage_weights(job)
    trained = job.method.trained_share
    moved = m * (4 + 2 * trained)
    time = _ring_over_stage_s(job, moved * dense, layout.shard)
    time = time + _ring_over_experts_s(job, moved * experts, layout.shard)
    alpha = constants.collective_latency_s * stage_layers(job)
    time = time + 3 * m * _start_s(job, layout.shard, alpha)
    between = ring_s(4 * trained * (dense + experts) / layout.shard,
                     layout.dp * layout.cp / layout.shard, layout.tp * layout.shard, job.rates,
                     constants.collective_latency_s)  # fmt: skip
    return time + between


def _ring_over_stage_s(job: JobColumns, size: Column, group: Column) -> Column:
    return ring_s(size, group, job.layout.tp, job.rates, 0.0)


def _ring_over_experts_s(job: JobColumns, size: Column, most: Column | float) -> Column:
    layout = job.layout
    group = np.minimum(expert_replicas(layout), most)
    return ring_s(size, group, np.where(layout.ep > 1, layout.ep, layout.tp), job.rates, 0.0)


def _start_s(job: JobColumns, group: Column, alpha: Column | float) -> Column:
    nodes = group * job.layout.tp / np.minimum(job.rates.domain, group * job.layout.tp)
    near = np.minimum(group, job.rates.domain)
    return np.where(group > 1, alpha * (1 + 0.1 * near + 0.1 * nodes), 0.0)
