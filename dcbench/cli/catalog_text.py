"""Catalog rows as plain text: aligned lists and one row's sheet, for a terminal or a pipe."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

HEADS = {
    "peak_tflops_bf16": "bf16 TFLOP/s", "elec_price_industrial_usd_kwh": "USD/kWh",
    "grid_ci_gco2_kwh": "gCO2e/kWh", "accelerators_per_node": "number", "memory_gb": "GB",
    "memory_gbps": "GB/s", "tdp_w": "W", "params_total": "parameters", "params_active": "active",
    "max_power_kw": "max kW", "gbps_per_port": "Gbit/s", "power_w_max": "max W",
    "grid_saidi_min_per_year": "SAIDI min", "seismic_class": "seismic", "flood_class": "flood",
    "tropical_cyclone_class": "cyclone", "wildfire_class": "wildfire", "tornado_class": "tornado",
    "water_stress_class": "water", "carriers_class": "carriers", "rtt_ms_to_nearest_hub": "RTT ms",
    "n_gpus": "GPUs", "per_1000_gpu_days": "per 1000 GPU days",
}  # fmt: skip
LEAST_SHOWN = 8
"""Characters of a column that must fit for it to be shown."""
_LAST = ("source", "evidence", "recalled_cells", "notes")
_IN_OWN_UNIT = {"value", "low", "mid", "high"}

Record = dict[str, Any]


def aligned(records: Sequence[Record], columns: Sequence[str]) -> list[str]:
    """Give a head and one line per record, numbers to the right, no wider than the terminal.

    Columns that would begin beyond the right edge are left out.
    """
    body = [[_text(record.get(column, "-")) for column in columns] for record in records]
    rows = [[HEADS.get(column, column) for column in columns], *body]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    right = [all(_looks_like_number(row[i]) for row in body) for i in range(len(columns))]
    starts = [sum(widths[:i]) + 2 * i for i in range(len(columns))]
    shown = [i for i, start in enumerate(starts) if start < _width() - LEAST_SHOWN]
    lines = []
    for row in rows:
        cells = [row[i].rjust(widths[i]) if right[i] else row[i].ljust(widths[i]) for i in shown]
        lines.append(_cut("  ".join(cells).rstrip()))
    return lines


def sheet(title: str, record: Record, note: str | None = None) -> list[str]:
    """Give everything known about one row: a line per field, with unit and what is recalled."""
    from dcbench.catalog.columns import unit_of

    recalled = record.get("recalled_cells", [])
    label = max(map(len, record)) + 4
    lines = [title] + (_wrapped("  ", f"Read as: {note}") if note else [])
    first = [key for key in record if key not in ("id", *_LAST)]
    for key in first + [key for key in _LAST if key in record]:
        unit = record.get("unit", "") if key in _IN_OWN_UNIT else unit_of(key)
        mark = " (recalled)" if key in recalled else ""
        lines += _wrapped(f"  {key}".ljust(label), f"{_text(record[key])} {unit}".rstrip() + mark)
    return lines


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, _width(), initial_indent=label, subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    )  # fmt: skip


def _cut(line: str) -> str:
    return line if len(line) <= _width() else line[: _width() - 1] + "…"


def _width() -> int:
    return max(60, shutil.get_terminal_size((80, 24)).columns)


def _looks_like_number(cell: str) -> bool:
    return cell.lstrip("-")[:1].isdigit() or cell == "-"


def _text(value: object) -> str:
    from dcbench.units import rounded

    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return rounded(value, 6) if abs(value) < 1e15 else f"{value:.6g}"
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:,}"
    return str(value)
