"""Memory beside states and kept activations: logits and loss, gathered weights, buffers.

Counts are of the operators that the named software runs; each constant says which.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import (
    JobColumns,
    expert_shards,
    is_fsdp,
    split_by_sequence,
    tokens_per_rank,
)
from dcbench_planner.training.remembered import remembered
from dcbench_planner.training.shape.operators import layer_operators
from dcbench_planner.training.shape.parameters import (
    embedding_weights,
    expert_width,
    layer_weights_dense,
    layer_weights_experts,
    mlp_matrices,
)

LOGITS_FUSED = 4
"""Bytes a logit with a fused or compiled loss: logits and their gradient in 16 bit."""
LOGITS_MEGATRON = 6
"""Megatron-Core: fp32 softmax computed in place, and 16-bit logits or their gradient."""
LOGITS_LEGACY = 10
"""Megatron-LM before: 16-bit and fp32 logits and their exponentials apart."""
LOGITS_EAGER = 14
"""Eager PyTorch cross entropy: in the backward pass fp32 log-probabilities, the loss gradient and
the logits' gradient at once, and the block of the 16-bit logits, which fits none of them."""
LOGITS_EAGER_PARALLEL = 18
"""PyTorch's loss-parallel cross entropy adds the exponentials
(`torch/distributed/tensor/parallel/loss.py`, `_nll_loss_and_log_softmax_backward`)."""
SAVED_LOGITS = 4
TEACHER_LOGITS = 2
LOSS_FUSED_UNTIL = 2023
"""llm-foundry, the FSDP trainer of those years, takes flash-attention's fused cross entropy."""
LOSS_COMPILED_SINCE = 2025
"""torchtitan left the loss uncompiled until early 2025 (`train.py`: "compiling loss function causes
CUDA errors")."""
DUMMY_GRADIENTS_SINCE = 2025
"""Transformer Engine 2.3 on: one unused 16-bit weight gradient per distinct weight shape."""


def logits_bytes(job: JobColumns) -> Column:
    """Logits and loss of one micro-batch at their peak, on the stage that computes them.

    With them the input of the last norm and its output, which tensor parallelism gathers, and the
    fp32 softmax that every multi-token prediction pass has saved.
    """
    software, layout = job.software, job.layout
    eager = (software.unfused > 0) | (software.year < LOSS_COMPILED_SINCE)
    eager &= software.year > LOSS_FUSED_UNTIL
    parallel = np.where(layout.tp > 1, LOGITS_EAGER_PARALLEL, LOGITS_EAGER)
    pytorch = np.where(eager, parallel, LOGITS_FUSED)
    megatron = np.where(software.legacy > 0, LOGITS_LEGACY, LOGITS_MEGATRON)
    size = np.where(layout.zero == 3, pytorch, megatron) + SAVED_LOGITS * job.shape.mtp_layers
    size = size + TEACHER_LOGITS * as_number(job.method.extra_forward > 0)
    last_norm = 2 * job.shape.d_model * (1 + 1 / split_by_sequence(job))
    width = size * job.shape.vocab / layout.tp + last_norm
    return width * tokens_per_rank(job) * job.shape.output_token_share


@remembered
def layer_weights_on_rank(job: JobColumns) -> Column:
    """Parameters of one mean layer on one rank, not sharded over data-parallel ranks."""
    dense = layer_weights_dense(job.shape) / job.layout.tp
    if not job.shape.n_experts.any():
        return dense
    return dense + layer_weights_experts(job.shape) / expert_shards(job.layout)


def unsharded_bytes(job: JobColumns, layer_weights: Column, stage_weights: Column) -> Column:
    """FSDP: weights that are gathered.

    The layer at work and the one fetched ahead, and the embedding tables, which stay gathered. With
    pipeline parallelism the whole stage stays gathered and its gradients stay unsharded in fp32
    until the last micro-batch (torchtitan: `reshard_after_forward = False`).

    Args:
        job: shapes and layouts.
        layer_weights: parameters of one layer on one rank.
        stage_weights: parameters of one stage on one rank, before sharding.
    """
    layout, shape = job.layout, job.shape
    tables = 2 * (2 - shape.tied_embeddings) * embedding_weights(shape) / layout.tp
    gathered = np.where(layout.pp > 1, (2 + 4) * stage_weights, 4 * layer_weights + tables)
    return is_fsdp(layout) * gathered


def layer_gradient_bytes(job: JobColumns, layer_weights: Column) -> Column:
    """FSDP: one layer's gradient in 16 bit and in fp32, ready for its reduce-scatter."""
    return is_fsdp(job.layout) * ((2 + 4) * layer_weights)


def dummy_gradient_bytes(job: JobColumns) -> Column:
    """Transformer Engine's unused weight gradients, where fp32 gradients accumulate elsewhere.

    One per distinct shape: a dense layer's matrices, and those of one expert.
    """
    shape, layout = job.shape, job.layout
    has = (layout.zero < 3) * (2.0 * (job.software.year >= DUMMY_GRADIENTS_SINCE))
    dense = layer_weights_dense(shape) / layout.tp
    if not shape.n_experts.any():
        return has * dense
    expert = mlp_matrices(shape) * expert_width(shape) * shape.d_ff_expert
    return has * (dense + expert / np.where(layout.ep > 1, 1.0, layout.tp))


def communication_bytes(job: JobColumns) -> Column:
    """Buffers of sends and collectives, one micro-batch of one layer.

    Pipeline: activation and gradient, each received while another is sent. Context parallelism: two
    chunks of keys and values. Expert parallelism: tokens before and after the all-to-all.
    """
    layout, shape = job.layout, job.shape
    sends = 4 * shape.d_model / split_by_sequence(job) * (layout.pp > 1)
    chunk = 2 * shape.n_kv_heads * (shape.head_dim + shape.v_head_dim)
    split = 2 * chunk * (layout.cp > 1)
    if shape.n_experts.any():
        split = split + 4 * layer_operators(shape).routed_width * (layout.ep > 1)
    return tokens_per_rank(job) * (job.rates.element_bytes / 2) * (sends + split / layout.tp)
