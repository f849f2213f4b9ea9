"""The figures of published PUE and WUE, by dotted name."""

from __future__ import annotations

import math
import re

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.spread import FACTOR
from dcbench_planner.validation.facility.calibration import Mask
from dcbench_planner.validation.facility.evaluation import Evaluation
from dcbench_planner.validation.facility.folds import operators
from dcbench_planner.validation.facility.forms import forms_errors, nested
from dcbench_planner.validation.facility.spread import overhead_factors

Figures = dict[str, float]
DEVELOPED_ON = ("google", "aws")
"""Operators with enough packaged sites to choose a form of calibration on."""
SMALLEST_WUE = 0.01
"""L/kWh; published WUE has two digits, so ratios of less say nothing."""


def figures(evaluation: Evaluation, *, compare_forms: bool) -> Figures:
    """Give every figure of an evaluation.

    Args:
        evaluation: of the packaged or the user's rows.
        compare_forms: also the errors of other calibrations, and the nested ones.
    """
    found = _band(evaluation) | _together(evaluation)
    for operator in evaluation.operators():
        found |= _operator(evaluation, operator)
    found |= _periods(evaluation) | _claims(evaluation) | _wue(evaluation)
    return found | (_forms(evaluation) if compare_forms else {})


def slug(text: str) -> str:
    """Give text as part of a dotted name."""
    return re.sub(r"[^\w~-]+", "_", text.casefold()).strip("_") or "_"


def sites_of(evaluation: Evaluation, operator: str) -> int:
    """Count the sites of an operator, at hand or scored."""
    samples = evaluation.samples
    return len(np.unique(samples.site[samples.operator == operator]))


def _of_several_sites(evaluation: Evaluation) -> Mask:
    several = [name for name in operators(evaluation.samples) if sites_of(evaluation, name) > 1]
    return np.asarray(evaluation.scored & np.isin(evaluation.samples.operator, several))


def _operator(evaluation: Evaluation, operator: str) -> Figures:
    samples, made = evaluation.samples, evaluation.predictions
    rows = evaluation.of_operator(operator)
    found = {
        "rows": float(rows.sum()), "sites": float(len(np.unique(samples.site[rows]))),
        "published": 1 + float(samples.published[rows].mean()),
        "bias": float((samples.modelled - samples.published)[rows].mean()),
        "uncalibrated": _error(evaluation, samples.modelled, rows),
        "mae": _error(evaluation, made.site, rows),
        "new_operator": _error(evaluation, made.new_operator, rows),
        **_coverage(evaluation, made.low, made.high, rows),
    }  # fmt: skip
    if sites_of(evaluation, operator) > 1:
        found["constant"] = _error(evaluation, made.site_constant, rows)
        found["gain"] = _gain(found["mae"], found["constant"])
        found["row.mae"] = _error(evaluation, made.row, rows)
        found["row.gain"] = _gain(found["row.mae"], _error(evaluation, made.row_constant, rows))
    if np.isfinite(made.shipped_constant[rows]).all():
        found["shipped.mae"] = _error(evaluation, made.shipped, rows)
        found["shipped.constant"] = _error(evaluation, made.shipped_constant, rows)
    ours, published = samples.modelled[rows], samples.published[rows]
    if rows.sum() > 2 and np.ptp(ours) > 0 and np.ptp(published) > 0:
        found["correlation"] = float(np.corrcoef(ours, published)[0, 1])
    return {f"pue.{slug(operator)}.{name}": value for name, value in found.items()}


def _together(evaluation: Evaluation) -> Figures:
    rows = _of_several_sites(evaluation)
    one_site = evaluation.scored & ~rows
    made = evaluation.predictions
    found = {"pue.rows": float(evaluation.scored.sum())}
    if rows.any():
        found["pue.mae"] = _error(evaluation, made.site, rows)
        found["pue.constant"] = _error(evaluation, made.site_constant, rows)
        found["pue.gain"] = _gain(found["pue.mae"], found["pue.constant"])
    if one_site.any():
        found["pue.one_site.rows"] = float(one_site.sum())
        found["pue.one_site.mae"] = _error(evaluation, made.site, one_site)
        found["pue.one_site.uncalibrated"] = _error(
            evaluation, evaluation.samples.modelled, one_site
        )
    return found


