"""`dcbench predict`: step time and memory of a table of training configurations."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dcbench.errors import Fault, InputError
from dcbench.records.files import write_text
from dcbench_planner.prediction.case import Case, read_case
from dcbench_planner.prediction.cells import CellError, UnsupportedError, read_cases
from dcbench_planner.prediction.layout_choice import chosen_job
from dcbench_planner.training.columns import Column
from dcbench_planner.training.memory.fit import reported_bytes
from dcbench_planner.training.search.chunks import evaluate
from dcbench_planner.training.step.constants import StepConstants, step_constants
from dcbench_planner.training.step.rates import error_log_sd
from dcbench_planner.training.step.step import StepColumns

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

HEADLINE = (
    "id", "status", "reason", "step_time_s", "tokens_per_s_per_gpu", "model_tflops_per_gpu",
    "mfu", "peak_memory_gb", "step_time_s_p10", "step_time_s_p90",
)  # fmt: skip
P90 = 1.2816
"""Standard normal quantile of 90 %."""

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PredictSummary:
    """What was predicted."""

    out: str
    rows: int
    statuses: dict[str, int]
    predictions: tuple[Row, ...]


def predict_file(cases: Path, out: Path, catalog: Catalog) -> PredictSummary:
    """Predict every row of a table and write one row for each.

    Args:
        cases: CSV with the columns of docs/training-model.md; empty tp, pp or dp are chosen.
        out: CSV to be written; replaced when it exists.
        catalog: accelerators and models that names resolve in.

    Raises:
        InputError: the table is unusable as a whole, or `out` cannot be written.
    """
    if out.exists() and out.resolve() == cases.resolve():
        fault = Fault(
            where="--out", value=str(out), problem="is the input file", fix="another name"
        )
        raise InputError(fault)
    rows = predict_rows(read_cases(cases), catalog)
    write_text(out, _as_csv(rows))
    statuses = dict(Counter(row["status"] for row in rows))
    return PredictSummary(out=str(out), rows=len(rows), statuses=statuses, predictions=tuple(rows))


def predict_rows(
    rows: Sequence[dict[str, str]], catalog: Catalog, constants: StepConstants | None = None
) -> list[Row]:
    """Predict rows of cells; one answer each, in the same order.

    All rows that can be predicted, with every layout each leaves open, are evaluated at once.

    Args:
        rows: cells by column name.
        catalog: accelerators and models that names resolve in.
        constants: of the step-time model; the packaged ones if None.
    """
    constants = constants or step_constants()
    answers: list[Row] = []
    cases: list[tuple[int, Case]] = []
    seen: set[str] = set()
    for number, cells in enumerate(rows):
        answers.append({"id": cells.get("id", ""), "status": "ok", "reason": ""})
        try:
            _check_id(answers[-1]["id"], seen)
            cases.append((number, read_case(cells, catalog, constants)))
        except CellError as error:
            status = "unsupported" if isinstance(error, UnsupportedError) else "invalid"
            answers[-1] |= {"status": status, "reason": str(error)}
    if cases:
        _evaluate(cases, answers, constants)
    return answers


def _check_id(name: str, seen: set[str]) -> None:
    if not name.strip():
        raise CellError("missing id")
    if name in seen:
        raise CellError("id is there twice")
    seen.add(name)


def _evaluate(
    numbered: list[tuple[int, Case]], answers: list[Row], constants: StepConstants
) -> None:
    job = chosen_job([case for _, case in numbered], constants)
    done = evaluate(job, constants)
    memory = np.broadcast_to(done.memory_bytes, job.sequence.shape)
    reported = np.broadcast_to(reported_bytes(job, done.memory_parts), job.sequence.shape)
    for row, (number, case) in enumerate(numbered):
        answers[number] |= _answer(case, done.step, row, float(memory[row]), float(reported[row]))


def _answer(case: Case, step: StepColumns, row: int, memory: float, reported: float) -> Row:
    need, have = memory / 1e9, case.rates.memory_bytes / 1e9
    if memory > case.refuse_bytes:
        reason = f"needs about {need:.0f} GB of {have:.0f} GB memory"
        return {"status": "infeasible", "reason": reason, "peak_memory_gb": f"{need:.9g}"}
    tight = (f"memory estimate {need:.0f} GB is above {have:.0f} GB",) if need > have else ()
    time = _at(step.time_s, row)
    spread = np.exp(P90 * error_log_sd(case.rates, is_moe=case.shape.n_experts > 0))
    numbers = {
        "step_time_s": time,
        "tokens_per_s_per_gpu": _at(step.tokens_per_s_per_gpu, row),
        "model_tflops_per_gpu": _at(step.model_flops_per_s_per_gpu, row) / 1e12,
        "mfu": _at(step.mfu, row),
        "peak_memory_gb": reported / 1e9,
        "step_time_s_p10": time / spread,
        "step_time_s_p90": time * spread,
    } | {f"t_{name}_s": _at(part, row) for name, part in step.parts_s.items()}
    texts = {name: f"{float(value):.9g}" for name, value in numbers.items()}
    return {"reason": "; ".join((*case.notes, *tight))} | texts


def _at(column: Column, row: int) -> float:
    return float(column[row] if len(column) > 1 else column[0])


def _as_csv(rows: Sequence[Row]) -> str:
    parts = dict.fromkeys(name for row in rows for name in row if name.startswith("t_"))
    text = io.StringIO()
    writer = csv.DictWriter(text, [*HEADLINE, *parts], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
