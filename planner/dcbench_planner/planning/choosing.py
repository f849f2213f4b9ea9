"""Which candidate is chosen, and what to say when none is."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.catalog import Site
from dcbench.errors import DcbenchError, InputError, NoAnswerError
from dcbench.units import rounded
from dcbench_planner.planning.candidate import Candidate, build
from dcbench_planner.planning.option import Option, make_option
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import Sized, neighbours, size, smallest_by_deadline

Answer = tuple[Candidate, Sized]
"""A candidate and the cluster it was built from."""

REFERENCE_SITE = "ashburn"
"""Where accelerators are compared first when the site is `any`."""
SITE_ROUNDS = 3
LARGER = (1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
"""Sizes that the time objective tries within its limits, over the smallest."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The chosen candidate and the losers of each comparison, best first.

    Accelerators are compared at the chosen site.
    """

    chosen: Candidate
    sized: Sized
    accelerators: tuple[Answer, ...]
    sites: tuple[Candidate, ...]
    skipped: tuple[str, ...]
    """Accelerators that could not be planned, and why."""


def choose(question: Question) -> Choice:
    """Find the candidate that the scenario asks for.

    Raises:
        NoAnswerError: no candidate keeps deadline, power and budget; names what binds.
        InputError: an unknown accelerator or site.
    """
    ranked, skipped = _rank_accelerators(question, _first_site(question))
    sites: list[Candidate] = []
    if question.scenario.site == "any":
        ranked, sites = _at_best_site(question, ranked)
    best, sized = ranked[0]
    return Choice(
        chosen=best, sized=sized, accelerators=tuple(ranked[1:]), sites=tuple(sites[1:]),
        skipped=tuple(skipped),
    )  # fmt: skip


def sized_for(question: Question, option: Option, tokens: float) -> Sized:
    """Give the cluster for a number of tokens: the asked size, or the smallest in time.

    Raises:
        NoAnswerError: nothing fits into memory, or nothing is fast enough.
    """
    gpus, deadline = question.scenario.gpus, question.deadline_days
    if gpus is not None:
        return _fixed(question, option, gpus, deadline, tokens)
    if deadline is None:
        raise NoAnswerError("neither a deadline nor a number of accelerators is given")
    sized, fastest = smallest_by_deadline(question, option, deadline, tokens)
    if sized is None:
        raise NoAnswerError(_too_slow(option, deadline, fastest))
    return sized


def _fixed(
    question: Question, option: Option, gpus: int, deadline: float | None, tokens: float
) -> Sized:
    sized = size(question, option, gpus, tokens)
    name = option.accelerator.id
    if sized is None:
        raise NoAnswerError(
            f"--gpus = {gpus}: no layout of {question.shape.name} fits the memory of {gpus} {name} "
            "and divides the batch; give more accelerators or a number with small factors"
        )
    if deadline is not None and sized.calendar_days > deadline:
        raise NoAnswerError(
            f"--gpus = {gpus}: {rounded(sized.calendar_days)} days on {name}, past the deadline of "
            f"{rounded(deadline)}; give about {_needed(sized, deadline)} accelerators or more time"
        )
    return sized


def _too_slow(option: Option, deadline: float, fastest: Sized | None) -> str:
    name, largest = option.accelerator.id, int(option.book["run.accelerators_max"])
    if fastest is None:
        return (
            f"--accelerator = {name}: no layout fits the memory of up to {largest:,} and divides "
            "the batch; give another accelerator or a larger --global-batch-tokens"
        )
    days, count = rounded(fastest.calendar_days), fastest.cluster.accelerators
    return (
        f"--deadline = {rounded(deadline)}d: no cluster of up to {largest:,} {name} is fast "
        f"enough: the fastest takes {days} days on {count:,}; allow at least {days}d or a larger "
        "--global-batch-tokens"
    )


def _needed(sized: Sized, deadline: float) -> str:
    return rounded(sized.cluster.accelerators * sized.calendar_days / deadline, 2)


def _first_site(question: Question) -> Site:
    name = question.scenario.site
    return question.catalog.sites.resolve(REFERENCE_SITE if name == "any" else name, where="--site")


def _rank_accelerators(question: Question, site: Site) -> tuple[list[Answer], list[str]]:
    name = question.scenario.accelerator
    if name != "any":
        accelerator = question.catalog.accelerators.resolve(name, where="--accelerator")
        return [_answer(question, make_option(question, accelerator), site)], []
    answers = []
    skipped: dict[str, list[str]] = {}
    for accelerator in question.catalog.accelerators:
        try:
            answers.append(_answer(question, make_option(question, accelerator), site))
        except (NoAnswerError, InputError) as error:
            skipped.setdefault(_reason(error, accelerator.id), []).append(accelerator.id)
    reasons = [f"{reason}: {', '.join(names)}" for reason, names in skipped.items()]
    if not answers:
        raise NoAnswerError("--accelerator = any: none qualifies; " + "; ".join(reasons))
    return sorted(answers, key=lambda a: a[0].score(question.scenario.objective)), reasons


def _answer(question: Question, option: Option, site: Site) -> Answer:
    """Give the smallest cluster within the limits, or the fastest if time is the objective."""
    sized = sized_for(question, option, question.tokens)
    smallest = build(question, option, sized, site)
    if question.scenario.objective == "time" and question.scenario.gpus is None:
        fitting = _within_limits(question, option, sized, smallest)
        if fitting:
            return min(fitting, key=lambda answer: answer[0].score("time"))
    broken = exceeded(question, smallest)
    if broken:
        raise NoAnswerError(broken)
    return smallest, sized


def _within_limits(
    question: Question, option: Option, sized: Sized, smallest: Candidate
) -> list[Answer]:
    """Try larger clusters until a limit is passed; without a limit there is nothing to trade."""
    scenario = question.scenario
    if scenario.power_kw is None and scenario.budget_usd is None:
        return []
    fitting = [] if exceeded(question, smallest) else [(smallest, sized)]
    for count in neighbours(sized, LARGER, option):
        larger = size(question, option, count, sized.tokens)
        if larger is None:
            continue
        candidate = build(question, option, larger, smallest.site)
        if exceeded(question, candidate):
            break
        fitting.append((candidate, larger))
    return fitting


def exceeded(question: Question, candidate: Candidate) -> str | None:
    """Name the limit that a candidate breaks, by how much, and what would help."""
    limit_kw, limit_usd = question.scenario.power_kw, question.scenario.budget_usd
    outcome, cluster = candidate.outcome, candidate.cluster
    peak_kw = float(outcome.power.it_peak_kw * outcome.site.dpue_peak)
    run_usd = float(outcome.cost.run_usd)
    needs = f"the {cluster.accelerators:,} {cluster.accelerator.id} that this takes need"
    if limit_kw is not None and peak_kw > limit_kw:
        return (
            f"--power-kw = {rounded(limit_kw)}: {needs} {rounded(peak_kw)} kW at the facility's "
            f"peak; raise it, or allow about {peak_kw / limit_kw:.2g} times the days"
        )
    if limit_usd is not None and run_usd > limit_usd:
        return (
            f"--budget-usd = {rounded(limit_usd)}: the run costs {rounded(run_usd)} USD on "
            f"{cluster.accelerators:,} {cluster.accelerator.id}; raise it, train on fewer tokens, "
            "or try --accelerator any"
        )
    return None


def _rank_sites(question: Question, best: Candidate, sized: Sized) -> list[Candidate]:
    candidates = [
        candidate
        for site in question.catalog.sites
        if (candidate := _at_site(question, best, sized, site)) is not None
    ]
    if not candidates:
        raise NoAnswerError("--site = any: no site keeps the power limit and the budget")
    return sorted(candidates, key=lambda c: c.score(question.scenario.objective))


def _at_best_site(question: Question, ranked: list[Answer]) -> tuple[list[Answer], list[Candidate]]:
    """Choose the site for the best accelerator, then compare the accelerators again there.

    Repeated until the best accelerator at the site is the one the site was chosen for.
    """
    sites: list[Candidate] = []
    for _ in range(SITE_ROUNDS):
        sites = _rank_sites(question, *ranked[0])
        best = ranked[0][0].cluster.accelerator.id
        moved = [(build(question, c.option, sized, sites[0].site), sized) for c, sized in ranked]
        ranked = sorted(moved, key=lambda answer: answer[0].score(question.scenario.objective))
        if ranked[0][0].cluster.accelerator.id == best:
            break
    return ranked, sites


def _at_site(question: Question, best: Candidate, sized: Sized, site: Site) -> Candidate | None:
    try:
        candidate = build(question, best.option, sized, site)
    except InputError:
        return None  # no grid carbon or climate for this site
    return None if exceeded(question, candidate) else candidate


def _reason(error: DcbenchError, name: str) -> str:
    """Shorten an error to its reason, without the accelerator's name, so that reasons group."""
    text = error.faults[0].problem if isinstance(error, InputError) else str(error)
    return text.split("; ")[0].replace(f"{name}: ", "").replace(f"{name} ", "")
