"""What the records of plans and facilities say about a number: where it came from, its spread."""

from __future__ import annotations

from dcbench.records.base import Finite, Name, Provenance, Record, Text


class Band(Record):
    """Spread of one number over the uncertain inputs."""

    p10: Finite
    p50: Finite
    p90: Finite


class NumberSource(Record):
    """Where one number came from."""

    unit: Name
    provenance: Provenance
    source: Text


class Assumption(Record):
    """An input that nobody measured here: its value, range and source."""

    key: Name
    value: Finite | Text
    unit: Name
    provenance: Provenance
    source: Text
    low: Finite | None = None
    high: Finite | None = None
