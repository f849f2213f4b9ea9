"""The limits that a candidate breaks, and what would help."""

from __future__ import annotations

from dcbench.units import rounded
from dcbench_planner.planning.candidate import Candidate
from dcbench_planner.planning.question import Question


def broken_limits(question: Question, candidate: Candidate) -> tuple[str, ...]:
    """Name every limit that a candidate breaks, by how much, and what would help."""
    checks = (_deadline, _power, _budget)
    found = (check(question, candidate) for check in checks)
    return tuple(text for text in found if text)


def excess(question: Question, candidate: Candidate) -> float:
    """Give how many times the limit on time, power or money is needed, whichever is most."""
    scenario, outcome = question.scenario, candidate.outcome
    needs = (
        (question.deadline_days, outcome.schedule.calendar_days),
        (scenario.power_kw, _peak_kw(candidate)),
        (scenario.budget_usd, outcome.cost.run_usd),
    )
    return max((float(need) / limit for limit, need in needs if limit), default=0.0)


def _peak_kw(candidate: Candidate) -> float:
    return float(candidate.outcome.power.it_peak_kw * candidate.outcome.site.dpue_peak)


def _deadline(question: Question, candidate: Candidate) -> str | None:
    limit = question.deadline_days
    days, cluster = float(candidate.outcome.schedule.calendar_days), candidate.cluster
    if limit is None or days <= limit:
        return None
    needed = rounded(cluster.accelerators * days / limit, 2)
    return (
        f"--gpus = {cluster.accelerators}: {rounded(days, 4)} days on {cluster.accelerator.id}, "
        f"past the deadline of {rounded(limit)}; give about {needed} accelerators or more time"
    )


def _power(question: Question, candidate: Candidate) -> str | None:
    limit, cluster, peak_kw = question.scenario.power_kw, candidate.cluster, _peak_kw(candidate)
    if limit is None or peak_kw <= limit:
        return None
    return (
        f"--power-kw = {rounded(limit)}: the {cluster.accelerators:,} {cluster.accelerator.id} "
        f"that this takes need {rounded(peak_kw)} kW at the facility's peak; raise it, or allow "
        f"about {peak_kw / limit:.2g} times the days"
    )


def _budget(question: Question, candidate: Candidate) -> str | None:
    limit, cluster = question.scenario.budget_usd, candidate.cluster
    run_usd = float(candidate.outcome.cost.run_usd)
    if limit is None or run_usd <= limit:
        return None
    return (
        f"--budget-usd = {rounded(limit)}: the run costs {rounded(run_usd)} USD on "
        f"{cluster.accelerators:,} {cluster.accelerator.id}; raise it, train on fewer tokens, or "
        "try --accelerator any"
    )
