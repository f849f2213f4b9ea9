"""From a laid-out step and its calendar to the power that the job draws."""

from __future__ import annotations

import numpy as np

from dcbench.units import SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.goodput.schedule import Schedule
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.it_power import ItPower, JobLoad, it_power
from dcbench_planner.hardware.node_power import NodePower
from dcbench_planner.hardware.step_phases import step_phases
from dcbench_planner.training.search.search import LaidOut


def job_power(
    laid_out: LaidOut, cluster: Cluster, node: NodePower, calendar: Schedule, book: AssumptionBook,
    *, step_factor: Number = 1.0, cap_w: float | None = None,
) -> ItPower:  # fmt: skip
    """Give the power of a job.

    Args:
        laid_out: the step, with its breakdown.
        cluster: what is bought.
        node: what is known of a node's power.
        calendar: how much time is lost.
        book: assumptions, or draws of them.
        step_factor: step time over its point estimate.
        cap_w: power limit of an accelerator.
    """
    load = JobLoad(
        phases=step_phases(laid_out.step.breakdown_s),
        period_s=laid_out.step.time_s * step_factor, stalled_share=stalled_share(calendar),
        cap_w=cap_w,
    )  # fmt: skip
    return it_power(cluster, node, book, load)


def stalled_share(calendar: Schedule) -> Number:
    """Give the share of calendar time that a job holds its nodes and does not step.

    Of the lost time, 1 - goodput, work that is done again runs at full power: half an interval a
    failure, tau / (2 M), to first order (Daly 2006). The rest is copying, detecting, restarting.
    """
    interval_h = calendar.checkpoint_interval_s / SECONDS_PER_HOUR
    again = calendar.goodput * interval_h / (2.0 * calendar.job_mttf_hours)
    return np.maximum(1.0 - calendar.goodput - again, 0.0)
