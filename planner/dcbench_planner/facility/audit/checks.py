"""What no energy balance can hold: IT above the total, a column that changes its unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dcbench.errors import Fault, InputError
from dcbench_planner.facility.audit.series import MeterSeries
from dcbench_planner.facility.audit.stamps import DAY_S, HOUR_S, as_text
from dcbench_planner.facility.climate.psychrometrics import Array

MOST_FAULTS = 5
COARSE_VALUES = 100
"""A register with no more different steps than this counts in coarse units."""
UNIT_JUMP = (500.0, 2000.0)
"""Ratio of one day to the next, around the 1000 between kWh and MWh."""


def check_balance(series: MeterSeries, tolerance: float) -> None:
    """Refuse a file whose IT energy is above its total, hour by hour.

    Args:
        series: the meter.
        tolerance: share by which meters may differ.

    Raises:
        InputError: with the first five hours, or with the columns that change their unit.
    """
    faults = [*_unit_changes(series)] or [*_above_total(series, tolerance)]
    if faults:
        raise InputError(faults)
    if not series.paired.any():
        problem = "has no interval with both IT and total"
        fix = "give both columns for the same time"
        raise InputError(Fault(where=series.where, problem=problem, fix=fix))
    if not np.nansum(series.it_kwh[series.paired]) > 0:
        problem, fix = "has no IT energy at all", "check the IT meter's column"
        raise InputError(Fault(where=series.where, problem=problem, fix=fix))


def _above_total(series: MeterSeries, tolerance: float) -> Iterator[Fault]:
    size = max(1, HOUR_S // series.interval_s)
    it, total = (
        _blocks(np.where(series.paired, kwh, 0.0), size)
        for kwh in (series.it_kwh, series.total_kwh)
    )
    quantum = 2 * max(
        _quantum(series, quantity)
        for quantity in (series.header.it_quantity, series.header.total_quantity)
    )
    bad = np.flatnonzero(it > total * (1 + tolerance) + quantum)
    names = [column.name for column in series.header.of(series.header.it_quantity)]
    for place in bad[:MOST_FAULTS]:
        slot = int(place) * size
        line = next((int(x) for x in series.lines[slot : slot + size] if x), 0)
        when = as_text(series.start_s + slot * series.interval_s)
        yield Fault(
            where=series.where, field=f"line {line}, {names[0]}", value=round(float(it[place]), 6),
            problem=f"kWh of IT from {when} is above the total of {total[place]:.6g} kWh "
            f"({len(bad)} such intervals)",
            fix="are units or columns swapped? leave cells empty where a meter failed",
        )  # fmt: skip


def _blocks(kwh: Array, size: int) -> Array:
    padded = np.pad(kwh, (0, -len(kwh) % size))
    return np.asarray(padded.reshape(-1, size).sum(axis=1))


def _quantum(series: MeterSeries, quantity: str) -> float:
    """Give the smallest step of a coarse register; 0 for other meters."""
    if series.header.of(quantity)[0].kind != "register":
        return 0.0
    kwh = series.kwh[quantity]
    values = np.unique(kwh[np.isfinite(kwh)])
    return float(np.diff(values).min()) if 2 <= len(values) <= COARSE_VALUES else 0.0


def _unit_changes(series: MeterSeries) -> Iterator[Fault]:
    size = max(1, DAY_S // series.interval_s)
    for quantity in (series.header.total_quantity, series.header.it_quantity):
        days = _daily_median(series.kwh[quantity], size)
        with np.errstate(divide="ignore", invalid="ignore"):
            jump = days[1:] / days[:-1]
        jump = np.where(jump < 1, 1 / np.where(jump > 0, jump, np.nan), jump)
        bad = np.flatnonzero((jump > UNIT_JUMP[0]) & (jump < UNIT_JUMP[1]))
        if len(bad):
            when = as_text(series.start_s + (int(bad[0]) + 1) * size * series.interval_s)
            name = series.header.of(quantity)[0].name
            yield Fault(
                where=series.where, field=name, value=when,
                problem=f"mixed units: readings change by a factor of {jump[bad[0]]:.0f} here",
                fix="give one unit in the whole column",
            )  # fmt: skip


def _daily_median(kwh: Array, size: int) -> Array:
    n = len(kwh) // size * size
    blocks = kwh[:n].reshape(-1, size)
    some = np.isfinite(blocks).any(axis=1)
    return np.asarray([np.nanmedian(block) for block in blocks[some]])
