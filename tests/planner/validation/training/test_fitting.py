"""The fit finds constants that runs were made with, and stays at the prior without runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.training.step.constants import (
    FittedConstant,
    fitted_constants,
    prior_constants,
)
from dcbench_planner.training.step.step import step_time
from dcbench_planner.validation.training.baselines import (
    constant_utilisation,
    utilisation_and_bubble,
)
from dcbench_planner.validation.training.fitting import fit, soft_l1, source_weights
from dcbench_planner.validation.training.folds import out_of_fold
from dcbench_planner.validation.training.prepared import log_errors, prepare, selected
from dcbench_planner.validation.training.runs import load_runs
from tests.planner.validation.training.examples import cells

CATALOG = load_catalog()
ROWS = [
    cells(f"{source}-{size}-{recompute}", global_batch=str(64 * size), micro_batch=str(micro),
          recompute=recompute, seq_len=length)
    for source in "AB"
    for size, micro in ((1, 1), (4, 1), (8, 2))
    for length in ("2048", "8192")
    for recompute in ("none", "full")
    if (length, recompute) != ("8192", "none")
]  # fmt: skip
ROWS = [row | {"id": f"{row['id'][0]}-{number}"} for number, row in enumerate(ROWS)]


@pytest.fixture(scope="module")
def prepared():
    return prepare(load_runs(CATALOG, ROWS), CATALOG, prior_constants())


def published_with(prepared, constants):
    """Give the runs with the step times that the model has with these constants."""
    time = step_time(prepared.job, constants).time_s
    return replace(prepared, step_s=np.broadcast_to(time, prepared.step_s.shape))


def free(key, **changes):
    found = next(item for item in fitted_constants() if item.key == key)
    return replace(found, **changes)


def test_the_fit_finds_the_constant_that_runs_were_made_with(prepared):
    known = replace(prior_constants(), gemm_in_step=0.8)
    vague = free("gemm_in_step", prior_log_sd=10.0, low=0.5, high=1.5)

    found = fit(published_with(prepared, known), [vague])

    assert found.gemm_in_step == pytest.approx(0.8, rel=1e-3)


def test_without_information_the_prior_stays(prepared):
    """The runs are dense: they say nothing of mixtures of experts."""
    found = fit(prepared, [free("host_moe_layer_s")])

    assert found.host_moe_layer_s == pytest.approx(prior_constants().host_moe_layer_s)


def test_a_fitted_constant_stays_in_its_range(prepared):
    known = replace(prior_constants(), gemm_in_step=0.3)
    item: FittedConstant = free("gemm_in_step", prior_log_sd=10.0)

    found = fit(published_with(prepared, known), [item])

    assert found.gemm_in_step == pytest.approx(item.low, rel=1e-3)


def test_a_single_odd_run_moves_little(prepared):
    known = prior_constants()
    clean = published_with(prepared, known)
    odd = replace(clean, step_s=clean.step_s * np.where(np.arange(len(clean.runs)) == 0, 5, 1))
    vague = free("gemm_in_step", prior_log_sd=10.0, low=0.2, high=2.0)

    assert fit(odd, [vague]).gemm_in_step == pytest.approx(known.gemm_in_step, rel=0.05)


def test_soft_l1_squares_to_the_loss():
    errors = np.array([-4.0, -1e-9, 0.0, 0.5, 30.0])

    assert soft_l1(errors) ** 2 == pytest.approx(2 * (np.sqrt(1 + errors**2) - 1), abs=1e-12)
    assert np.all(np.sign(soft_l1(errors)) == np.sign(errors))


def test_a_large_source_counts_for_sixty_runs():
    weights = source_weights(["A"] * 240 + ["B"] * 10)

    assert weights[:240].sum() == pytest.approx(60)
    assert weights[240:].sum() == pytest.approx(10)


def test_every_fold_is_left_out_of_its_own_fit(prepared):
    seen = []

    def predictor(training, test):
        seen.append(({run.source for run in training.runs}, {run.source for run in test.runs}))
        return np.full(len(test.runs), len(seen))

    errors = out_of_fold(prepared, [run.source for run in prepared.runs], predictor)

    assert seen == [({"B"}, {"A"}), ({"A"}, {"B"})]
    assert set(errors) == {1, 2}


@pytest.mark.parametrize("baseline", [constant_utilisation, utilisation_and_bubble])
def test_a_baseline_is_a_constant_factor(prepared, baseline):
    """Runs that all have the same utilisation are predicted exactly, slower ones in proportion."""
    step = step_time(prepared.job, prior_constants())
    ideal = replace(prepared, step_s=np.asarray(step.hfu * step.time_s) / 0.4)
    slower = replace(ideal, step_s=1.1 * ideal.step_s)

    assert baseline(ideal, ideal) == pytest.approx(np.zeros(len(ROWS)), abs=1e-12)
    assert baseline(ideal, slower) == pytest.approx(-np.log(1.1) * np.ones(len(ROWS)))


def test_selected_runs_have_the_same_errors(prepared):
    mask = np.arange(len(prepared.runs)) % 2 == 0

    part = log_errors(selected(prepared, mask), prior_constants())

    assert part == pytest.approx(log_errors(prepared, prior_constants())[mask])
