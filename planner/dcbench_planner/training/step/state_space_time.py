"""Time of the state-space mixers' convolutions and scans."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.layout import JobColumns, tokens_per_rank
from dcbench_planner.training.shape.state_space import (
    is_selective_scan,
    state_space_bytes,
    state_space_flops,
)
from dcbench_planner.training.step.compute import attention_passes
from dcbench_planner.training.step.constants import StepConstants

VECTOR_SLOWDOWN = 32.0
"""Matrix over vector rate: A100 312 / 19.5, H100 989 / 67 TFLOP/s (datasheets), and as much again
because those vector peaks count multiply-adds, of which a scan has few."""
REACHED_BANDWIDTH = 0.5
"""Share of the memory rate that scan kernels reach. On A100 Mamba-2's passes FlashAttention-2 from
2,048 tokens on and is six times as fast at 16,384 (arXiv:2405.21060, section 9.3 and figure 10):
both say about 0.2 us a token for 2,048 channels and 64 states, twice the bare traffic's time."""
BACKWARD_FLOPS = 2.0
BACKWARD_TRAFFIC = 2.5
"""Backward over forward traffic: operands again, their gradients, states computed again."""


def state_space_s(job: JobColumns, constants: StepConstants) -> Column:
    """Seconds of one mean layer's convolutions and scans, forward, backward and recompute.

    Chunks are matrix products of 16 bit; a selective scan runs at the vector rate. Traffic is
    added. Recompute repeats the forward pass where it repeats that of attention.

    Args:
        job: shapes, rates and layouts.
        constants: `gemm_in_step` scales the rate and `elementwise_traffic` the traffic.

    Returns:
        Seconds for one micro-batch on one rank; 0 without state-space layers.
    """
    shape, rates = job.shape, job.rates
    again = attention_passes(job) + job.method.extra_forward
    slower = np.where(is_selective_scan(shape) > 0, VECTOR_SLOWDOWN, 1.0)
    flops = state_space_flops(shape) * slower * (1 + BACKWARD_FLOPS + again)
    traffic = state_space_bytes(shape, rates.element_bytes) * (1 + BACKWARD_TRAFFIC + again)
    seconds = flops / (constants.gemm_in_step * rates.gemm16_flops_per_s)
    traffic = constants.elementwise_traffic * traffic / REACHED_BANDWIDTH
    seconds = seconds + traffic / rates.memory_bytes_per_s
    return tokens_per_rank(job) / job.layout.tp * seconds
