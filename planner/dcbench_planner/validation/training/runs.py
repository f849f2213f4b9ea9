"""Published training runs with what was measured, and which of them count.

One run is one row of `training.csv`; its source is the prefix of its id. A run counts in the
headline unless its notes or the notes of its source say otherwise (`Run.excluded`).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from dcbench.errors import Fault, InputError
from dcbench.units import GIB
from dcbench_planner.prediction.cells import CellError, positive_number, whole_number
from dcbench_planner.training.step.errors import precision_class

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

EXCLUSIONS = {
    "FLAG": r"\bFLAG\b",
    "incomplete": r"\bINCOMPLETE\b",
    "offload": r"\boffload",
    "fine-tuning": r"\b(LoRA|SFT)\b",
    "withdrawn by its source": r"exclude from accuracy scoring",
}
"""Why a run does not count in the headline, and what in its notes says so."""
OLDER = "measured again with newer software"
NO_TIME = "no step time"
GENERATIONS = {"Ampere": "A100", "Hopper": "Hopper", "Blackwell": "Blackwell"}
"""Architecture in the catalog (its first word) and the name of the generation here."""

_DERIVED_S = re.compile(r"\bderived_step_s=([0-9.]+)")
_GROUP = re.compile(r"\bgroup=([^;\s]+)")
_CONTAINER = re.compile(r"\bcontainer=([0-9.]+)")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One published run."""

    id: str
    source: str
    cells: Mapping[str, str]
    """As `predict` takes them."""
    step_s: float | None
    peak_memory_bytes: float | None
    excluded: str
    """Why it does not count in the headline; empty if it does."""
    vendor: str
    generation: str
    n_accelerators: int
    precision: str
    """16 bit, 8 bit or 4 bit."""
    is_moe: bool


@lru_cache(maxsize=1)
def sealed_sources() -> frozenset[str]:
    """Sources whose errors nobody looks at until the model is final (docs/decisions/0013)."""
    return frozenset(row["source"] for row in _table("sources.csv") if row["sealed"] == "1")


def source_titles() -> dict[str, str]:
    """What each packaged source is."""
    return {row["source"]: row["title"] for row in _table("sources.csv")}


def packaged_rows() -> list[dict[str, str]]:
    """Cells of every packaged run, the sealed ones too."""
    return _table("training.csv")


def load_runs(
    catalog: Catalog,
    rows: Iterable[Mapping[str, str]] | None = None,
    *,
    sealed: frozenset[str] | None = None,
) -> tuple[Run, ...]:
    """Read runs, without those of sealed sources.

    Args:
        catalog: accelerators that names resolve in.
        rows: cells by column name, as of `training.csv`; the packaged ones by default.
        sealed: sources to leave out; those of `sources.csv` by default.

    Raises:
        InputError: an id is missing or there twice, or a published figure is no number.
    """
    hidden = sealed_sources() if sealed is None else sealed
    table = packaged_rows() if rows is None else rows
    shown = [cells for cells in table if source_of(cells.get("id", "")) not in hidden]
    _check(shown)
    return _newest_of_groups([_run(cells, catalog) for cells in shown])


def _check(table: Sequence[Mapping[str, str]]) -> None:
    counts = Counter(cells.get("id", "").strip() for cells in table)
    faults = [
        Fault(where="id", value=name, problem="is missing" if not name else "is there twice",
              fix="give every run an id of its own")
        for name, count in counts.items() if count > 1 or not name
    ]  # fmt: skip
    for cells in table:
        for column in ("step_time_s", "peak_mem_gb_reported"):
            try:
                positive_number(cells, column)
            except CellError as error:
                faults.append(Fault(where=cells.get("id", ""), problem=str(error),
                                    fix="give a number or leave it empty"))  # fmt: skip
    if faults:
        raise InputError(faults)


def source_of(run_id: str) -> str:
    """Give the source of a run: what is before the last hyphen of its id."""
    return run_id.rpartition("-")[0] or run_id


def _run(cells: Mapping[str, str], catalog: Catalog) -> Run:
    vendor, generation = _device(cells, catalog)
    step_s = _step_s(cells)
    peak_gb = positive_number(cells, "peak_mem_gb_reported")
    return Run(
        id=cells["id"], source=source_of(cells["id"]), cells=cells, step_s=step_s,
        peak_memory_bytes=peak_gb * GIB if peak_gb else None,
        excluded=_exclusion(cells) or ("" if step_s else NO_TIME),
        vendor=vendor, generation=generation,
        n_accelerators=_accelerators(cells),
        precision=precision_class(cells.get("dtype", "")),
        is_moe=cells.get("n_experts", "").strip() not in ("", "0"),
    )  # fmt: skip


def _step_s(cells: Mapping[str, str]) -> float | None:
    """Published seconds, else those that follow from the published TFLOP/s."""
    found = _DERIVED_S.search(cells.get("notes", ""))
    return positive_number(cells, "step_time_s") or (float(found[1]) if found else None)


def _accelerators(cells: Mapping[str, str]) -> int:
    """Number of accelerators; 0 where the run has none that can be read."""
    try:
        return whole_number(cells, "n_accelerators") or 0
    except CellError:
        return 0


def _exclusion(cells: Mapping[str, str]) -> str:
    notes = cells.get("notes", "")
    return next((why for why, pattern in EXCLUSIONS.items() if re.search(pattern, notes)), "")


def _device(cells: Mapping[str, str], catalog: Catalog) -> tuple[str, str]:
    try:
        found = catalog.accelerators.resolve(cells.get("accelerator", ""))
    except InputError:
        return "unknown", "unknown"
    return found.vendor, GENERATIONS.get(re.split(r"[ +]", found.arch)[0], found.arch)


def _newest_of_groups(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Mark all but the newest counted run of each group of equal runs."""
    newest: dict[str, Run] = {}
    for run in runs:
        group = _group(run)
        if not run.excluded and (group not in newest or _age(run) > _age(newest[group])):
            newest[group] = run
    return tuple(
        run if run.excluded or newest[_group(run)] is run else replace(run, excluded=OLDER)
        for run in runs
    )


def _group(run: Run) -> str:
    found = _GROUP.search(run.cells.get("notes", ""))
    return found[1] if found else run.id


def _age(run: Run) -> tuple[int, ...]:
    found = _CONTAINER.search(run.cells.get("notes", ""))
    return tuple(int(part) for part in found[1].strip(".").split(".")) if found else ()


def _table(name: str) -> list[dict[str, str]]:
    folder = resources.files("dcbench_planner") / "validation" / "training"
    return list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
