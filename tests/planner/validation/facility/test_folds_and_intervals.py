"""Nothing of a left-out site may reach its prediction or its interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench_planner.validation.facility.evaluation import predictions
from dcbench_planner.validation.facility.folds import by_row, by_site, constant, within
from dcbench_planner.validation.facility.intervals import intervals
from tests.planner.validation.facility.examples import samples

RANDOM = np.random.default_rng(0)
TABLE = samples(
    *[("a", str(site), x, 0.02 + 0.8 * x + RANDOM.normal(0, 0.01))
      for site, x in enumerate(np.linspace(0.05, 0.3, 12)) for _ in range(2)],
    *[("b", str(site), x, 0.1 + x) for site, x in enumerate((0.07, 0.1, 0.2))],
    ("c", "0", 0.1, 0.05),
)  # fmt: skip
SCORED = np.ones(len(TABLE), bool)


def test_folds_hold_every_row_once():
    for folds in (by_site(TABLE, "a"), by_row(TABLE, "a")):
        held = sum(fold.held.astype(int) for fold in folds)
        assert held.tolist() == [1] * 24 + [0] * 4
        assert not any((fold.held & fold.kept).any() for fold in folds)


def test_a_site_is_left_out_with_all_its_years():
    fold = by_site(TABLE, "a")[0]

    assert (fold.held.sum(), fold.kept.sum()) == (2, 22)


def test_the_constant_is_the_mean_of_the_kept_rows():
    """Hand calculation: operator b publishes 0.17, 0.20, 0.30."""
    assert constant(TABLE, by_site(TABLE, "b"))[24:27].tolist() == pytest.approx(
        [0.25, 0.235, 0.185]
    )


def test_inner_folds_never_see_the_outer_site():
    outer = by_site(TABLE, "a")[3]
    inner = within(by_site(TABLE, "a"), outer.kept)

    assert len(inner) == 11
    assert not any(((fold.held | fold.kept) & outer.held).any() for fold in inner)


@pytest.mark.parametrize("row", [0, 10, 25])
def test_what_a_site_publishes_does_not_reach_its_own_prediction(row):
    before = predictions(TABLE, SCORED)
    same = TABLE.site == TABLE.site[row]
    published = np.where(same, TABLE.published + 0.5, TABLE.published)
    after = predictions(replace(TABLE, published=published), SCORED)

    for name in ("site", "site_constant", "new_operator", "low", "high"):
        same_to = pytest.approx(getattr(before, name)[row], abs=1e-5)  # of the iteration
        assert getattr(after, name)[row] == same_to, name
    assert after.site[~same & (TABLE.operator == TABLE.operator[row])] != pytest.approx(
        before.site[~same & (TABLE.operator == TABLE.operator[row])]
    )


def test_intervals_hold_what_they_promise_on_draws():
    """Errors are normal with 0.01: 80 % lie within 1.28 deviations, a little more for few sites."""
    low, high = intervals(TABLE, "a")
    rows = TABLE.operator == "a"
    inside = (low[rows] <= TABLE.published[rows]) & (TABLE.published[rows] <= high[rows])

    assert inside.mean() >= 0.7
    assert 0.02 < np.median((high - low)[rows]) < 0.06
    assert np.isnan(low[~rows]).all()


def test_an_operator_with_few_sites_gets_a_wide_interval():
    """The three sites of b lie on a line exactly, which three sites cannot show."""
    low, high = intervals(TABLE, "b")
    rows = TABLE.operator == "b"

    assert ((high - low)[rows] > 0.02).all()


def test_overhead_is_never_negative():
    low, _ = intervals(TABLE, "c")

    assert low[-1] >= 0
