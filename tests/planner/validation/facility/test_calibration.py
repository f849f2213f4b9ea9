"""Two numbers per operator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.validation.facility.calibration import (
    Line,
    common_line,
    operator_lines,
    robust_lines,
    site_weights,
)
from tests.planner.validation.facility.examples import samples

PLAIN = Line(intercept=0.0, slope=1.0)
EVEN = np.linspace(0.05, 0.3, 12)


def line_of(x, y, scale=0.01):
    return robust_lines(x[None], y[None], np.ones((1, len(x))), scale)[0]


def test_points_on_a_line_give_the_line():
    found = line_of(EVEN, 0.02 + 0.7 * EVEN)

    assert (found.intercept, found.slope) == pytest.approx((0.02, 0.7), abs=1e-6)


def test_without_robustness_it_is_least_squares():
    y = 0.02 + 0.7 * EVEN + 0.03 * np.sin(40 * EVEN)
    slope, intercept = np.polyfit(EVEN, y, 1)
    found = line_of(EVEN, y, scale=np.inf)

    assert (found.intercept, found.slope) == pytest.approx((intercept, slope), abs=1e-9)


def test_one_hall_far_off_moves_the_line_little():
    y = 0.02 + 0.7 * EVEN
    y[0] += 0.3
    at = line_of(EVEN, y).at(EVEN)
    squares = line_of(EVEN, y, scale=np.inf).at(EVEN)

    assert np.abs(at - (0.02 + 0.7 * EVEN)).max() < 0.01
    assert np.abs(squares - (0.02 + 0.7 * EVEN)).max() > 0.05


@given(st.lists(st.floats(0.0, 0.6), min_size=2, max_size=12))
def test_slopes_are_not_negative(published):
    x = np.linspace(0.05, 0.3, len(published))

    assert line_of(x, np.array(published)).slope >= 0


def test_years_of_one_site_count_once():
    rows = samples(("a", "1", 0.1, 0.1), ("a", "1", 0.1, 0.2), ("a", "2", 0.2, 0.2))

    assert site_weights(rows, np.array([True, True, True])).tolist() == [0.5, 0.5, 1.0]
    assert site_weights(rows, np.array([True, False, True])).tolist() == [1.0, 0.0, 1.0]


def test_a_site_published_ten_times_gives_the_same_line():
    once = samples(("a", "1", 0.1, 0.15), ("a", "2", 0.2, 0.2), ("a", "3", 0.3, 0.35))
    often = samples(*[("a", "1", 0.1, 0.15)] * 10, ("a", "2", 0.2, 0.2), ("a", "3", 0.3, 0.35))
    lines = [operator_lines(each, [np.ones(len(each), bool)], PLAIN)[0] for each in (once, often)]

    assert lines[0].intercept == pytest.approx(lines[1].intercept, abs=1e-6)
    assert lines[0].slope == pytest.approx(lines[1].slope, abs=1e-6)


def test_an_operator_with_one_site_gets_its_level_and_the_slope_of_the_others():
    """Half way between its site and the others' line: each counts as one site."""
    one = samples(("a", "1", 0.1, 0.14))
    found = operator_lines(one, [np.array([True])], Line(intercept=0.0, slope=1.2))[0]

    assert found.slope == pytest.approx(1.2)
    assert 0.12 < found.at(np.array([0.1]))[0] < 0.14


def test_every_operator_counts_once_in_the_common_line():
    """Nine sites at 0.3 and one at 0.1 weigh the same: the level is the middle by least squares."""
    rows = samples(*[("a", str(i), 0.1, 0.305) for i in range(9)], ("b", "1", 0.1, 0.295))

    assert common_line(rows, np.ones(10, bool)).at(np.array([0.1]))[0] == pytest.approx(0.3)


def test_without_any_row_the_model_is_taken_as_it_is():
    rows = samples(("a", "1", 0.1, 0.3))

    assert common_line(rows, np.array([False])) == PLAIN
