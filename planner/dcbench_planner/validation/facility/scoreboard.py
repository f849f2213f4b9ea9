"""`dcbench validate facility`: figures against their bounds, then every row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dcbench.errors import NoAnswerError
from dcbench_planner.assumptions import AssumptionBook, load_assumptions
from dcbench_planner.validation.bounds import Bound, read_bounds
from dcbench_planner.validation.facility import availability, balance, climate, it_power
from dcbench_planner.validation.facility.evaluation import Evaluation, evaluate
from dcbench_planner.validation.facility.figures import figures
from dcbench_planner.validation.facility.modelled import FacilityModel
from dcbench_planner.validation.facility.row_records import row_records
from dcbench_planner.validation.facility.rows import own_cells
from dcbench_planner.validation.record import FACILITY, Record

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

TOPICS = (climate, balance, availability, it_power)
"""Modules with `figures(book)` and `rows(book)` on other parts of the facility model."""
UNITS = {
    "coverage": "share", "gain": "share", "correlation": "correlation", "rows": "rows",
    "sites": "sites", "median": "log error",
}  # fmt: skip
"""Unit of a figure without bound, by the last part of its name; else PUE where it starts so."""


def validate_facility(catalog: Catalog, data: Path | None = None) -> list[Record]:
    """Score the facility model.

    Args:
        catalog: sites that names and places resolve in.
        data: the user's own table with the columns of `pue.csv`, scored with the packaged rows of
            other sites at hand and no bounds; by default the packaged rows and every other topic.

    Returns:
        Figures, then rows; a figure with two bounds has two records.

    Raises:
        InputError: the user's table is unusable.
        NoAnswerError: none of its rows gets a number.
    """
    book = load_assumptions()
    model = FacilityModel(catalog, book)
    if data is not None:
        cells = own_cells(data)
        own = evaluate(model, cells)
        if not own.rows:
            reasons = "; ".join(f"{each.id}: {each.reason}" for each in own.unmodelled[:3])
            raise NoAnswerError(f"{data}: no row gets a number ({reasons or 'it has none'})")
        return scoreboard(own, found=figures(own, compare_forms=False))
    packaged = evaluate(model)
    found = figures(packaged, compare_forms=True)
    for topic in TOPICS:
        found |= topic.figures(book)
    return scoreboard(packaged, found=found, bounds=read_bounds(FACILITY), others=_rows(book))


def scoreboard(
    evaluation: Evaluation,
    *,
    found: Mapping[str, float],
    bounds: Sequence[Bound] = (),
    others: Sequence[Record] = (),
) -> list[Record]:
    """Lay an evaluation out: figures with bounds, other figures, rows.

    Args:
        evaluation: of published PUE.
        found: every figure.
        bounds: what figures must reach; one that was not found is missed.
        others: rows of other topics.
    """
    bounded = {bound.figure for bound in bounds}
    return [
        *(_figure(bound.figure, found.get(bound.figure, math.nan), bound) for bound in bounds),
        *(_figure(name, value, None) for name, value in found.items() if name not in bounded),
        *row_records(evaluation),
        *others,
    ]


def _rows(book: AssumptionBook) -> list[Record]:
    return [record for topic in TOPICS for record in topic.rows(book)]


def _figure(name: str, value: float, bound: Bound | None) -> Record:
    usual = "PUE" if name.startswith("pue.") else ""
    unit = bound.unit if bound else UNITS.get(name.rpartition(".")[2], usual)
    known = value if math.isfinite(value) else None
    return Record(
        set=FACILITY, id=name, quantity=bound.quantity if bound else name, unit=unit,
        published=None, ours=known, error=known if unit == "log error" else None,
        bound=bound.tolerated if bound else None, ok=bound.holds(value) if bound else None,
        source="",
    )  # fmt: skip
