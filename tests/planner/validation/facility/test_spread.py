"""The band of a design that nothing calibrates."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.spread import FACTOR, dpue_band
from dcbench_planner.validation.facility.spread import overhead_factors
from tests.planner.validation.facility.examples import samples


def test_the_band_is_the_overhead_times_the_factor():
    """Hand calculation with factors 0.5, 1, 2 on an overhead of 0.2."""
    book = load_assumptions()
    entry = book.entries[FACTOR]
    changed = book.with_entry(type(entry)(**vars(entry) | {"low": 0.5, "value": 1.0, "high": 2.0}))

    band = dpue_band(1.2, changed)

    assert (band.p10, band.p50, band.p90) == pytest.approx((1.1, 1.2, 1.4))
    assert FACTOR in changed.used


def test_one_value_a_site():
    """Eleven sites of ratios 1.0 to 2.0: P10 1.1, P50 1.5, P90 1.9; many years change nothing."""
    rows = [("a", str(i), 0.1, 0.1 + 0.01 * i) for i in range(11)]

    assert overhead_factors(samples(*rows)) == (1.1, 1.5, 1.9)
    assert overhead_factors(samples(*rows, *[rows[10]] * 5)) == (1.1, 1.5, 1.9)


def test_the_shipped_factor_is_that_of_the_rows(evaluation):
    """To a tenth of its size; `scripts/facility_spread.py` writes it."""
    low, middle, high = overhead_factors(evaluation.samples)
    entry = load_assumptions().entries[FACTOR]

    assert (entry.low, entry.high) == pytest.approx((low, high), rel=0.1, abs=0.05)
    assert middle == pytest.approx(entry.value, abs=0.15)


def test_it_covers_most_published_years(evaluation):
    entry = load_assumptions().entries[FACTOR]
    rows = evaluation.samples
    inside = (rows.modelled * entry.low <= rows.published) & (
        rows.published <= rows.modelled * entry.high
    )

    assert 0.7 <= np.mean(inside) <= 0.95
