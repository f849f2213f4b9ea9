"""One line of the scoreboard: a figure or a run."""

from __future__ import annotations

from dataclasses import dataclass

TRAINING = "training"
"""The set of records about training runs."""
FACILITY = "facility"
"""The set of records about buildings."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A figure, or one measured quantity of a run."""

    set: str
    id: str
    """Of the run, or the name of the figure."""
    quantity: str
    unit: str
    published: float | None
    ours: float | None
    error: float | None
    """ln(ours / published); of a figure that is itself such an error, the figure."""
    bound: float | None
    ok: bool | None
    """Whether the bound holds; None without one."""
    source: str
    """Of the run; empty for a figure."""
