"""Power of one accelerator, by what it does and by its power limit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.hardware.step_phases import PHASES, Phase


def accelerator_w(
    activity: Number, sustained_w: Number, idle_w: Number, book: AssumptionBook
) -> Number:
    """Give P = P_idle + (P_sust - P_idle) a^g.

    Exponent g of 0.6-1; 1 in the telemetry model of Frontier (PMC11450168).

    Args:
        activity: a, 0 (idle) to 1 (large matrix products).
        sustained_w: P_sust, in large matrix products, W.
        idle_w: P_idle, W.
        book: exponent.
    """
    return idle_w + (sustained_w - idle_w) * activity ** book["power.activity_exponent"]


def phase_watts(
    rated_w: Number, book: AssumptionBook, cap_w: float | None = None
) -> dict[Phase, Number]:
    """Give the mean power of each phase, W.

    A power limit is a clock limit: where it binds the accelerator runs matrix products at the
    limit, so the compute phase scales with it, and the other phases are cut at it.

    Args:
        rated_w: rated power (TDP).
        book: activities and shares.
        cap_w: power limit, None without one.
    """
    idle_w = idle_watts(rated_w, book)
    sustained_w = rated_w * book["power.accelerator_sustained_share"]
    limit_w = sustained_w if cap_w is None else np.minimum(sustained_w, cap_w)
    watts: dict[Phase, Number] = {}
    for phase in PHASES:
        top_w = limit_w if phase == "compute" else sustained_w
        activity = book[f"power.activity_{phase}"]
        watts[phase] = np.minimum(accelerator_w(activity, top_w, idle_w, book), limit_w)
    return watts


def idle_watts(rated_w: Number, book: AssumptionBook) -> Number:
    """Give the power of an idle accelerator, W."""
    return rated_w * book["power.accelerator_idle_share"]


def mean_watts(seconds: Mapping[Phase, Number], watts: Mapping[Phase, Number]) -> Number:
    """Give the mean over phases by time; that of waiting where no time is spent, W."""
    total_s = sum(seconds.values())
    energy_j = sum(seconds[phase] * watts[phase] for phase in PHASES)
    spent = np.asarray(total_s) > 0
    return np.where(spent, energy_j / np.where(spent, total_s, 1.0), watts["waiting"])[()]
