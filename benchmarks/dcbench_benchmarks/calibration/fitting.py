"""Fitting `time = latency + work / rate` in log space.

Times of one operation span decades, so relative errors are what counts: least squares in linear
space would fit the largest sizes only. The two constants are the alpha-beta model of Hockney
(Parallel Computing 20, 1994, eq. 1): alpha is the latency, beta the inverse of the rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Floats = NDArray[np.float64]

ROBUST_FROM_POINTS = 5
"""From here on one gross outlier is outvoted; with fewer points it cannot be told from the rest."""
NEGLIGIBLE_LATENCY = 1e-6
"""A latency below this part of the shortest time is the solver's way of saying zero."""
RATE_CEILING = 1000.0
"""No fitted rate is above this times the best rate measured: work then takes no time that shows."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """The two constants of a curve."""

    latency_s: float
    rate_per_s: float

    def time_s(self, work: float) -> float:
        """Seconds for that much work."""
        return self.latency_s + work / self.rate_per_s


def fit_line(work: Floats, time_s: Floats, log_sd: Floats) -> Line:
    """Fit latency >= 0 and rate > 0 to points of shape (points,), at least one.

    Minimises the sum over points of rho(z²), z = (ln(latency + work/rate) - ln(time)) / log_sd,
    where rho is the identity below five points and soft-L1, rho(u) = 2(√(1 + u) - 1), from five
    on (SciPy `least_squares`, `loss="soft_l1"`). Work and time are divided by their geometric
    means first, so a change of units changes the constants and nothing else.

    With one distinct work the latency is not identifiable: it is 0 and the rate is the median.
    Where time does not grow with work the rate is not: it stops at `RATE_CEILING`.

    Args:
        work: amount of work, > 0, in flop or B.
        time_s: measured time, > 0.
        log_sd: standard deviation of ln(time_s), > 0.
    """
    if np.ptp(work) == 0:
        return Line(latency_s=0.0, rate_per_s=float(np.median(work / time_s)))
    work_scale, time_scale = _geometric_mean(work), _geometric_mean(time_s)
    latency, rate = _solve(work / work_scale, time_s / time_scale, log_sd)
    line = Line(latency_s=latency * time_scale, rate_per_s=rate * work_scale / time_scale)
    if line.latency_s < NEGLIGIBLE_LATENCY * line.time_s(float(work.min())):
        return Line(latency_s=0.0, rate_per_s=line.rate_per_s)
    return line


def _solve(work: Floats, time: Floats, log_sd: Floats) -> tuple[float, float]:
    def residuals(parameters: Floats) -> Floats:
        latency, log_rate = parameters
        fitted: Floats = latency + work * np.exp(-log_rate)
        return np.asarray((np.log(fitted) - np.log(time)) / log_sd)

    def slopes(parameters: Floats) -> Floats:
        latency, log_rate = parameters
        moving: Floats = work * np.exp(-log_rate)
        by_constant = np.stack([np.ones_like(work), -moving], axis=1)
        return np.asarray(by_constant / ((latency + moving) * log_sd)[:, np.newaxis])

    best = math.log(np.max(work / time))
    solution: Any = least_squares(
        residuals,
        x0=[0.5 * time.min(), best],
        jac=slopes,
        bounds=([0.0, -np.inf], [np.inf, best + math.log(RATE_CEILING)]),
        loss="soft_l1" if len(work) >= ROBUST_FROM_POINTS else "linear",
        x_scale="jac", xtol=1e-12, ftol=1e-12, gtol=1e-12,
    )  # fmt: skip
    return float(solution.x[0]), math.exp(solution.x[1])


def _geometric_mean(values: Floats) -> float:
    return float(np.exp(np.mean(np.log(values))))
