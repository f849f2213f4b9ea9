"""Time of communication: per layer, per pipeline hop, and per step for gradients and weights."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.collectives import all_to_all_s, ring_s, send_s
from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import (
    FULL,
    JobColumns,
    expert_replicas,
    is_fsdp,
    stage_layers,
    tokens_per_rank,
    world_size,
)
from dcbench_planner.training.memory import stage_weights
from dcbench_planner.training.parameters import moe_share
from dcbench_planner.training.step_constants import StepConstants


def tensor_parallel_s(job: JobColumns, constants: StepConstants) -> Column:
    """All-reduces of one layer: two forward, two backward, two more under full recompute.

    Shoeybi et al. 2019 (arXiv:1909.08053, section 3); with sequence parallelism the same volume as
    reduce-scatter and all-gather (arXiv:2205.05198, section 4.2.2), and overlapped in part by
    current software. Expert layers split by expert have only the attention's.
    """
    layout = job.layout
    share = moe_share(job.shape) * as_number(layout.ep > 1)
    calls = (4 + 2 * as_number(layout.recompute == FULL)) * (1 - share / 2)
    size = tokens_per_rank(job) * job.shape.d_model * job.rates.element_bytes
    one = 2 * ring_s(size, layout.tp, np.ones(1), job.rates, constants.collective_latency_s / 2)
    overlapped = (layout.sequence_parallel > 0) & (job.software.legacy == 0)
    return calls * one * np.where(overlapped, constants.tp_exposed_overlapped, 1.0)


def context_parallel_s(job: JobColumns, attention_s: Column, constants: StepConstants) -> Column:
    """Keys and values around the ring, once forward and twice backward, behind attention.

    Ring attention (arXiv:2310.01889): exposed is what exceeds the attention time.
    """
    layout, shape = job.layout, job.shape
    width = shape.n_kv_heads * (shape.head_dim + shape.v_head_dim) / layout.tp
    size = tokens_per_rank(job) * layout.cp * width * job.rates.element_bytes
    ring = 3 * ring_s(size, layout.cp, layout.tp, job.rates, constants.collective_latency_s)
    return np.maximum(0.0, ring - attention_s)


def expert_parallel_s(job: JobColumns, constants: StepConstants) -> Column:
    """Dispatch and combine of one mean layer, forward and backward: four all-to-alls."""
    layout, shape = job.layout, job.shape
    tokens = tokens_per_rank(job) / layout.tp
    size = tokens * shape.experts_per_token * shape.d_model * job.rates.element_bytes
    one = all_to_all_s(
        size, shape.experts_per_token, layout.ep, job.rates, constants.collective_latency_s
    )
    return 4 * moe_share(shape) * one * constants.ep_exposed


def pipeline_send_s(job: JobColumns, constants: StepConstants) -> Column:
    """Sends of one micro-batch at a stage boundary: forward and backward, for every chunk."""
    layout = job.layout
    size = tokens_per_rank(job) * job.shape.d_model * job.rates.element_bytes / layout.tp
    inside = world_size(layout) <= job.rates.domain
    sends = 2 * layout.vpp * as_number(layout.pp > 1)
    return sends * send_s(size, inside, job.rates) * constants.pp_p2p_exposed


def data_parallel_s(job: JobColumns, constants: StepConstants) -> Column:
    """Gradients and sharded weights of one step, before any overlap.

    Replicated weights: reduce-scatter of fp32 gradients (16-bit before flash attention), then
    all-gather of 16-bit weights, or of gradients without ZeRO; once per step. FSDP: two
    all-gathers and one reduce-scatter in 16 bit per micro-batch, and with hybrid sharding one
    all-reduce between the replicas per step (arXiv:2304.11277, section 3).
    """
    layout = job.layout
    dense, experts = stage_weights(job)
    fsdp = is_fsdp(layout) > 0
    ranks = layout.dp * layout.cp
    alpha = constants.collective_latency_s * np.where(fsdp, stage_layers(job), 1.0)
    gradient = np.where(job.software.legacy > 0, 2.0, 4.0)
    both = gradient + np.where(layout.zero > 0, 2.0, gradient)
    size = np.where(fsdp, 6 * layout.num_micro_batches, both)
    calls = np.where(fsdp, 3 * layout.num_micro_batches, 2.0)
    group = np.where(fsdp, layout.shard, ranks)
    time = ring_s(size * dense, group, layout.tp, job.rates, 0.0)
    time = time + calls * _start_s(job, group, alpha)
    expert_group = np.minimum(expert_replicas(layout), np.where(fsdp, layout.shard, np.inf))
    stride = np.where(layout.ep > 1, layout.ep, layout.tp)
    time = time + ring_s(size * experts, expert_group, stride, job.rates, 0.0)
    replicas = np.where(fsdp, ranks / layout.shard, 1.0)
    between = ring_s(4 * (dense + experts) / layout.shard, replicas, layout.tp * layout.shard,
                     job.rates, constants.collective_latency_s)  # fmt: skip
    return time + between


def _start_s(job: JobColumns, group: Column, alpha: Column) -> Column:
    nodes = group * job.layout.tp / np.minimum(job.rates.domain, group * job.layout.tp)
    near = np.minimum(group, job.rates.domain)
    return np.where(group > 1, alpha * (1 + 0.1 * near + 0.1 * nodes), 0.0)
