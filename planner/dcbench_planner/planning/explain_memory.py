"""Where the memory of the fullest accelerator goes."""

from __future__ import annotations

import numpy as np

from dcbench.records.plan import MemoryPart
from dcbench.records.plan_explain import MemoryEntry
from dcbench_planner.planning.explain_parts import in_order, part_text
from dcbench_planner.training.memory.fit import fit_probability


def memory_waterfall(memory: MemoryPart) -> tuple[MemoryEntry, ...]:
    """Give the components that are held; they add up to the peak."""
    sizes = memory.breakdown_bytes
    return tuple(
        MemoryEntry(
            key=key, label=part_text("memory", key).label, size_bytes=sizes[key],
            share=sizes[key] / memory.capacity_bytes, note=part_text("memory", key).note,
        )
        for key in in_order("memory", sizes)
        if sizes[key]
    )  # fmt: skip


def with_fit(memory: MemoryPart) -> MemoryPart:
    """Enter the probability that the peak fits into the capacity."""
    chance = fit_probability(np.array([memory.peak_bytes]), np.array([memory.capacity_bytes]))
    return memory.model_copy(update={"fits_probability": float(chance[0])})
