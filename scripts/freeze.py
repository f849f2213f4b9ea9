"""Write constraints/dev.txt: the versions installed in this environment of what the project needs.

Run it by `make constraints` in an environment that `make venv` made.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "gpu-dcbench"
EXTRAS = ("bench", "renewables", "dev")
TARGET = Path(__file__).parents[1] / "constraints" / "dev.txt"
HEADER = """\
# Versions that development and CI use; written by `make constraints`.
# Users of the package get the ranges in pyproject.toml instead.
"""


def needed(name: str, extras: tuple[str, ...], found: dict[str, str]) -> None:
    """Add the version of everything that `name` with these extras needs to `found`."""
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        if not any(_applies(requirement, extra) for extra in ("", *extras)):
            continue
        key = requirement.name.lower().replace("_", "-")
        if key not in found:
            found[key] = metadata.version(requirement.name).partition("+")[0]
            needed(requirement.name, tuple(requirement.extras), found)


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def main() -> None:
    """Write the file."""
    found: dict[str, str] = {}
    needed(PROJECT, EXTRAS, found)
    lines = [f"{name}=={version}\n" for name, version in sorted(found.items())]
    TARGET.write_text(HEADER + "".join(lines))
    sys.stdout.write(f"{TARGET.name}: {len(lines)} packages\n")


if __name__ == "__main__":
    main()
