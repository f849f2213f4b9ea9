"""Exact sums."""

from __future__ import annotations

import math

import numpy as np

from dcbench_planner.facility.power.sums import exact_sum


def test_sums_are_those_of_fsum():
    rng = np.random.default_rng(3)
    parts = [10.0 ** rng.uniform(-6, 8, 4000) for _ in range(12)]
    total = exact_sum(parts)
    assert all(
        math.fsum(hour) == found
        for hour, found in zip(zip(*parts, strict=True), total, strict=True)
    )
    naive = sum(parts)
    assert (naive != total).any()  # plain addition is not exact on these


def test_cancellation_is_exact():
    # 1 + 1e100 - 1e100 is 0 by plain addition
    parts = [np.array([1.0]), np.array([1e100]), np.array([-1e100])]
    assert exact_sum(parts)[0] == 1.0
