"""How far and how fast the power of a synchronous job swings.

All accelerators change phase together, so the whole cluster swings once a step between two levels:

    P_avg = d P_hi + (1 - d) P_lo,    swing = nodes (P_hi - P_lo),    f = 1 / tau

with duty d and period tau of the step. Utilities limit range, ramp and the share between about 0.1
and 20 Hz (arXiv 2508.14318).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from dcbench_planner.assumptions import AssumptionBook, Number


@dataclass(frozen=True, kw_only=True)
class Swing:
    """What the feed of the IT equipment sees; values may be arrays of draws."""

    swing_kw: Number
    """High less low level, after storage in the power supplies."""
    ramp_kw_per_s: Number
    swing_hz: Number


def step_swing(
    *, nodes: float, high_kw: Number, low_kw: Number, peak_kw: Number, period_s: Number,
    stored_share: float, book: AssumptionBook,
) -> Swing:  # fmt: skip
    """Give the swing within every step.

    Args:
        nodes: that run the job, counted by their working accelerators.
        high_kw: level of a node over what repeats with every layer.
        low_kw: level of a node over what comes once a step.
        peak_kw: of a node.
        period_s: the step.
        stored_share: of the peak that storage in the power supplies takes off.
        book: transition time.
    """
    swing_kw = smoothed_kw(nodes * abs(high_kw - low_kw), nodes * peak_kw, stored_share)
    return Swing(
        swing_kw=swing_kw, ramp_kw_per_s=swing_kw / book["power.transition_s"],
        swing_hz=1.0 / period_s,
    )  # fmt: skip


def smoothed_kw(swing_kw: Number, peak_kw: Number, stored_share: Number) -> Number:
    """Give what is left of a swing after storage takes a share of the peak off it."""
    return np.maximum(swing_kw - stored_share * peak_kw, 0.0)


def stored_share(node: str) -> float:
    """Give the share of the peak that the power supplies of a catalog node store, 0 if none."""
    return _storage_table().get(node, 0.0)


@cache
def _storage_table() -> dict[str, float]:
    table = resources.files("dcbench_planner") / "data" / "psu_storage.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["node"]: float(row["share_of_peak"]) for row in rows}
