"""Write a year of synthetic meter readings, to try `dcbench facility --meter` out.

The file says in its first line that it is synthetic, and which faults it holds:

    python scripts/synthetic_meter.py meter.csv --seed 1 --faults gap,improvement
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dcbench.errors import InputError
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.audit.synthetic import FAULTS, synthetic_meter
from dcbench_planner.facility.design import checked_design


def main(arguments: list[str]) -> int:
    """Make the file; 0 on success, 2 on bad input."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("out", type=Path, metavar="OUT.csv")
    parser.add_argument("--site", default="ashburn")
    parser.add_argument("--cooling", default="water-economizer")
    parser.add_argument("--it-kw", type=float, default=1000.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--interval-min", type=int, choices=(1, 5, 15, 30, 60), default=15)
    parser.add_argument("--faults", default="", help=f"some of {', '.join(FAULTS)}")
    asked = parser.parse_args(arguments)
    try:
        design = checked_design(
            it_kw=asked.it_kw, load_factor=0.75, site=asked.site, cooling=asked.cooling,
            redundancy="N+1",
        )  # fmt: skip
        meter = synthetic_meter(
            design, load_assumptions(), seed=asked.seed, interval_min=asked.interval_min,
            faults=[name for name in asked.faults.split(",") if name],
        )  # fmt: skip
        meter.write(asked.out)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
