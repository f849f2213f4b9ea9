"""Predictions out of fold: with a site, a row or a whole operator left out of the calibration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.validation.facility.calibration import (
    Line,
    Mask,
    Samples,
    common_line,
    operator_lines,
)


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Rows that are predicted, and rows of the same operator that may be used for it."""

    held: Mask
    kept: Mask


def by_site(samples: Samples, operator: str) -> list[Fold]:
    """Leave one site of the operator out at a time, all its years together."""
    own = samples.operator == operator
    return [
        Fold(held=own & (samples.site == site), kept=own & (samples.site != site))
        for site in np.unique(samples.site[own])
    ]


def by_row(samples: Samples, operator: str) -> list[Fold]:
    """Leave one row of the operator out at a time; other years of its site stay in."""
    own = samples.operator == operator
    rows = np.arange(len(samples))
    return [Fold(held=rows == row, kept=own & (rows != row)) for row in rows[own]]


def within(folds: Sequence[Fold], kept: Mask) -> list[Fold]:
    """Give the folds among some rows only; folds that then hold nothing fall out."""
    inner = [Fold(held=fold.held & kept, kept=fold.kept & kept) for fold in folds]
    return [fold for fold in inner if fold.held.any()]


def operators(samples: Samples) -> list[str]:
    """Give every operator, in order of its name."""
    return [str(name) for name in np.unique(samples.operator)]


def fold_lines(samples: Samples, folds: Sequence[Fold], others: Line) -> list[Line]:
    """Give the calibration of every fold; without any row kept it is that of the others."""
    fitted = operator_lines(samples, [fold.kept for fold in folds], others)
    return [line if fold.kept.any() else others for fold, line in zip(folds, fitted, strict=True)]


def left_out(samples: Samples, folds: Sequence[Fold], others: Line) -> Array:
    """Give the overhead predicted out of fold, shape (n,); NaN where no fold holds the row."""
    found = np.full(len(samples), np.nan)
    for fold, line in zip(folds, fold_lines(samples, folds, others), strict=True):
        found[fold.held] = line.at(samples.modelled[fold.held])
    return found


def constant(samples: Samples, folds: Sequence[Fold]) -> Array:
    """Give the mean published overhead of the kept rows, shape (n,); NaN without any."""
    found = np.full(len(samples), np.nan)
    for fold in folds:
        if fold.kept.any():
            found[fold.held] = samples.published[fold.kept].mean()
    return found


def without_operator(samples: Samples, *names: str) -> Line:
    """Give the common line of all operators but these."""
    return common_line(samples, ~np.isin(samples.operator, names))


def new_operators(samples: Samples, *but: str) -> Iterator[tuple[str, Line]]:
    """Give for every operator the line of the others; `but` has no part in anything."""
    for operator in operators(samples):
        if operator not in but:
            yield operator, without_operator(samples, operator, *but)
