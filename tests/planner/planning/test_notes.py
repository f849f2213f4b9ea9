"""What a plan tells its reader about gradients, evaluation and unvalidated models."""

from __future__ import annotations

from dcbench.catalog import load_catalog
from dcbench.records.scenario import BatchRamp, Scenario
from dcbench_planner.planning.choosing import choose
from dcbench_planner.planning.exchange_note import exchange_note
from dcbench_planner.planning.notes import notes
from dcbench_planner.planning.question import ask
from dcbench_planner.training.shape.kinds import is_validated

CATALOG = load_catalog()


def _told(**asked):
    question = ask(Scenario(**asked), CATALOG, None)
    choice = choose(question)
    return question, choice, notes(question, choice, ())


def test_other_ways_to_exchange_gradients_are_judged_where_there_is_an_exchange():
    question, choice, told = _told(params=7e9, gpus=64)
    alone = _told(params=1e8, gpus=1)

    assert exchange_note(question, choice.chosen) in told
    assert exchange_note(alone[0], alone[1].chosen) is None


def test_evaluation_and_ramp_are_told_with_their_size():
    _, choice, told = _told(
        params=1e9, gpus=8, batch_ramp=BatchRamp(start_tokens=65536.0, over_tokens=1e9)
    )
    ramp = next(note for note in told if note.startswith("The batch ramp"))

    assert any("run.evaluation_share" in note for note in told)
    assert f"{choice.chosen.case.ramp.steps:,.0f} steps" in ramp


def test_kinds_of_models_without_a_published_run_are_marked():
    for model in ("llama-3.1-8b", "bert-large"):
        question, _, told = _told(model=model, gpus=64)
        assert is_validated(question.shape) != any(n.startswith("Unvalidated") for n in told)
