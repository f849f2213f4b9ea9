"""The sizes of a cluster that are compared, from the smallest in time upwards."""

from __future__ import annotations

from dcbench.catalog import Site
from dcbench.errors import NoAnswerError
from dcbench_planner.planning.candidate import Candidate, build
from dcbench_planner.planning.limits import broken_limits
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import Sized, neighbours, size, smallest_by_deadline
from dcbench_planner.planning.too_slow import too_slow

Answer = tuple[Candidate, Sized]
"""A candidate and the cluster it was built from."""

LARGER = (1.1, 1.25, 1.5, 2.0, 3.0, 4.0)
"""Sizes over the smallest. Cost and energy rise with size as communication grows, but a size that
divides the batch badly, or is short of memory, may be dearer than the next."""
LARGER_FOR_TIME = (*LARGER, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
WORTH_IT = 0.01
"""A larger cluster must be this much better; less is within the error of the step model."""


def sized_for(question: Question, option: Option, tokens: float, *, advise: bool = False) -> Sized:
    """Give the cluster for a number of tokens: the asked size, or the smallest in time.

    Args:
        question: what is asked.
        option: the accelerator.
        tokens: training tokens.
        advise: say in the error what would answer the question, which takes longer.

    Raises:
        NoAnswerError: nothing fits into memory, or nothing is fast enough.
    """
    gpus, deadline = question.scenario.gpus, question.deadline_days
    if gpus is not None:
        return _fixed(question, option, gpus, tokens)
    if deadline is None:
        raise NoAnswerError("neither a deadline nor a number of accelerators is given")
    sized, fastest = smallest_by_deadline(question, option, deadline, tokens)
    if sized is None:
        raise NoAnswerError(too_slow(question, option, tokens, fastest, advise=advise))
    return sized


def larger_sizes(question: Question, smallest: Answer) -> list[Answer]:
    """Give larger clusters of the same accelerator at the same site.

    None where the size is given. Stops where the power limit is passed.
    """
    candidate, sized = smallest
    scenario, option = question.scenario, candidate.option
    if scenario.gpus is not None:
        return []
    limited = scenario.power_kw is not None or scenario.budget_usd is not None
    factors = LARGER_FOR_TIME if scenario.objective == "time" and limited else LARGER
    found: list[Answer] = []
    for count in neighbours(sized, factors, option):
        larger = size(question, option, count, sized.tokens)
        if larger is None:
            continue
        built = build(question, option, larger, candidate.site)
        found.append((built, larger))
        if any(text.startswith("--power-kw") for text in broken_limits(question, built)):
            break
    return found


def best_size(question: Question, answers: list[Answer]) -> Answer | None:
    """Choose by the objective among the sizes that keep every limit, smallest first.

    The smallest is given where nobody stated an objective, and for time without a limit on power
    or money, since there is nothing to trade for it.
    """
    scenario = question.scenario
    kept = [answer for answer in answers if not broken_limits(question, answer[0])]
    if not kept:
        return None
    limited = scenario.power_kw is not None or scenario.budget_usd is not None
    stated = "objective" in scenario.model_fields_set
    if not stated or (scenario.objective == "time" and not limited):
        return kept[0]
    best = min(kept, key=lambda answer: answer[0].score(scenario.objective))
    limit = (1.0 - WORTH_IT) * kept[0][0].score(scenario.objective)
    return best if best[0].score(scenario.objective) <= limit else kept[0]


def smallest_at(question: Question, option: Option, site: Site, *, advise: bool = False) -> Answer:
    """Build the smallest cluster in time at a site.

    Raises:
        NoAnswerError: as `sized_for`.
    """
    sized = sized_for(question, option, question.tokens, advise=advise)
    return build(question, option, sized, site), sized


def _fixed(question: Question, option: Option, gpus: int, tokens: float) -> Sized:
    sized = size(question, option, gpus, tokens)
    if sized is None:
        name = option.accelerator.id
        raise NoAnswerError(
            f"--gpus = {gpus}: no layout of {question.shape.name} fits the memory of {gpus} {name} "
            "and divides the batch; give more accelerators or a number with small factors"
        )
    return sized
