"""Modelling: from a model's size to layouts, clusters, power, carbon and money.

question, sizing, choosing, planning    what is asked, and how the answer is found
shape, rates, search                    what is trained, and how fast
node, fabric, network, storage, cluster what must be bought
reliability, schedule                   what failures cost in time
it_power, facility, footprint           kilowatts, water, carbon
finance, cost                           money
chain, uncertainty                      the same formulas on values and on draws
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcbench_planner.planning import plan

__all__ = ["plan"]


def __getattr__(name: str) -> object:
    """Import `plan` when it is first asked for, so that importing the package costs nothing."""
    if name in __all__:
        return getattr(import_module("dcbench_planner.planning"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
