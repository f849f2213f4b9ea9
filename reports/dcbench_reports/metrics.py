"""The registry of shown numbers: label, unit and manner of display by dotted key.

`data/metrics.csv` holds one row per pattern; the first row that matches a key decides. Record units
that the key does not tell (`flop/s` of a case) are looked up as `unit:flop/s`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib import resources

ACRONYMS = frozenset({
    "tp", "pp", "vpp", "dp", "cp", "ep", "it", "ups", "pdu", "pue", "gpu", "cpu", "crah", "hbm",
    "nic", "ai", "kv", "ib", "gemm", "fsdp", "mfu", "nccl", "hvac", "cdu", "cdus", "crahs", "dcie",
    "wue", "cue",
})  # fmt: skip
"""Written in capitals."""
UNIT_SUFFIXES = (
    "_bytes_per_s", "_flop_per_s", "_usd_per_year", "_kwh_per_year", "_kgco2e_per_year",
    "_kgco2e_per_kwh", "_l_per_year", "_l_per_kwh", "_h_per_year", "_share_per_year", "_bytes",
    "_kwh", "_kw", "_usd", "_kgco2e", "_c", "_s", "_w",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Metric:
    """How one kind of number is shown."""

    pattern: str
    label: str
    style: str
    """Name of a function in `dcbench_reports.display`."""
    scale: float
    """Stored value times scale is the value in `unit`."""
    unit: str


@lru_cache(maxsize=4096)
def metric(key: str) -> Metric:
    """Give the first row of the registry whose pattern matches a dotted key."""
    return next(row for row in _rows() if fnmatchcase(key, row.pattern))


def unit_metric(unit: str) -> Metric:
    """Give the display of a unit named in a record; unknown units are shown as they are."""
    found = metric(f"unit:{unit}")
    return found if found.pattern != "*" else Metric(
        pattern="*", label="", style="given", scale=1.0, unit=unit
    )  # fmt: skip


def label(key: str) -> str:
    """Give the label of a key; without one, its last part in words less the unit."""
    return metric(key).label or in_words(without_unit(key.rpartition(".")[2]))


def without_unit(name: str) -> str:
    """Take the unit off an identifier: `warmup_s` is `warmup`."""
    found = next((unit for unit in UNIT_SUFFIXES if name.endswith(unit) and name != unit), "")
    return name.removesuffix(found)


def in_words(name: str) -> str:
    """Turn an identifier into words: `dp_comm` is `DP comm`, `electrical_losses` has no capital."""
    words = " ".join(
        word.upper() if word.lower() in ACRONYMS else word
        for word in name.replace("_", " ").split()
    )
    return words[:1].upper() + words[1:]


@cache
def _rows() -> tuple[Metric, ...]:
    table = resources.files("dcbench_reports") / "data" / "metrics.csv"
    return tuple(
        Metric(
            pattern=row["pattern"], label=row["label"], style=row["style"],
            scale=float(row["scale"]), unit=row["unit"],
        )
        for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    )  # fmt: skip
