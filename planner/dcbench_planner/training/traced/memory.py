"""Memory of one accelerator that trains a traced model, by component."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.memory.peak import ALLOCATED_SHARE, total
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.traced.job import TracedJob

FSDP_UNIT = 1e8
"""Parameters gathered at once: default of PyTorch's size-based wrapping policy
(`torch.distributed.fsdp.wrap.size_based_auto_wrap_policy`)."""
MASTER_BYTES = 4
"""fp32 copy of a trained weight, part of the optimizer's bytes; with FSDP and in fp32 training it
is the weight itself."""


def traced_memory(job: TracedJob, constants: StepConstants) -> dict[str, Column]:
    """Give the bytes of each component; they add up to the peak.

    Args:
        job: model, rates and layouts.
        constants: see `data/step_constants.csv`.
    """
    parts = _states(job) | {
        "activations": _activations(job),
        "fsdp_unsharded": _unsharded(job),
    }
    parts["allocator"] = total(parts) * (1 / ALLOCATED_SHARE - 1)
    parts["framework"] = np.full(1, constants.memory_framework_bytes)
    return {name: np.broadcast_to(part, job.zero.shape) for name, part in parts.items()}


def unit_parameters(job: TracedJob) -> float:
    """Give the parameters that FSDP gathers at once: a unit, or one larger weight."""
    model = job.model
    return max(min(FSDP_UNIT, float(model.params_total)), float(model.largest_weight))


def _states(job: TracedJob) -> dict[str, Column]:
    """Weights, gradients and optimizer states (ZeRO, arXiv:1910.02054, section 5)."""
    model, method = job.model, job.method
    trained, frozen = model.params_trained, model.params_total - model.params_trained
    is_master = (job.zero == 3) | (job.rates.element_bytes == MASTER_BYTES)
    weights = method.weight_bytes * frozen + trained * np.where(
        is_master, MASTER_BYTES, method.weight_bytes
    )
    beside = method.optimizer_bytes - MASTER_BYTES * is_master
    states = np.maximum(0.0, beside) * trained * (1 - method.offload_optimizer)
    return {
        "weights": weights / job.shard(3),
        "gradients": method.gradient_bytes * trained / job.shard(2),
        "optimizer": states / job.shard(1),
    }


def _activations(job: TracedJob) -> Column:
    """What autograd keeps, and the operands of the largest operator.

    Full recompute keeps n segments' boundaries and one segment of n products: 2 / sqrt(products)
    of all of it when n is the root (Chen et al. 2016, arXiv:1604.06174, section 4.1).
    """
    model, samples, width = job.model, job.micro_batch, job.rates.element_bytes
    kept = width * model.kept_elements.at(samples) + model.kept_other_bytes.at(samples)
    root = min(1.0, 2 / max(1, model.products) ** 0.5)
    kept = kept * np.where(job.recompute > 0, root, 1.0) * (1 - job.method.offload_activations)
    return kept + width * model.working_elements.at(samples)


def _unsharded(job: TracedJob) -> Column:
    """FSDP: two gathered units in 16 bit and one unit's fp32 gradient."""
    unit = unit_parameters(job)
    return np.where(job.zero == 3, (2 * 2 + 4) * unit, 0.0)
