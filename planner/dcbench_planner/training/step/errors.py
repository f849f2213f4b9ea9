"""How far predicted step times are off, by class of runs: `data/step_errors.csv`.

The table holds what `scripts/fit_training.py` found on published runs, every source predicted with
constants fitted to the others (docs/accuracy.md).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_BITS = {"fp8": "8 bit", "mxfp8": "8 bit", "int8": "8 bit", "nvfp4": "4 bit", "fp4": "4 bit"}


@dataclass(frozen=True, kw_only=True)
class StepError:
    """Spread of ln(predicted / published) step time in one class of runs."""

    kind: str
    """`dense` or `MoE`."""
    precision: str
    """`16 bit`, `8 bit` or `4 bit`; 32-bit formats count as 16 bit."""
    runs: int
    sources: int
    median_abs_log_error: float
    """Of the class itself; NaN without runs."""
    log_sd: float
    """Standard deviation whose 80 % interval, +-1.2816 of it, covers a source not seen."""


def precision_class(dtype: str) -> str:
    """Give the class of a number format."""
    return _BITS.get(dtype.strip().lower(), "16 bit")


def step_error(dtype: str, *, is_moe: bool) -> StepError:
    """Give the spread of the class that a run belongs to.

    Args:
        dtype: number format of the matrix products, such as `bf16`.
        is_moe: the model is a mixture of experts.
    """
    return _table()["MoE" if is_moe else "dense", precision_class(dtype)]


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], StepError]:
    table = resources.files("dcbench_planner") / "data" / "step_errors.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {
        (row["kind"], row["precision"]): StepError(
            kind=row["kind"], precision=row["precision"], runs=int(row["runs"]),
            sources=int(row["sources"]),
            median_abs_log_error=float(row["median_abs_log_error"] or "nan"),
            log_sd=float(row["log_sd"]),
        )
        for row in rows
    }  # fmt: skip
