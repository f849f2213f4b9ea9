"""The candidates that no other of their number format beats in days, cost and energy together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dcbench.errors import InputError
from dcbench.records.plan import ParetoPoint
from dcbench.records.scenario import Objective
from dcbench_planner.planning.candidate import Candidate, build
from dcbench_planner.planning.choosing import Choice
from dcbench_planner.planning.limits import broken_limits
from dcbench_planner.planning.option import make_option
from dcbench_planner.planning.options import COMPARED
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import neighbours, size
from dcbench_planner.training.search.pareto import pareto_front

AXES: tuple[Objective, ...] = ("time", "cost", "energy")
POINTS_SHOWN = 40
OTHER_FORMAT_SIZES = (0.5, 2.0)
"""Over the chosen size, which is tried as well."""


def pareto(question: Question, choice: Choice) -> tuple[ParetoPoint, ...]:
    """Give the front over cluster size and accelerator for each number format, fastest first.

    Formats are compared where the scenario leaves them open, and each only with itself: what one
    does to the loss is not known here, so a faster format does not beat a slower one. `quality` of
    the scenario is passed through.
    """
    by_format: dict[str, list[Candidate]] = {}
    for candidate in [choice.chosen, *choice.tried, *_other_formats(question, choice)]:
        by_format.setdefault(candidate.option.rates.precision, []).append(candidate)
    points = {
        _point(question, choice, candidate)
        for candidates in by_format.values()
        for candidate in _front(candidates)
    }
    return tuple(sorted(points, key=lambda point: point.calendar_days)[:POINTS_SHOWN])


def _front(candidates: list[Candidate]) -> list[Candidate]:
    scores = np.array([[candidate.score(axis) for axis in AXES] for candidate in candidates])
    return [candidates[row] for row in pareto_front(scores)]


def _other_formats(question: Question, choice: Choice) -> Iterator[Candidate]:
    """Build the chosen accelerator in the formats that the scenario leaves open, near its size."""
    if "precision" in question.scenario.model_fields_set:
        return
    chosen, site = choice.chosen, choice.chosen.site
    counts = [chosen.cluster.accelerators]
    if question.scenario.gpus is None:
        counts += neighbours(choice.sized, OTHER_FORMAT_SIZES, chosen.option)
    for precision in COMPARED:
        if precision == chosen.option.rates.precision:
            continue
        try:
            option = make_option(question, chosen.cluster.accelerator, precision)
        except InputError:
            continue  # the accelerator has no such format
        for count in counts:
            sized = size(question, option, count, choice.sized.tokens)
            candidate = build(question, option, sized, site) if sized else None
            if candidate and not broken_limits(question, candidate):
                yield candidate


def _point(question: Question, choice: Choice, candidate: Candidate) -> ParetoPoint:
    cluster, precision = candidate.cluster, candidate.option.rates.precision
    chosen = choice.chosen
    return ParetoPoint(
        accelerator=cluster.accelerator.id, accelerators=cluster.accelerators, precision=precision,
        calendar_days=candidate.score("time"), run_usd=candidate.score("cost"),
        total_kwh=candidate.score("energy"), quality=question.scenario.quality.get(precision),
        chosen=cluster == chosen.cluster and precision == chosen.option.rates.precision,
    )  # fmt: skip
