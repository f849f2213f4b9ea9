"""The 8760 hours of a simulation as a CSV table, for a spreadsheet or another program."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from dcbench.records.files import write_text
from dcbench_planner.facility.simulation import Simulation

DECIMALS = 3


def write_hourly_table(path: Path, simulation: Simulation) -> None:
    """Write an hour a row: air outside, power by part in kW, water in litres, heat not removed.

    The parts add up to `total_kw`; an hour of 1 kW is 1 kWh.

    Raises:
        InputError: the place cannot be written.
    """
    columns = hourly_columns(simulation)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    rounded = [np.round(values, DECIMALS).tolist() for values in columns.values()]
    writer.writerows(zip(*rounded, strict=True))
    write_text(path, text.getvalue())


def hourly_columns(simulation: Simulation) -> dict[str, np.ndarray]:
    """Give the table by column, each of shape (8760,)."""
    weather, hours = simulation.weather, simulation.hours
    return {
        "hour": np.arange(1, len(weather) + 1),
        "month": weather.month + 1,
        "dry_bulb_c": weather.dry_bulb_c,
        "wet_bulb_c": weather.wet_bulb_c,
        **{f"{part}_kw": power for part, power in hours.parts_kw().items()},
        "total_kw": hours.total_kw,
        "pue": hours.total_kw / hours.it_kw,
        "water_l": hours.cooled.water_l,
        "unmet_heat_kw": hours.cooled.unmet_kw,
    }
