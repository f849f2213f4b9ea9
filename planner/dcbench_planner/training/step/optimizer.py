"""Time of the optimizer and of what training methods add to a step.

Sources: byte counts in `data/optimizers.csv`; host rates in `data/host_rates.csv`; overlap of the
host's update with its transfers from ZeRO-Offload (Ren et al. 2021, arXiv:2101.06840, section 4).
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import FULL, JobColumns, is_fsdp, tokens_per_rank
from dcbench_planner.training.memory.activations import layer_activations
from dcbench_planner.training.memory.buffers import layer_weights_on_rank
from dcbench_planner.training.memory.states import sharded_weights, stage_weights
from dcbench_planner.training.shape.operators import layer_operators
from dcbench_planner.training.step.constants import StepConstants

GATHER_COPY = 8
"""FSDP, bytes a weight and micro-batch: two gathers, each copied out of a flat buffer in 16 bit."""
REDUCE_COPY = 8
"""FSDP, bytes a trained weight and micro-batch: gradients into a flat fp32 buffer and back."""
ACCUMULATE = 8
"""Bytes a trained weight and micro-batch: fp32 gradient read and written."""
WEIGHT_BACK = 2
"""Bytes of a weight that the host returns."""


def optimizer_s(job: JobColumns, constants: StepConstants) -> Column:
    """Seconds per step of the update on the states held, and of copies per micro-batch.

    AdamW moves 32 bytes a weight. Muon's matrix products run at the 16-bit rate and are shared out
    like the states (Liu et al. 2025, arXiv:2502.16982, section 2.3). Without FSDP gradients are
    accumulated in fp32; with it weights and gradients are copied through flat buffers.
    """
    method, rates = job.method, job.rates
    dense, experts = stage_weights(job)
    whole = dense + experts
    held = np.where(job.layout.zero >= 1, sharded_weights(job, dense, experts), whole)
    trained = method.trained_share
    held = held * trained
    fsdp_copies = (GATHER_COPY + REDUCE_COPY * trained) * constants.fsdp_copy
    copies = np.where(is_fsdp(job.layout) > 0, fsdp_copies,
                      ACCUMULATE * trained * constants.gradient_accumulate)  # fmt: skip
    update = method.optimizer_traffic_bytes * constants.optimizer_traffic * held
    on_device = 1 - method.offload_optimizer
    moved = on_device * update + job.layout.num_micro_batches * copies * whole
    products = method.optimizer_flops * held / rates.gemm16_flops_per_s
    return moved / rates.memory_bytes_per_s + products + _on_host_s(job, held, update)


def _on_host_s(job: JobColumns, held: Column, update: Column) -> Column:
    """Update by the host: its memory or the link, whichever is slower, as parts overlap."""
    method = job.method
    transfers = held * (method.gradient_bytes + WEIGHT_BACK)
    memory = (update + transfers) / method.host_memory_bytes_per_s
    link = held * np.maximum(method.gradient_bytes, WEIGHT_BACK) / method.host_link_bytes_per_s
    return method.offload_optimizer * np.maximum(memory, link)


def activation_offload_s(job: JobColumns) -> Column:
    """Seconds that one mean layer's activations of one micro-batch travel to the host and back.

    Both directions, before any overlap; at best all of it hides behind the layer's own time.
    """
    kept = job.method.offload_activations * layer_activations(job).kept
    return 2 * kept / job.method.host_link_bytes_per_s


def method_traffic_s(job: JobColumns) -> Column:
    """Seconds that dequantising and rounding add to one mean layer and one micro-batch.

    Once in the forward pass, once for the gradients of activations, once more where the layer is
    recomputed.
    """
    operators, layout, method = layer_operators(job.shape), job.layout, job.method
    passes = 2 + as_number(layout.recompute == FULL)
    inputs = operators.width_whole + operators.width_split / layout.tp
    moved = method.weight_pass_bytes * layer_weights_on_rank(job)
    moved = moved + method.input_pass_bytes * tokens_per_rank(job) * inputs / 2
    return passes * moved / job.rates.memory_bytes_per_s
