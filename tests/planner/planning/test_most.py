"""The largest model and the most tokens: laws, round trips, and what binds."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from dcbench.catalog import load_catalog
from dcbench.cli.main import main
from dcbench.errors import InputError, NoAnswerError
from dcbench.records.scenario import Scenario
from dcbench_planner.planning.choosing import choose
from dcbench_planner.planning.most import SMALLEST, index_of, settle, value_of
from dcbench_planner.planning.question import ask

CATALOG = load_catalog()


def _most(**asked):
    return settle(Scenario(**asked), CATALOG, None)[1]


def _choice(**asked):
    return choose(ask(Scenario(**asked), CATALOG, None))


def _days(choice):
    return float(choice.chosen.outcome.schedule.calendar_days)


def test_three_digit_numbers_count_up():
    # By hand: 900 numbers of three digits a decade.
    assert value_of(0) == SMALLEST
    assert value_of(900) == 1e7
    assert value_of(899) == 9.99e6
    assert [index_of(value_of(i)) for i in range(0, 9900, 7)] == list(range(0, 9900, 7))
    assert index_of(1.239e9) == index_of(1.23e9)
    assert index_of(1.0) == 0


@pytest.mark.parametrize(
    ("limits", "binds"),
    [
        ({"gpus": 64, "deadline_days": 10.0}, "--gpus"),
        ({"power_kw": 100.0, "deadline_days": 10.0}, "--power-kw"),
        ({"budget_usd": 2e4}, "--budget-usd"),
    ],
)
def test_most_tokens_have_a_plan_and_the_next_have_none(limits, binds):
    found = _most(params=1e9, tokens="max", **limits)
    again = _choice(params=1e9, tokens=found.value, **limits)

    assert again.sized.tokens == found.value
    assert _days(again) <= limits.get("deadline_days", 30.0)
    assert binds in found.binds
    assert found.next_value == pytest.approx(found.value, rel=0.01)


def test_largest_model_has_a_plan_and_twice_the_accelerators_train_no_smaller_one():
    found = [_most(params="max", gpus=gpus, deadline_days=5.0).value for gpus in (16, 32, 64)]
    again = _choice(params=found[-1], gpus=64, deadline_days=5.0)

    assert found == sorted(found)
    assert _days(again) <= 5.0


def test_more_money_never_buys_fewer_tokens():
    budgets = (1e3, 3e3, 1e4)
    found = [_most(params=1e9, tokens="max", budget_usd=usd).value for usd in budgets]

    assert found == sorted(found)


def test_a_longer_deadline_is_never_dearer():
    # To 2 %: the sizes that are compared start at the smallest in time.
    costs = [
        _choice(params=7e9, tokens=1e12, deadline_days=days).chosen.score("cost")
        for days in (5.0, 10.0, 20.0, 40.0)
    ]

    assert all(later <= 1.02 * sooner for sooner, later in pairwise(costs))


def test_largest_model_on_given_tokens_is_smaller_for_more_tokens():
    few, many = (_most(params="max", tokens=t, gpus=32).value for t in (1e11, 1e12))

    assert few > many


def test_any_accelerator_does_at_least_as_well_as_one():
    one = _most(params="max", gpus=8, deadline_days=10.0, accelerator="A100-SXM-80GB")
    best = _most(params="max", gpus=8, deadline_days=10.0, accelerator="any")

    assert best.value >= one.value


@pytest.mark.parametrize(
    ("asked", "flag"),
    [
        ({"params": "max"}, "--gpus"),
        ({"params": 7e9, "tokens": "max"}, "--gpus"),
        ({"params": "max", "tokens": "max", "gpus": 8}, "--params"),
        ({"tokens": "max", "gpus": 8}, "--params"),
    ],
)
def test_questions_without_an_answer_are_faults(asked, flag):
    with pytest.raises(InputError, match=flag):
        settle(Scenario(**asked), CATALOG, None)


def test_nothing_small_enough_is_a_no_that_names_what_binds():
    with pytest.raises(NoAnswerError, match="--power-kw"):
        _most(params="max", power_kw=0.5)


def test_command_line_answers_and_says_what_binds(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["plan", "--params", "max", "--gpus", "8", "--deadline", "2d"])
    out = capsys.readouterr().out

    assert stop.value.code == 0
    assert out.startswith("answer ")
    assert "past the deadline" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80


def test_max_in_a_scenario_file_is_the_same_question(capsys, tmp_path):
    file = tmp_path / "s.toml"
    file.write_text('model = "llama-2-7b"\ntokens = "max"\ngpus = 8\ndeadline_days = 1.0\n')
    with pytest.raises(SystemExit):
        main(["plan", "--scenario", str(file), "--json"])
    record = json.loads(capsys.readouterr().out)

    assert record["most"]["asked"] == "tokens"
    assert record["model"]["tokens"] == record["most"]["value"]
    assert record["scenario"]["tokens"] == "max"
