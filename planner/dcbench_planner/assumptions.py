"""The book of assumptions: every planning input that nobody measured here.

The tables in `data/assumptions/` hold key, value, range, unit and source of each, a topic a file;
those of `data/step_constants.csv` are entered with the prefix `step.`.
A scenario may replace any of them; uncertainty draws replace values by arrays of draws, and the
same formulas then work on arrays. The book remembers which entries were read, so that a plan lists
exactly what it rests on.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from dcbench.errors import Fault, InputError, unknown_name
from dcbench.records.base import Provenance
from dcbench.records.origin import Assumption

Number = Any
"""A float, or a float64 array of uncertainty draws of shape (draws,)."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One assumption."""

    key: str
    value: float
    low: float
    """10th percentile of the plausible range."""
    high: float
    """90th percentile."""
    unit: str
    provenance: Provenance
    source: str

    def as_record(self) -> Assumption:
        """Give the entry as it is listed in a plan."""
        return Assumption(
            key=self.key, value=self.value, unit=self.unit, provenance=self.provenance,
            source=self.source, low=self.low, high=self.high,
        )  # fmt: skip


@dataclass
class AssumptionBook:
    """Assumptions by key; reading one by `book[key]` marks it as used."""

    entries: dict[str, Entry]
    draws: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]] = field(default_factory=dict)
    """Draws that stand in for values, by key; empty for the point estimate."""
    used: set[str] = field(default_factory=set)

    def __getitem__(self, key: str) -> Number:
        """Give the value, or its draws; unknown keys are a fault of the caller."""
        self.used.add(key)
        drawn = self.draws.get(key)
        return self.entries[key].value if drawn is None else drawn

    def list_used(self) -> tuple[Assumption, ...]:
        """Give the assumptions that were read, in the order of the data file."""
        return tuple(entry.as_record() for key, entry in self.entries.items() if key in self.used)

    def with_user_values(self, values: Mapping[str, float], where: str) -> AssumptionBook:
        """Replace values by the user's own, which then have no range.

        Raises:
            InputError: with every unknown key and every share above 1.
        """
        faults = [
            unknown_name(where, "assumption", key, list(self.entries), field=f"assumptions.{key}")
            for key in values
            if key not in self.entries
        ]
        faults += [
            Fault(where=where, field=key, value=value, problem="a share is at most 1",
                  fix="give 0 to 1")
            for key, value in values.items()
            if key in self.entries and self.entries[key].unit == "share" and value > 1
        ]  # fmt: skip
        if faults:
            raise InputError(faults)
        changed = {
            key: replace(
                self.entries[key],
                value=value,
                low=value,
                high=value,
                provenance="user",
                source=where,
            )
            for key, value in values.items()
        }
        return AssumptionBook(entries=self.entries | changed)

    def with_entry(self, entry: Entry) -> AssumptionBook:
        """Add or replace one entry, such as a price that the catalog holds."""
        return replace(self, entries=self.entries | {entry.key: entry})

    def with_draws(
        self, draws: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]]
    ) -> AssumptionBook:
        """Let draws stand in for values; `used` is kept apart from this book's."""
        return replace(self, draws=draws, used=set())


def load_assumptions() -> AssumptionBook:
    """Read the packaged defaults.

    Raises:
        InputError: a packaged table is damaged.
    """
    data = resources.files("dcbench_planner") / "data"
    tables = sorted((data / "assumptions").iterdir(), key=lambda table: table.name)
    entries = [entry for table in tables for entry in _read(table)]
    entries += _read(data / "step_constants.csv", prefix="step.")
    book = AssumptionBook(entries={entry.key: entry for entry in entries})
    if len(book.entries) != len(entries):
        raise InputError(Fault(where="assumptions", problem="has a key twice"))
    return book


def _read(table: Traversable, prefix: str = "") -> list[Entry]:
    lines = table.read_text(encoding="utf-8").splitlines()
    return [_entry(row, prefix) for row in csv.DictReader(lines)]


def _entry(row: dict[str, str], prefix: str) -> Entry:
    value = float(row["value"])
    provenance: Provenance = "published" if row["evidence"] == "read" else "assumed"
    return Entry(
        key=prefix + row["key"], value=value, low=float(row["low"] or value),
        high=float(row["high"] or value), unit=row["unit"], provenance=provenance,
        source=f"{row['source']} ({row['year']}, {row['evidence']})",
    )  # fmt: skip
