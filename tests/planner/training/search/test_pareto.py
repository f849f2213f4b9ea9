from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.training.search.pareto import pareto_front

# few distinct values, so that ties and copies are common
matrices = st.integers(1, 4).flatmap(
    lambda objectives: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, np.inf]),
                 min_size=objectives, max_size=objectives),
        min_size=1, max_size=30,
    )
)  # fmt: skip


def brute_force(costs):
    """The definition: no other row is nowhere higher and somewhere lower."""
    return {
        i for i, row in enumerate(costs)
        if not any(np.all(other <= row) and np.any(other < row) for other in costs)
    }  # fmt: skip


@given(matrices)
def test_the_front_is_that_of_brute_force(rows):
    costs = np.array(rows)

    found = pareto_front(costs)

    assert set(found.tolist()) == brute_force(costs)
    assert len(set(found.tolist())) == len(found)
    assert np.all(np.diff(costs[found, 0][np.isfinite(costs[found, 0])]) >= 0)


def test_time_against_accelerators():
    # 2 takes longer than 1 on as many accelerators; 3 is the slowest but the smallest
    costs = np.array([[1.0, 64.0], [2.0, 32.0], [3.0, 32.0], [5.0, 8.0]])

    assert pareto_front(costs).tolist() == [0, 1, 3]


def test_one_objective_has_its_minimum_as_front():
    assert pareto_front(np.array([[3.0], [1.0], [2.0], [1.0]])).tolist() == [1, 3]


def test_a_large_front_of_two_objectives_is_quick():
    x = np.linspace(0, 1, 200_000)  # every row is on the front: the quadratic way takes hours

    assert len(pareto_front(np.column_stack((x, 1 - x)))) == len(x)


@pytest.mark.parametrize("costs", [np.zeros(3), np.zeros((3, 0)), np.array([[np.nan, 1.0]])])
def test_what_is_no_matrix_of_numbers_is_refused(costs):
    with pytest.raises(ValueError, match="matrix of numbers"):
        pareto_front(costs)


def test_no_rows_have_no_front():
    assert len(pareto_front(np.zeros((0, 2)))) == 0
