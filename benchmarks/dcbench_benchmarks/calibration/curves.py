"""From the points of one operation to its curve, with residuals and held-back errors."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import numpy as np

from dcbench.records.calibration import Curve, Residual
from dcbench_benchmarks.calibration.fitting import RATE_CEILING, Line, fit_line
from dcbench_benchmarks.calibration.operations import OPERATIONS, curve_key
from dcbench_benchmarks.calibration.points import Point

HOLD_BACK_FROM_SIZES = 3
"""Two constants need two sizes, and one more to be held back."""
NARROW_RANGE = 4.0


def fit_curve(points: Sequence[Point]) -> Curve:
    """Fit one curve to points that share a key but for the size.

    Each point also gets the prediction of a curve fitted without any point of its size (two runs
    of one case would otherwise vouch for each other), where at least three sizes were measured.
    """
    ordered = sorted(points, key=lambda point: point.work)
    line = _fit(ordered)
    residuals = tuple(_residual(point, line, ordered) for point in ordered)
    key = curve_key(ordered[0].key)
    return Curve(
        key=key,
        work_unit=OPERATIONS[str(key["op"])].work_unit,
        latency_s=line.latency_s,
        rate_per_s=line.rate_per_s,
        work_min=ordered[0].work,
        work_max=ordered[-1].work,
        residuals=residuals,
        median_abs_error=_median_error([(r.fitted_s, r.measured_s) for r in residuals]),
        held_back_abs_error=_held_back_error(residuals),
        notes=_notes(ordered, line),
    )


def _fit(points: Sequence[Point]) -> Line:
    return fit_line(
        np.array([point.work for point in points]),
        np.array([point.time_s for point in points]),
        np.array([point.log_sd for point in points]),
    )


def _residual(point: Point, line: Line, points: Sequence[Point]) -> Residual:
    return Residual(
        key=point.key,
        work=point.work,
        measured_s=point.time_s,
        fitted_s=line.time_s(point.work),
        held_back_s=_held_back_s(point, points),
    )


def _held_back_s(point: Point, points: Sequence[Point]) -> float | None:
    others = [other for other in points if other.work != point.work]
    if len({other.work for other in others}) < HOLD_BACK_FROM_SIZES - 1:
        return None
    return _fit(others).time_s(point.work)


def _held_back_error(residuals: Sequence[Residual]) -> float | None:
    pairs = [(r.held_back_s, r.measured_s) for r in residuals if r.held_back_s is not None]
    return _median_error(pairs) if pairs else None


def _median_error(pairs: Sequence[tuple[float, float]]) -> float:
    return statistics.median(abs(math.log(told / measured)) for told, measured in pairs)


def _notes(points: Sequence[Point], line: Line) -> tuple[str, ...]:
    best = max(point.work / point.time_s for point in points)
    spread = points[-1].work / points[0].work
    sizes = len({point.work for point in points})
    if sizes == 1:
        return ("one size: latency cannot be told from rate and is taken as 0",)
    if line.rate_per_s > 0.5 * RATE_CEILING * best:
        return ("time does not grow with work over these sizes: the rate is not known",)
    if spread < NARROW_RANGE:
        return (f"sizes span a factor of {spread:.2g}: latency and rate are hard to tell apart",)
    if len(points) < HOLD_BACK_FROM_SIZES:
        return ("two points fix two constants: the residuals say nothing",)
    return ()
