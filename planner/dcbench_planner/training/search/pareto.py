"""Answers that no other answer beats in every respect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dcbench_planner.training.columns import Index, Mask


def pareto_front(costs: NDArray[np.float64]) -> Index:
    """Find the rows that no other row dominates.

    A row dominates another when it is nowhere higher and somewhere lower. Of equal rows all are
    kept. Two objectives take O(n log n) by a sweep in order of the first (Kung, Luccio and
    Preparata 1975, doi:10.1145/321906.321910); more take O(n f) for f rows on the front.

    Args:
        costs: a row per answer, a column per objective, lower is better; turn the sign of what
            should be high.

    Returns:
        Indices of the rows on the front, in order of the first objective.

    Raises:
        ValueError: `costs` is no matrix with at least one objective, or holds NaN.
    """
    if costs.ndim != 2 or costs.shape[1] == 0 or np.isnan(costs).any():
        raise ValueError("costs must be a matrix of numbers with a column per objective")
    order: Index = np.lexsort(costs.T[::-1])
    distinct, copy_of = _without_copies(costs[order])
    kept = _sweep(distinct) if costs.shape[1] <= 2 else _peeled(distinct)
    return order[kept[copy_of]]


def _without_copies(ordered: NDArray[np.float64]) -> tuple[NDArray[np.float64], Index]:
    """Equal rows once, and for every row the one that it equals; rows come in order."""
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = np.any(ordered[1:] != ordered[:-1], axis=1)
    return ordered[new], np.cumsum(new) - 1


def _sweep(ordered: NDArray[np.float64]) -> Mask:
    """One or two objectives: in order of the first, the second must fall below all before it."""
    last = ordered[:, -1]
    lowest_before = np.concatenate(([np.inf], np.minimum.accumulate(last)[:-1]))
    first_row = np.arange(len(ordered)) == 0
    kept: Mask = (last < lowest_before) | first_row
    return kept if ordered.shape[1] == 2 else first_row


def _peeled(ordered: NDArray[np.float64]) -> Mask:
    """Take the first row, which nothing can dominate; drop what it dominates; repeat."""
    kept = np.zeros(len(ordered), dtype=bool)
    left = np.arange(len(ordered))
    while len(left):
        kept[left[0]] = True
        rest = left[1:]
        left = rest[np.any(ordered[rest] < ordered[left[0]], axis=1)]
    return kept
