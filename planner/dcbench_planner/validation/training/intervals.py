"""The 80 % interval of a predicted step time, from errors out of fold.

A class is dense or mixture of experts in one class of number formats. Its standard deviation is
the one whose 80 % interval covers 80 % of the class's errors, times one factor for all: sources
differ among themselves, so a source that is not in the data is further off than those
that are. The factor is the one with which the interval made from all other sources covers 80 %
(split conformal prediction with sources as the unit; Dunn, Wasserman, Ramdas 2023,
doi:10.1080/01621459.2022.2060112). Because the sources are few, it is widened once more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.step.errors import StepError
from dcbench_planner.validation.training.fitting import source_weights
from dcbench_planner.validation.training.runs import Run
from dcbench_planner.validation.training.scores import weighted_quantile

COVERED = 0.8
Z90 = 1.2816
"""Standard normal quantile of 90 %: 80 % lie within so many standard deviations."""
FEW_RUNS = 30
"""A class with fewer runs takes the widest of its own spread, its neighbours' and the prior's."""
NEW_SOURCE_RUNS = 20.0
"""The most runs that a source counts for in the factor for new sources."""
PRIOR_LOG_SD = {"dense": 0.26, "MoE": 0.45}
"""An earlier model of this form, on sources that nobody had looked at: 90th percentile of all runs
42 % (= 1.6 sd); mixtures of experts 35 % in the median."""
NEIGHBOURS = {"16 bit": ("8 bit",), "8 bit": ("16 bit",), "4 bit": ("8 bit", "16 bit")}

MOST_WIDENED = 1.5

Class = tuple[str, str]
CLASSES: tuple[Class, ...] = tuple((kind, bits) for kind in PRIOR_LOG_SD for bits in NEIGHBOURS)


@dataclass(frozen=True, kw_only=True)
class _Errors:
    """Sizes of errors with what they are of."""

    size: Column
    runs: tuple[Run, ...]

    def left(self, mask: Mask) -> _Errors:
        runs = tuple(run for run, kept in zip(self.runs, mask, strict=True) if kept)
        return _Errors(size=self.size[mask], runs=runs)

    def is_of(self, name: Class) -> Mask:
        return np.array([class_of(run) == name for run in self.runs], dtype=bool)

    def sources(self) -> list[str]:
        return [run.source for run in self.runs]


def class_of(run: Run) -> Class:
    """Give kind and class of number formats."""
    return ("MoE" if run.is_moe else "dense"), run.precision


def step_errors(runs: Sequence[Run], errors: Column) -> tuple[StepError, ...]:
    """Give the spread of every class.

    Args:
        runs: in the headline.
        errors: their ln(predicted / published) out of fold.
    """
    held = _Errors(size=np.abs(errors), runs=tuple(runs))
    spread = _spread(held)
    return tuple(_step_error(held.left(held.is_of(name)), name, spread[name]) for name in CLASSES)


def covered(runs: Sequence[Run], errors: Column) -> tuple[Mask, Column]:
    """Test the interval on every source with the interval that the others give.

    Returns:
        Which runs lie in it, and its 90th over its 10th percentile.
    """
    held = _Errors(size=np.abs(errors), runs=tuple(runs))
    log_sd = _from_others(held, _spread)
    return held.size <= Z90 * log_sd, np.exp(2 * Z90 * log_sd)


def _spread(errors: _Errors) -> dict[Class, float]:
    """Standard deviation of every class, for a source that is not among the errors."""
    if len(set(errors.sources())) == 1:
        return _within(errors)
    reached = errors.size / (Z90 * _from_others(errors, _within))
    weights = source_weights(errors.sources(), NEW_SOURCE_RUNS)
    factor = max(1.0, weighted_quantile(reached, weights, COVERED))
    factor *= few_sources_factor(len(set(errors.sources())))
    return {name: factor * sd for name, sd in _within(errors).items()}


def few_sources_factor(sources: int) -> float:
    """Give by how much a spread known from few sources is too narrow for the next one.

    Prediction interval of one more draw from n: Student's t with n - 1 degrees of freedom, times
    sqrt(1 + 1/n), against the normal quantile; at most 1.5, since so few sources tell little.

    Args:
        sources: n, at least 2.
    """
    quantile = float(stdtrit(sources - 1, 0.9)) * math.sqrt(1 + 1 / sources)
    return min(quantile / Z90, MOST_WIDENED)


def _within(errors: _Errors) -> dict[Class, float]:
    """Standard deviation of every class among the errors themselves."""
    return {name: _class_log_sd(errors, name) for name in CLASSES}


def _from_others(errors: _Errors, spread: Callable[[_Errors], dict[Class, float]]) -> Column:
    """Standard deviation of every run as all other sources give it."""
    sources = np.array(errors.sources())
    log_sd = np.full(len(sources), np.nan)
    for source in sorted(set(errors.sources())):
        own: Mask = sources == source
        others = spread(errors.left(~own))
        log_sd[own] = [others[class_of(run)] for run in errors.left(own).runs]
    return log_sd


def _class_log_sd(errors: _Errors, name: Class) -> float:
    kind, precision = name
    rows = errors.is_of(name)
    known = [_covering(errors, rows)] if rows.any() else []
    few = rows.sum() < FEW_RUNS
    for other in NEIGHBOURS[precision]:
        if not few:
            break
        rows = errors.is_of((kind, other))
        few = rows.sum() < FEW_RUNS
        known += [_covering(errors, rows)] if rows.any() else []
    return max([*known, PRIOR_LOG_SD[kind]] if few else known)


def _covering(errors: _Errors, rows: Mask) -> float:
    """Standard deviation whose 80 % interval covers 80 % of these errors."""
    weights = source_weights(errors.sources())
    return weighted_quantile(errors.size[rows], weights[rows], COVERED) / Z90


def _step_error(own: _Errors, name: Class, log_sd: float) -> StepError:
    median = float(np.median(own.size)) if own.runs else float("nan")
    return StepError(
        kind=name[0], precision=name[1], runs=len(own.runs), sources=len(set(own.sources())),
        median_abs_log_error=median, log_sd=log_sd,
    )  # fmt: skip
