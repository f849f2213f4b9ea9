"""A record as plain data, and its numbers by dotted key.

Every number on a page is made here, from the same data that the record's JSON file holds, so a
page cannot show a number that the file does not have.
"""

from __future__ import annotations

from typing import Any

from dcbench.records.base import FileFormat
from dcbench_reports.blocks import Badge, Quantity
from dcbench_reports.display import DEFAULT_DIGITS, show, supported_digits
from dcbench_reports.metrics import Metric, label, metric, unit_metric

Part = str | int


class Facts:
    """Read access to one record."""

    def __init__(self, record: FileFormat) -> None:
        self.data: dict[str, Any] = record.model_dump(mode="json", by_alias=True, exclude_none=True)

    def number(
        self, key: str, *parts: Part, unit: str | None = None, digits: int | None = None
    ) -> Quantity | None:
        """Give a number to show; None when the record does not have it.

        Args:
            key: dotted path, such as `step.time_s`.
            parts: further steps of the path that may hold dots, and positions in lists.
            unit: unit as the record states it, where the key does not tell.
            digits: significant digits; by default those the band of this key supports, or three.
        """
        path = (*key.split("."), *parts)
        value = _lookup(self.data, path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        dotted = ".".join(str(part) for part in path)
        how = metric(dotted) if unit is None else unit_metric(unit)
        return quantity(dotted, value, how, digits or self._digits(dotted))

    def at(self, where: tuple[Part, ...], key: str) -> Quantity | None:
        """Give a number below a place in the record; it is labelled and shown as `key` is."""
        path = (*where, *key.split("."))
        value = _lookup(self.data, path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        dotted = ".".join(str(part) for part in path)
        return quantity(dotted, value, metric(key), self._digits(key))

    def plain(self, key: str, *parts: Part) -> Any:  # noqa: ANN401 - JSON data
        """Give the data under a key as they are; None when there are none."""
        return _lookup(self.data, (*key.split("."), *parts))

    def count(self, key: str, *parts: Part) -> Quantity:
        """Give the length of a list; its key is written `len(KEY)`."""
        path = (*key.split("."), *parts)
        items = _lookup(self.data, path) or ()
        dotted = ".".join(str(part) for part in path)
        return quantity(f"len({dotted})", len(items), metric("*.accelerators"), DEFAULT_DIGITS)

    def band(self, key: str) -> tuple[Quantity, Quantity] | None:
        """Give the 10th and 90th percentile of a number that has a band."""
        band = self.data.get("bands", {}).get(key)
        if band is None:
            return None
        how, digits = metric(key), self._digits(key)
        return (
            quantity(f"bands.{key}.p10", band["p10"], how, digits),
            quantity(f"bands.{key}.p90", band["p90"], how, digits),
        )

    def median(self, key: str) -> Quantity:
        """Give the 50th percentile of a number that has a band."""
        value = self.data["bands"][key]["p50"]
        return quantity(f"bands.{key}.p50", value, metric(key), self._digits(key))

    def label(self, key: str) -> str:
        """Give the label of a key."""
        return label(key)

    def source(self, key: str) -> tuple[Badge, str] | None:
        """Give provenance and source of a key: its own entry, or that of its longest prefix."""
        entries = self.data.get("provenance", {})
        while key and key not in entries:
            key = key.rpartition(".")[0]
        if not key:
            return None
        return Badge(name=entries[key]["provenance"]), entries[key]["source"]

    def _digits(self, key: str) -> int:
        band = self.data.get("bands", {}).get(key)
        if band is None:
            return DEFAULT_DIGITS
        return supported_digits(band["p50"], band["p10"], band["p90"])


def quantity(key: str, value: float, how: Metric, digits: int) -> Quantity:
    """Make a number to show."""
    number, unit = show(how.style, value * how.scale, how.unit, digits)
    return Quantity(key=key, value=value, number=number, unit=unit)


def _lookup(data: Any, path: tuple[Part, ...]) -> Any:  # noqa: ANN401 - JSON data
    for part in path:
        if isinstance(data, list) and isinstance(part, int | str):
            data = data[int(part)]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return None
    return data
