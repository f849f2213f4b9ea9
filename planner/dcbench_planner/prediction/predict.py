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
from dcbench_planner.training.columns import Column, Index, repeat, stack
from dcbench_planner.training.layout import JobColumns, LayoutColumns, SoftwareColumns
from dcbench_planner.training.memory import peak_memory, total
from dcbench_planner.training.rates import RateColumns, error_log_sd
from dcbench_planner.training.step import StepColumns, step_time
from dcbench_planner.training.step_constants import StepConstants, step_constants
from dcbench_planner.training.transformer_columns import ShapeColumns

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
    cases = [case for _, case in numbered]
    job, owner = joined(cases)
    parts = peak_memory(job, constants)
    memory = total(parts)
    step = step_time(job, constants)
    capacity = job.rates.memory_bytes
    best = _best(owner, memory / (constants.memory_usable_share * capacity), step.time_s)
    for (number, case), row in zip(numbered, best, strict=True):
        answers[number] |= _answer(case, step, int(row), float(memory[row]))


def joined(cases: Sequence[Case]) -> tuple[JobColumns, Index]:
    """All candidate layouts of all cases as one job, and the case each belongs to."""
    owner = np.repeat(np.arange(len(cases)), [len(case.layouts["tp"]) for case in cases])
    layouts = {
        name: np.concatenate([case.layouts[name] for case in cases]) for name in cases[0].layouts
    }
    return JobColumns(
        shape=repeat(stack(ShapeColumns, [case.shape for case in cases]), owner),
        rates=repeat(stack(RateColumns, [case.rates for case in cases]), owner),
        layout=LayoutColumns(**layouts),
        software=repeat(stack(SoftwareColumns, cases), owner),
        sequence=np.array([case.sequence for case in cases])[owner],
    ), owner


def _best(owner: Index, fill: Column, time_s: Column) -> Index:
    """Row of each case: the fastest that fits, else the one that needs the least memory."""
    fits = fill <= 1
    order = np.lexsort((np.where(fits, time_s, fill), ~fits, owner))
    _, first = np.unique(owner[order], return_index=True)
    return order[first]


def _answer(case: Case, step: StepColumns, row: int, memory: float) -> Row:
    need, have = memory / 1e9, case.rates.memory_bytes / 1e9
    if memory > case.refuse_bytes:
        reason = f"needs about {need:.0f} GB of {have:.0f} GB memory"
        return {"status": "infeasible", "reason": reason, "peak_memory_gb": f"{need:.9g}"}
    tight = (f"memory estimate {need:.0f} GB is above {have:.0f} GB",) if need > have else ()
    time = float(step.time_s[row])
    spread = np.exp(P90 * error_log_sd(case.rates, is_moe=case.shape.n_experts > 0))
    numbers = {
        "step_time_s": time,
        "tokens_per_s_per_gpu": step.tokens_per_s_per_gpu[row],
        "model_tflops_per_gpu": step.model_flops_per_s_per_gpu[row] / 1e12,
        "mfu": step.mfu[row],
        "peak_memory_gb": memory / 1e9,
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
