"""Thermal classes of IT equipment: `data/ashrae_classes.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, cast

from dcbench.errors import InputError, unknown_name

Kind = Literal["air", "facility water", "technology water"]


@dataclass(frozen=True, kw_only=True)
class ThermalClass:
    """One class, its limits in °C at the equipment's inlet; None where the class sets none."""

    name: str
    kind: Kind
    recommended_high_c: float | None
    allowable_low_c: float
    allowable_high_c: float | None
    highest_dew_point_c: float | None
    highest_relative_humidity: float | None
    source: str
    """With year and whether it was read or recalled."""


@lru_cache(maxsize=1)
def thermal_classes() -> dict[str, ThermalClass]:
    """Read the classes, by name."""
    table = resources.files("dcbench_planner") / "data" / "ashrae_classes.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["class"]: _class(row) for row in rows}


def find_class(name: str, where: str) -> ThermalClass:
    """Look an air class (`--air-class`) or a water class (`--water-class`) up, in any case.

    Raises:
        InputError: no such class of that medium.
    """
    air = where == "--air-class"
    known = [c.name for c in thermal_classes().values() if (c.kind == "air") == air]
    found = next((k for k in known if k.casefold() == name.strip().casefold()), None)
    if found is None:
        raise InputError(unknown_name(where, "ASHRAE class", name, known))
    return thermal_classes()[found]


def _class(row: dict[str, str]) -> ThermalClass:
    return ThermalClass(
        name=row["class"], kind=cast("Kind", row["kind"]),
        recommended_high_c=_number(row["recommended_high_c"]),
        allowable_low_c=float(row["allowable_low_c"]),
        allowable_high_c=_number(row["allowable_high_c"]),
        highest_dew_point_c=_number(row["highest_dew_point_c"]),
        highest_relative_humidity=_number(row["highest_relative_humidity"]),
        source=f"{row['source']} ({row['year']}, {row['evidence']})",
    )  # fmt: skip


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
