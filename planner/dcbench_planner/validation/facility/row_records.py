"""One record for every published figure that is compared, and for every row that is not."""

from __future__ import annotations

import math

from dcbench_planner.validation.facility.evaluation import Evaluation
from dcbench_planner.validation.facility.figures import wue_error
from dcbench_planner.validation.facility.modelled import Modelled, Unmodelled
from dcbench_planner.validation.record import FACILITY, Record

UNKNOWN_SOURCE = "not stated"


def row_records(evaluation: Evaluation) -> list[Record]:
    """List calibrated PUE out of fold, then dPUE with nothing calibrated, WUE, rows left out."""
    scored = [
        (each, 1 + overhead)
        for each, overhead, counts in zip(
            evaluation.samples.rows, evaluation.predictions.site, evaluation.scored, strict=True
        )
        if counts
    ]
    return [
        *(_pue(each, float(ours), "annual PUE") for each, ours in scored),
        *(_pue(each, said.pue, "annual PUE, claimed") for each, said in evaluation.claims),
        *(_pue(each, each.dpue, "annual dPUE, nothing calibrated") for each in evaluation.rows
          if each.row.pue is not None),
        *(_wue(each) for each in evaluation.rows if each.row.wue_l_per_kwh is not None),
        *(_left_out(each) for each in evaluation.unmodelled),
    ]  # fmt: skip


def _pue(each: Modelled, ours: float, quantity: str) -> Record:
    published = each.row.pue or math.nan
    return Record(
        set=FACILITY, id=each.row.id, quantity=f"{quantity}, {_with(each)}", unit="PUE",
        published=published, ours=ours, error=math.log(ours / published), bound=None, ok=None,
        source=each.row.source or UNKNOWN_SOURCE,
    )  # fmt: skip


def _wue(each: Modelled) -> Record:
    published = each.row.wue_l_per_kwh or 0.0
    return Record(
        set=FACILITY, id=each.row.id, quantity=f"annual WUE, {_with(each)}", unit="L/kWh",
        published=published, ours=each.wue_l_per_kwh,
        error=wue_error(each.wue_l_per_kwh, published), bound=None, ok=None,
        source=each.row.source or UNKNOWN_SOURCE,
    )  # fmt: skip


def _with(each: Modelled) -> str:
    return f"{each.cooling} at {each.place.site.id}"


def _left_out(each: Unmodelled) -> Record:
    return Record(
        set=FACILITY, id=each.id, quantity=f"annual PUE ({each.reason})", unit="PUE",
        published=None, ours=None, error=None, bound=None, ok=None,
        source=each.source or UNKNOWN_SOURCE,
    )  # fmt: skip
