"""Criteria on one scale from 0 (best) to 1, added up, with intervals for what is unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dcbench.records.facility_sites import Criterion
from dcbench_planner.facility.sites.candidates import Measure

WORST_PERCENTILE = 95.0
"""The scale ends here, so that one very bad site does not make all others look alike."""

Measures = Mapping[Criterion, Measure]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Where a criterion's score is 0 and where it is 1."""

    best: float
    worst: float

    def score(self, value: float) -> float:
        """Give 0 at the best and 1 at the worst and beyond; 0 where all are equal."""
        if self.worst <= self.best:
            return 0.0 if value <= self.best else 1.0
        return min(max((value - self.best) / (self.worst - self.best), 0.0), 1.0)


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One criterion of one candidate on its scale; `score` is None when unknown."""

    score: float | None
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Total:
    """All criteria of one candidate, weighted."""

    by_criterion: Mapping[Criterion, Scored]
    score: float
    """Over the known criteria, kept within the interval; its upper end if none is known."""
    low: float
    high: float
    known_share: float


def scales(compared: Iterable[Measures], weights: Mapping[str, float]) -> dict[Criterion, Scale]:
    """Give the scale of each criterion over the known values of what is compared."""
    rows = list(compared)
    found: dict[Criterion, Scale] = {}
    for name in rows[0] if rows else ():
        values = [row[name].value for row in rows if weights[name] > 0]
        known = [value for value in values if value is not None]
        if known:
            worst = float(np.percentile(known, WORST_PERCENTILE))
            found[name] = Scale(best=min(known), worst=worst)
    return found


def total(measures: Measures, weights: Mapping[str, float], on: Mapping[Criterion, Scale]) -> Total:
    """Score one candidate.

    Args:
        measures: its criteria.
        weights: by criterion, adding up to 1.
        on: scales; a criterion without one is unknown everywhere, or weighs nothing.
    """
    scored = {name: _scored(measure, on.get(name)) for name, measure in measures.items()}
    known = [name for name, one in scored.items() if one.score is not None and weights[name] > 0]
    weight = math.fsum(weights[name] for name in known)
    low = math.fsum(weights[name] * one.low for name, one in scored.items())
    high = math.fsum(weights[name] * one.high for name, one in scored.items())
    reached = math.fsum(weights[name] * (scored[name].score or 0.0) for name in known)
    return Total(
        by_criterion=scored,
        score=min(max(reached / weight, low), high) if weight > 0 else high,
        low=low, high=high,
        known_share=math.fsum(weights[name] * measures[name].known_share for name in measures),
    )  # fmt: skip


def rank_of(score: float, others: Sequence[float]) -> int:
    """Give 1 + how many of the others are better."""
    return 1 + sum(other < score for other in others)


def _scored(measure: Measure, scale: Scale | None) -> Scored:
    if scale is None:
        return Scored(score=None, low=0.0, high=1.0)
    low = 0.0 if measure.low is None else scale.score(measure.low)
    high = 1.0 if measure.high is None else scale.score(measure.high)
    score = None if measure.value is None else scale.score(measure.value)
    return Scored(score=score, low=low, high=high)
