"""Published efficiencies per device and number format, read from `data/rates.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, kw_only=True)
class PublishedRate:
    """One row: a quantity of a family of devices from some year on."""

    family: str
    """Start of the accelerator's id; `*` for every device."""
    precision: str
    quantity: str
    since_year: int
    value: float
    source: str
    evidence: str


def published_rate(
    accelerator_id: str, quantity: str, precision: str = "*", year: float = 9999
) -> PublishedRate:
    """Find the newest row up to a year for the device's family, else the class default.

    Args:
        accelerator_id: catalog id.
        quantity: `gemm`, `attention`, `memory`, ...
        precision: row precision, `*` where the quantity has none.
        year: year of the software.
    """
    rows = [r for r in _rows() if (r.quantity, r.precision) == (quantity, precision)]
    own = [row for row in rows if accelerator_id.upper().startswith(row.family.upper())]
    longest = max((len(row.family) for row in own), default=0)
    own = [row for row in own if len(row.family) == longest]
    fallback = [row for row in rows if row.family == "*"]
    candidates = own or fallback
    in_time = [row for row in candidates if row.since_year <= year]
    return in_time[-1] if in_time else candidates[0]


@lru_cache(maxsize=1)
def _rows() -> tuple[PublishedRate, ...]:
    table = resources.files("dcbench_planner") / "data" / "rates.csv"
    lines = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    rows = [_row(line) for line in lines]
    return tuple(sorted(rows, key=lambda row: row.since_year))


def _row(line: dict[str, str]) -> PublishedRate:
    return PublishedRate(
        family=line["family"], precision=line["precision"], quantity=line["quantity"],
        since_year=int(line["since_year"]), value=float(line["value"]),
        source=line["source"], evidence=line["evidence"],
    )  # fmt: skip
