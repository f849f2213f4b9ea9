"""Electrical power of the IT equipment: mean over the run and design peak."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.errors import NoAnswerError
from dcbench.records.base import Provenance
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.network import network_w
from dcbench_planner.hardware.storage import storage_w


@dataclass(frozen=True, kw_only=True)
class NodePower:
    """Mean power of one node in training, and where it is from."""

    average_kw: float
    provenance: Provenance
    source: str


@dataclass(frozen=True, kw_only=True)
class ItPower:
    """Kilowatts; values may be arrays of draws."""

    node_avg_kw: Number
    network_kw: Number
    storage_kw: Number
    it_avg_kw: Number
    it_peak_kw: Number


def node_power(
    cluster: Cluster, book: AssumptionBook, calibrated_accelerator_w: float | None = None
) -> NodePower:
    """Give the mean node power in training: the strongest of three sources.

    1. accelerator power measured while calibrating, plus the rest of the node;
    2. node power measured in published training runs (not the nameplate, which overstates it by
       25 to 45 %: arXiv 2412.08602, MLPerf training power logs);
    3. 0.9 of the rated accelerator power, plus the rest of the node.

    Raises:
        NoAnswerError: none of the three is known.
    """
    node, overhead_w = cluster.node, float(book["power.node_overhead_w_per_accelerator"])
    if calibrated_accelerator_w is not None:
        kw = node.accelerators * (calibrated_accelerator_w + overhead_w) / 1000.0
        source = (
            f"{calibrated_accelerator_w:.0f} W per accelerator measured in training, calibration"
        )
        return NodePower(average_kw=kw, provenance="calibrated", source=source)
    if node.average_kw is not None:
        return NodePower(
            average_kw=node.average_kw, provenance=node.average_provenance,
            source=node.average_source,
        )  # fmt: skip
    rated_w = cluster.accelerator.tdp_w
    if rated_w is None:
        raise NoAnswerError(
            f"{cluster.accelerator.id}: no published power; give tdp_w in a catalog overlay"
        )
    busy_w = rated_w * float(book["power.accelerator_share_of_tdp"])
    kw = node.accelerators * (busy_w + overhead_w) / 1000.0
    source = f"power.accelerator_share_of_tdp of {rated_w:.0f} W and the rest of the node"
    return NodePower(average_kw=kw, provenance="assumed", source=source)


def it_power(cluster: Cluster, node: NodePower, book: AssumptionBook) -> ItPower:
    """Sum nodes, spares, network, storage and management.

    The nodes are taken as busy for the whole calendar time, which overstates the energy by the
    share of time lost to failures. Spares idle. At the peak all nodes draw their highest measured
    power at once.
    """
    node_kw = node.average_kw * book["power.node_average_factor"]
    network_kw = network_w(cluster.network, book) / 1000.0
    storage_kw = storage_w(cluster.storage_bytes, book) / 1000.0
    management_kw = cluster.servers * book["cluster.management_w_per_node"] / 1000.0
    idle_kw = cluster.spare_nodes * node_kw * book["power.idle_share_of_average"]
    steady_kw = network_kw + storage_kw + management_kw + idle_kw
    busy_kw = _busy_nodes(cluster) * node_kw
    return ItPower(
        node_avg_kw=node_kw, network_kw=network_kw, storage_kw=storage_kw,
        it_avg_kw=busy_kw + steady_kw,
        it_peak_kw=busy_kw * book["power.node_peak_over_average"] + steady_kw,
    )  # fmt: skip


def _busy_nodes(cluster: Cluster) -> float:
    """Nodes, the last one counted by the share of its accelerators that work."""
    return cluster.accelerators / cluster.node.accelerators
