"""What routed experts cost beyond their FLOPs: uneven load, small products, dispatch."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.layout import JobColumns, tokens_per_rank
from dcbench_planner.training.shape.parameters import moe_share
from dcbench_planner.training.step.constants import StepConstants


def expert_load(job: JobColumns, constants: StepConstants) -> Column:
    """Tokens of the busiest expert-parallel rank over the mean; 1 where balance is forced."""
    uneven = (job.layout.ep > 1) * (1 - job.software.balanced_experts)
    return 1 + (constants.expert_imbalance - 1) * uneven


def small_product_factor(job: JobColumns, constants: StepConstants) -> Column:
    """Time of an expert's product over that at the full rate.

    An expert sees T k e / E rows: tiles are filled in part, and so is the last wave of them.
    """
    shape = job.shape
    rows = tokens_per_rank(job) * shape.experts_per_token * job.layout.ep
    return 1 + constants.expert_rows_half * shape.n_experts / np.maximum(rows, 1.0)


def dispatch_age(job: JobColumns, constants: StepConstants) -> Column:
    """Cost of expert dispatch in the software of the year over that of 2025.

    Permutation was fused, all-to-alls were overlapped and launches captured in graphs step by step.
    """
    return constants.dispatch_decay ** (np.clip(job.software.year, 2025, 2026) - 2025)


def dispatch_wait_s(job: JobColumns, constants: StepConstants) -> Column:
    """Time the accelerator waits for the host in one mean layer, forward and backward.

    The host reads how many tokens each expert got before it can launch the products, a few kernels
    for each local expert; nothing runs ahead of it.
    """
    local = job.shape.n_experts / job.layout.ep
    wait = constants.host_moe_layer_s + constants.host_expert_s * local
    return wait * dispatch_age(job, constants) * moe_share(job.shape)
