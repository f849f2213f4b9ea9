"""Modelling: from a model's size to layouts, clusters, power, carbon and money.

assumptions   every input that nobody measured here
training      what is trained and how fast
prediction    the same for a table of configurations
hardware      what must be bought, and what it draws
goodput       what failures cost in time
facility      the building: cooling, water, carbon
money         dollars
planning      from a scenario to the plan
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcbench_planner.planning.plan import plan

__all__ = ["plan"]


def __getattr__(name: str) -> object:
    """Import `plan` when it is first asked for, so that importing the package costs nothing."""
    if name in __all__:
        return getattr(import_module("dcbench_planner.planning.plan"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
