"""Score the step-time model on the packaged published runs, while working on it.

    python scripts/score_training.py [--prior | --fit] [--loso] [--all] [--source MBR] [--rows]

Cells are median / 90th percentile (bias; runs) of ln(predicted / published) in percent. The worst
runs follow, each with its layout and the parts of its step in percent of the published time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np

from dcbench.catalog import load_catalog
from dcbench_planner.training.columns import Column
from dcbench_planner.training.step.constants import (
    StepConstants,
    fitted_constants,
    prior_constants,
    step_constants,
)
from dcbench_planner.training.step.step import step_time
from dcbench_planner.validation.training.evaluation import is_headline
from dcbench_planner.validation.training.fitting import fit
from dcbench_planner.validation.training.folds import fitted_model, out_of_fold
from dcbench_planner.validation.training.prepared import Prepared, log_errors, prepare, selected
from dcbench_planner.validation.training.runs import load_runs
from dcbench_planner.validation.training.scores import by_class, macro_median

CELLS = ("model_name", "year", "accelerator", "n_accelerators", "dtype", "seq_len", "global_batch")
SHOWN_PART = 0.005


def main() -> None:
    """Print what is asked for."""
    asked = _arguments()
    runs = [
        run for run in load_runs(load_catalog()) if is_headline(run) or (asked.all and run.step_s)
    ]
    prepared = prepare(runs, load_catalog(), prior_constants())
    _say_without(prepared)
    constants = prior_constants() if asked.prior else step_constants()
    if asked.fit:
        constants = fit(prepared)
        _say_constants(constants)
    errors = log_errors(prepared, constants)
    _say_scores(prepared, errors)
    if asked.loso:
        errors = _left_out(prepared)
    kept = np.array([asked.source in (None, run.source) for run in prepared.runs])
    if asked.source:
        _say_scores(selected(prepared, kept), errors[kept])
    count = int(kept.sum()) if asked.rows else asked.worst
    _say_runs(selected(prepared, kept), errors[kept], constants, count)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", help="also the table and the runs of one source")
    parser.add_argument("--rows", action="store_true", help="print every run, not only the worst")
    parser.add_argument("--worst", type=int, default=15, help="so many of the worst runs")
    parser.add_argument("--fit", action="store_true", help="fit the constants to all runs")
    parser.add_argument("--prior", action="store_true", help="score the priors")
    parser.add_argument("--loso", action="store_true", help="leave out sources and generations")
    parser.add_argument("--all", action="store_true", help="also runs that count in no headline")
    return parser.parse_args()


def _left_out(prepared: Prepared) -> Column:
    generations = [run.generation for run in prepared.runs]
    _say("\n== leave one source out, then one generation out")
    errors = out_of_fold(prepared, [run.source for run in prepared.runs], fitted_model)
    _say_scores(prepared, errors)
    _say_classes("generation", out_of_fold(prepared, generations, fitted_model), generations)
    return errors


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _say_without(prepared: Prepared) -> None:
    for name, (status, reason) in prepared.without.items():
        _say(f"no number: {name} {status}: {reason}")
    refused = [run.id for run, bad in zip(prepared.runs, prepared.refused, strict=True) if bad]
    _say(f"{len(prepared.runs)} runs; infeasible: {', '.join(refused) or 'none'}")


def _say_constants(constants: StepConstants) -> None:
    for item in fitted_constants():
        value = getattr(constants, item.key)
        moved = np.log(value / item.prior) / item.prior_log_sd
        at_bound = np.isclose(value, (item.low, item.high), rtol=1e-3).any()
        _say(f"  {item.key:26} {value:10.5g}  prior {item.prior:g}  {moved:+.2f} sd"
             f"{' AT BOUND' if at_bound else ''}")  # fmt: skip


def _say_scores(prepared: Prepared, errors: Column) -> None:
    runs = prepared.runs
    sources = [run.source for run in runs]
    classes: Mapping[str, Sequence[str]] = {
        "all": ["all"] * len(runs), "source": sources,
        "generation": [run.generation for run in runs],
        "accelerator": [run.cells["accelerator"] for run in runs],
        "dtype": [run.cells["dtype"] for run in runs],
        "kind": ["MoE" if run.is_moe else "dense" for run in runs],
        "recompute": [run.cells["recompute"] or "(blank)" for run in runs],
        "gpus, log2": [f"{np.log2(run.n_accelerators) // 3 * 3:2.0f}" for run in runs],
        "framework": [run.cells["framework"][:16] for run in runs],
    }  # fmt: skip
    _say(f"\nmacro-median {100 * macro_median(errors, sources):.1f} %")
    for title, names in classes.items():
        _say_classes(title, errors, names)


def _say_classes(title: str, errors: Column, classes: Sequence[str]) -> None:
    cells = [
        f"{name}: {100 * item.median:.1f}/{100 * item.p90:.0f}"
        f" ({100 * item.bias:+.0f}; {item.runs})"
        for name, item in by_class(errors, classes).items()
    ]
    _say(f"{title:12} {'  '.join(cells)}")


def _say_runs(prepared: Prepared, errors: Column, constants: StepConstants, count: int) -> None:
    step = step_time(prepared.job, constants)
    for row in np.argsort(-np.abs(errors))[:count]:
        run, seconds = prepared.runs[row], prepared.step_s[row]
        layout = {item.name: _at(getattr(prepared.job.layout, item.name), row)
                  for item in fields(prepared.job.layout)}  # fmt: skip
        parts = {name: _at(value, row) / seconds for name, value in step.parts_s.items()}
        _say(f"{run.id} {100 * errors[row]:+.0f} % of {seconds:.3f} s  "
             + " ".join(run.cells[name] for name in CELLS) + "; "
             + " ".join(f"{name} {value:g}" for name, value in layout.items()))  # fmt: skip
        _say("     " + " ".join(f"{name} {100 * value:.0f}" for name, value in parts.items()
                                if value > SHOWN_PART))  # fmt: skip


def _at(column: Column, row: int) -> float:
    values = np.ravel(column)
    return float(values[row if len(values) > 1 else 0])


if __name__ == "__main__":
    main()
