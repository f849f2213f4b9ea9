"""The annual PUE to expect of one site: the model, calibrated by what its operator published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dcbench.catalog import load_catalog
from dcbench.errors import Fault, InputError
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.prediction.cells import CellError
from dcbench_planner.validation.facility.calibration import Line, Mask, Samples, samples_of
from dcbench_planner.validation.facility.folds import Fold, fold_lines, without_operator
from dcbench_planner.validation.facility.intervals import errors_for, errors_of_new_operators
from dcbench_planner.validation.facility.modelled import (
    FacilityModel,
    Modelled,
    UsualWords,
    model_rows,
    modelled,
    usual_words,
)
from dcbench_planner.validation.facility.places import place_of
from dcbench_planner.validation.facility.rows import packaged_cells, pue_row, row_id


@dataclass(frozen=True, kw_only=True)
class PuePrediction:
    """What a year of metering is expected to show."""

    dpue: float
    """Annual design PUE of the model, nothing calibrated."""
    wue_l_per_kwh: float
    pue: float
    """Calibrated: the operator's two numbers applied to the model's overhead."""
    p10: float
    p90: float
    calibrated: bool
    """Whether published sites of this operator had a part; else the line of all operators."""
    operator_sites: int
    """How many they are."""
    cooling: str
    cooling_from: str
    climate: str
    """Id of the catalogued site."""
    distance_km: float | None
    """To it; None where the row names it."""


@dataclass(frozen=True, kw_only=True)
class Predictor:
    """The packaged rows, ready to calibrate any operator."""

    model: FacilityModel
    samples: Samples
    usual: UsualWords

    def predict(self, cells: Mapping[str, str], *, site_left_out: bool = False) -> PuePrediction:
        """Predict one row; see `predict_pue`."""
        try:
            row = pue_row(cells)
            each = modelled(row, place_of(row, self.model.catalog), self.model, self.usual)
        except CellError as error:
            raise InputError(Fault(where=row_id(cells) or "row", problem=str(error))) from error
        return self.calibrated(each, site_left_out=site_left_out)

    def calibrated(self, each: Modelled, *, site_left_out: bool) -> PuePrediction:
        """Calibrate a modelled row by its operator's samples."""
        operator = each.site_key[0]
        kept = self.samples.operator == operator
        if site_left_out:
            kept = kept & (self.samples.site != "/".join(each.site_key))
        line, below, above = self._calibration(operator, kept)
        middle = float(line.at(np.array([each.dpue - 1]))[0])
        return PuePrediction(
            dpue=each.dpue, wue_l_per_kwh=each.wue_l_per_kwh, pue=_pue(middle),
            p10=_pue(middle + below), p90=_pue(middle + above), calibrated=bool(kept.any()),
            operator_sites=len(np.unique(self.samples.site[kept])), cooling=each.cooling,
            cooling_from=each.why, climate=each.place.site.id,
            distance_km=each.place.distance_km,
        )  # fmt: skip

    def _calibration(self, operator: str, kept: Mask) -> tuple[Line, float, float]:
        others = without_operator(self.samples, operator)
        nothing = np.zeros(len(self.samples), dtype=bool)
        line = fold_lines(self.samples, [Fold(held=nothing, kept=kept)], others)[0]
        new = errors_of_new_operators(self.samples, operator)
        return line, *errors_for(self.samples, kept, operator, new, others).quantiles()


def predict_pue(
    cells: Mapping[str, str], predictor: Predictor | None = None, *, site_left_out: bool = False
) -> PuePrediction:
    """Predict the annual PUE of one row of a table such as `pue.csv`.

    Args:
        cells: text by column name; `operator` and `site` are needed, and the name of a catalogued
            site or coordinates. A `pue` in it has no part.
        predictor: calibrated by the packaged rows if None.
        site_left_out: leave the operator's packaged rows of the same climate out.

    Raises:
        InputError: the row is no year of one site, a cell cannot be read, or its place has no
            catalogued climate nearby.
    """
    return (predictor or packaged_predictor()).predict(cells, site_left_out=site_left_out)


@lru_cache(maxsize=1)
def packaged_predictor() -> Predictor:
    """Give the predictor of the packaged rows, catalog and assumptions; takes a second."""
    model = FacilityModel(load_catalog(), load_assumptions())
    return predictor_of(model_rows(packaged_cells(), model)[0], model)


def predictor_of(rows: list[Modelled], model: FacilityModel) -> Predictor:
    """Make a predictor of any modelled rows."""
    return Predictor(
        model=model, samples=samples_of([each for each in rows if not each.row.claimed]),
        usual=usual_words([(each.row, each.place) for each in rows]),
    )  # fmt: skip


def _pue(overhead: float | Array) -> float:
    return 1 + max(float(overhead), 0.0)
