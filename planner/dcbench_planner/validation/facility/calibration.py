"""Two numbers per operator: published overhead = a + s x modelled overhead, with s >= 0.

Overhead is PUE - 1. The line is robust (pseudo-Huber loss, Charbonnier et al. 1994,
doi:10.1109/ICIP.1994.413553), because single halls are far off for reasons no climate explains.
Every site counts once, however many years it published. The line of all other operators counts as
one more site, so an operator with few sites stays near it. No row has a constant of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.validation.facility.modelled import Modelled

Mask = npt.NDArray[np.bool_]

ROUNDED_TO = 0.01
"""Published PUE has two digits: smaller errors count as squares, larger ones by their size."""
OTHERS_COUNT = 1.0
"""For so many sites the line of the other operators counts."""
SMALLEST_SPREAD = 0.03
"""That line is held one standard deviation of the operator's modelled overheads above and below
their mean, and at least so far; an operator with one site so gets its level, and the others' slope.
"""
SMALLEST_VARIANCE = 1e-12
ROUNDS = 100
CONVERGED = 1e-7


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Published and modelled overhead with what they are of; all arrays have shape (n,)."""

    rows: tuple[Modelled, ...]
    published: Array
    modelled: Array
    operator: npt.NDArray[np.str_]
    site: npt.NDArray[np.str_]
    """Operator and climate together."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)


def samples_of(rows: Sequence[Modelled]) -> Samples:
    """Take the rows that have a PUE."""
    kept = tuple(each for each in rows if each.row.pue is not None)
    return Samples(
        rows=kept, published=np.array([(each.row.pue or np.nan) - 1 for each in kept]),
        modelled=np.array([each.dpue - 1 for each in kept]),
        operator=np.array([each.site_key[0] for each in kept], dtype=np.str_),
        site=np.array(["/".join(each.site_key) for each in kept], dtype=np.str_),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """Published overhead over modelled overhead."""

    intercept: float
    slope: float

    def at(self, modelled: Array) -> Array:
        """Give the overhead expected where the model says `modelled`."""
        return np.asarray(self.intercept + self.slope * modelled)


def site_weights(samples: Samples, kept: Mask) -> Array:
    """Give each kept row one over the kept rows of its site; 0 elsewhere, shape (n,)."""
    weights = np.zeros(len(samples))
    for site in np.unique(samples.site[kept]):
        rows = kept & (samples.site == site)
        weights[rows] = 1 / rows.sum()
    return weights


def operator_weights(samples: Samples, kept: Mask) -> Array:
    """Give weights under which every operator counts once and every site of it alike."""
    weights = site_weights(samples, kept)
    for operator in np.unique(samples.operator[kept]):
        rows = kept & (samples.operator == operator)
        weights[rows] /= weights[rows].sum()
    return weights


def common_line(samples: Samples, kept: Mask) -> Line:
    """Fit one line to all kept operators, each counting once.

    Args:
        samples: of any operators.
        kept: rows that take part; without any the model is taken as it is.
    """
    if not kept.any():
        return Line(intercept=0.0, slope=1.0)
    weights = operator_weights(samples, kept)
    return robust_lines(samples.modelled[None], samples.published[None], weights[None])[0]


def operator_lines(samples: Samples, kept: Sequence[Mask], others: Line) -> list[Line]:
    """Fit the two numbers of one operator, once for every mask.

    Args:
        samples: of any operators.
        kept: masks of this operator's rows.
        others: the line of the other operators.
    """
    weights = np.stack([site_weights(samples, mask) for mask in kept])
    total = np.maximum(weights.sum(axis=1, keepdims=True), SMALLEST_VARIANCE)
    mean = weights @ samples.modelled[:, None] / total
    spread = np.sqrt(np.maximum(weights @ samples.modelled[:, None] ** 2 / total - mean**2, 0))
    at = mean + np.maximum(spread, SMALLEST_SPREAD) * np.array([-1.0, 1.0])
    shape = len(kept), len(samples)
    return robust_lines(
        np.concatenate([np.broadcast_to(samples.modelled, shape), at], axis=1),
        np.concatenate([np.broadcast_to(samples.published, shape), others.at(at)], axis=1),
        np.concatenate([weights, np.full((len(kept), 2), OTHERS_COUNT / 2)], axis=1),
    )


def robust_lines(x: Array, y: Array, weights: Array, scale: float = ROUNDED_TO) -> list[Line]:
    """Fit k lines at once by iteratively reweighted least squares, slopes at least 0.

    Args:
        x: shape (k, n).
        y: shape (k, n).
        weights: shape (k, n); a line sees what has a positive weight.
        scale: error from which the loss turns from square to linear; infinite gives least squares.
    """
    used, before = weights, np.zeros(len(weights))
    for _ in range(ROUNDS):
        intercept, slope = _least_squares(x, y, used)
        if np.abs(slope - before).max() < CONVERGED:
            break
        error = y - intercept[:, None] - slope[:, None] * x
        used, before = weights / np.sqrt(1 + (error / scale) ** 2), slope
    return [Line(intercept=float(a), slope=float(s)) for a, s in zip(intercept, slope, strict=True)]


def _least_squares(x: Array, y: Array, weights: Array) -> tuple[Array, Array]:
    share = weights / weights.sum(axis=1, keepdims=True)
    mean_x, mean_y = (share * x).sum(axis=1), (share * y).sum(axis=1)
    off = x - mean_x[:, None]
    spread = (share * off**2).sum(axis=1)
    shared = (share * off * y).sum(axis=1)
    flat = spread < SMALLEST_VARIANCE
    slope = np.maximum(np.where(flat, 0.0, shared / np.where(flat, 1.0, spread)), 0.0)
    return mean_y - slope * mean_x, slope
