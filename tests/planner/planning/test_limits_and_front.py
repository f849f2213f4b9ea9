"""Every broken limit at once, advice where the answer is no, the Pareto front, step constants."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError, NoAnswerError
from dcbench.records.scenario import Scenario
from dcbench_planner.planning.choosing import choose
from dcbench_planner.planning.pareto import pareto
from dcbench_planner.planning.question import ask

CATALOG = load_catalog()


def _question(**asked):
    return ask(Scenario(**asked), CATALOG, None)


def _choice(**asked):
    return choose(_question(**asked))


def test_every_broken_limit_is_named_in_one_line():
    with pytest.raises(NoAnswerError) as error:
        _choice(params=7e9, gpus=8, deadline_days=1.0, power_kw=1.0, budget_usd=100.0)

    assert all(flag in str(error.value) for flag in ("--gpus", "--power-kw", "--budget-usd"))
    assert "\n" not in str(error.value)


def test_among_accelerators_the_nearest_to_the_limits_is_named():
    with pytest.raises(NoAnswerError, match=r"the nearest: --power-kw = 1:"):
        _choice(params=1e9, accelerator="any", power_kw=1.0)


def test_no_site_keeps_the_budget_names_the_best_one():
    with pytest.raises(NoAnswerError, match=r"--site = any: best at .*--budget-usd"):
        _choice(params=1e9, site="any", budget_usd=1.0)


def test_too_slow_for_its_batch_says_which_batch_would_do():
    asked = {"params": 7e9, "tokens": 4e12, "deadline_days": 8.0}
    small = {"global_batch_tokens": 5e5}
    with pytest.raises(NoAnswerError, match="give --global-batch-tokens") as error:
        _choice(**asked, **small)
    batch = float(str(error.value).split("give --global-batch-tokens ")[1].split(",")[0])

    chosen = _choice(**asked, global_batch_tokens=batch).chosen
    assert chosen.outcome.schedule.calendar_days <= 8.0


def test_an_accelerator_without_a_price_says_what_to_set():
    with pytest.raises(NoAnswerError, match=r"--set price\.node_usd=\d+"):
        _choice(params=7e9, accelerator="H800-SXM")
    assert _choice(
        params=7e9, accelerator="H800-SXM", assumptions={"price.node_usd": 3e5}
    ).chosen.outcome.cost.run_usd > 0  # fmt: skip


@pytest.mark.parametrize("objective", ["cost", "energy", "carbon", "time"])
def test_layouts_of_a_given_cluster_rank_alike_by_every_objective(objective):
    found = _choice(params=7e9, gpus=16, objective=objective)

    assert found.chosen.case.laid_out == _choice(params=7e9, gpus=16).chosen.case.laid_out


@pytest.mark.parametrize("objective", ["cost", "energy", "carbon"])
def test_chosen_size_is_the_best_of_those_tried(objective):
    found = _choice(params=7e9, tokens=1e12, objective=objective)

    # A larger cluster is taken only where it is 1 % better.
    assert found.chosen.score(objective) <= 1.0102 * min(c.score(objective) for c in found.tried)


def test_no_point_of_the_front_beats_another_of_its_format():
    question = _question(params=7e9, tokens=3e11)
    points = pareto(question, choose(question))
    axes = [(p.precision, p.calendar_days, p.run_usd, p.total_kwh) for p in points]

    assert {"bf16", "fp8"} <= {p.precision for p in points}
    assert [p.calendar_days for p in points] == sorted(p.calendar_days for p in points)
    for one in axes:
        for other in axes:
            beats = all(a <= b for a, b in zip(one[1:], other[1:], strict=True))
            assert one == other or one[0] != other[0] or not beats


def test_front_of_a_given_precision_holds_no_other_and_passes_quality_through():
    question = _question(params=1e9, precision="fp8", quality={"fp8": 2.31})
    points = pareto(question, choose(question))

    assert {p.precision for p in points} == {"fp8"}
    assert {p.quality for p in points} == {2.31}


def test_any_precision_takes_the_best_by_the_objective():
    found = _choice(params=7e9, gpus=16, precision="any")

    assert found.chosen.option.rates.precision == "fp8"
    assert {c.option.rates.precision for c, _ in found.accelerators} == {"bf16"}


def test_step_constants_can_be_set_and_show_as_the_users():
    question = _question(params=7e9, gpus=16, assumptions={"step.straggler": 2.0})
    slow, usual = choose(question), _choice(params=7e9, gpus=16)
    entry = next(a for a in question.book.list_used() if a.key == "step.straggler")

    assert slow.sized.calendar_days > 1.5 * usual.sized.calendar_days
    assert (entry.value, entry.provenance) == (2.0, "user")
    with pytest.raises(InputError, match=r"step\.stragglers"):
        _choice(params=7e9, gpus=16, assumptions={"step.stragglers": 2.0})


def test_planning_defaults_can_be_set():
    question = _question(params=7e9, assumptions={"run.tokens_per_param": 1.0})

    assert question.tokens == question.shape.params_total
    assert _question(params=7e9, assumptions={"run.deadline_days": 3.0}).deadline_days == 3.0
