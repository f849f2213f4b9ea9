"""Time of one mean layer and of the logits, for one micro-batch on one rank."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.flops import BACKWARD
from dcbench_planner.training.layout import (
    FULL,
    SELECTIVE,
    JobColumns,
    expert_shards,
    is_fsdp,
    split_by_sequence,
    tokens_per_rank,
)
from dcbench_planner.training.operators import LayerOperators, attention_core_flops, layer_operators
from dcbench_planner.training.parameters import (
    dense_mlp_weights,
    embedding_weights,
    layer_weights_experts,
    moe_share,
)
from dcbench_planner.training.step_constants import StepConstants

FLASH_BACKWARD = 2.5
"""Backward over forward FLOPs of flash attention: five products against two (arXiv:2307.08691)."""
SCORE_BYTES = 16
"""Bytes an element of the score matrix passes through memory forward without flash attention:
written, masked and normalised, dropped out, read; hand count 13 for fully fused kernels."""
SCORE_BACKWARD = 1.5
"""Backward over forward score traffic, hand count 19 / 13 bytes."""
ELEMENTWISE_BACKWARD = 2.5
LOSS_BYTES = 20
"""Bytes per logit: written, cast to fp32, normalised, gradient written and read twice."""
GEMMS_PER_LAYER = 4


def gemm_passes(job: JobColumns) -> Column:
    """Extra forward passes of the layers' matrix products.

    Full recompute repeats all of them; PyTorch's checkpointing stops before the last product, whose
    output is not needed. Selective recompute under FSDP repeats half of them.
    """
    operators = layer_operators(job.shape)
    last = dense_mlp_weights(job.shape) / (2 + job.shape.gated_mlp)
    early_stop = 1 - last * (1 - moe_share(job.shape)) / operators.dense_weights
    recompute, fsdp = job.layout.recompute, is_fsdp(job.layout) > 0
    full = np.where(fsdp, early_stop, 1.0)
    selective = np.where(fsdp, 0.5, 0.0)
    return np.where(recompute == FULL, full, np.where(recompute == SELECTIVE, selective, 0.0))


def attention_passes(job: JobColumns) -> Column:
    """Extra forward passes of the attention core: full, and selective before flash attention."""
    recompute = job.layout.recompute
    selective = as_number(recompute == SELECTIVE) * job.software.legacy
    return np.where(recompute == FULL, 1.0, selective)


def gemm_s(job: JobColumns, constants: StepConstants) -> Column:
    """Matrix products of one layer: FLOPs over rate, plus operand traffic, plus launches.

    FLOPs and traffic are added, not maximised: a prototype found shape effects better so.
    """
    operators, tokens, layout = layer_operators(job.shape), tokens_per_rank(job), job.layout
    weights = (operators.dense_weights + operators.expert_weights) / layout.tp
    passes = 1 + BACKWARD + gemm_passes(job)
    moved = tokens * (operators.width_whole + operators.width_split / layout.tp)
    moved = moved + _local_weights(job, operators)
    traffic = constants.operand_traffic * job.rates.element_bytes * moved
    forward = 2 * tokens * weights / job.rates.gemm_flops_per_s
    forward = forward + traffic / job.rates.memory_bytes_per_s
    return passes * (forward + GEMMS_PER_LAYER * job.rates.gemm_latency_s)


def attention_s(job: JobColumns, constants: StepConstants) -> Column:
    """Attention core of one layer: flash kernels, or score matrices through memory."""
    tokens, layout, rates = tokens_per_rank(job), job.layout, job.rates
    causal = tokens * attention_core_flops(job.shape, job.sequence) / layout.tp
    pytorch = is_fsdp(layout) > 0
    rate = np.where(pytorch, rates.attention_pytorch_flops_per_s, rates.attention_flops_per_s)
    again = attention_passes(job)
    flash = causal * (1 + FLASH_BACKWARD + again) / rate
    square = 2 * causal * (1 + BACKWARD + again) / rates.gemm16_flops_per_s
    scores = tokens * job.sequence * job.shape.n_heads / layout.tp
    traffic = SCORE_BYTES * constants.unfused_scores * scores * (1 + SCORE_BACKWARD + again)
    return np.where(job.software.legacy > 0, square + traffic / rates.memory_bytes_per_s, flash)


def elementwise_s(job: JobColumns, constants: StepConstants) -> Column:
    """Norms, residuals, rotary embedding, activations and expert permutation of one layer."""
    operators, shape, tp = layer_operators(job.shape), job.shape, job.layout.tp
    elements = 10 * shape.d_model / split_by_sequence(job) + 4 * operators.attention_width / tp
    elements = elements + (3 + 2.5 * shape.gated_mlp) * operators.mlp_width / tp
    permuted = moe_share(shape) * shape.experts_per_token * shape.d_model
    elements = elements + 4 * constants.expert_permute * permuted / tp
    unfused = np.where(job.software.unfused > 0, constants.unfused_elementwise, 1.0)
    recompute = np.select(
        [job.layout.recompute == FULL, job.layout.recompute == SELECTIVE], [1.0, 0.5]
    )
    moved = tokens_per_rank(job) * job.rates.element_bytes * elements * unfused
    moved = moved * constants.elementwise_traffic * (1 + ELEMENTWISE_BACKWARD + recompute)
    return moved / job.rates.memory_bytes_per_s


def quantise_s(job: JobColumns, constants: StepConstants) -> Column:
    """Casting matrix operands to 8 or 4 bits: 4 bytes an element, 3 a weight."""
    operators, tp = layer_operators(job.shape), job.layout.tp
    activations = tokens_per_rank(job) * (operators.width_whole + operators.width_split / tp)
    moved = 4 * activations + 3 * _local_weights(job, operators)
    fused = np.where(is_fsdp(job.layout) > 0, constants.quantise_pytorch, constants.quantise_fused)
    scaled = np.where(job.rates.block_scaled > 0, constants.quantise_block_scaled, 1.0)
    traffic = job.rates.quantised * constants.quantise_traffic * fused * scaled * moved
    return traffic / job.rates.memory_bytes_per_s


def logits_s(job: JobColumns) -> Column:
    """Output projection in 16 bit and the loss, forward and backward."""
    tokens = tokens_per_rank(job) / job.layout.tp
    flops = 2 * tokens * embedding_weights(job.shape) * (1 + BACKWARD)
    traffic = LOSS_BYTES * tokens * job.shape.vocab
    return flops / job.rates.gemm16_flops_per_s + traffic / job.rates.memory_bytes_per_s


def host_s(job: JobColumns, constants: StepConstants) -> Column:
    """Launch time of one layer: it counts where the accelerator is faster than its host."""
    software = job.software
    factor = np.where(software.legacy > 0, 1.0, constants.host_modern)
    factor = factor * np.where(job.layout.tp > 1, constants.host_tensor_parallel, 1.0)
    factor = factor * np.where(software.compiled > 0, constants.host_compiled, 1.0)
    passes = 2 + as_number(job.layout.recompute == FULL)
    years = np.maximum(0.0, software.year - 2025)
    dispatch = constants.host_moe_layer_s * constants.host_moe_decay**years * moe_share(job.shape)
    return constants.host_layer_s * factor * passes + dispatch


def _local_weights(job: JobColumns, operators: LayerOperators) -> Column:
    """Weight elements of one layer that a rank reads: its dense part and all its experts."""
    experts = layer_weights_experts(job.shape) / expert_shards(job.layout)
    return operators.dense_weights / job.layout.tp + experts
