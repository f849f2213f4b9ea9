"""From the time of a step to the calendar: checkpoints, failures, spares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dcbench.units import GB, SECONDS_PER_DAY, SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.goodput.reliability import (
    efficiency,
    job_mttf_s,
    optimal_interval_s,
    poisson_cdf,
)
from dcbench_planner.hardware.cluster import Cluster, nodes_in_repair
from dcbench_planner.hardware.storage import read_bytes_per_s, write_bytes_per_s


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Fields as in `dcbench.records.plan.SchedulePart`; values may be arrays of draws."""

    steps: int
    training_days: Number
    calendar_days: Number
    goodput: Number
    job_mttf_hours: Number
    checkpoint_interval_s: Number
    checkpoint_write_s: Number


def schedule(
    *,
    step_time_s: Number,
    tokens: float,
    step_tokens: float,
    cluster: Cluster,
    book: AssumptionBook,
    added_steps: float = 0.0,
    added_s: Number = 0.0,
) -> Schedule:
    """Give training and calendar days.

    Checkpoints are asynchronous: the step waits for the copy to host memory, and storage takes the
    write in the background, so the interval is at least the write time.

    Args:
        step_time_s: one optimizer step.
        tokens: training tokens.
        step_tokens: tokens per step.
        cluster: what the job runs on.
        book: assumptions, or draws of them.
        added_steps: more steps than that, as of a batch that starts small.
        added_s: time that these add.
    """
    mttf_s = job_mttf_s(book["reliability.interruptions_per_1000_gpu_days"], cluster.accelerators)
    blocked_s = _blocked_s(cluster, book)
    write_s = cluster.checkpoint_bytes / write_bytes_per_s(cluster.servers, book)
    interval_s = np.maximum(optimal_interval_s(blocked_s, mttf_s), write_s)
    goodput = efficiency(
        interval_s=interval_s, blocked_s=blocked_s, down_s=_down_s(cluster, book),
        restart_s=_restart_s(cluster, book), mttf_s=mttf_s,
    )  # fmt: skip
    steps = math.ceil(tokens / step_tokens)
    evaluation = 1.0 + book["run.evaluation_share"]
    training_days = (steps * step_time_s + added_s) * evaluation / SECONDS_PER_DAY
    return Schedule(
        steps=steps + math.ceil(added_steps), training_days=training_days,
        calendar_days=training_days / goodput,
        goodput=goodput, job_mttf_hours=mttf_s / SECONDS_PER_HOUR,
        checkpoint_interval_s=interval_s, checkpoint_write_s=write_s,
    )  # fmt: skip


def _blocked_s(cluster: Cluster, book: AssumptionBook) -> Number:
    """C = S / B_d2h + t_sync: every accelerator copies its shard at once."""
    rate = book["reliability.copy_gb_per_s_per_accelerator"] * GB * cluster.accelerators
    return cluster.checkpoint_bytes / rate + book["reliability.checkpoint_sync_s"]


def _restart_s(cluster: Cluster, book: AssumptionBook) -> Number:
    """R = S / B_read + warm-up."""
    read_s = cluster.checkpoint_bytes / read_bytes_per_s(cluster.servers, book)
    return read_s + book["reliability.warm_up_s"]


def _down_s(cluster: Cluster, book: AssumptionBook) -> Number:
    """D = detect and reschedule, and the wait for a node when no spare is left.

    A failure that takes a node out finds a spare with P(N < S), N nodes in repair being Poisson of
    mean m; else it waits for the first of the repairs under way, t_repair / (max(S, m) + 1) for
    memoryless repairs.
    """
    in_repair = nodes_in_repair(cluster.accelerators, book)
    covered = poisson_cdf(cluster.spare_nodes - 1, in_repair)
    under_way = np.maximum(in_repair, cluster.spare_nodes) + 1.0
    wait_s = book["reliability.repair_days"] * SECONDS_PER_DAY / under_way
    uncovered = book["reliability.repair_share"] * (1.0 - covered)
    return book["reliability.detect_and_reschedule_s"] + uncovered * wait_s
