"""The cluster: nodes, spares, racks, fabric and storage that a job on N accelerators needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dcbench.catalog import Accelerator
from dcbench.records.plan import ClusterPart
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.goodput.reliability import poisson_quantile
from dcbench_planner.hardware.network import NetworkDesign, design_network
from dcbench_planner.hardware.node import NodeSpec
from dcbench_planner.hardware.storage import checkpoint_bytes, storage_bytes


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Counts that stay fixed while uncertain inputs vary: they are what is bought."""

    accelerator: Accelerator
    node: NodeSpec
    accelerators: int
    """That run the job; spares come on top."""
    nodes: int
    spare_nodes: int
    racks: int
    rack_kw: float
    """Design power of a full compute rack."""
    network: NetworkDesign
    checkpoint_bytes: float
    storage_bytes: float

    @property
    def servers(self) -> int:
        """Operating-system nodes that run the job."""
        return self.nodes * self.node.servers

    def to_part(self) -> ClusterPart:
        """Give the cluster as the plan records it."""
        fabric = self.network.fabric
        return ClusterPart(
            accelerator=self.accelerator.id, node=self.node.name, accelerators=self.accelerators,
            nodes=self.nodes, spare_nodes=self.spare_nodes, racks=self.racks,
            leaf_switches=fabric.leaf_switches, spine_switches=fabric.spine_switches,
            core_switches=fabric.core_switches, cables=fabric.cables,
            storage_bytes=self.storage_bytes, checkpoint_bytes=self.checkpoint_bytes,
        )  # fmt: skip


def size_cluster(
    *,
    accelerator: Accelerator,
    node: NodeSpec,
    accelerators: int,
    params_total: float,
    tokens: float,
    book: AssumptionBook,
) -> Cluster:
    """Size everything around the accelerators.

    Args:
        accelerator: what runs the job.
        node: what carries it.
        accelerators: how many run the job, at least 1.
        params_total: model size, for checkpoints.
        tokens: training tokens, for the data set.
        book: point estimates (no draws).
    """
    nodes = math.ceil(accelerators / node.accelerators)
    spares = spare_nodes(nodes, node.accelerators, book)
    rack_kw, racks = _racks(node, nodes + spares, accelerator, book)
    checkpoint = float(checkpoint_bytes(params_total, book))
    return Cluster(
        accelerator=accelerator, node=node, accelerators=accelerators, nodes=nodes,
        spare_nodes=spares, racks=racks, rack_kw=rack_kw, network=design_network(node, nodes),
        checkpoint_bytes=checkpoint,
        storage_bytes=float(storage_bytes(tokens, checkpoint, book)),
    )  # fmt: skip


def spare_nodes(nodes: int, accelerators_per_node: int, book: AssumptionBook) -> int:
    """Give the spares that cover the nodes in repair with a stated probability and margin.

    Nodes in repair are Poisson with mean N r t_repair, r the failures per node-day that take a node
    out (Palm's theorem: any distribution of repair time with that mean).
    """
    expected = float(nodes_in_repair(nodes * accelerators_per_node, book))
    margin = float(book["reliability.spare_margin"])
    return poisson_quantile(expected * margin, float(book["reliability.spare_probability"]))


def nodes_in_repair(accelerators: int, book: AssumptionBook) -> Number:
    """Give the mean number of nodes in repair at any time."""
    rate = book["reliability.interruptions_per_1000_gpu_days"] / 1000.0
    share = book["reliability.repair_share"]
    return accelerators * rate * share * book["reliability.repair_days"]


def node_label_kw(node: NodeSpec, accelerator: Accelerator, book: AssumptionBook) -> float:
    """Give the rated node power, which sizes the rack; estimated where no label is known."""
    if node.label_kw is not None:
        return node.label_kw
    watts = (accelerator.tdp_w or 0.0) + float(book["power.node_overhead_w_per_accelerator"])
    return node.accelerators * watts / 1000.0


def _racks(
    node: NodeSpec, nodes: int, accelerator: Accelerator, book: AssumptionBook
) -> tuple[float, int]:
    """Fill racks up to their power and space, then add those of network, storage and management."""
    label_kw = node_label_kw(node, accelerator, book)
    per_rack = 1 if node.is_rack else _nodes_per_rack(node, label_kw, book)
    compute = math.ceil(nodes / per_rack)
    service = math.ceil(compute * float(book["cluster.service_racks_share"]))
    return min(per_rack, nodes) * label_kw, compute + service


def _nodes_per_rack(node: NodeSpec, label_kw: float, book: AssumptionBook) -> int:
    kind = "liquid" if node.liquid_cooled else "air"
    by_power = float(book[f"cluster.rack_{kind}_kw"]) // label_kw
    by_space = float(book["cluster.rack_usable_units"]) // (node.rack_units or 8.0)
    return max(1, int(min(by_power, by_space)))
