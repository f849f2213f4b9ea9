"""Small meter files made by hand, and synthetic years."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.audit.record import audit_series
from dcbench_planner.facility.audit.series import MeterSeries, series_of
from dcbench_planner.facility.audit.synthetic import SyntheticMeter, synthetic_meter
from dcbench_planner.facility.audit.table import parse_table
from dcbench_planner.facility.design import checked_design

WHERE = "meter.csv"


def hours(count: int, step_min: int = 60, first: str = "2025-01-01") -> list[str]:
    start = datetime.fromisoformat(first)
    return [(start + timedelta(minutes=step_min * i)).isoformat() for i in range(count)]


def rows(header: str, stamps: list[str], *columns: float | str | list[float | str]) -> str:
    """Give a file; a column is one value for all rows or a list of them."""
    lists = [c if isinstance(c, list) else [c] * len(stamps) for c in columns]
    lines = [",".join(map(str, row)) for row in zip(stamps, *lists, strict=True)]
    return "\n".join([header, *lines, ""])


def read(text: str) -> MeterSeries:
    return series_of(parse_table(text, WHERE))


def audited(text: str, **asked):
    return audit_series(read(text), book=load_assumptions(), **asked)


@cache
def synthetic(
    seed: int = 0, faults: tuple[str, ...] = (), interval_min: int = 60, *,
    site: str = "ashburn", cooling: str = "water-economizer",
) -> SyntheticMeter:  # fmt: skip
    design = checked_design(
        it_kw=1000, load_factor=0.75, site=site, cooling=cooling, redundancy="N+1"
    )
    return synthetic_meter(
        design, load_assumptions(), seed=seed, interval_min=interval_min, faults=faults
    )
