"""The few fitted constants: published runs against priors that were stated first.

Least squares of ln(predicted / published), with soft-L1 loss so that single odd runs do not steer
it, plus ln(constant / prior) over the prior's standard deviation. This module needs SciPy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import least_squares

from dcbench_planner.training.columns import Column
from dcbench_planner.training.step.constants import (
    FittedConstant,
    StepConstants,
    fitted_constants,
    prior_constants,
)
from dcbench_planner.validation.training.prepared import Prepared, log_errors

ERROR_LOG_SD = 0.1
"""Scale of an ordinary error; larger ones count by their size, not by its square. The same layout
measured again with newer software differs by 5.5 % in the median, 31 % at the 90th percentile."""
SOURCE_RUNS = 60.0
"""The most runs that one source counts for, so that none sets every constant."""


def fit(prepared: Prepared, constants: Sequence[FittedConstant] | None = None) -> StepConstants:
    """Fit the constants to runs.

    Args:
        prepared: runs with a published step time.
        constants: which to fit; those marked in `data/step_constants.csv` by default.
    """
    free = fitted_constants() if constants is None else tuple(constants)
    prior = np.log([item.prior for item in free])
    sd = np.array([item.prior_log_sd for item in free])
    bounds = np.log([item.low for item in free]), np.log([item.high for item in free])
    weights = np.sqrt(source_weights([run.source for run in prepared.runs]))

    def residuals(logs: Column) -> Column:
        errors = log_errors(prepared, constants_at(logs, free)) / ERROR_LOG_SD
        return np.concatenate([weights * soft_l1(errors), (logs - prior) / sd])

    found = least_squares(residuals, prior, bounds=bounds, x_scale=sd, xtol=1e-6, ftol=1e-6)
    return constants_at(found.x, free)


def constants_at(logs: Column, free: Sequence[FittedConstant]) -> StepConstants:
    """Give the constants with the fitted ones at exp(logs)."""
    values = zip(free, np.exp(logs), strict=True)
    return replace(prior_constants(), **{item.key: float(value) for item, value in values})


def source_weights(sources: Sequence[str], most: float = SOURCE_RUNS) -> Column:
    """Weight of every run: 1, or less where its source has more runs than `most`."""
    counts = Counter(sources)
    return np.array([min(1.0, most / counts[source]) for source in sources])


def soft_l1(errors: Column) -> Column:
    """Give residuals whose squares are 2 (sqrt(1 + e^2) - 1): e where small, its root where large.

    So least squares minimises the soft-L1 loss of `scipy.optimize.least_squares`.
    """
    residuals: Column = errors * np.sqrt(2 / (np.hypot(1, errors) + 1))
    return residuals
