"""Errors summed up: median, 90th percentile and bias, per class and over classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column

MACRO_RUNS = 4
"""Sources with fewer runs have no part in the mean over sources."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of |ln(predicted / published)| over some runs."""

    runs: int
    median: float
    p90: float
    bias: float
    """Median of ln(predicted / published); below 0 is predicted too fast."""


def score(errors: Column) -> Score:
    """Sum log errors up; NaN where there are none."""
    if not len(errors):
        return Score(runs=0, median=np.nan, p90=np.nan, bias=np.nan)
    size = np.abs(errors)
    return Score(
        runs=len(errors), median=float(np.median(size)), p90=float(np.quantile(size, 0.9)),
        bias=float(np.median(errors)),
    )  # fmt: skip


def by_class(errors: Column, classes: Sequence[str]) -> dict[str, Score]:
    """Score every class of runs."""
    names = np.array(classes)
    return {name: score(errors[names == name]) for name in sorted(set(classes))}


def score_figures(name: str, errors: Column) -> dict[str, float]:
    """Give the score as figures `name.median` and so on."""
    found = score(errors)
    return {
        f"{name}.median": found.median, f"{name}.p90": found.p90,
        f"{name}.bias": found.bias, f"{name}.runs": float(found.runs),
    }  # fmt: skip


def class_figures(name: str, errors: Column, classes: Sequence[str]) -> dict[str, float]:
    """Give the score of every class as figures `name.class.median` and so on."""
    labels = np.array(classes)
    figures: dict[str, float] = {}
    for label in sorted(set(classes)):
        figures |= score_figures(f"{name}.{label}", errors[labels == label])
    return figures


def macro_median(errors: Column, sources: Sequence[str]) -> float:
    """Mean over sources of their median error, for sources with at least `MACRO_RUNS` runs."""
    scores = by_class(errors, sources).values()
    medians = [item.median for item in scores if item.runs >= MACRO_RUNS]
    return float(np.mean(medians)) if medians else float("nan")


def weighted_quantile(values: Column, weights: Column, share: float) -> float:
    """Smallest value at or below which there is that share of the weight."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    row = int(np.searchsorted(reached, share * reached[-1]))
    return float(values[order][min(row, len(values) - 1)])