def _band(evaluation: Evaluation) -> Figures:
    samples, made, rows = evaluation.samples, evaluation.predictions, evaluation.scored
    if not rows.any():
        return {}
    entry = evaluation.model.book.entries[FACTOR]
    raw = _coverage(evaluation, samples.modelled * entry.low, samples.modelled * entry.high, rows)
    low, middle, high = overhead_factors(samples)
    several = _of_several_sites(evaluation)
    named = _coverage(evaluation, made.low, made.high, several if several.any() else rows)
    every = _coverage(evaluation, made.low, made.high, rows)
    return {
        **{f"pue.band.{name}": value for name, value in named.items()},
        **{f"pue.band.all.{name}": value for name, value in every.items()},
        **{f"pue.band.uncalibrated.{name}": value for name, value in raw.items()},
        "pue.factor.p10": low, "pue.factor.p50": middle, "pue.factor.p90": high,
    }  # fmt: skip


def _periods(evaluation: Evaluation) -> Figures:
    samples, made = evaluation.samples, evaluation.predictions
    names = np.array([f"{slug(each.row.operator)} {each.row.period}" for each in samples.rows])
    found: Figures = {}
    for name in dict.fromkeys(names[evaluation.scored].tolist()):
        rows = evaluation.scored & (names == name)
        if rows.sum() > 1 and np.isfinite(made.site_constant[rows]).all():
            key = f"pue.period.{name.replace('.', '_')}"
            found[f"{key}.rows"] = float(rows.sum())
            found[f"{key}.mae"] = _error(evaluation, made.site, rows)
            found[f"{key}.constant"] = _error(evaluation, made.site_constant, rows)
    return found


def _claims(evaluation: Evaluation) -> Figures:
    if not evaluation.claims:
        return {}
    off = [abs(said.pue - (each.row.pue or math.nan)) for each, said in evaluation.claims]
    raw = [abs(said.dpue - (each.row.pue or math.nan)) for each, said in evaluation.claims]
    return {
        "pue.claimed.rows": float(len(off)), "pue.claimed.mae": float(np.mean(off)),
        "pue.claimed.uncalibrated": float(np.mean(raw)),
    }  # fmt: skip


def _wue(evaluation: Evaluation) -> Figures:
    errors = [
        wue_error(each.wue_l_per_kwh, each.row.wue_l_per_kwh)
        for each in evaluation.rows
        if each.row.wue_l_per_kwh is not None
    ]
    if not errors:
        return {}
    return {"wue.rows": float(len(errors)), "wue.median": float(np.median(np.abs(errors)))}


def wue_error(ours: float, published: float) -> float:
    """Give ln(ours / published), both at least 0.01 L/kWh."""
    return math.log(max(ours, SMALLEST_WUE) / max(published, SMALLEST_WUE))


def _forms(evaluation: Evaluation) -> Figures:
    found = {
        f"pue.form.{fit}/{system}, {months}.{operator}": error
        for (fit, (system, months)), by_operator in forms_errors(evaluation, DEVELOPED_ON).items()
        for operator, error in by_operator.items()
    }
    for operator, overhead in nested(evaluation, DEVELOPED_ON).items():
        rows = evaluation.of_operator(operator)
        error = _error(evaluation, overhead, rows)
        flat = _error(evaluation, evaluation.predictions.site_constant, rows)
        found[f"pue.nested.{operator}.mae"] = error
        found[f"pue.nested.{operator}.gain"] = _gain(error, flat)
    return found


def _error(evaluation: Evaluation, overhead: Array, rows: Mask) -> float:
    off = np.abs(overhead - evaluation.samples.published)[rows]
    return float(off[np.isfinite(off)].mean()) if np.isfinite(off).any() else math.nan


def _coverage(evaluation: Evaluation, low: Array, high: Array, rows: Mask) -> Figures:
    published = evaluation.samples.published
    inside = (low <= published + ROUNDING) & (published <= high + ROUNDING)
    return {
        "coverage": float(inside[rows].mean()), "width": float(np.median((high - low)[rows]))
    }  # fmt: skip


ROUNDING = 1e-9
"""Published PUE less 1 is not exact in binary."""


def _gain(error: float, flat: float) -> float:
    return 1 - error / flat if flat > 0 else math.nan
