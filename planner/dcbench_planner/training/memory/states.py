"""Weights, gradients and optimizer states of one rank.

Sources: Rajbhandari et al. 2020 (ZeRO, arXiv:1910.02054, section 5 and table 1) for what each level
shards; Megatron-LM `theoretical_memory_usage.py` for 2 + 4 + 12 bytes a parameter, that is 18, or
6 + 12/d with a distributed optimizer; torchtitan and PyTorch FSDP2 for fp32 master weights that are
themselves the sharded weights (4 + 4 + 8).
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.layout import (
    ZERO_BUBBLE_V,
    JobColumns,
    expert_replicas,
    expert_shards,
    stage_layers,
)
from dcbench_planner.training.remembered import remembered
from dcbench_planner.training.shape.parameters import (
    embedding_weights,
    layer_weights_dense,
    layer_weights_experts,
    moe_layers,
)

MASTER_BYTES = 4
"""fp32 copy of a trained weight, part of `MethodColumns.optimizer_bytes`."""
WORKING_BYTES = 2
"""A weight as matrix products read it."""


@remembered
def stage_weights(job: JobColumns) -> tuple[Column, Column]:
    """Parameters of one rank of the fullest stage before sharding: dense, routed experts.

    The dense part holds one embedding table, or both tables where the first stage is also the last:
    without pipeline parallelism, and in schedules that fold back (ZB-V, DualPipeV).
    """
    apart = (job.layout.pp > 1) & (job.layout.schedule < ZERO_BUBBLE_V)
    tables = np.where(apart, 1.0, 2 - job.shape.tied_embeddings)
    dense, experts = weights_of_layers(job, stage_layers(job), tables)
    return dense, experts * _experts_of_fullest_stage(job)


def _experts_of_fullest_stage(job: JobColumns) -> Column:
    """Expert layers of a stage without dense layers, over those of a mean stage.

    Dense layers come first, so later stages of a pipeline have none of them.
    """
    shape, layers = job.shape, stage_layers(job)
    if not shape.n_dense_layers_first.any():
        return np.ones(1)
    expert_layers = np.maximum(moe_layers(shape), 1.0)
    most = np.minimum(expert_layers, layers / shape.moe_layer_step)
    return most * shape.n_layers / (layers * expert_layers)


def weights_of_layers(job: JobColumns, layers: Column, tables: Column) -> tuple[Column, Column]:
    """Parameters of one rank before sharding: dense, routed experts.

    Args:
        job: shapes and layouts.
        layers: layers that the rank's stage holds.
        tables: embedding tables that it holds; 0 leaves out positions and patches too.
    """
    shape, layout = job.shape, job.layout
    positions = (shape.learned_positions + shape.patch_inputs) * shape.d_model
    embeddings = tables * embedding_weights(shape) + np.minimum(tables, 1.0) * positions
    dense = (layers * layer_weights_dense(shape) + embeddings) / layout.tp
    if not shape.n_experts.any():
        return dense, np.zeros(1)
    return dense, layers * layer_weights_experts(shape) / expert_shards(layout)


def sharded_weights(job: JobColumns, dense: Column, experts: Column) -> Column:
    """Parameters left on one rank when `layout.shard` ranks share them.

    Experts are shared by as many of those ranks as hold the same ones.

    Args:
        job: layouts.
        dense: parameters of one rank before sharding, without routed experts.
        experts: parameters of its routed experts.
    """
    shard = job.layout.shard
    if not experts.any():
        return dense / shard
    return dense / shard + experts / np.minimum(shard, expert_replicas(job.layout))


def state_bytes(job: JobColumns) -> dict[str, Column]:
    """Weights, gradients and optimizer states of one rank of the fullest stage."""
    return states_of(job, *stage_weights(job))


def states_of(job: JobColumns, dense: Column, experts: Column) -> dict[str, Column]:
    """Give the bytes of the states of so many parameters.

    Under FSDP the sharded fp32 master copy of a trained weight is the weight, so it is counted
    there and not with the optimizer. fp32 training has no other copy. Frozen weights (LoRA) have
    neither gradient nor states. A teacher's weights are held in 16 bit beside the model's.

    Args:
        job: shapes, rates, layouts and methods.
        dense: parameters of one rank before sharding, without routed experts.
        experts: parameters of its routed experts.
    """
    zero, method = job.layout.zero, job.method
    whole, shard = dense + experts, sharded_weights(job, dense, experts)
    fsdp = zero == 3
    trained = method.trained_share
    master_is_weight = (job.rates.element_bytes == MASTER_BYTES) | fsdp
    stored = np.where(master_is_weight, (1 - np.minimum(trained, 1.0)) * method.weight_bytes
                      + MASTER_BYTES * trained, method.weight_bytes)  # fmt: skip
    states = method.optimizer_bytes * trained
    states = np.where(master_is_weight, np.maximum(0.0, states - MASTER_BYTES * trained), states)
    return {
        "weights": (stored + WORKING_BYTES * method.extra_forward) * np.where(fsdp, shard, whole),
        "gradients": method.gradient_bytes * trained * np.where(zero >= 2, shard, whole),
        "optimizer": states * (1 - method.offload_optimizer) * np.where(zero >= 1, shard, whole),
    }
