"""Which constants of the step model a step rests on, and how each is known."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from dcbench.records.base import Provenance
from dcbench.records.plan import StepPart
from dcbench.records.plan_explain import CurveSource

PROVENANCE: dict[str, Provenance] = {
    "read": "published", "fitted": "published", "computed": "assumed", "recalled": "assumed",
    "assumed": "assumed",
}  # fmt: skip
"""By evidence of a row; `fitted` to published runs."""


def constant_sources(step: StepPart) -> tuple[CurveSource, ...]:
    """List the constants that decide parts of this step, with value, range and source.

    `data/explain_constants.csv` names the part of a step that each constant decides.
    """
    known = {row["key"]: row for row in _table("step_constants.csv")}
    return tuple(
        _source(known[used["key"]], used["label"])
        for used in listed_constants()
        if used["key"] in known and step.breakdown_s.get(used["part"])
    )


def listed_constants() -> tuple[dict[str, str], ...]:
    """Give key, label and part of every constant that may be listed."""
    return _table("explain_constants.csv")


def _source(row: Mapping[str, str], label: str) -> CurveSource:
    moved = row["fitted"] == "1" and row["value"] != row["prior"]
    evidence = "fitted" if moved else row["evidence"]
    prior = f"; prior {row['prior']}" if moved else ""
    return CurveSource(
        key=row["key"], label=label, value=float(row["value"]), unit=row["unit"],
        provenance=PROVENANCE.get(evidence, "assumed"), evidence=evidence,
        source=f"{row['source']}; range {row['low']} to {row['high']}{prior}",
    )  # fmt: skip


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    table = resources.files("dcbench_planner") / "data" / name
    return tuple(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
