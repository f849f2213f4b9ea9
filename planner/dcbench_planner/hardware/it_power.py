"""Electrical power of the IT equipment: idle, mean over the run, design peak, and its swing."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.network import network_w
from dcbench_planner.hardware.node_power import NodeLevels, NodePower, node_levels
from dcbench_planner.hardware.step_phases import StepPhases, reference_phases
from dcbench_planner.hardware.storage import storage_w
from dcbench_planner.hardware.swing import step_swing, stored_share


@dataclass(frozen=True, kw_only=True)
class JobLoad:
    """What the nodes do; values may be arrays of draws."""

    phases: StepPhases
    period_s: Number
    """Time of one step."""
    stalled_share: Number = 0.0
    """Of the calendar time that the job holds its nodes and does not step: copying checkpoints,
    detecting failures, restarting."""
    cap_w: float | None = None
    """Power limit of an accelerator."""


@dataclass(frozen=True, kw_only=True)
class ItPower:
    """Kilowatts; values may be arrays of draws."""

    node_avg_kw: Number
    network_kw: Number
    storage_kw: Number
    it_avg_kw: Number
    it_peak_kw: Number
    it_idle_kw: Number
    swing_kw: Number
    ramp_kw_per_s: Number
    swing_hz: Number


def it_power(
    cluster: Cluster, node: NodePower, book: AssumptionBook, load: JobLoad | None = None
) -> ItPower:
    """Sum nodes, spares, network, storage and management.

    While the job is stalled its nodes wait, at less power; while it repeats lost work they draw
    what they draw in any step. Spares idle; network, storage and management draw the same always.
    At the peak all nodes draw their highest power at once.

    Args:
        cluster: what is bought.
        node: what is known of a node's power.
        book: assumptions, or draws of them.
        load: what the nodes do; the usual step of 1 s, never interrupted, when left out.
    """
    load = load or JobLoad(phases=reference_phases(book), period_s=1.0)
    levels, busy = node_levels(node, load.phases, book, load.cap_w), _busy_nodes(cluster)
    network_kw = network_w(cluster.network, book) / 1000.0
    storage_kw = storage_w(cluster.storage_bytes, book) / 1000.0
    management_kw = cluster.servers * book["cluster.management_w_per_node"] / 1000.0
    steady_kw = network_kw + storage_kw + management_kw + cluster.spare_nodes * levels.idle_kw
    swing = step_swing(
        nodes=busy, high_kw=levels.high_kw, low_kw=levels.low_kw, peak_kw=levels.peak_kw,
        period_s=load.period_s, stored_share=stored_share(cluster.node.name), book=book,
    )  # fmt: skip
    return ItPower(
        node_avg_kw=levels.average_kw, network_kw=network_kw, storage_kw=storage_kw,
        it_avg_kw=busy * _calendar_kw(levels, load) + steady_kw,
        it_peak_kw=busy * levels.peak_kw + steady_kw,
        it_idle_kw=busy * levels.idle_kw + steady_kw,
        swing_kw=swing.swing_kw, ramp_kw_per_s=swing.ramp_kw_per_s, swing_hz=swing.swing_hz,
    )  # fmt: skip


def _calendar_kw(levels: NodeLevels, load: JobLoad) -> Number:
    """Give the mean of a node over the calendar, lost time included."""
    stalled = load.stalled_share
    return (1.0 - stalled) * levels.average_kw + stalled * levels.waiting_kw


def _busy_nodes(cluster: Cluster) -> float:
    """Nodes, the last one counted by the share of its accelerators that work."""
    return cluster.accelerators / cluster.node.accelerators
