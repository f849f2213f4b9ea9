"""Derive `facility.overhead_factor` from published sites and write it into the assumptions.

Run by hand after the facility model or `pue.csv` changes:

    python scripts/facility_spread.py [--check]

writes `low` and `high` of the entry; `--check` writes nothing and exits 1 when they are not what
this run gives. The value stays 1: a design's own dPUE is the middle of its band.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.spread import FACTOR
from dcbench_planner.validation.facility.evaluation import evaluate
from dcbench_planner.validation.facility.modelled import FacilityModel
from dcbench_planner.validation.facility.spread import overhead_factors

TABLE = (
    Path(__file__).parents[1] / "planner" / "dcbench_planner" / "data" / "assumptions"
    / "facility.csv"
)  # fmt: skip


def main() -> None:
    """Write the entry, or check it."""
    book = load_assumptions()
    low, middle, high = overhead_factors(evaluate(FacilityModel(load_catalog(), book)).samples)
    entry = book.entries[FACTOR]
    sys.stdout.write(f"published over modelled overhead: P10 {low}, P50 {middle}, P90 {high}\n")
    if "--check" in sys.argv[1:]:
        sys.exit(0 if (entry.low, entry.high) == (low, high) else f"not current: {FACTOR}")
    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        if row["key"] == FACTOR:
            row |= {"low": f"{low:g}", "high": f"{high:g}"}
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    TABLE.write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
