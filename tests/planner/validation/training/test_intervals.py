"""The 80 % interval covers 80 %, also of a source that it has not seen."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.validation.training.intervals import (
    FEW_RUNS,
    PRIOR_LOG_SD,
    Z90,
    class_of,
    covered,
    few_sources_factor,
    step_errors,
)
from tests.planner.validation.training.examples import run


def drawn(spreads, runs=400, **fields):
    """Give runs of sources with normal errors of these standard deviations."""
    random = np.random.default_rng(1)
    made = [run(f"{name}-{number}", **fields) for name in spreads for number in range(runs)]
    return made, np.concatenate([random.normal(0, sd, runs) for sd in spreads.values()])


def spread(found, kind, precision):
    return next(item for item in found if (item.kind, item.precision) == (kind, precision))


def test_equal_sources_give_their_standard_deviation():
    runs, errors = drawn({"A": 0.1, "B": 0.1, "C": 0.1})

    found = spread(step_errors(runs, errors), "dense", "16 bit")

    # An 80 % quantile of 1,200 draws is within 4 % at two standard errors. Three sources widen it
    # by the most there is: Student's t with 2 degrees, 1.886 sqrt(4/3) / 1.2816 = 1.70, cut at 1.5.
    assert found.log_sd == pytest.approx(1.5 * 0.1, rel=0.08)
    assert (found.runs, found.sources) == (1200, 3)
    inside, width = covered(runs, errors)
    # P(|z| < 1.5 x 1.2816) = 0.945
    assert inside.mean() == pytest.approx(0.945, abs=0.03)
    assert np.median(width) == pytest.approx(np.exp(2 * Z90 * 0.15), rel=0.08)


def test_many_sources_need_no_widening():
    # Student's t, 90 % point: 1.440 with 6 degrees of freedom, 1.2824 with 1,000 (tables)
    assert few_sources_factor(7) == pytest.approx(1.440 * (8 / 7) ** 0.5 / 1.2816, rel=1e-3)
    assert few_sources_factor(1001) == pytest.approx(1.001, abs=1e-3)


def test_sources_that_differ_widen_the_interval():
    alike = drawn({"A": 0.1, "B": 0.1, "C": 0.1})
    apart = drawn({"A": 0.05, "B": 0.1, "C": 0.2})

    alike_sd, apart_sd = (
        spread(step_errors(*each), "dense", "16 bit").log_sd for each in (alike, apart)
    )

    assert apart_sd > 1.2 * alike_sd
    assert covered(*apart)[0].mean() >= 0.8


def test_a_class_with_few_runs_takes_the_prior_or_more():
    runs, errors = drawn({"A": 0.01, "B": 0.01}, runs=20)
    few, small = drawn({"A": 0.01}, runs=FEW_RUNS - 1, is_moe=True)

    found = step_errors([*runs, *few], np.concatenate([errors, small]))

    assert spread(found, "MoE", "16 bit").log_sd >= PRIOR_LOG_SD["MoE"]
    assert spread(found, "MoE", "4 bit").runs == 0
    assert np.isnan(spread(found, "MoE", "4 bit").median_abs_log_error)
    assert spread(found, "dense", "16 bit").log_sd < PRIOR_LOG_SD["dense"]


def test_a_source_has_no_part_in_its_own_interval():
    runs, errors = drawn({"A": 0.1, "B": 0.1, "C": 0.1})
    worse = np.where([item.source == "A" for item in runs], 10 * errors, errors)

    of_a = [item.source == "A" for item in runs]

    assert np.array_equal(covered(runs, errors)[1][of_a], covered(runs, worse)[1][of_a])


def test_classes():
    assert class_of(run("A-1", precision="8 bit")) == ("dense", "8 bit")
    assert class_of(run("A-1", is_moe=True)) == ("MoE", "16 bit")
