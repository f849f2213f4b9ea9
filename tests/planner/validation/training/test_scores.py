"""Medians, quantiles and the mean over sources, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.validation.training.ranking import rankings, spearman
from dcbench_planner.validation.training.scores import (
    by_class,
    class_figures,
    macro_median,
    score,
    weighted_quantile,
)
from tests.planner.validation.training.examples import run


def test_score():
    found = score(np.array([-0.3, 0.1, -0.2]))

    assert (found.runs, found.median, found.bias) == (3, 0.2, -0.2)
    assert found.p90 == pytest.approx(0.28)  # 0.2 + 0.8 (0.3 - 0.2)


def test_no_errors_have_no_score():
    assert np.isnan(score(np.array([])).median)


def test_classes_are_scored_apart():
    found = by_class(np.array([0.1, -0.4, 0.3]), ["a", "b", "a"])

    assert (found["a"].median, found["b"].bias) == (pytest.approx(0.2), -0.4)
    assert class_figures("x", np.array([0.1]), ["a"])["x.a.median"] == 0.1


def test_small_sources_have_no_part_in_the_mean():
    errors = np.array([0.1] * 4 + [0.3] * 5 + [9.0] * 3)
    sources = ["a"] * 4 + ["b"] * 5 + ["c"] * 3

    assert macro_median(errors, sources) == pytest.approx(0.2)


def test_weighted_quantile():
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 6.0])

    assert weighted_quantile(values, weights, 0.5) == 2.0
    assert weighted_quantile(values, weights, 0.1) == 1.0
    assert weighted_quantile(values, weights, 1.0) == 3.0


def test_spearman():
    values = np.array([1.0, 2.0, 3.0])

    assert spearman(values, values**3) == pytest.approx(1)
    assert spearman(values, -values) == pytest.approx(-1)
    assert spearman(values, np.array([1.0, 3.0, 2.0])) == pytest.approx(0.5)  # 1 - 6 x 2 / 24


class Measured:
    """Ten layouts of one vTrain job; only what the ranking reads."""

    step_s = np.arange(1.0, 11.0)
    runs = tuple(
        run(f"VTR-{number}", cells={"model_name": "m", "n_accelerators": "64",
                                    "global_batch": "512"})
        for number in range(10)
    )  # fmt: skip


def test_the_first_choice_costs_what_it_is_slower():
    errors = np.zeros(10)
    errors[1] = -1.0  # 2 s are taken for 0.74 s, before the fastest

    (found,) = rankings(Measured, errors)

    assert found.regret == pytest.approx(1.0)
    assert found.spearman == pytest.approx(1 - 6 * 2 / 990)  # two neighbours changed places


def test_few_layouts_are_not_ranked():
    class Fewer(Measured):
        runs = Measured.runs[:9]

    assert rankings(Fewer, np.zeros(10)) == ()
