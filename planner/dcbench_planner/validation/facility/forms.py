"""Other forms of the calibration, and what choosing among them is worth.

The form was chosen with the packaged rows in sight. The nested figure chooses it again for every
left-out site from the other sites alone, so it carries no such optimism.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dcbench.records.scenario import Cooling
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.validation.facility.calibration import (
    Line,
    Mask,
    Samples,
    operator_lines,
    robust_lines,
    site_weights,
)
from dcbench_planner.validation.facility.evaluation import Evaluation
from dcbench_planner.validation.facility.folds import (
    Fold,
    by_site,
    constant,
    within,
    without_operator,
)
from dcbench_planner.validation.facility.places import suits_outside_air

Fit = Callable[[Samples, Sequence[Mask], Line], list[Line]]
CHOSEN = "robust line, others as a site"
Climate = tuple[Cooling, int]
"""System where the climate does not suit outside air, and months that may be too warm for it."""
CLIMATES: tuple[Climate, ...] = (
    ("dx", 2), ("water-chiller", 2), ("air-chiller", 2), ("dx", 1), ("dx", 3),
)  # fmt: skip
"""What words such as `chillers in leased halls` may mean; the first is in use."""


def _least_squares(samples: Samples, kept: Sequence[Mask], others: Line) -> list[Line]:
    del others
    weights = np.stack([site_weights(samples, mask) for mask in kept])
    shape = weights.shape
    return robust_lines(
        np.broadcast_to(samples.modelled, shape), np.broadcast_to(samples.published, shape),
        weights, scale=np.inf,
    )  # fmt: skip


def _level(samples: Samples, kept: Sequence[Mask], others: Line) -> list[Line]:
    del others
    off = samples.published - samples.modelled
    return [Line(intercept=float(np.median(off[mask])), slope=1.0) for mask in kept]


FITS: Mapping[str, Fit] = {
    CHOSEN: operator_lines,
    "least squares": _least_squares,
    "one number, the model plus a": _level,
}


@dataclass(frozen=True, kw_only=True)
class _Variant:
    """Samples with one system where the words leave it to the climate."""

    samples: Samples
    others: Mapping[str, Line]
    """The line of all other operators, by operator."""

    def predicted(self, folds: Sequence[Fold], name: str, fit: str) -> Array:
        overhead = np.full(len(self.samples), np.nan)
        kept = [fold.kept for fold in folds]
        lines = FITS[fit](self.samples, kept, self.others[name])
        for fold, line in zip(folds, lines, strict=True):
            overhead[fold.held] = line.at(self.samples.modelled[fold.held])
        return overhead

    def mean_error(self, folds: Sequence[Fold], name: str, fit: str) -> float:
        error = np.abs(self.predicted(folds, name, fit) - self.samples.published)
        return float(np.nanmean(error))


def _variants(evaluation: Evaluation, names: Sequence[str]) -> dict[Climate, _Variant]:
    made = {climate: _in_climate(evaluation, *climate) for climate in CLIMATES}
    return {
        climate: _Variant(
            samples=samples, others={name: without_operator(samples, name) for name in names}
        )
        for climate, samples in made.items()
    }


def forms_errors(
    evaluation: Evaluation, names: Sequence[str]
) -> dict[tuple[str, Climate], dict[str, float]]:
    """Give the mean error of every form, each site left out, by operator."""
    folds = {name: by_site(evaluation.samples, name) for name in names}
    return {
        (fit, climate): {name: variant.mean_error(folds[name], name, fit) for name in names}
        for fit in FITS
        for climate, variant in _variants(evaluation, names).items()
    }


def nested(evaluation: Evaluation, names: Sequence[str]) -> dict[str, Array]:
    """Predict every site of the named operators by the form that the other sites choose.

    A form's merit is its error over that of a constant, averaged over the operators.

    Returns:
        Overhead by operator, shape (n,); NaN on rows of other operators.
    """
    made = _variants(evaluation, names)
    errors = forms_errors(evaluation, names)
    flat = {name: _constant_error(evaluation.samples, name) for name in names}
    found = {}
    for name in names:
        overhead = np.full(len(evaluation.samples), np.nan)
        for fold in by_site(evaluation.samples, name):
            merit = {
                form: _inner_error(made[form[1]], fold, name, form[0]) / flat[name]
                + sum(errors[form][other] / flat[other] for other in names if other != name)
                for form in errors
            }
            best = min(merit, key=lambda form: merit[form])
            overhead[fold.held] = made[best[1]].predicted([fold], name, best[0])[fold.held]
        found[name] = overhead
    return found


def _in_climate(evaluation: Evaluation, system: Cooling, months: int) -> Samples:
    """Decide again where words leave the choice to the climate."""
    samples = evaluation.samples
    modelled = samples.modelled.copy()
    for row, each in enumerate(samples.rows):
        if each.left_open:
            site = each.place.site
            cooling = each.left_open.cooling if suits_outside_air(site, months / 12) else system
            modelled[row] = evaluation.model.annual(site, cooling)[0] - 1
    return replace(samples, modelled=modelled)


def _inner_error(variant: _Variant, outer: Fold, name: str, fit: str) -> float:
    return variant.mean_error(within(by_site(variant.samples, name), outer.kept), name, fit)


def _constant_error(samples: Samples, name: str) -> float:
    error = constant(samples, by_site(samples, name)) - samples.published
    return float(np.nanmean(np.abs(error)))
