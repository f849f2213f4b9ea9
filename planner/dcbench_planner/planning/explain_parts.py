"""Names and meanings of the parts of a step and of its memory, from `data/explain_parts.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Kind = Literal["time", "memory"]


@dataclass(frozen=True, kw_only=True)
class PartText:
    """What a part is called and what it is."""

    label: str
    note: str


def part_text(kind: Kind, key: str) -> PartText:
    """Give label and meaning; a part without a row is called by its key."""
    return _table(kind).get(key) or PartText(label=key.replace("_", " "), note="")


def in_order(kind: Kind, keys: Iterable[str]) -> list[str]:
    """Sort parts as a waterfall shows them; those without a row come last."""
    order = {key: place for place, key in enumerate(_table(kind))}
    return sorted(keys, key=lambda key: order.get(key, len(order)))


@cache
def _table(kind: Kind) -> Mapping[str, PartText]:
    table = resources.files("dcbench_planner") / "data" / "explain_parts.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {
        row["key"]: PartText(label=row["label"], note=row["note"])
        for row in rows
        if row["kind"] == kind
    }
