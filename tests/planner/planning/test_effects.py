"""Methods, batch ramp: what they change in memory, time and calendar."""

from __future__ import annotations

import math

import pytest

from dcbench.catalog import load_catalog
from dcbench.cli.main import main
from dcbench.errors import InputError
from dcbench.records.scenario import BatchRamp, MethodChoice, Scenario
from dcbench_planner.planning.batch_ramp import added
from dcbench_planner.planning.choosing import choose
from dcbench_planner.planning.planned_job import step_seconds
from dcbench_planner.planning.question import ask
from dcbench_planner.planning.training_method import pruned

CATALOG = load_catalog()


def _question(**asked):
    size = {} if "model" in asked else {"params": 7e9}
    return ask(Scenario(**{"gpus": 8, **size, **asked}), CATALOG, None)


def _sized(**asked):
    return choose(_question(**asked)).sized


def test_a_planned_step_asked_again_takes_the_same_time():
    question = _question()
    choice = choose(question)
    for laid_out in choice.sized.laid_out:
        layout = laid_out.layout
        again = step_seconds(
            question.shape, choice.chosen.option.rates, layout, question.method,
            question.constants, sequence_length=question.sequence_length,
            num_micro_batches=layout.global_batch // (layout.dp * layout.micro_batch),
        )  # fmt: skip
        assert again == pytest.approx(laid_out.step.time_s, rel=1e-9)


def test_ramp_by_hand():
    # b from 1 to 2 over 10 tokens, a = 3 s, c = 0: steps = 10 ln 2, less 5 of the full batch.
    found = added(
        BatchRamp(start_tokens=1024.0, over_tokens=10_240.0), full=2048.0, least=0.0, fixed_s=3.0,
        per_token_s=0.0,
    )  # fmt: skip

    assert found.steps == pytest.approx(10 * math.log(2) - 5)
    assert found.time_s == pytest.approx(3 * found.steps)


def test_ramp_without_fixed_cost_takes_more_steps_and_no_more_time():
    found = added(
        BatchRamp(start_tokens=1e5, over_tokens=1e9), full=4e6, least=0.0, fixed_s=0.0,
        per_token_s=1e-6,
    )  # fmt: skip

    assert found.steps > 0
    assert found.time_s == pytest.approx(0.0, abs=1e-6)


def test_ramp_agrees_with_a_sum_over_single_steps():
    # Own check, not published: take the steps one by one.
    ramp, full, least, fixed, per_token = (
        BatchRamp(start_tokens=1e5, over_tokens=1e9), 4e6, 5e5, 0.2, 1e-6,
    )  # fmt: skip
    seen = time_s = steps = 0.0
    while seen < ramp.over_tokens:
        batch = ramp.start_tokens + (full - ramp.start_tokens) * seen / ramp.over_tokens
        time_s += fixed + per_token * max(batch, least)
        seen, steps = seen + batch, steps + 1
    found = added(ramp, full=full, least=least, fixed_s=fixed, per_token_s=per_token)

    assert found.steps + 1e9 / full == pytest.approx(steps, rel=0.01)
    assert found.time_s + 1e9 / full * (fixed + per_token * full) == pytest.approx(time_s, rel=0.01)


def test_ramp_costs_days_and_a_longer_one_more():
    days = [_sized().calendar_days] + [
        _sized(batch_ramp=BatchRamp(start_tokens=65536.0, over_tokens=over)).calendar_days
        for over in (1e9, 1e10, 1e11)
    ]

    assert days == sorted(days)
    assert days[-1] > days[0]


def test_impossible_ramps_are_faults_all_at_once():
    with pytest.raises(InputError) as error:
        _sized(batch_ramp=BatchRamp(start_tokens=1e9, over_tokens=1e15))

    assert len(error.value.faults) == 2


def test_adapters_fit_where_full_training_does_not_and_take_less_time():
    full, lora, qlora = (
        _sized(gpus=8, method=MethodChoice(kind=kind)) for kind in ("full", "lora", "qlora")
    )
    memory = [
        _sized(gpus=8, method=MethodChoice(kind=kind)).laid_out[0].memory.breakdown_bytes["weights"]
        for kind in ("lora", "qlora")
    ]

    assert lora.calendar_days < full.calendar_days
    assert qlora.calendar_days >= lora.calendar_days
    assert memory[1] < memory[0]


def test_teacher_adds_time_and_a_larger_one_more():
    days = [
        _sized(gpus=64, method=MethodChoice(teacher=teacher)).calendar_days
        for teacher in (None, "7e9", "llama-3.1-70b")
    ]

    assert days == sorted(days)
    assert days[0] < days[1] < days[2]


@pytest.mark.parametrize("share", [0.75, 0.5, 0.25])
def test_pruned_model_keeps_about_its_share_of_the_layers(share):
    shape = _question(model="llama-3.1-70b", gpus=64).shape
    small = pruned(shape, share)
    embeddings = 2 * shape.vocab * shape.d_model
    kept = (small.params_total - embeddings) / (shape.params_total - embeddings)

    assert kept == pytest.approx(share, abs=0.03)
    assert small.n_heads % small.n_kv_heads == 0


def test_pruned_training_is_faster():
    assert (
        _sized(tokens=1e11, method=MethodChoice(kept_share=0.5)).calendar_days
        < _sized(tokens=1e11).calendar_days
    )


def test_quantisation_aware_training_costs_time():
    aware = _sized(method=MethodChoice(quantisation_aware=True))

    assert aware.calendar_days > _sized().calendar_days


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        (["--lora-rank", "8"], "--lora-rank"),
        (["--method", "lora", "--lora-rank", "0"], "--lora-rank"),
        (["--method", "lora", "--lora-rank", "x"], "--lora-rank"),
        (["--method", "best"], "--method"),
        (["--optimizer", "adam2"], "--optimizer"),
        (["--teacher", "nobody"], "--teacher"),
        (["--teacher", "7"], "--teacher"),
    ],
)
def test_wrong_methods_are_one_line_and_code_2(capsys, arguments, flag):
    with pytest.raises(SystemExit) as stop:
        main(["plan", "--params", "7e9", *arguments])
    captured = capsys.readouterr()

    assert stop.value.code == 2
    assert len(captured.err.strip().splitlines()) == 1
    assert flag in captured.err


def test_method_of_the_flags_lies_over_that_of_the_file(capsys, tmp_path):
    file = tmp_path / "s.toml"
    file.write_text('params = 1e9\ngpus = 8\n[method]\nkind = "lora"\nrank = 8\n')
    with pytest.raises(SystemExit) as stop:
        main(["plan", "--scenario", str(file), "--lora-rank", "32"])
    out = " ".join(capsys.readouterr().out.split())

    assert stop.value.code == 0
    assert "lora, rank 32" in out
