"""Everything that is computed once for a scoreboard: rows, calibrations, intervals out of fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.validation.facility.calibration import Line, Mask, Samples, samples_of
from dcbench_planner.validation.facility.folds import (
    Fold,
    by_row,
    by_site,
    constant,
    fold_lines,
    left_out,
    without_operator,
)
from dcbench_planner.validation.facility.intervals import intervals
from dcbench_planner.validation.facility.modelled import (
    FacilityModel,
    Modelled,
    Unmodelled,
    model_rows,
)
from dcbench_planner.validation.facility.prediction import Predictor, PuePrediction
from dcbench_planner.validation.facility.rows import packaged_cells


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Overheads (PUE - 1) out of fold; all arrays have shape (n,), NaN where not computed."""

    site: Array
    """Without the row's site."""
    site_constant: Array
    """The operator's mean, without the row's site."""
    row: Array
    row_constant: Array
    new_operator: Array
    """By the line of all other operators."""
    shipped: Array
    """Of a user's row: by the packaged rows alone, its own site among them if it is there."""
    shipped_constant: Array
    low: Array
    high: Array
    """The 80 % interval without the row's site."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Scored rows and what is predicted for them."""

    model: FacilityModel
    rows: tuple[Modelled, ...]
    """All scored rows that have a climate, claims included."""
    unmodelled: tuple[Unmodelled, ...]
    samples: Samples
    """Metered years of one site: those scored and, beside a user's table, the packaged ones."""
    scored: Mask
    """Which samples are scored, shape (n,)."""
    predictions: Predictions
    claims: tuple[tuple[Modelled, PuePrediction], ...]
    """Scored design values and claims, without metered rows of the same site."""

    def operators(self) -> list[str]:
        """Give the operators with scored samples, in small letters, in the order of the rows."""
        return list(dict.fromkeys(self.samples.operator[self.scored].tolist()))

    def of_operator(self, operator: str) -> Mask:
        """Give the scored samples of one operator."""
        return np.asarray(self.scored & (self.samples.operator == operator))


def evaluate(model: FacilityModel, own: Sequence[Mapping[str, str]] | None = None) -> Evaluation:
    """Model and predict rows.

    Args:
        model: at one size and load.
        own: rows of the user, scored with all packaged rows of other sites at hand; by default the
            packaged rows are scored.
    """
    packaged, unmodelled = model_rows(packaged_cells(), model)
    scored, known = packaged, []
    if own is not None:
        scored, unmodelled = model_rows(own, model, packaged)
        known = _not_among(packaged, scored)
    samples = samples_of([each for each in (*scored, *known) if not each.row.claimed])
    count = sum(each.row.pue is not None and not each.row.claimed for each in scored)
    mask = np.arange(len(samples)) < count
    predictor = Predictor(model=model, samples=samples, usual={})
    claims = [each for each in scored if each.row.claimed and each.row.pue is not None]
    return Evaluation(
        model=model, rows=tuple(scored), unmodelled=tuple(unmodelled), samples=samples,
        scored=mask, predictions=predictions(samples, mask, packaged if own is not None else ()),
        claims=tuple((each, predictor.calibrated(each, site_left_out=True)) for each in claims),
    )  # fmt: skip


def predictions(samples: Samples, scored: Mask, packaged: Sequence[Modelled] = ()) -> Predictions:
    """Predict every sample of the operators that have scored ones, under every protocol.

    Args:
        samples: metered years at hand.
        scored: those that are scored, shape (n,).
        packaged: rows that are shipped, where others are scored.
    """
    shipped = samples_of([each for each in packaged if not each.row.claimed])
    made = {name: np.full(len(samples), np.nan) for name in Predictions.__annotations__}
    for operator in np.unique(samples.operator[scored]):
        for name, found in _of_operator(samples, str(operator)).items():
            own = samples.operator == operator
            made[name][own] = found[own]
        if len(shipped):
            line, flat = _shipped(shipped, str(operator))
            made["shipped"][own] = line.at(samples.modelled[own])
            made["shipped_constant"][own] = flat
    return Predictions(**made)


def _shipped(packaged: Samples, operator: str) -> tuple[Line, float]:
    others, kept = without_operator(packaged, operator), packaged.operator == operator
    nothing = np.zeros(len(packaged), dtype=bool)
    line = fold_lines(packaged, [Fold(held=nothing, kept=kept)], others)[0]
    return line, float(packaged.published[kept].mean()) if kept.any() else np.nan


def _not_among(rows: Sequence[Modelled], scored: Sequence[Modelled]) -> list[Modelled]:
    """Drop rows that repeat a scored one: the same site and period of an operator."""
    there = {(each.site_key, each.row.period) for each in scored}
    return [each for each in rows if (each.site_key, each.row.period) not in there]


def _of_operator(samples: Samples, operator: str) -> dict[str, Array]:
    others = without_operator(samples, operator)
    sites, rows = by_site(samples, operator), by_row(samples, operator)
    low, high = intervals(samples, operator)
    return {
        "site": left_out(samples, sites, others), "site_constant": constant(samples, sites),
        "row": left_out(samples, rows, others), "row_constant": constant(samples, rows),
        "new_operator": others.at(samples.modelled), "low": low, "high": high,
    }  # fmt: skip
