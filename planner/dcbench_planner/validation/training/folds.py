"""Errors out of fold: every class of runs is predicted with constants fitted to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.validation.training.fitting import fit
from dcbench_planner.validation.training.prepared import Prepared, log_errors, selected

Predictor = Callable[[Prepared, Prepared], Column]
"""Fits to the first runs and gives the log errors on the second."""


def out_of_fold(prepared: Prepared, folds: Sequence[str], predictor: Predictor) -> Column:
    """Log error of every run with its own fold left out of the fit.

    Args:
        prepared: runs with a published step time.
        folds: name of each run's fold, such as its source.
        predictor: model or baseline.
    """
    names = np.array(folds)
    errors = np.full(len(names), np.nan)
    for name in sorted(set(folds)):
        own: Mask = names == name
        errors[own] = predictor(selected(prepared, ~own), selected(prepared, own))
    return errors


def fitted_model(training: Prepared, test: Prepared) -> Column:
    """Fit the step-time model's constants to the one, predict the other."""
    return log_errors(test, fit(training))
