"""Run records as pandas tables, for notebooks and for comparing many runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from dcbench.records.run import Case, RunRecord


def cases_frame(runs: Iterable[RunRecord]) -> pd.DataFrame:
    """Give one row per case of all runs.

    Columns: `run` (time of the run), `hostname`, `device` (names, each once), the entries of the
    case key (`op`, `dtype`, ...), `status`, `reason`, `value`, `unit`, `ci95_low`, `ci95_high`
    (in `unit`), `num_samples`, and the derived figures under their own names. What a case does
    not have is missing (NaN).
    """
    return pd.DataFrame([_row(run, case) for run in runs for case in run.cases])


def _row(run: RunRecord, case: Case) -> dict[str, Any]:
    low, high = case.ci95 or (None, None)
    took_part = [d for d in run.devices if not case.devices or d.index in case.devices]
    return {
        "run": pd.Timestamp(run.environment.created_at),
        "hostname": run.environment.hostname,
        "device": ", ".join(dict.fromkeys(device.name for device in took_part)),
        **case.key,
        "status": case.status,
        "reason": case.reason,
        "value": case.value,
        "unit": case.unit,
        "ci95_low": low,
        "ci95_high": high,
        "num_samples": len(case.samples),
        **case.derived,
    }
