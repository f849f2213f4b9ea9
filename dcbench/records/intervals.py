"""Confidence intervals of a median, without assuming a distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence


def median_interval(
    samples: Sequence[float], confidence: float = 0.95
) -> tuple[float, float] | None:
    """Give the order-statistics confidence interval of the median.

    The number of samples below the true median is binomial(n, 1/2); the interval runs from the
    k-th smallest to the k-th largest sample with the largest k whose coverage reaches
    `confidence` (Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2).

    Args:
        samples: independent values, any order.
        confidence: wanted coverage, between 0 and 1.

    Returns:
        Lower and upper limit; None where no interval of that confidence exists (n < 6 at 95 %).
    """
    n = len(samples)
    tail, k = 0.0, 0
    while k < n // 2:
        tail += math.comb(n, k) / 2**n
        if 2 * tail > 1 - confidence:
            break
        k += 1
    if k == 0:
        return None
    ordered = sorted(samples)
    return ordered[k - 1], ordered[n - k]
