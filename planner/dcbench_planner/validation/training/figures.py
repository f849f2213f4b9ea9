"""The figures of the scoreboard: dotted names and numbers."""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.step.constants import fitted_constants
from dcbench_planner.training.step.errors import step_error
from dcbench_planner.validation.training.evaluation import Evaluation, is_headline
from dcbench_planner.validation.training.intervals import Z90, covered
from dcbench_planner.validation.training.prepared import Prepared
from dcbench_planner.validation.training.ranking import rankings
from dcbench_planner.validation.training.runs import Run
from dcbench_planner.validation.training.scores import (
    by_class,
    class_figures,
    macro_median,
    score_figures,
)

BASELINES = ("utilisation", "bubble")
COMPARED_RUNS = 20
"""A source with fewer runs is not compared with the baselines."""
SCALES = {"1-8": 8, "9-64": 64, "65-512": 512}
"""Classes of the number of accelerators, with the largest number of each."""
LARGER = "over 512"
CLASSIC = {"SC'21": "cases_april2021", "Korthikanti": "calculon"}
"""The classic tables, and what in the location of a Megatron-LM row says so (Narayanan et al. 2021,
arXiv:2104.04473, table 1; Korthikanti et al. 2022, arXiv:2205.05198, table 5)."""

Figures = dict[str, float]


def figures(evaluation: Evaluation) -> Figures:
    """Compute every figure that the evaluation has the errors for."""
    found: Figures = {}
    for protocol, errors in evaluation.errors.items():
        found |= _protocol(protocol, evaluation.headline, errors)
    if "loso" in evaluation.errors:
        found |= _out_of_fold(evaluation)
    else:
        shipped = evaluation.errors["shipped"]
        found |= shipped_interval("interval", evaluation.headline, shipped)
    return found | memory_figures("memory", evaluation) | _apart(evaluation) | {
        "numbered.share": share_numbered(evaluation),
        "infeasible.runs": float(evaluation.everything.refused.sum()),
    }  # fmt: skip


def _protocol(name: str, headline: Prepared, errors: Column) -> Figures:
    runs = headline.runs
    sources = [run.source for run in runs]
    found = {f"{name}.macro_median": macro_median(errors, sources)} | score_figures(name, errors)
    groups = {"source": sources, "generation": [run.generation for run in runs]}
    if name != "generation_out":
        groups |= {
            "kind": ["MoE" if run.is_moe else "dense" for run in runs],
            "dtype": [run.cells["dtype"] for run in runs],
            "accelerators": [_scale(run) for run in runs],
            "recompute": [run.cells.get("recompute", "") or "not stated" for run in runs],
        }
    for group, classes in groups.items():
        prefix = name if group == "generation" and name == "generation_out" else f"{name}.{group}"
        found |= class_figures(prefix, errors, classes)
    return found


def _out_of_fold(evaluation: Evaluation) -> Figures:
    headline, errors = evaluation.headline, evaluation.errors["loso"]
    return (
        _classic(headline, errors) | _interval(headline, errors) | _ranking(headline, errors)
        | {"baseline.not_beaten": float(len(_not_beaten(evaluation))),
           "constants.fitted": float(len(fitted_constants()))}
    )  # fmt: skip


def _not_beaten(evaluation: Evaluation) -> list[str]:
    sources = [run.source for run in evaluation.headline.runs]
    ours = by_class(evaluation.errors["loso"], sources)
    others = [by_class(evaluation.errors[name], sources) for name in BASELINES]
    return [name for name, item in ours.items() if item.runs >= COMPARED_RUNS
            and item.median >= min(other[name].median for other in others)]  # fmt: skip


def _classic(headline: Prepared, errors: Column) -> Figures:
    off = np.abs(np.exp(errors) - 1)
    tables = np.array([_classic_table(run) for run in headline.runs])
    found = {f"classic.table.{name}.mape": _mean(off[tables == name]) for name in CLASSIC}
    return found | {
        "classic.mape": _mean(off[tables != ""]), "classic.runs": float((tables != "").sum())
    }  # fmt: skip


def _classic_table(run: Run) -> str:
    where = run.cells.get("source_location", "")
    return next((name for name, word in CLASSIC.items() if run.source == "MLM" and word in where),
                "")  # fmt: skip


def _interval(headline: Prepared, errors: Column) -> Figures:
    inside, width = covered(headline.runs, errors)
    sources = np.array([run.source for run in headline.runs])
    found = {f"interval.source.{name}.coverage": _mean(inside[sources == name])
             for name in sorted(set(sources))}  # fmt: skip
    return found | {
        "interval.coverage": _mean(inside), "interval.width": float(np.median(width)),
    }  # fmt: skip


def _ranking(headline: Prepared, errors: Column) -> Figures:
    found = rankings(headline, errors)
    if not found:
        return {}
    each = {f"ranking.job.{item.model}.spearman": item.spearman for item in found}
    each |= {f"ranking.job.{item.model}.regret": item.regret for item in found}
    return each | {
        "ranking.spearman": min(item.spearman for item in found),
        "ranking.regret": max(item.regret for item in found),
    }


def shipped_interval(name: str, headline: Prepared, errors: Column) -> Figures:
    """Give coverage and width of the interval that `predict` states."""
    log_sd = np.array([
        step_error(run.cells["dtype"], is_moe=run.is_moe).log_sd for run in headline.runs
    ])  # fmt: skip
    width = float(np.median(np.exp(2 * Z90 * log_sd))) if len(log_sd) else float("nan")
    return {f"{name}.coverage": _mean(np.abs(errors) <= Z90 * log_sd), f"{name}.width": width}


def memory_figures(name: str, evaluation: Evaluation) -> Figures:
    """Score predicted peak memory, on accelerators of any vendor."""
    prepared = evaluation.everything
    published = np.array([run.peak_memory_bytes or np.nan for run in prepared.runs])
    known = np.isfinite(published)
    errors = np.log(prepared.memory_bytes[known] / published[known])
    sources = [run.source for run, kept in zip(prepared.runs, known, strict=True) if kept]
    return score_figures(name, errors) | class_figures(f"{name}.source", errors, sources)


def _apart(evaluation: Evaluation) -> Figures:
    """Runs that count in no headline, with the shipped constants."""
    rows = [(run, error) for run, error in
            zip(evaluation.everything.runs, evaluation.shipped, strict=True)
            if not is_headline(run) and np.isfinite(error)]  # fmt: skip
    errors = np.array([error for _, error in rows])
    return class_figures("apart", errors, [run.excluded or run.vendor for run, _ in rows])


def share_numbered(evaluation: Evaluation) -> float:
    """Share of the runs with all needed columns that `predict` gives a number."""
    everything = evaluation.everything
    numbered = {run.id for run, bad in zip(everything.runs, everything.refused, strict=True)
                if not bad}  # fmt: skip
    complete = [run for run in evaluation.runs if run.excluded != "incomplete"]
    return _mean(np.array([run.id in numbered for run in complete]))


def _scale(run: Run) -> str:
    return next((name for name, top in SCALES.items() if run.n_accelerators <= top), LARGER)


def _mean(values: Column | Mask) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
