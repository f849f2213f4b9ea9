"""Which fabric a node's network cards need, and what it draws and costs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dcbench.catalog import Catalog, Network
from dcbench_planner.assumptions import AssumptionBook, Entry, Number
from dcbench_planner.hardware.fabric import NO_FABRIC, Fabric, FabricKind, fat_tree
from dcbench_planner.hardware.node import NodeSpec
from dcbench_planner.planning.facts import provenance_of

OPTICS_PER_CABLE = 2
"""A transceiver at each end; short copper cables, which need none, are not modelled."""


@dataclass(frozen=True, kw_only=True)
class NetworkDesign:
    """The compute fabric and the switch it is built from."""

    fabric: Fabric
    switch: str
    """Catalog id."""
    switch_gbps: float
    """Ports times their speed, Gbit/s."""
    port_gbps: float


@dataclass(frozen=True, kw_only=True)
class _Generation:
    nic_gbps: float
    switch: str
    port_gbps: float
    kind: FabricKind


def design_network(node: NodeSpec, nodes: int) -> NetworkDesign:
    """Size the fabric that joins so many nodes; a single node needs none.

    The switch generation is the slowest whose ports keep up with the node's network cards
    (`data/fabrics.csv`).
    """
    generation = next(
        (g for g in _generations() if g.nic_gbps >= node.nic_gbps), _generations()[-1]
    )
    fabric = NO_FABRIC if nodes == 1 else fat_tree(nodes * node.nics, generation.kind)
    return NetworkDesign(
        fabric=fabric, switch=generation.switch, port_gbps=generation.port_gbps,
        switch_gbps=generation.kind.radix * generation.port_gbps,
    )  # fmt: skip


def with_switch(book: AssumptionBook, design: NetworkDesign, catalog: Catalog) -> AssumptionBook:
    """Enter power and price of the switch where the catalog has them and the user set none."""
    row = catalog.networks.find(design.switch)
    if row is None:
        return book
    cells = (
        ("network.switch_w_per_gbps", "power_w_typical", row.power_w_typical),
        ("network.switch_usd_per_gbps", "price_usd_estimate", row.price_usd_estimate),
    )
    for key, cell, value in cells:
        default = book.entries[key]
        if value is not None and default.provenance != "user":
            book = book.with_entry(_per_gbps(default, row, cell, value, design))
    return book


def network_w(design: NetworkDesign, book: AssumptionBook) -> Number:
    """Give the power of switches and transceivers of all networks.

    The frontend, storage and management networks are a share of the compute fabric.
    """
    switches = design.fabric.switches * design.switch_gbps * book["network.switch_w_per_gbps"]
    optics = _optics_gbps(design) * book["network.optic_w_per_gbps"]
    return (switches + optics) * (1.0 + book["network.frontend_share"])


def network_usd(design: NetworkDesign, book: AssumptionBook) -> Number:
    """Give the price of switches and transceivers; network cards are part of the node."""
    switches = design.fabric.switches * design.switch_gbps * book["network.switch_usd_per_gbps"]
    optics = _optics_gbps(design) * book["network.optic_usd_per_gbps"]
    return (switches + optics) * (1.0 + book["network.frontend_share"])


def _optics_gbps(design: NetworkDesign) -> float:
    return design.fabric.cables * OPTICS_PER_CABLE * design.port_gbps


def _per_gbps(
    default: Entry, row: Network, cell: str, value: float, design: NetworkDesign
) -> Entry:
    per_gbps = value / design.switch_gbps
    ratio = per_gbps / default.value
    return Entry(
        key=default.key, unit=default.unit, value=per_gbps, low=default.low * ratio,
        high=default.high * ratio, provenance=provenance_of(row, cell),
        source=f"{row.name}: {row.source}"[:2000],
    )  # fmt: skip


@cache
def _generations() -> tuple[_Generation, ...]:
    table = resources.files("dcbench_planner") / "data" / "fabrics.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    return tuple(_generation(row) for row in csv.DictReader(lines))


def _generation(row: dict[str, str]) -> _Generation:
    kind = FabricKind(
        radix=int(row["radix"]), planes=int(row["planes"]), ports_per_nic=int(row["ports_per_nic"])
    )
    return _Generation(
        nic_gbps=float(row["nic_gbps"]), switch=row["switch"],
        port_gbps=float(row["port_gbps"]), kind=kind,
    )  # fmt: skip
