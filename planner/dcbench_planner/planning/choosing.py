"""Which candidate is chosen, and what to say when none is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dcbench.catalog import Site
from dcbench.errors import InputError, NoAnswerError
from dcbench_planner.planning.candidate import Candidate, build
from dcbench_planner.planning.ladder import Answer, best_size, larger_sizes, smallest_at
from dcbench_planner.planning.limits import broken_limits, excess
from dcbench_planner.planning.options import Skipped, options
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import Sized

REFERENCE_SITE = "ashburn"
"""Where accelerators are compared first when the site is `any`."""
SITE_ROUNDS = 3
CONTENDER = 1.3
"""Where several accelerators are compared, larger sizes are tried of those whose smallest cluster
is within this factor of the best: a size changes the objective by less."""


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
    tried: tuple[Candidate, ...]
    """Every size, accelerator and number format that was compared and keeps the limits."""


def choose(question: Question) -> Choice:
    """Find the candidate that the scenario asks for.

    Raises:
        NoAnswerError: no candidate keeps deadline, power and budget; names what binds.
        InputError: an unknown accelerator or site.
    """
    skipped, sites = Skipped(question), list[Candidate]()
    site = first_site(question)
    if question.scenario.site == "any":
        ranked, _ = _rank_options(_without_limits(question), site, skipped)
        ranked, sites = _at_best_site(question, ranked)
        tried = [candidate for candidate, _ in ranked]
    else:
        ranked, tried = _rank_options(question, site, skipped)
    best, sized = ranked[0]
    return Choice(
        chosen=best, sized=sized, accelerators=tuple(ranked[1:]), sites=tuple(sites[1:]),
        skipped=skipped.reasons(), tried=tuple(tried),
    )  # fmt: skip


def first_site(question: Question) -> Site:
    """Give the site, or the one where accelerators are compared first."""
    name = question.scenario.site
    return question.catalog.sites.resolve(REFERENCE_SITE if name == "any" else name, where="--site")


def _rank_options(
    question: Question, site: Site, skipped: Skipped
) -> tuple[list[Answer], list[Candidate]]:
    """Give the best size of each accelerator, best first, and all sizes that keep the limits."""
    smallest: list[Answer] = []
    for option in options(question, skipped):
        try:
            smallest.append(smallest_at(question, option, site, advise=skipped.alone))
        except NoAnswerError as error:
            skipped.add(option.accelerator.id, error)
    answers: list[Answer] = []
    tried: list[Candidate] = []
    failed: list[Candidate] = []
    for sizes in _ladders(question, smallest):
        best = best_size(question, sizes)
        tried += [candidate for candidate, _ in sizes if not broken_limits(question, candidate)]
        if best is None:
            failed.append(sizes[0][0])
        else:
            answers.append(best)
    if not answers:
        raise NoAnswerError(_none_qualifies(question, failed, skipped))
    for candidate in failed:
        skipped.add(candidate.cluster.accelerator.id, NoAnswerError("passes a limit"))
    return _ranked(question, answers), tried


def _none_qualifies(question: Question, failed: list[Candidate], skipped: Skipped) -> str:
    """Name every limit that the candidate breaks that comes nearest to keeping them."""
    if not failed:
        return "none qualifies; " + "; ".join(skipped.reasons())
    nearest = min(failed, key=lambda candidate: excess(question, candidate))
    broken = "; also ".join(broken_limits(question, nearest))
    return broken if len(failed) == 1 else f"none of {len(failed)} qualifies, the nearest: {broken}"


def _ladders(question: Question, smallest: list[Answer]) -> Iterator[list[Answer]]:
    """Give the sizes to compare of each accelerator: one, or several of a contender."""
    objective = question.scenario.objective
    best = min((candidate.score(objective) for candidate, _ in smallest), default=0.0)
    for answer in smallest:
        near = answer[0].score(objective) <= CONTENDER * best
        yield [answer, *(larger_sizes(question, answer) if near else [])]


def _ranked(question: Question, answers: list[Answer]) -> list[Answer]:
    return sorted(answers, key=lambda answer: answer[0].score(question.scenario.objective))


def _at_best_site(question: Question, ranked: list[Answer]) -> tuple[list[Answer], list[Candidate]]:
    """Choose the site for the best accelerator, then compare the accelerators again there.

    Repeated until the best accelerator at the site is the one the site was chosen for.
    """
    sites: list[Candidate] = []
    for _ in range(SITE_ROUNDS):
        sites = _rank_sites(question, *ranked[0])
        best = ranked[0][0].cluster.accelerator.id
        moved = [(build(question, c.option, sized, sites[0].site), sized) for c, sized in ranked]
        ranked = _ranked(question, [a for a in moved if not broken_limits(question, a[0])])
        if ranked[0][0].cluster.accelerator.id == best:
            break
    return ranked, sites


def _rank_sites(question: Question, best: Candidate, sized: Sized) -> list[Candidate]:
    built = [
        candidate
        for site in question.catalog.sites
        if (candidate := _at_site(question, best, sized, site)) is not None
    ]
    kept = [candidate for candidate in built if not broken_limits(question, candidate)]
    objective = question.scenario.objective
    if not kept:
        nearest = min(built, key=lambda candidate: candidate.score(objective))
        broken = "; also ".join(broken_limits(question, nearest))
        raise NoAnswerError(f"--site = any: best at {nearest.site.id}: {broken}")
    return sorted(kept, key=lambda candidate: candidate.score(objective))


def _at_site(question: Question, best: Candidate, sized: Sized, site: Site) -> Candidate | None:
    try:
        return build(question, best.option, sized, site)
    except InputError:
        return None  # no grid carbon or climate for this site


def _without_limits(question: Question) -> Question:
    """Leave power and money to the comparison of sites."""
    free = {"power_kw": None, "budget_usd": None}
    return replace(question, scenario=question.scenario.model_copy(update=free))
