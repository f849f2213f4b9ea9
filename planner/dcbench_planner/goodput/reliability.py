"""Failures and the share of time that a job keeps: exact forms for exponential failures.

A job alternates work of `interval_s` with checkpoints that block it for `blocked_s`. A failure
costs `down_s` (detect, drain, reschedule; no second failure counts) and a restart of `restart_s`
(which can itself fail). All functions take scalars or arrays.
"""

from __future__ import annotations

import math

import numpy as np

from dcbench.units import SECONDS_PER_DAY
from dcbench_planner.assumptions import Number

_NEWTON_STEPS = 12
"""Twice what the hardest case (blocked / mttf near 1) needs for machine precision."""


def job_mttf_s(interruptions_per_1000_gpu_days: Number, accelerators: int) -> Number:
    """Give the mean time between interruptions of a job on so many accelerators.

    Components in series: rates add, M = 1 / (N lambda). Valid above about 4,000 accelerators;
    small jobs are interrupted more often than this (Kokolis et al. 2024, arXiv 2410.21680:
    measured 7.9 h on 1,024 GPUs where the node rate gives 28.8 h).
    """
    return SECONDS_PER_DAY * 1000.0 / (interruptions_per_1000_gpu_days * accelerators)


def optimal_interval_s(blocked_s: Number, mttf_s: Number) -> Number:
    """Give the work between checkpoints that keeps the largest share of time.

    tau* = M (1 + W0(-exp(-C/M - 1))), the exact optimum of `efficiency`; it does not depend on
    downtime or restart (Lambert-W form of Daly 2006, Future Generation Computer Systems 22:303).
    With v = ln(1 - tau/M) the equation is exp(v) - 1 - v = C/M, convex and falling for v < 0, so
    Newton from a start below the root converges from one side.

    Args:
        blocked_s: time a checkpoint blocks the job, above 0.
        mttf_s: mean time between failures of the job, above 0.
    """
    ratio = np.asarray(blocked_s / np.asarray(mttf_s), dtype=np.float64)
    v = -np.sqrt(2.0 * ratio) - ratio
    for _ in range(_NEWTON_STEPS):
        slope = np.expm1(v)
        v = v - (slope - v - ratio) / slope
    return (-np.expm1(v) * mttf_s)[()]


def efficiency(
    *, interval_s: Number, blocked_s: Number, down_s: Number, restart_s: Number, mttf_s: Number
) -> Number:
    """Give the share of wall-clock time spent on work that is kept.

    eff = tau / (exp(R/M) (M + D) (exp((tau + C)/M) - 1)), exact for exponential failures (renewal
    argument; Daly 2006, equation 13, extended by the downtime D).
    """
    attempt = np.expm1((interval_s + blocked_s) / mttf_s)
    return interval_s / (np.exp(restart_s / mttf_s) * (mttf_s + down_s) * attempt)


def young_interval_s(blocked_s: Number, mttf_s: Number) -> Number:
    """Give Young's first-order interval sqrt(2 C M) (1974), shown for comparison."""
    return np.sqrt(2.0 * blocked_s * mttf_s)


def poisson_cdf(count: int, mean: Number) -> Number:
    """Give P(N <= count) for a Poisson number with that mean; 0 for a negative count."""
    k = np.arange(count + 1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])
    mean_column = np.maximum(np.asarray(mean, dtype=np.float64), 1e-300)[..., None]
    terms = np.exp(k * np.log(mean_column) - mean_column - log_factorial[: count + 1])
    return np.minimum(terms.sum(axis=-1), 1.0)[()]


def poisson_quantile(mean: float, probability: float) -> int:
    """Give the smallest count with P(N <= count) >= probability; probability below 1."""
    low, high = -1, math.ceil(mean + 10.0 * math.sqrt(mean) + 30.0)
    while high - low > 1:
        middle = (low + high) // 2
        if poisson_cdf(middle, mean) >= probability:
            high = middle
        else:
            low = middle
    return high
