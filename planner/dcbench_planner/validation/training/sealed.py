"""Sources that nobody looks at until the model is final, and their one score afterwards.

docs/decisions/0013 names them. `sources.csv` says which are sealed; `scripts/score_sealed.py`
scores them once and writes `sealed_score.csv`, which the scoreboard shows from then on.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dcbench_planner.training.columns import Column
from dcbench_planner.validation.training.baselines import constant_utilisation
from dcbench_planner.validation.training.evaluation import evaluate, is_headline
from dcbench_planner.validation.training.figures import (
    Figures,
    memory_figures,
    share_numbered,
    shipped_interval,
)
from dcbench_planner.validation.training.prepared import Prepared
from dcbench_planner.validation.training.runs import (
    load_runs,
    packaged_rows,
    sealed_sources,
    source_of,
)
from dcbench_planner.validation.training.scores import class_figures, macro_median, score_figures

if TYPE_CHECKING:
    from dcbench.catalog import Catalog


def score_file() -> Path:
    """Where the score is, once there is one."""
    folder = resources.files("dcbench_planner") / "validation" / "training"
    return Path(str(folder / "sealed_score.csv"))


def sealed_figures() -> Figures:
    """Give the score on record, else the number of packaged runs that are still sealed."""
    if score_file().exists():
        rows = csv.DictReader(score_file().read_text(encoding="utf-8").splitlines())
        return {row["figure"]: float(row["value"]) for row in rows}
    return hidden_figures(packaged_rows())


def hidden_figures(rows: Iterable[Mapping[str, str]]) -> Figures:
    """Count the runs of a table that are left out because their source is sealed."""
    counts = Counter(source_of(row.get("id", "")) for row in rows)
    return {
        f"sealed.source.{name}.hidden": float(counts[name])
        for name in sorted(sealed_sources())
        if counts[name]
    }


def score_sealed(catalog: Catalog, sources: frozenset[str]) -> Figures:
    """Score sources that had no part in the fit, with the shipped constants and spreads.

    Args:
        catalog: accelerators and models that names resolve in.
        sources: to be scored.
    """
    everything = load_runs(catalog, sealed=frozenset())
    unseen = evaluate([run for run in everything if run.source in sources], catalog, folds=False)
    others = [run for run in load_runs(catalog) if is_headline(run) and run.source not in sources]
    known = evaluate(others, catalog, folds=False)
    headline, errors = unseen.headline, unseen.errors["shipped"]
    baseline = constant_utilisation(known.headline, headline)
    return (
        _errors("sealed", headline, errors)
        | _errors("sealed.utilisation", headline, baseline)
        | shipped_interval("sealed.interval", headline, errors)
        | memory_figures("sealed.memory", unseen)
        | {
            "sealed.numbered.share": share_numbered(unseen),
            "sealed.infeasible.runs": float(unseen.everything.refused.sum()),
        }
    )


def _errors(name: str, headline: Prepared, errors: Column) -> Figures:
    sources = [run.source for run in headline.runs]
    kinds = ["MoE" if run.is_moe else "dense" for run in headline.runs]
    return (
        {f"{name}.macro_median": macro_median(errors, sources)}
        | score_figures(name, errors)
        | class_figures(f"{name}.source", errors, sources)
        | class_figures(f"{name}.kind", errors, kinds)
    )
