"""Print how far annual dPUE and WUE from generated hours are from those of recorded weather files.

    python scripts/climate_error.py [FOLDER]

Without FOLDER: the eight packaged years of NREL. FOLDER holds EPW, TMY3 or CSV files
(docs/facility/climate.md). Each file's own monthly normals and design temperatures feed the
generator, as a catalogued site's would.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.climate.psychrometrics import elevation_at
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.climate.weather_file import climate_from_file
from dcbench_planner.validation.facility.climate import (
    SYSTEMS,
    Difference,
    differences,
    packaged_climates,
)

BOUND = 0.005
"""Of annual dPUE."""
ANY_SITE = "ashburn"
"""For what is not climate; no figure here rests on it."""


def main() -> int:
    """Compare every file and print a table by cooling system."""
    climates = _read(Path(sys.argv[1])) if len(sys.argv) > 1 else packaged_climates()
    found = differences(climates, load_assumptions())
    sys.stdout.write(f"{len(climates)} years\n\n" + "\n".join(_table(found)) + "\n")
    worst = max(found, key=lambda item: item.dpue)
    within = sum(item.dpue <= BOUND for item in found)
    sys.stdout.write(f"\nworst: {worst.place} {worst.cooling} {worst.dpue:.4f}\n")
    sys.stdout.write(f"within {BOUND}: {within} of {len(found)}\n")
    return 0


def _read(folder: Path) -> dict[str, SiteClimate]:
    site = load_catalog().sites.resolve(ANY_SITE)
    site = replace(site, design_db_0p4_c=None, design_wb_0p4_c=None)
    climates = {}
    for path in sorted(folder.iterdir()):
        try:
            climate = climate_from_file(path, site=site)
        except InputError as error:
            sys.stderr.write(f"left out: {error}\n")
            continue
        elevation_m = elevation_at(climate.year.pressure_kpa)  # a CSV does not say
        climates[path.stem] = replace(climate, elevation_m=elevation_m)
    return climates


def _table(found: Sequence[Difference]) -> list[str]:
    lines = ["| cooling | dPUE mean | bias | worst | WUE mean, L/kWh | worst |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for cooling in SYSTEMS:
        these = [item for item in found if item.cooling == cooling]
        lines.append(_row(cooling, these))
    return [*lines, _row("all", found)]


def _row(name: str, these: Sequence[Difference]) -> str:
    signed = np.array([item.generated_dpue - item.recorded_dpue for item in these])
    dpue, wue = np.abs(signed), np.array([item.wue for item in these])
    return (
        f"| {name} | {dpue.mean():.4f} | {signed.mean():+.4f} | {dpue.max():.4f} "
        f"| {wue.mean():.3f} | {wue.max():.3f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
