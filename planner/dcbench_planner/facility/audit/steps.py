"""Steps and drift of the energy beyond IT that neither weather nor load explains.

A step is looked for as a further regressor beside the change-point regression, once as constant
power and once in proportion to what the regression gives: for every date its size and its t are
computed at once by taking weather and load out of both sides (the theorem of Frisch, Waugh and
Lovell). Residuals are thinned by their autocorrelation, n' = n (1 - rho)/(1 + rho), because days
are not independent. Where cooling has a meter, that is studied; else all energy beyond IT.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench.records.audit import Trend
from dcbench_planner.facility.audit.hourly import Daily
from dcbench_planner.facility.audit.regression import Fit, fit_baseline, lag_one
from dcbench_planner.facility.audit.students_t import quantile
from dcbench_planner.facility.climate.psychrometrics import Array

SHORTEST_DAYS = 14
"""Days on each side of a step."""
MOST_STEPS = 3
LATER_T = 0.5
"""A further step must reach this share of the t of the first: what a strong step's form leaves over
looks like a weak one."""
LEAST_TREND_DAYS = 180
TREND_CONFIDENCE = 0.9
YEAR_DAYS = 365.0
LEAST_KNOWN = 0.9
"""Share of days with cooling above which cooling is studied by itself."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A lasting change."""

    column: str
    """`cooling` or `overhead`."""
    day: int
    """First day with it, since 1970."""
    kw: float
    """Mean over the days with it."""
    share: float
    """Of the mean power of the column."""
    t: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """A daily power to be explained; arrays of shape (days,)."""

    column: str
    days: Daily
    kw: Array
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def fit(self, extra: Array | None) -> Fit | None:
        """Regress it on weather and load, and on further columns, shape (days, k)."""
        known = self.known
        temperatures = {name: t[known] for name, t in self.days.temperatures_c.items()}
        more = None if extra is None else extra[known]
        return fit_baseline(self.kw[known], self.days.it_kw[known], temperatures, more)

    def matrix(self, fit: Fit, extra: Array | None) -> Array:
        """Give the regressors of all days."""
        matrix = fit.matrix(self.days.it_kw, self.days.temperatures_c)
        return matrix if extra is None else np.hstack([matrix, extra])


def target_of(days: Daily) -> Target:
    """Choose what is studied."""
    cooling = days.parts_kw.get("cooling")
    if cooling is not None and len(cooling) and np.isfinite(cooling).mean() >= LEAST_KNOWN:
        return Target(column="cooling", days=days, kw=cooling, known=np.isfinite(cooling))
    known = np.ones(len(days.days), dtype=bool)
    return Target(column="overhead", days=days, kw=days.overhead_kw, known=known)


def find_steps(
    target: Target, least_t: float, least_share: float
) -> tuple[list[Step], Array | None]:
    """Find lasting steps, in the order of their dates, and their regressors, shape (days, k).

    A step that was found enters with both of its forms, so that what one form leaves is not taken
    for another step.

    Args:
        target: from `target_of`.
        least_t: smallest t that counts.
        least_share: smallest step that counts, over the mean of the column.
    """
    found: list[Step] = []
    columns: Array | None = None
    while len(found) < MOST_STEPS and target.known.sum() >= 3 * SHORTEST_DAYS:
        fit = target.fit(columns)
        if fit is None:
            break
        step = _largest(target, fit, columns, [s.day for s in found])
        least = max(least_t, LATER_T * abs(found[0].t)) if found else least_t
        if step is None or abs(step[0].t) < least or abs(step[0].share) < least_share:
            break
        found.append(step[0])
        columns = step[1] if columns is None else np.hstack([columns, step[1]])
    return sorted(found, key=lambda s: s.day), columns


def trend(target: Target, columns: Array | None, least_share: float) -> Trend | None:
    """Give the drift per year at the same weather and load; None below half a year of days.

    Args:
        target: from `target_of`.
        least_share: smallest drift that counts; below it a regression's own form may drift.
        columns: steps that were found; beside them a drift is given but does not count, because
            few days tell one from the other.
    """
    known = target.known
    fit = target.fit(columns) if known.sum() >= LEAST_TREND_DAYS else None
    if fit is None:
        return None
    base = target.matrix(fit, columns)
    time = (target.days.days - target.days.days.mean()) / YEAR_DAYS
    grown = (time * (base @ fit.coefficients))[:, None]
    share, error, effective = _added(base[known], grown[known], target.kw[known])
    if effective <= 0:
        return None
    half = quantile(0.5 + TREND_CONFIDENCE / 2, effective) * float(error[0])
    value = float(share[0])
    return Trend(
        column=target.column, share_per_year=value, low=value - half, high=value + half,
        is_significant=columns is None and abs(value) > max(half, least_share),
    )  # fmt: skip


def _largest(
    target: Target, fit: Fit, columns: Array | None, taken: list[int]
) -> tuple[Step, Array] | None:
    base, known, days = target.matrix(fit, columns), target.known, target.days.days
    candidates = days[known][SHORTEST_DAYS:-SHORTEST_DAYS]
    for day in taken:
        candidates = candidates[np.abs(candidates - day) >= SHORTEST_DAYS]
    if not len(candidates):
        return None
    after = (days[:, None] >= candidates[None, :]).astype(np.float64)
    usual = np.maximum(base @ fit.coefficients, 0.0)
    tried = np.hstack([after, after * usual[:, None]])
    size, error, effective = _added(base[known], tried[known], target.kw[known])
    if effective <= 0:
        return None
    t = size / error
    best = int(np.argmax(np.abs(t)))
    column = tried[:, best : best + 1]
    day = int(candidates[best % len(candidates)])
    with_it = known & (days >= day)
    kw = float((size[best] * column[with_it]).mean())
    step = Step(column=target.column, day=day, kw=kw, share=kw / fit.mean_kw, t=float(t[best]))
    place = best % len(candidates)
    return step, tried[:, [place, place + len(candidates)]]


def _added(base: Array, columns: Array, y: Array) -> tuple[Array, Array, float]:
    """Give coefficient and standard error of each column added alone, and degrees of freedom.

    The autocorrelation is that of the residuals with the best column in.
    """
    q, _ = np.linalg.qr(base)
    left = y - q @ (q.T @ y)
    inside = columns - q @ (q.T @ columns)
    power = np.maximum((inside**2).sum(axis=0), 1e-9 * len(y))
    kw = inside.T @ left / power
    rss = float((left**2).sum()) - kw**2 * power
    best = int(np.argmin(rss))
    rho = lag_one(left - inside[:, best] * kw[best])
    effective = len(y) * (1 - rho) / (1 + rho) - base.shape[1] - 1
    floor = 1e-18 * float((y**2).sum())
    variance = np.maximum(rss, floor) / max(effective, 1.0) / power
    return np.asarray(kw), np.sqrt(variance), effective
