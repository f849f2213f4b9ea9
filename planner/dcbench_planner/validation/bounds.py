"""What each figure of a scoreboard must reach: `bounds.csv` of its part."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from typing import Literal, cast


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What one figure must reach, and what it aims at."""

    figure: str
    limit: Literal["at most", "at least"]
    must: float
    aim: float
    tolerated: float
    """Where `must` is known to be missed: the value that may not get worse; else `must`."""
    unit: str
    quantity: str
    """The figure in words."""

    def reached(self, value: float) -> bool:
        """Say whether a value is what it must be; NaN is not."""
        return self._keeps(value, self.must)

    def holds(self, value: float) -> bool:
        """Say whether a value is at least tolerated; past this `dcbench validate` exits with 1."""
        return self._keeps(value, self.tolerated)

    def _keeps(self, value: float, limit: float) -> bool:
        return value <= limit if self.limit == "at most" else value >= limit


def read_bounds(part: str) -> tuple[Bound, ...]:
    """Read the bounds of `training` or `facility`; a figure in a range has two."""
    table = resources.files("dcbench_planner") / "validation" / part / "bounds.csv"
    return tuple(
        Bound(
            figure=row["figure"], limit=cast("Literal['at most', 'at least']", row["limit"]),
            must=float(row["must"]), aim=float(row["aim"]),
            tolerated=float(row["tolerated"] or row["must"]), unit=row["unit"],
            quantity=row["quantity"],
        )
        for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    )  # fmt: skip
