"""Bounds that a layout's memory and time cannot go below, far cheaper than the whole model.

Both are terms of the model itself, so that they follow it when it changes, and leave out others
that cannot be negative. tests/planner/training/test_search_bounds.py holds them against random
layouts.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import ONE_F_ONE_B, JobColumns, is_fsdp, stage_layers
from dcbench_planner.training.memory.peak import state_bytes, total
from dcbench_planner.training.step.communication import expert_parallel_s, tensor_parallel_s
from dcbench_planner.training.step.compute import attention_s, elementwise_s, gemm_s
from dcbench_planner.training.step.constants import StepConstants


def least_memory_bytes(job: JobColumns) -> Column:
    """Weights, gradients and optimizer states of the fullest accelerator, without activations.

    PyTorch's FSDP with a single micro-batch holds no gradients when activations are fullest.
    """
    states = state_bytes(job)
    keeps_gradients = (is_fsdp(job.layout) == 0) | (job.layout.num_micro_batches > 1)
    return total(states) - np.where(keeps_gradients, 0.0, states["gradients"])


def least_time_s(job: JobColumns, constants: StepConstants) -> Column:
    """All micro-batches' layers on the fullest stage, and the bubble of 1F1B, interleaved or not.

    Of a layer: matrix products, attention, element-wise work, tensor and expert parallelism. Left
    out: logits, context parallelism, pipeline sends, sharding and gradients, the optimizer, the
    host and stragglers; and the bubble of zero-bubble schedules, or where a stage is short of a
    layer.
    """
    layout, layers = job.layout, stage_layers(job)
    layer = gemm_s(job, constants) + attention_s(job, constants) + elementwise_s(job, constants)
    layer = layer + tensor_parallel_s(job, constants) + expert_parallel_s(job, constants)
    waits = (layout.schedule == ONE_F_ONE_B) & (layers * layout.pp == job.shape.n_layers)
    bubble = as_number(waits) * (layout.pp - 1) / layout.vpp
    return (layout.num_micro_batches + bubble) * layers * layer
