"""The largest model, or the most tokens, within deadline, accelerators, power and budget.

Both are searched with the chain that answers the forward question, so the answer, asked again as a
number, has a plan. Numbers of three digits are tried: gallop from an estimate until the answer is
enclosed, then halve.
"""

from __future__ import annotations

import math
from typing import Literal

from dcbench.catalog import Catalog
from dcbench.errors import Fault, InputError, NoAnswerError
from dcbench.records.calibration import Calibration
from dcbench.records.plan import MostPart
from dcbench.records.scenario import MAX, Scenario
from dcbench_planner.planning.choosing import first_site
from dcbench_planner.planning.ladder import smallest_at
from dcbench_planner.planning.limits import broken_limits
from dcbench_planner.planning.most_estimate import estimate
from dcbench_planner.planning.option import Option, make_option
from dcbench_planner.planning.options import Skipped, options
from dcbench_planner.planning.question import Question, ask, asks_for_most

SMALLEST = 1e6
LARGEST = {"params": 1e14, "tokens": 1e17}
"""As the scenario allows."""
START = {"params": 7e9, "tokens": 1e12}
"""Only to look up accelerators before there is an estimate."""
GALLOP = 1.3
HOPELESS = 3.0
"""An accelerator whose estimate, at 40 % of its peak, is so much below an answer cannot beat it."""


def settle(
    scenario: Scenario, catalog: Catalog, calibration: Calibration | None
) -> tuple[Question, MostPart | None]:
    """Give the question, with the largest model or the most tokens found where they are asked for.

    Raises:
        InputError: as `ask`; or both are asked for, or nothing limits the answer.
        NoAnswerError: not even the smallest model, or the fewest tokens, has a plan.
    """
    if not asks_for_most(scenario):
        return ask(scenario, catalog, calibration), None
    _check(scenario)
    search = _Search(scenario, catalog, calibration)
    value, next_value = search.largest()
    part = MostPart(asked=search.asked, value=value, next_value=next_value, binds=search.binds)
    return search.question(value), part


def value_of(index: int) -> float:
    """Give the number of three digits with this index; 0 is `SMALLEST`."""
    decade, step = divmod(index, 900)
    return (100 + step) * SMALLEST / 100 * 10.0**decade


def index_of(value: float) -> int:
    """Give the index of the largest number of three digits up to this one, at least 0."""
    if value <= SMALLEST:
        return 0
    decade = math.floor(math.log10(value / SMALLEST) + 1e-12)
    return 900 * decade + math.floor(value / SMALLEST / 10.0**decade * 100 + 1e-9) - 100


def _check(scenario: Scenario) -> None:
    if scenario.params == scenario.tokens == MAX:
        fix = "give a number for one of them"
        raise InputError(Fault(where="--params", problem="max together with --tokens max", fix=fix))
    if scenario.gpus is None and scenario.power_kw is None and scenario.budget_usd is None:
        flag = "--params" if scenario.params == MAX else "--tokens"
        fix = "give --gpus, --power-kw or --budget-usd"
        problem = "nothing limits the cluster"
        raise InputError(Fault(where=flag, value=MAX, problem=problem, fix=fix))


class _Search:
    """Numbers tried so far, for one scenario."""

    def __init__(
        self, scenario: Scenario, catalog: Catalog, calibration: Calibration | None
    ) -> None:
        self._scenario, self._catalog, self._calibration = scenario, catalog, calibration
        self.asked: Literal["params", "tokens"] = "params" if scenario.params == MAX else "tokens"
        self._reasons: dict[int, str] = {}
        """Why a number has no plan on the accelerator that was tried last, by index."""
        self.binds = ""
        """Why the next number has no plan."""

    def question(self, value: float) -> Question:
        return ask(self._scenario, self._catalog, self._calibration, most=value)

    def largest(self) -> tuple[float, float]:
        """Give the largest number that has a plan, and the next, which has none.

        Of several accelerators the most promising is searched first; of each other only what is
        beyond the answer so far.
        """
        question = self.question(START[self.asked])
        found = options(question, Skipped(question))
        hopes = sorted(
            ((estimate(question, option, self.asked), option) for option in found),
            key=lambda hope: -hope[0],
        )
        best: tuple[int, int] | None = None
        for hope, option in hopes:
            if best is None:
                best = self._search(option, min(index_of(hope), self._last))
            elif HOPELESS * hope < value_of(best[0]):
                break
            elif self._has_plan(option, best[1]):
                best = self._search(option, best[1])
        if best is None:
            raise NoAnswerError(f"--{self.asked} = max: {self._too_small()}")
        return value_of(best[0]), value_of(best[1])

    @property
    def _last(self) -> int:
        return index_of(LARGEST[self.asked])

    def _too_small(self) -> str:
        return self._reasons.get(0, "no accelerator has a price and a rate in the precision")

    def _search(self, option: Option, start: int) -> tuple[int, int] | None:
        """Enclose the answer from an estimate, then halve."""
        self._reasons.clear()
        up = self._has_plan(option, start)
        enclosed = self._upwards(option, start) if up else self._downwards(option, start)
        if enclosed is None:
            return None
        low, high = enclosed
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._has_plan(option, middle) else (low, middle)
        self.binds = self._reasons.get(high, "a scenario may ask for no more")
        return low, high

    def _upwards(self, option: Option, low: int) -> tuple[int, int]:
        step = GALLOP
        while low < self._last:
            high = min(index_of(value_of(low) * step), self._last)
            if not self._has_plan(option, high):
                return low, high
            low, step = high, step * step
        return low, low + 1

    def _downwards(self, option: Option, high: int) -> tuple[int, int] | None:
        step = GALLOP
        while high > 0:
            low = index_of(value_of(high) / step)
            if self._has_plan(option, low):
                return low, high
            high, step = low, step * step
        return None

    def _has_plan(self, option: Option, index: int) -> bool:
        question = self.question(value_of(index))
        again = make_option(question, option.accelerator, option.rates.precision)
        reason = _obstacle(question, again)
        if reason is not None:
            self._reasons[index] = reason
        return reason is None


def _obstacle(question: Question, option: Option) -> str | None:
    """Say what stands in the way of the smallest cluster in time; None when nothing does."""
    try:
        candidate, _ = smallest_at(question, option, first_site(question))
    except NoAnswerError as error:
        return str(error).split("; ")[0]
    broken = (text.split("; ")[0] for text in broken_limits(question, candidate))
    return "; also ".join(broken) or None
