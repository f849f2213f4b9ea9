"""A node as the sum of its components: what it draws where nobody measured it.

    P_node = [n P_acc + P_cpu + P_memory + P_nic + P_drive + P_base + P_fan + P_fixed] / eta

P_fan follows the cube of the air flow, and the flow the heat that leaves in air (fan laws, ASHRAE
Handbook HVAC Systems and Equipment, fans). Heat that leaves in liquid needs no server fans.
Coefficients are the `power.` assumptions; docs/it-power.md compares the sum with published nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench.catalog import Accelerator
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.hardware.node import NodeSpec

USUAL_NODE = 8
"""Accelerators of the server that the defaults describe."""


@dataclass(frozen=True, kw_only=True)
class NodeParts:
    """What of a node draws power."""

    accelerators: int
    rated_w: float
    """Of one accelerator (TDP)."""
    cpu_sockets: float
    memory_gb: float
    nics: int
    liquid_share: float
    """Of the heat that leaves in liquid, 0 to 1."""
    is_rack: bool
    """A rack with its own switch trays."""


def node_parts(
    node: NodeSpec, accelerator: Accelerator, book: AssumptionBook
) -> NodeParts | None:  # fmt: skip
    """Take the parts from the catalog, or defaults where it does not list them.

    Returns:
        None where neither the accelerator's rated power nor the node's mean power is known.
    """
    rated_w = accelerator.tdp_w or _rated_from_mean(node, book)
    if rated_w is None:
        return None
    row, size = node.row, node.accelerators
    sockets = (row.cpu_sockets if row else None) or max(
        1.0, float(book["power.cpu_sockets_default"]) * size / USUAL_NODE
    )
    memory = (row.ram_gb if row else None) or size * float(
        book["power.memory_gb_per_accelerator_default"]
    )
    liquid = (row.liquid_fraction if row else None) or 0.0
    return NodeParts(
        accelerators=size, rated_w=rated_w, cpu_sockets=sockets, memory_gb=memory, nics=node.nics,
        liquid_share=liquid, is_rack=node.is_rack,
    )  # fmt: skip


def node_w(
    parts: NodeParts,
    accelerator_w: Number,
    cpu_activity: Number,
    book: AssumptionBook,
    *,
    cooled_for_w: Number | None = None,
) -> Number:
    """Give the power of a node at the input of its power supplies, W.

    Args:
        parts: the node.
        accelerator_w: mean power of one accelerator, W.
        cpu_activity: load of the processors, 0 to 1.
        book: coefficients.
        cooled_for_w: power of one accelerator that the fans are set for; they follow the mean of
            seconds, not each phase of a step. `accelerator_w` when left out.
    """
    inside_w = parts.accelerators * accelerator_w + _others_w(parts, cpu_activity, book)
    if cooled_for_w is None:
        heat_w = inside_w
    else:
        heat_w = parts.accelerators * cooled_for_w + _others_w(parts, cpu_activity, book)
    fixed_w = parts.accelerators * book["power.psu_fixed_w_per_accelerator"]
    return (inside_w + _fan_w(parts, heat_w, book) + fixed_w) / book["power.psu_efficiency"]


def _others_w(parts: NodeParts, cpu_activity: Number, book: AssumptionBook) -> Number:
    """All but accelerators and fans."""
    idle_w, busy_w = book["power.cpu_idle_w"], book["power.cpu_busy_w"]
    cpu_w = parts.cpu_sockets * (idle_w + (busy_w - idle_w) * cpu_activity)
    base_w = book["power.rack_switch_w_per_accelerator" if parts.is_rack
                  else "power.base_w_per_accelerator"]  # fmt: skip
    per_accelerator_w = base_w + book["power.local_drive_w_per_accelerator"]
    return (
        cpu_w + parts.memory_gb * book["power.memory_w_per_gb"]
        + parts.nics * book["power.nic_w"] + parts.accelerators * per_accelerator_w
    )  # fmt: skip


def _fan_w(parts: NodeParts, heat_w: Number, book: AssumptionBook) -> Number:
    """Cube of the speed, which follows the heat in air, down to the least speed."""
    full_w = parts.accelerators * parts.rated_w + _others_w(
        parts, book["power.cpu_activity_peak"], book
    )
    speed = np.clip(heat_w / full_w, book["power.fan_least_speed"], 1.0)
    return book["power.fan_share"] * full_w * (1.0 - parts.liquid_share) * speed**3


def _rated_from_mean(node: NodeSpec, book: AssumptionBook) -> float | None:
    """Estimate the rated power of an accelerator from what the node draws."""
    if node.average_kw is None:
        return None
    share = float(book["power.accelerator_share_of_it"])
    return 1000.0 * node.average_kw * share / node.accelerators
