"""Where the search for the largest model or the most tokens starts.

Only the number of steps of the search depends on it, never its answer.
"""

from __future__ import annotations

from typing import Literal

from dcbench.units import HOURS_PER_YEAR, SECONDS_PER_DAY, SECONDS_PER_HOUR
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.question import FLOP_PER_PARAM_AND_TOKEN, Question

UTILISATION = 0.4
FACILITY_OVER_ACCELERATOR_W = 1.9
USUAL_ACCELERATOR_W = 700.0
LIFE_YEARS = 5.0
OWNING_OVER_CAPEX = 2.0
"""Roughly, for current accelerators and colocation."""


def estimate(question: Question, option: Option, asked: Literal["params", "tokens"]) -> float:
    """Guess the answer from the FLOP that the limits leave.

    Args:
        question: what is asked, with any number in place of the unknown.
        option: the accelerator.
        asked: what is to be as large as possible.
    """
    flop = _flop(question, option)
    if asked == "tokens":
        return flop / question.flop_per_token
    if question.scenario.tokens is not None:
        return flop / (FLOP_PER_PARAM_AND_TOKEN * question.tokens)
    per_param = float(question.book["run.tokens_per_param"])
    return float((flop / (FLOP_PER_PARAM_AND_TOKEN * per_param)) ** 0.5)


def _flop(question: Question, option: Option) -> float:
    """Bound the FLOP of the run by each limit that is given."""
    scenario = question.scenario
    deadline_s = (question.deadline_days or 0.0) * SECONDS_PER_DAY
    seconds = [float(option.book["run.accelerators_max"]) * deadline_s]
    if scenario.gpus is not None:
        seconds.append(scenario.gpus * deadline_s)
    if scenario.power_kw is not None:
        watts = FACILITY_OVER_ACCELERATOR_W * (option.accelerator.tdp_w or USUAL_ACCELERATOR_W)
        seconds.append(scenario.power_kw * 1000.0 / watts * deadline_s)
    if scenario.budget_usd is not None:
        life_h = LIFE_YEARS * HOURS_PER_YEAR * option.node.accelerators
        usd_per_hour = OWNING_OVER_CAPEX * float(option.book["price.node_usd"]) / life_h
        seconds.append(scenario.budget_usd / usd_per_hour * SECONDS_PER_HOUR)
    return UTILISATION * option.rates.peak_flops_per_s * min(seconds)
