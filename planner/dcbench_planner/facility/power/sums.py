"""Sums that are exact to the last bit, hour by hour."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array


def exact_sum(parts: Iterable[Array]) -> Array:
    """Add arrays of one shape as `math.fsum` adds numbers.

    Carries the rounding error of every addition along (Knuth's two-sum, The Art of Computer
    Programming 4.2.2, theorem B).
    """
    first, *rest = parts
    total = np.array(first, dtype=np.float64)
    error = np.zeros_like(total)
    for part in rest:
        added = total + part
        rounded = added - total
        error += (total - (added - rounded)) + (part - rounded)
        total = added
    return total + error
