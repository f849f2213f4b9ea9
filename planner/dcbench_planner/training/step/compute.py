"""Time of one mean layer and of the logits, for one micro-batch on one rank."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import (
    FULL,
    SELECTIVE,
    JobColumns,
    expert_shards,
    is_fsdp,
    split_by_sequence,
    tokens_per_rank,
)
from dcbench_planner.training.remembered import remembered
from dcbench_planner.training.shape.flops import BACKWARD, logit_passes
from dcbench_planner.training.shape.operators import (
    LayerOperators,
    attention_core_flops,
    attention_square_flops,
    dense_blocks,
    layer_operators,
)
from dcbench_planner.training.shape.parameters import (
    dense_mlp_weights,
    embedding_weights,
    layer_weights_experts,
)
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.experts import (
    dispatch_age,
    expert_load,
    small_product_factor,
)

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
GEMMS_PER_BLOCK = 2


@remembered
def gemm_passes(job: JobColumns) -> Column:
    """Extra forward passes of the layers' matrix products.

    Full recompute repeats all of them; PyTorch's checkpointing stops before the last product, whose
    output is not needed. Selective recompute under FSDP repeats half of them.
    """
    operators = layer_operators(job.shape)
    last = dense_mlp_weights(job.shape) / (2 + job.shape.gated_mlp)
    early_stop = 1 - last * dense_blocks(job.shape) / operators.dense_weights
    recompute, fsdp = job.layout.recompute, is_fsdp(job.layout) > 0
    full = np.where(fsdp, early_stop, 1.0)
    selective = np.where(fsdp, 0.5, 0.0)
    again = np.where(recompute == FULL, full, np.where(recompute == SELECTIVE, selective, 0.0))
    return again * job.layout.recompute_share


def gemm_work(job: JobColumns) -> Column:
    """Products of one layer in units of its forward pass: backward, recompute, a teacher's."""
    method = job.method
    return 2 + method.weight_gradient_share + method.extra_forward + gemm_passes(job)


def full_recompute(job: JobColumns) -> Column:
    """Share of the layers that is computed twice forward."""
    return as_number(job.layout.recompute == FULL) * job.layout.recompute_share


@remembered
def attention_passes(job: JobColumns) -> Column:
    """Extra forward passes of attention and scans: full, and selective before flash attention."""
    recompute = job.layout.recompute
    selective = as_number(recompute == SELECTIVE) * job.software.legacy
    return np.where(recompute == FULL, 1.0, selective) * job.layout.recompute_share


def gemm_s(job: JobColumns, constants: StepConstants) -> Column:
    """Matrix products of one layer: FLOPs over rate, plus operand traffic, plus launches.

    FLOPs and traffic are added, not maximised: a prototype found shape effects better so.
    """
    operators, tokens, layout = layer_operators(job.shape), tokens_per_rank(job), job.layout
    routed = operators.expert_weights * expert_load(job, constants)
    routed = routed * small_product_factor(job, constants)
    weights = (operators.dense_weights + routed) / layout.tp
    passes = gemm_work(job)
    moved = tokens * (operators.width_whole + operators.width_split / layout.tp)
    moved = moved + _local_weights(job, operators)
    traffic = constants.operand_traffic * job.rates.element_bytes * moved
    reached = np.where(job.rates.quantised > 0, constants.gemm_in_step_low, constants.gemm_in_step)
    forward = 2 * tokens * weights / (reached * job.rates.gemm_flops_per_s)
    forward = forward + traffic / job.rates.memory_bytes_per_s
    return passes * (forward + GEMMS_PER_BLOCK * operators.blocks * job.rates.gemm_latency_s)


def attention_s(job: JobColumns, constants: StepConstants) -> Column:
    """Attention core of one layer: flash kernels, or score matrices through memory."""
    tokens, layout, rates = tokens_per_rank(job), job.layout, job.rates
    causal = tokens * attention_core_flops(job.shape, job.sequence) / layout.tp
    pytorch = is_fsdp(layout) > 0
    rate = np.where(pytorch, rates.attention_pytorch_flops_per_s, rates.attention_flops_per_s)
    again = attention_passes(job)
    again = again + job.method.extra_forward
    flash = causal * (1 + FLASH_BACKWARD + again) / (constants.attention_in_step * rate)
    square = tokens * attention_square_flops(job.shape, job.sequence) / layout.tp
    square = square * (1 + BACKWARD + again) / (constants.gemm_in_step * rates.gemm16_flops_per_s)
    scores = tokens * job.sequence * layer_operators(job.shape).heads / layout.tp
    traffic = SCORE_BYTES * constants.unfused_scores * scores * (1 + SCORE_BACKWARD + again)
    return np.where(job.software.legacy > 0, square + traffic / rates.memory_bytes_per_s, flash)


def elementwise_s(job: JobColumns, constants: StepConstants) -> Column:
    """Norms, residuals, rotary embedding, activations and expert permutation of one layer."""
    operators, shape, tp = layer_operators(job.shape), job.shape, job.layout.tp
    elements = 5 * operators.blocks * shape.d_model / split_by_sequence(job)
    elements = elements + 4 * operators.attention_width / tp
    elements = elements + (3 + 2.5 * shape.gated_mlp) * operators.mlp_width / tp
    permuted = operators.routed_width * constants.expert_permute * dispatch_age(job, constants)
    elements = elements + 4 * permuted / tp
    unfused = np.where(job.software.unfused > 0, constants.unfused_elementwise, 1.0)
    recompute = as_number(job.layout.recompute == FULL)
    recompute = recompute + 0.5 * as_number(job.layout.recompute == SELECTIVE)
    moved = tokens_per_rank(job) * job.rates.element_bytes * elements * unfused
    again = recompute * job.layout.recompute_share + job.method.extra_forward
    moved = moved * constants.elementwise_traffic * (1 + ELEMENTWISE_BACKWARD + again)
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


def logits_s(job: JobColumns, constants: StepConstants) -> Column:
    """Output projection in 16 bit and the loss, forward and backward."""
    tokens = tokens_per_rank(job) / job.layout.tp * logit_passes(job.shape)
    flops = 2 * tokens * embedding_weights(job.shape) * (1 + BACKWARD)
    traffic = LOSS_BYTES * tokens * job.shape.vocab
    reached = constants.gemm_in_step * job.rates.gemm16_flops_per_s
    return flops / reached + traffic / job.rates.memory_bytes_per_s


def host_s(job: JobColumns, constants: StepConstants) -> Column:
    """Launch time of one layer: it counts where the accelerator is faster than its host.

    The constant is for a layer of two blocks, attention and MLP.
    """
    software = job.software
    factor = np.where(software.legacy > 0, 1.0, constants.host_modern)
    factor = factor * np.where(job.layout.tp > 1, constants.host_tensor_parallel, 1.0)
    factor = factor * np.where(software.compiled > 0, constants.host_compiled, 1.0)
    passes = 2 + full_recompute(job)
    return constants.host_layer_s * factor * passes * layer_operators(job.shape).blocks / 2


def _local_weights(job: JobColumns, operators: LayerOperators) -> Column:
    """Weight elements of one layer that a rank reads: its dense part and all its experts."""
    experts = layer_weights_experts(job.shape) / expert_shards(job.layout)
    return operators.dense_weights / job.layout.tp + experts
