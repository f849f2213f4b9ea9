"""The node that carries an accelerator: from the catalog, else a stated generic server."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.catalog import Accelerator, Catalog, Node
from dcbench.records.base import Provenance
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.planning.facts import provenance_of


@dataclass(frozen=True, kw_only=True)
class NodeSpec:
    """What cluster and power need to know of a node."""

    name: str
    row: Node | None
    """Catalog row; None for a generic server."""
    accelerators: int
    servers: int
    """Operating-system nodes in it: 18 in an NVL72 rack."""
    nics: int
    """Scale-out network ports."""
    nic_gbps: float
    rack_units: float | None
    is_rack: bool
    """Sold as a whole rack."""
    liquid_cooled: bool
    label_kw: float | None
    """Rated maximum; sizes the rack, not the energy."""
    average_kw: float | None
    """Measured mean in training."""
    average_source: str
    average_provenance: Provenance
    idle_kw: float | None


def choose_node(accelerator: Accelerator, catalog: Catalog, book: AssumptionBook) -> NodeSpec:
    """Give the first system in the catalog that carries the accelerator, priced ones first.

    A family name such as `A100` takes the nodes of any of its parts. Without one: a generic
    air-cooled server with one port per accelerator.
    """
    parts = {part.id for part in catalog.accelerators.variants(accelerator.id)}
    rows = [
        row for row in catalog.nodes if row.accelerator in parts and row.kind in {"system", "rack"}
    ]
    if not rows:
        return _generic(accelerator, book)
    row = min(rows, key=lambda r: r.price_usd_estimate is None)
    return _from_catalog(row, _measured(row, rows), book)


def _from_catalog(row: Node, measured: Node | None, book: AssumptionBook) -> NodeSpec:
    size = row.accelerators_per_node
    return NodeSpec(
        name=row.id, row=row, accelerators=size,
        servers=max(1, size // (row.gpus_per_os_node or size)),
        nics=row.scaleout_nics or size,
        nic_gbps=row.scaleout_nic_gbps or float(book["cluster.nic_gbps_default"]),
        rack_units=row.rack_units, is_rack=row.kind == "rack",
        liquid_cooled=(row.liquid_fraction or 0.0) >= 0.5, label_kw=row.max_power_kw,
        average_kw=measured.typical_training_power_kw if measured else None,
        average_source=_measured_source(measured),
        average_provenance=_measured_trust(measured), idle_kw=row.idle_kw,
    )  # fmt: skip


def _measured(row: Node, siblings: list[Node]) -> Node | None:
    """Give the row itself if its training power was measured, else a sibling's."""
    candidates = [row, *siblings]
    return next(
        (
            node
            for node in candidates
            if node.typical_training_power_kw
            and node.accelerators_per_node == row.accelerators_per_node
        ),
        None,
    )


def _measured_source(measured: Node | None) -> str:
    if measured is None:
        return ""
    return f"{measured.name}: {measured.typical_power_basis}; {measured.source}"


def _measured_trust(measured: Node | None) -> Provenance:
    return "assumed" if measured is None else provenance_of(measured, "typical_training_power_kw")


def _generic(accelerator: Accelerator, book: AssumptionBook) -> NodeSpec:
    size = int(book["cluster.node_accelerators_default"])
    return NodeSpec(
        name=f"generic {size}x {accelerator.id} server", row=None, accelerators=size, servers=1,
        nics=size, nic_gbps=float(book["cluster.nic_gbps_default"]), rack_units=None,
        is_rack=False, liquid_cooled=False, label_kw=None, average_kw=None, average_source="",
        average_provenance="assumed", idle_kw=None,
    )  # fmt: skip
