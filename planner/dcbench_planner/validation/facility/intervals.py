"""The 80 % interval of a calibrated PUE, from errors out of fold.

The errors are those of the operator's other sites, each predicted without itself, and as one more
site (more where they are few) the errors on operators predicted from all others. The interval
reaches from their 10th to their 90th percentile: it may be lopsided, and an operator with few sites
gets a wide one (conformal prediction with sites as the unit; Vovk, Gammerman and Shafer 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.validation.facility.calibration import (
    OTHERS_COUNT,
    Line,
    Mask,
    Samples,
    operator_weights,
    site_weights,
)
from dcbench_planner.validation.facility.folds import (
    by_site,
    left_out,
    new_operators,
    within,
    without_operator,
)
from dcbench_planner.validation.training.scores import weighted_quantile

LOW, HIGH = 0.1, 0.9
ENOUGH_SITES = 9
"""From so many on, errors of one operator alone have a 10th and a 90th percentile; with fewer,
those on other operators count for more than one site."""


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Published minus predicted overhead, with weights."""

    error: Array
    weight: Array

    def quantiles(self) -> tuple[float, float]:
        """Give the 10th and the 90th percentile."""
        return (
            weighted_quantile(self.error, self.weight, LOW),
            weighted_quantile(self.error, self.weight, HIGH),
        )


def errors_of_new_operators(samples: Samples, but: str) -> Errors:
    """Give the errors on every operator but one, predicted from the remaining ones."""
    error = np.full(len(samples), np.nan)
    for operator, line in new_operators(samples, but):
        rows = samples.operator == operator
        error[rows] = samples.published[rows] - line.at(samples.modelled[rows])
    seen = np.isfinite(error)
    if not seen.any():
        return Errors(error=np.zeros(0), weight=np.zeros(0))
    weight = operator_weights(samples, seen)
    weight /= weight.sum()
    return Errors(error=error[seen], weight=weight[seen])


def errors_for(samples: Samples, kept: Mask, operator: str, new: Errors, others: Line) -> Errors:
    """Give the errors to expect on another site of an operator.

    Args:
        samples: of any operators.
        kept: rows of the operator that may be used.
        operator: whose site is predicted.
        new: errors on other operators, with weights that sum to 1.
        others: the line of the other operators.
    """
    inner = within(by_site(samples, operator), kept)
    if not inner:
        return new
    error = samples.published - left_out(samples, inner, others)
    count = OTHERS_COUNT * max(1.0, ENOUGH_SITES / len(inner))
    return Errors(
        error=np.concatenate([error[kept], new.error]),
        weight=np.concatenate([site_weights(samples, kept)[kept], count * new.weight]),
    )


def intervals(samples: Samples, operator: str) -> tuple[Array, Array]:
    """Give P10 and P90 of the overhead of an operator's rows, each without its own site.

    Returns:
        Two arrays of shape (n,), NaN on rows of others; overhead is at least 0.
    """
    low, high = np.full(len(samples), np.nan), np.full(len(samples), np.nan)
    others = without_operator(samples, operator)
    new = errors_of_new_operators(samples, operator)
    folds = by_site(samples, operator)
    middle = left_out(samples, folds, others)
    for fold in folds:
        below, above = errors_for(samples, fold.kept, operator, new, others).quantiles()
        low[fold.held] = np.maximum(middle[fold.held] + below, 0.0)
        high[fold.held] = np.maximum(middle[fold.held] + above, 0.0)
    return low, high
