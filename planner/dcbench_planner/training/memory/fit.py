"""Does it fit: the chance, and what a framework would report as its peak."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.layout import JobColumns, is_fsdp
from dcbench_planner.training.memory.peak import total

LOG_SD = 0.1
"""Standard deviation of ln(estimate / true peak). It is 0.05 on 30 published torchtitan runs, whose
software the rules were written for; that other software differs more is an assumption."""


def fit_probability(peak_bytes: Column, capacity_bytes: Column, log_sd: float = LOG_SD) -> Column:
    """Probability that a peak fits, when its estimate is off by a log-normal factor of median 1.

    Args:
        peak_bytes: estimate, the sum of `peak_memory`; positive.
        capacity_bytes: what the driver gives; positive.
        log_sd: standard deviation of ln(estimate / true peak); positive.

    Returns:
        0 to 1, with an absolute error below 1e-6.
    """
    return _normal_cdf(np.log(capacity_bytes / peak_bytes) / log_sd)


def reported_bytes(job: JobColumns, parts: dict[str, Column]) -> Column:
    """Give the peak that training software logs, for comparison with published figures.

    PyTorch FSDP software (torchtitan) logs what the allocator reserved; Megatron-style software
    (SimuMax's measurements) what was allocated. Neither sees what the driver holds outside.

    Args:
        job: the job that `parts` belong to.
        parts: as of `peak_memory`.
    """
    unseen = parts["framework"] + np.where(is_fsdp(job.layout) > 0, 0.0, parts["allocator"])
    return total(parts) - unseen


def _normal_cdf(z: Column) -> Column:
    """Standard normal distribution function (Abramowitz and Stegun 1964, eq. 26.2.17)."""
    t = 1 / (1 + 0.2316419 * np.abs(z))
    powers = (0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)
    series = t * (powers[0] + t * (powers[1] + t * (powers[2] + t * (powers[3] + t * powers[4]))))
    tail = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * series
    chance: Column = np.where(z > 0, 1 - tail, tail)
    return chance
