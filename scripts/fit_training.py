"""Fit the step-time constants to the packaged runs and write them, with the spread of the errors.

Run by hand after the model, its priors or the runs change:

    python scripts/fit_training.py [--check]

writes the `value` column of data/step_constants.csv and all of data/step_errors.csv; `--check`
writes nothing and exits 1 when they are not what this run gives.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from dcbench.catalog import load_catalog
from dcbench_planner.training.step.constants import fitted_constants
from dcbench_planner.training.step.errors import StepError
from dcbench_planner.validation.training.evaluation import Evaluation, evaluate
from dcbench_planner.validation.training.fitting import fit
from dcbench_planner.validation.training.intervals import step_errors
from dcbench_planner.validation.training.runs import load_runs

DATA = Path(__file__).parents[1] / "planner" / "dcbench_planner" / "data"
CONSTANTS, ERRORS = DATA / "step_constants.csv", DATA / "step_errors.csv"
TOLERANCE = 0.01
"""Relative; least squares stops at slightly different points on other machines."""


def main() -> None:
    """Write both tables, or check them."""
    catalog = load_catalog()
    values, errors = fitted(evaluate(load_runs(catalog), catalog))
    if "--check" in sys.argv[1:]:
        names = stale(values, errors)
        sys.exit(f"not current: {', '.join(names)}" if names else 0)
    CONSTANTS.write_text(_constants_csv(values), encoding="utf-8")
    ERRORS.write_text(_errors_csv(errors), encoding="utf-8")


def fitted(evaluation: Evaluation) -> tuple[dict[str, float], tuple[StepError, ...]]:
    """Fit to all runs of the headline; the spread is that of the errors out of fold."""
    constants = fit(evaluation.headline)
    values = {item.key: getattr(constants, item.key) for item in fitted_constants()}
    return values, step_errors(evaluation.headline.runs, evaluation.errors["loso"])


def stale(values: dict[str, float], errors: Sequence[StepError]) -> list[str]:
    """Name the cells of the committed tables that differ by more than the tolerance."""
    held = {row["key"]: float(row["value"]) for row in _rows(CONSTANTS)}
    names = [key for key, value in values.items() if _differ(held[key], value)]
    spread = {(row["kind"], row["precision"]): float(row["log_sd"]) for row in _rows(ERRORS)}
    return names + [
        f"{item.kind} {item.precision}"
        for item in errors
        if _differ(spread.get((item.kind, item.precision), 0.0), item.log_sd)
    ]


def _differ(held: float, found: float) -> bool:
    return abs(held - found) > TOLERANCE * abs(found)


def _constants_csv(values: dict[str, float]) -> str:
    rows = _rows(CONSTANTS)
    for row in rows:
        if row["key"] in values:
            row["value"] = f"{values[row['key']]:.5g}"
    return _csv(rows)


def _errors_csv(errors: Sequence[StepError]) -> str:
    return _csv([
        {
            "kind": item.kind, "precision": item.precision, "runs": str(item.runs),
            "sources": str(item.sources),
            "median_abs_log_error": f"{item.median_abs_log_error:.4g}" if item.runs else "",
            "log_sd": f"{item.log_sd:.4g}",
        }
        for item in errors
    ])  # fmt: skip


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


if __name__ == "__main__":
    main()
