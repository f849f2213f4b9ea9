"""Traced models against data-parallel layouts, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.step.rates import DeviceRates
from dcbench_planner.training.traced.model import TracedModel

MICRO_BATCHES = tuple(2**i for i in range(15))
ZERO_LEVELS = (0, 1, 2, 3)
RECOMPUTE = (0, 2)
"""None and full: which operators are cheap to repeat is not known."""
BATCH_TOLERANCE = 0.05
"""How far the global batch may be from the wanted one, as for transformers."""


@dataclass(frozen=True, kw_only=True)
class TracedJob:
    """One model on one kind of accelerator in many data-parallel layouts."""

    model: TracedModel
    rates: DeviceRates
    method: Method
    dp: float
    """Accelerators; each has the whole model, or under ZeRO its share of the states."""
    zero: Column
    """0 nothing, 1 optimizer states, 2 gradients too, 3 weights too (FSDP) are sharded."""
    micro_batch: Column
    """Samples."""
    num_micro_batches: Column
    recompute: Column
    """0 none, 2 full."""

    @property
    def global_batch(self) -> Column:
        """Samples per step."""
        return self.dp * self.micro_batch * self.num_micro_batches

    def shard(self, level: int) -> Column:
        """Ranks that what ZeRO shards from this level on is split over."""
        return np.where(self.zero >= level, self.dp, 1.0)


def traced_job(
    model: TracedModel, rates: DeviceRates, method: Method,
    *, n_accelerators: int, global_batch: float,
) -> TracedJob:  # fmt: skip
    """Enumerate micro-batch x ZeRO x recompute.

    The micro-batches are powers of two, and what one rank has of the batch. Layouts whose global
    batch is further than 5 % from the wanted one are left out.

    Args:
        model: what is trained.
        rates: what the accelerator reaches.
        method: bytes of states, and what is offloaded.
        n_accelerators: ranks.
        global_batch: wanted samples per step.
    """
    local = max(1, round(global_batch / n_accelerators))
    sizes = sorted({*(size for size in MICRO_BATCHES if size <= local), local})
    levels = ZERO_LEVELS if n_accelerators > 1 else (0,)
    grid = np.meshgrid(np.array(sizes, float), levels, RECOMPUTE, indexing="ij")
    micro_batch, zero, recompute = (axis.ravel().astype(float) for axis in grid)
    rounds = np.maximum(1.0, np.round(global_batch / n_accelerators / micro_batch))
    near = abs(n_accelerators * micro_batch * rounds / global_batch - 1) <= BATCH_TOLERANCE
    return TracedJob(
        model=model, rates=rates, method=method, dp=float(n_accelerators), zero=zero[near],
        micro_batch=micro_batch[near], num_micro_batches=rounds[near], recompute=recompute[near],
    )  # fmt: skip
