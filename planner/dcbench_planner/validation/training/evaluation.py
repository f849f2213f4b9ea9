"""Every run predicted under every protocol: what the scoreboard counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.step.constants import prior_constants, step_constants
from dcbench_planner.validation.training.baselines import (
    constant_utilisation,
    utilisation_and_bubble,
)
from dcbench_planner.validation.training.folds import fitted_model, out_of_fold
from dcbench_planner.validation.training.prepared import Prepared, log_errors, prepare, selected
from dcbench_planner.validation.training.runs import Run

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

MISS = float(np.log(10))
"""Error of a published run that is called infeasible: as bad as off by a factor of ten."""
HEADLINE_VENDOR = "NVIDIA"


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Published runs and ln(predicted / published) step time under each protocol."""

    runs: tuple[Run, ...]
    """All that were read."""
    everything: Prepared
    """All that get a number."""
    shipped: Column
    """Errors of `everything` with the shipped constants; NaN without a published step time."""
    headline: Prepared
    """Runs on NVIDIA accelerators that count."""
    errors: dict[str, Column]
    """By protocol, errors of `headline`."""


def evaluate(runs: Sequence[Run], catalog: Catalog, *, folds: bool = True) -> Evaluation:
    """Predict every run under every protocol.

    Args:
        runs: as `load_runs` gives them.
        catalog: accelerators and models that names resolve in.
        folds: also fit constants without each source and each GPU generation; else only the
            shipped constants are scored.
    """
    everything = prepare(runs, catalog, prior_constants())
    shipped = _missed(everything, log_errors(everything, step_constants()))
    counted: Mask = np.array([is_headline(run) for run in everything.runs])
    headline = selected(everything, counted)
    errors = {"shipped": shipped[counted]}
    if folds:
        errors |= _protocols(headline)
    return Evaluation(runs=tuple(runs), everything=everything, shipped=shipped,
                      headline=headline, errors=errors)  # fmt: skip


def is_headline(run: Run) -> bool:
    """Whether a run counts in the headline."""
    return not run.excluded and run.vendor == HEADLINE_VENDOR


def _protocols(headline: Prepared) -> dict[str, Column]:
    sources = [run.source for run in headline.runs]
    generations = [run.generation for run in headline.runs]
    fitted = {
        "loso": out_of_fold(headline, sources, fitted_model),
        "generation_out": out_of_fold(headline, generations, fitted_model),
        "priors": log_errors(headline, prior_constants()),
    }
    return {name: _missed(headline, errors) for name, errors in fitted.items()} | {
        "utilisation": out_of_fold(headline, sources, constant_utilisation),
        "bubble": out_of_fold(headline, sources, utilisation_and_bubble),
    }


def _missed(prepared: Prepared, errors: Column) -> Column:
    return np.where(prepared.refused, MISS, errors)
