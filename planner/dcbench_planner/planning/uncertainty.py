"""Bands: the same formulas on seeded Latin-hypercube draws of every uncertain input."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

from dcbench.records.origin import Band
from dcbench_planner.assumptions import AssumptionBook, Entry, Number

Draws = np.ndarray[Any, np.dtype[np.float64]]
"""One value per draw."""

Z90 = NormalDist().inv_cdf(0.9)
"""1.2816: how many standard deviations the 90th percentile lies above the median."""


def latin_hypercube(inputs: int, draws: int, seed: int) -> Draws:
    """Draw standard-normal scores, each input stratified.

    Each input takes the midpoint of each of `draws` equally likely strata exactly once, in an
    order of its own (McKay, Beckman, Conover 1979, Technometrics 21:239, midpoint variant).

    Returns:
        Scores of shape (inputs, draws).
    """
    normal = NormalDist()
    scores = np.array([normal.inv_cdf((i + 0.5) / draws) for i in range(draws)])
    generator = np.random.default_rng(seed)
    return generator.permuted(np.tile(scores, (inputs, 1)), axis=1)


def spread(entry: Entry, scores: Draws) -> Draws:
    """Turn scores into draws whose 10th, 50th and 90th percentiles are low, value and high.

    Two half-lognormals that meet at the median where all three are positive: prices, rates and
    factors cannot be negative and err by ratios. Two half-normals, cut at zero, where the low end
    is zero. Shares are cut at 1.
    """
    above = scores > 0
    if entry.low > 0:
        ratio = np.where(above, entry.high / entry.value, entry.value / entry.low)
        drawn = entry.value * ratio ** (scores / Z90)
    else:
        step = np.where(above, entry.high - entry.value, entry.value - entry.low)
        drawn = np.maximum(entry.value + step * scores / Z90, 0.0)
    return np.minimum(drawn, 1.0) if entry.unit == "share" else drawn


def draw_book(book: AssumptionBook, keys: set[str], draws: int, seed: int) -> AssumptionBook:
    """Give the book with draws in place of those of `keys` that have a range.

    Args:
        book: point estimates and ranges.
        keys: entries that the formulas read; others need no draws.
        draws: number of draws.
        seed: equal seeds give equal bands.
    """
    ranged = [key for key in book.entries if key in keys and _has_range(book.entries[key])]
    scores = latin_hypercube(len(ranged), draws, seed)
    drawn = {key: spread(book.entries[key], row) for key, row in zip(ranged, scores, strict=True)}
    return book.with_draws(drawn)


def bands(numbers: Mapping[str, Number]) -> dict[str, Band]:
    """Give percentiles of every number that varies over the draws."""
    varying = {key: value for key, value in numbers.items() if np.ndim(value) == 1}
    varying = {key: value for key, value in varying.items() if np.ptp(value) > 0}
    return {key: _band(value) for key, value in varying.items()}


def _band(values: Draws) -> Band:
    p10, p50, p90 = (float(p) for p in np.percentile(values, [10, 50, 90]))
    return Band(p10=p10, p50=p50, p90=p90)


def _has_range(entry: Entry) -> bool:
    return entry.low < entry.high
