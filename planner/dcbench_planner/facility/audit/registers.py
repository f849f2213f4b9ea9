"""Cumulative registers: energy per interval from readings that reset and roll over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dcbench_planner.facility.climate.psychrometrics import Array

MOST_OVER_USUAL = 20.0
"""A step this many times the 99th percentile rate is a changed meter, not energy."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """A register as energy per interval."""

    per_slot: Array
    """In the register's unit, shape (n,); NaN where nothing is known."""
    resets: int
    rollovers: int
    bridged: int
    """Intervals without a reading at both ends that share the step across them."""


def spread(readings: Array, slots: npt.NDArray[np.int64], n: int, interval_h: float) -> Spread:
    """Turn readings into energy per interval.

    A reading at slot i and the next at slot j give their difference to the slots i to j-1 in equal
    parts. A step back is a rollover when counting on to the next power of ten gives a usual rate,
    else a reset, whose interval is left empty; so is a step up beyond all usual rates.

    Args:
        readings: shape (m,), NaN where missing.
        slots: interval at whose start each reading was taken, rising, shape (m,).
        n: number of intervals.
        interval_h: length of an interval.
    """
    known = np.isfinite(readings)
    values, places = readings[known], slots[known]
    per_slot = np.full(n, np.nan)
    if len(values) < 2:
        return Spread(per_slot=per_slot, resets=0, rollovers=0, bridged=0)
    steps, lengths = np.diff(values), np.diff(places)
    rates = steps / (lengths * interval_h)
    usual = _usual(rates)
    back = steps < 0
    capacity = 10.0 ** np.ceil(np.log10(np.maximum(values[:-1], 1.0) * (1 + 1e-12)))
    around = capacity - values[:-1] + values[1:]
    rolled = back & (around / (lengths * interval_h) <= 3 * usual)
    steps = np.where(rolled, around, steps)
    reset = (back & ~rolled) | (rates > MOST_OVER_USUAL * usual)
    steps = np.where(reset, np.nan, steps / lengths)
    filled = np.repeat(steps, lengths)
    inside = np.arange(places[0], places[-1])
    kept = inside < n
    per_slot[inside[kept]] = filled[kept]
    return Spread(
        per_slot=per_slot, resets=int(reset.sum()), rollovers=int(rolled.sum()),
        bridged=int(lengths[(lengths > 1) & ~reset].sum() - (lengths > 1)[~reset].sum()),
    )  # fmt: skip


def _usual(rates: Array) -> float:
    """Give the 99th percentile of the rates that rise; infinite when none does."""
    rising = rates[rates > 0]
    return float(np.quantile(rising, 0.99)) if len(rising) else np.inf
