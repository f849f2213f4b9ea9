"""Why one layout's step is longer than another's."""

from __future__ import annotations

from dcbench.records.plan import StepPart
from dcbench_planner.planning.explain_parts import part_text

NAMED = 3
ALIKE = 5e-4
"""Steps closer than this are as fast."""
SMALLEST = 0.003
"""Differences below this share of the step are not named."""


def slower_because(chosen: StepPart, other: StepPart) -> str:
    """Say how much slower another layout is, and in which parts."""
    slower = chosen.tokens_per_s_per_gpu / other.tokens_per_s_per_gpu - 1
    parts = part_differences(chosen, other)
    told = f"{slower:.1%} slower" if slower >= ALIKE else "as fast"
    return f"{told}: {parts}" if parts else told


def part_differences(chosen: StepPart, other: StepPart) -> str:
    """Name the parts that differ most, as shares of the chosen step: `pipeline bubble +3.1 %`.

    Batches may differ by a few per cent, so the other step is scaled to the chosen one's tokens.

    Args:
        chosen: the step that won.
        other: a step on as many accelerators.

    Returns:
        At most three parts, largest difference first; empty where nothing differs visibly.
    """
    tokens = chosen.tokens_per_s_per_gpu * chosen.time_s
    scale = tokens / (other.tokens_per_s_per_gpu * other.time_s)
    names = chosen.breakdown_s.keys() | other.breakdown_s.keys()
    change = {
        name: (other.breakdown_s.get(name, 0.0) * scale - chosen.breakdown_s.get(name, 0.0))
        / chosen.time_s
        for name in names
    }
    seen = [name for name in change if abs(change[name]) >= SMALLEST]
    seen.sort(key=lambda name: (-abs(change[name]), name))
    return ", ".join(
        f"{part_text('time', name).label} {change[name]:+.1%}" for name in seen[:NAMED]
    )
