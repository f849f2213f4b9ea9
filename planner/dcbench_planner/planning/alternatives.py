"""The plans that were not chosen, each with what it does better and why it lost."""

from __future__ import annotations

from dcbench.records.plan import Alternative
from dcbench.units import rounded
from dcbench_planner.planning.candidate import Candidate, build, with_layout
from dcbench_planner.planning.choosing import Choice
from dcbench_planner.planning.explain_difference import slower_because
from dcbench_planner.planning.limits import broken_limits
from dcbench_planner.planning.parts import plan_parts
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import neighbours, size

OTHER_LAYOUTS = 3
OTHER_SIZES = (0.75, 1.5, 2.0)
OTHERS_SHOWN = 5
"""Accelerators and sites each."""

_METRICS = (
    ("time", "days", lambda c: float(c.outcome.schedule.calendar_days)),
    ("cost", "USD for the run", lambda c: float(c.outcome.cost.run_usd)),
    ("energy", "kWh", lambda c: float(c.outcome.energy.total_kwh)),
    ("carbon", "kgCO2e", lambda c: c.score("carbon")),
)


def alternatives(question: Question, choice: Choice) -> tuple[Alternative, ...]:
    """Give the nearest other layouts, cluster sizes, accelerators and sites."""
    chosen = choice.chosen
    found = [
        (with_layout(question, chosen, laid_out), "other layout")
        for laid_out in choice.sized.laid_out[1 : 1 + OTHER_LAYOUTS]
    ]
    found += [(candidate, "other size") for candidate in _other_sizes(question, choice)]
    found += [
        (build(question, candidate.option, sized, chosen.site), "other accelerator")
        for candidate, sized in choice.accelerators[:OTHERS_SHOWN]
    ]
    found += [(c, "other site") for c in choice.sites[:OTHERS_SHOWN]]
    return tuple(
        Alternative(
            **plan_parts(question.shape, candidate.case, candidate.outcome),
            why=_why(question, chosen, candidate, kind),
        )
        for candidate, kind in found
    )


def _other_sizes(question: Question, choice: Choice) -> list[Candidate]:
    if question.scenario.gpus is not None:
        return []
    option, site = choice.chosen.option, choice.chosen.site
    counts = [*_smallest(choice), *neighbours(choice.sized, OTHER_SIZES, option)]
    sizes = (size(question, option, count, choice.sized.tokens) for count in dict.fromkeys(counts))
    return [build(question, option, sized, site) for sized in sizes if sized]


def _smallest(choice: Choice) -> list[int]:
    """Give the smallest cluster that was tried where a larger one was better."""
    own = choice.chosen.cluster.accelerators
    same = (c for c in choice.tried if c.option.rates == choice.chosen.option.rates)
    smaller = (c.cluster.accelerators for c in same if c.cluster.accelerators < own)
    return sorted(smaller)[:1]


def _why(question: Question, chosen: Candidate, other: Candidate, kind: str) -> str:
    """Say the difference in every objective, then the reason; of layouts, in parts of the step."""
    if kind == "other layout":
        return f"{kind}, {slower_because(chosen.case.laid_out.step, other.case.laid_out.step)}"
    differences = [
        f"{rounded(value(other))} {unit} ({_percent(value(other), value(chosen))})"
        for _, unit, value in _METRICS
        if _percent(value(other), value(chosen)) != "same"
    ]
    if not differences:
        return f"{kind}: equal in days, cost, energy and carbon"
    return f"{kind}: {', '.join(differences)}; {_reason(question, chosen, other)}"


def _reason(question: Question, chosen: Candidate, other: Candidate) -> str:
    deadline = question.deadline_days
    if deadline is not None and other.outcome.schedule.calendar_days > deadline:
        return f"misses the deadline of {rounded(deadline)} days"
    broken = broken_limits(question, other)
    if broken:
        return broken[0].split(":")[0].replace(" =", " of") + " is passed"
    objective = question.scenario.objective
    if other.score(objective) >= chosen.score(objective):
        return f"worse in {objective}"
    if other.cluster.accelerator.id == chosen.cluster.accelerator.id:
        more = other.cluster.accelerators - chosen.cluster.accelerators
        if more > 0:
            return f"needs {more:,} more accelerators than the smallest that meets the deadline"
    return "not the fastest layout"


def _percent(value: float, reference: float) -> str:
    change = value / reference - 1.0
    return "same" if abs(change) < 5e-4 else f"{change:+.1%}"
