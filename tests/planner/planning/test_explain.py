"""Why a plan is as it is: waterfalls add up, limits only help, every rate names its source."""

from __future__ import annotations

from dataclasses import fields, replace
from math import exp, log
from statistics import NormalDist

import pytest

from dcbench.records.calibration import Calibration, Curve, DeviceCalibration, Residual
from dcbench.records.plan import StepPart
from dcbench.records.scenario import MethodChoice, Scenario
from dcbench_planner import plan
from dcbench_planner.planning.chain import with_step_error
from dcbench_planner.planning.explain_constants import listed_constants
from dcbench_planner.planning.explain_curves import curves
from dcbench_planner.planning.explain_difference import part_differences, slower_because
from dcbench_planner.planning.explain_interval import step_interval
from dcbench_planner.planning.explain_limits import (
    RATES,
    binding,
    limits,
    relaxations,
    relaxed_gain,
)
from dcbench_planner.planning.explain_parts import in_order, part_text
from dcbench_planner.planning.explain_time import time_waterfall
from dcbench_planner.planning.option import make_option
from dcbench_planner.planning.question import ask
from dcbench_planner.planning.sizing import size
from dcbench_planner.training.memory.fit import LOG_SD
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.errors import step_error
from dcbench_planner.training.step.rate_tables import published_rate
from dcbench_planner.training.step.rates import calibrated_rates, published_rates
from tests.planner.examples import CATALOG

ASKED = {
    "dense on one node": {"params": 7e9},
    "dense on 512": {"model": "llama-3.1-70b", "gpus": 512},
    "uneven stages": {"model": "llama-3.1-405b", "tokens": 15.6e12, "gpus": 16384},
    "experts": {"model": "deepseek-v3", "tokens": 1e12, "gpus": 2048},
    "fp8": {"model": "llama-3.1-70b", "gpus": 256, "precision": "fp8"},
}  # fmt: skip


@pytest.fixture(scope="module", params=ASKED)
def record(request):
    return plan(Scenario(**ASKED[request.param]), CATALOG)


def test_the_time_waterfall_adds_up_to_the_step(record):
    entries = record.explain.time_waterfall

    assert sum(e.time_s for e in entries) == pytest.approx(record.step.time_s, rel=1e-12)
    assert sum(e.share for e in entries) == pytest.approx(1, rel=1e-12)


def test_the_ideal_is_model_flops_at_the_peak(record):
    ideal = record.explain.time_waterfall[0]

    assert ideal.key == "ideal"
    assert ideal.share == pytest.approx(record.step.mfu, rel=1e-12)  # definition of MFU


def test_recompute_is_what_is_executed_beyond_the_model(record):
    found = {e.key: e.share for e in record.explain.time_waterfall}

    assert found.get("recompute", 0.0) == pytest.approx(record.step.hfu - record.step.mfu, abs=1e-9)


def test_no_part_is_faster_than_its_ideal(record):
    assert all(e.time_s > 0 for e in record.explain.time_waterfall)


def test_the_memory_waterfall_adds_up_to_the_peak(record):
    entries, memory = record.explain.memory_waterfall, record.memory

    assert sum(e.size_bytes for e in entries) == pytest.approx(memory.peak_bytes, rel=1e-12)
    assert sum(e.share for e in entries) == pytest.approx(
        memory.peak_bytes / memory.capacity_bytes, rel=1e-12
    )


def test_the_probability_that_it_fits_is_that_of_the_room_left(record):
    # more than the usable share is never planned, so it fits more likely than not
    room = record.memory.capacity_bytes / record.memory.peak_bytes
    expected = NormalDist(sigma=LOG_SD).cdf(log(room))

    assert record.memory.fits_probability == pytest.approx(expected, abs=1e-6)
    assert record.memory.fits_probability > 0.5
    assert all(other.memory.fits_probability for other in record.alternatives)


def test_every_part_has_a_label_and_says_what_it_is(record):
    explain = record.explain

    assert all(e.note for e in (*explain.time_waterfall, *explain.memory_waterfall))


def test_every_stage_has_a_peak_and_none_is_above_the_fullest(record):
    peaks = [stage.peak_bytes for stage in record.explain.memory_by_stage]

    assert len(peaks) == record.layout.pp
    assert max(peaks) <= record.memory.peak_bytes * (1 + 1e-9)
    assert max(peaks) >= 0.9 * record.memory.peak_bytes


def test_the_interval_is_that_of_the_band(record):
    # the band is a percentile of 2,000 stratified draws of the same lognormal factor
    interval, band = record.explain.interval, record.bands["step.time_s"]

    assert interval.p10_s == pytest.approx(band.p10, rel=0.01)
    assert interval.p90_s == pytest.approx(band.p90, rel=0.01)


def test_uneven_stages_are_those_that_do_not_divide():
    question = ask(Scenario(model="llama-3.1-405b"), CATALOG, None)
    record = plan(Scenario(model="llama-3.1-405b", tokens=15.6e12, gpus=16384), CATALOG)
    layout = record.layout.model_copy(update={"pp": 16, "vpp": 1})
    parts = {"gemm": 8.0, "pipeline_bubble": 2.0}
    step = record.step.model_copy(
        update={"time_s": 10.0, "mfu": 0.4, "hfu": 0.4, "breakdown_s": parts}
    )
    found = {e.key: e.time_s for e in time_waterfall(question, layout, step)}

    # 126 layers on 16 stages: the fullest holds 8, the mean 7.875; 8 s x (1 - 7.875 / 8)
    assert found["uneven_stages"] == pytest.approx(0.125)
    # ideal 0.4 x 10 s, so matrix products add 8 - 0.125 - 4
    assert found["gemm"] == pytest.approx(3.875)


def _shares(**asked):
    record = plan(Scenario(gpus=8, **asked), CATALOG)
    assert sum(e.time_s for e in record.explain.time_waterfall) == pytest.approx(
        record.step.time_s, rel=1e-12
    )
    return {e.key: e.share for e in record.explain.time_waterfall}, record


def test_frozen_weights_take_weight_gradients_off_the_ideal():
    found, record = _shares(params=7e9, method=MethodChoice(kind="lora"))

    # MFU counts all of the model's FLOPs: attention and logits apart, nearly a third is not done
    assert -record.step.mfu / 3 < found["frozen"] < -0.2 * record.step.mfu
    assert found["gemm"] > 0


def test_a_teacher_adds_its_forward_pass():
    found, record = _shares(params=1e9, method=MethodChoice(teacher="llama-3.1-8b"))
    larger = 8.0e9 / record.model.params_active

    # a forward pass is a third of the model's own FLOPs, times the teacher's size; less logits
    assert 0.6 < found["teacher"] / (record.step.mfu * larger / 3) <= 1
    assert found["gemm"] > 0


@pytest.fixture(scope="module", params=["dense on one node", "uneven stages", "experts"])
def sized(request):
    question = ask(Scenario(**ASKED[request.param]), CATALOG, None)
    option = make_option(question, CATALOG.accelerators.resolve("H100-SXM"))
    count = question.scenario.gpus or 8
    return question, option, size(question, option, count, question.tokens), count


def test_moving_a_limit_never_slows(sized):
    question, option, found, count = sized
    gains = {
        relaxed.key: relaxed_gain(relaxed, found, count)[0]
        for relaxed in relaxations(question, option, found.tokens, count)
    }
    always = {key for key, *_ in RATES} - {"domain"} | {"host"}

    assert all(gain >= -1e-9 for key, gain in gains.items() if key in always), gains
    # a larger domain or batch changes which layouts exist, so the law holds only nearly
    assert all(gain >= -0.02 for key, gain in gains.items() if key != "heads"), gains
    assert max(gains.values()) > 0.1


def test_limits_are_sorted_and_the_sentence_names_the_first(sized):
    question, option, found, _ = sized
    told = limits(question, option, found)
    gains = [limit.gain for limit in told]

    assert gains == sorted(gains, reverse=True)
    assert binding(told).startswith(told[0].label.capitalize())
    assert told[0].change in binding(told)


def test_twice_the_compute_gains_at_most_twice(sized):
    question, option, found, _ = sized
    told = {limit.key: limit.gain for limit in limits(question, option, found)}

    assert 0 < told["compute"] < 1  # Amdahl: the rest of the step does not get faster


def test_networks_do_not_limit_one_domain():
    question = ask(Scenario(params=7e9), CATALOG, None)
    option = make_option(question, CATALOG.accelerators.resolve("H100-SXM"))
    keys = {relaxed.key for relaxed in relaxations(question, option, question.tokens, 8)}

    assert not keys & {"scale_out", "domain"}


def test_heads_limit_only_where_they_do_not_divide():
    def keys(model):
        question = ask(Scenario(model=model), CATALOG, None)
        option = make_option(question, CATALOG.accelerators.resolve("H100-SXM"))
        return {relaxed.key for relaxed in relaxations(question, option, question.tokens, 64)}

    assert "heads" in keys("gpt2-xl")  # 25 heads on domains of 8
    assert "heads" not in keys("llama-3.1-8b")  # 32 heads


def test_nothing_to_gain_is_said():
    assert "No single limit" in binding(())


def _step(tokens_per_s_per_gpu=100.0, **parts):
    return StepPart(
        time_s=sum(parts.values()), mfu=0.4, hfu=0.4, tokens_per_s_per_gpu=tokens_per_s_per_gpu,
        model_tflops_per_gpu=400.0, breakdown_s=parts,
    )  # fmt: skip


def test_differences_are_shares_of_the_chosen_step_largest_first():
    chosen = _step(gemm=8.0, pipeline_bubble=2.0)  # 1,000 tokens a step
    other = _step(1000 / 10.4, gemm=7.9, pipeline_bubble=2.42, tensor_parallel=0.08)

    # by hand: bubble + 0.42 / 10, matrix products - 0.1 / 10, tensor parallel + 0.08 / 10
    assert part_differences(chosen, other) == (
        "pipeline bubble +4.2%, matrix products -1.0%, tensor parallel +0.8%"
    )
    assert slower_because(chosen, other).startswith("4.0% slower: pipeline bubble")


def test_a_larger_batch_is_no_difference():
    chosen = _step(gemm=8.0, attention=2.0)
    larger = _step(gemm=8.4, attention=2.1)  # 5 % more tokens in 5 % more time

    assert part_differences(chosen, larger) == ""
    assert slower_because(chosen, larger) == "as fast"


def test_parts_without_a_row_are_called_by_their_key_and_come_last():
    assert part_text("time", "some_new_part").label == "some new part"
    assert in_order("time", ["some_new_part", "straggler", "ideal"]) == [
        "ideal", "straggler", "some_new_part",
    ]  # fmt: skip


def test_every_listed_constant_exists():
    known = {field.name for field in fields(StepConstants)}

    assert {row["key"] for row in listed_constants()} <= known


H100 = CATALOG.accelerators.resolve("H100-SXM")
LAYOUT = plan(Scenario(params=7e9), CATALOG).layout


def _device():
    point = Residual(key={"op": "matmul"}, work=1e12, measured_s=1e-3, fitted_s=1e-3)
    curve = Curve(
        key={"op": "matmul", "dtype": "bf16"}, work_unit="flop", latency_s=1e-5, rate_per_s=7e14,
        work_min=1e9, work_max=1e13, residuals=(point,), median_abs_error=0.02,
    )  # fmt: skip
    return DeviceCalibration(
        name="a device", kind="cuda", accelerator_id="H100-SXM", num_devices=1,
        memory_bytes=80 * 10**9, curves=(curve,),
    )  # fmt: skip


def test_published_rates_name_row_and_evidence():
    found = {c.key: c for c in curves(published_rates(H100, "bf16"), LAYOUT, None)}

    assert found["gemm"].provenance == "published"
    assert found["gemm"].evidence == "read"
    assert f"{published_rate('H100-SXM', 'gemm', 'bf16').value} of the" in found["gemm"].source
    assert found["attention"].provenance == "assumed"  # recalled from memory, so a guess
    assert "for any device" in found["memory"].source


def test_a_calibrated_rate_is_measured_and_the_rest_stays_published():
    rates = calibrated_rates(H100, "bf16", _device())
    found = {c.key: c for c in curves(rates, LAYOUT, _device())}

    assert (found["gemm"].provenance, found["gemm"].evidence) == ("calibrated", "measured")
    assert found["gemm"].value == 7e14
    assert found["memory"].provenance == "published"


def test_fsdp_uses_another_attention_kernel_and_one_accelerator_no_link():
    alone = LAYOUT.model_copy(update={"tp": 1, "pp": 1, "cp": 1, "dp": 1, "zero": 3})
    keys = {c.key for c in curves(published_rates(H100, "bf16"), alone, None)}

    assert keys == {"gemm", "attention_pytorch", "memory"}


def test_a_calibration_reaches_the_plan():
    calibration = Calibration(
        created_at="2026-01-01", dcbench_version="0", sources=("test",), devices=(_device(),)
    )
    record = plan(Scenario(params=7e9), CATALOG, calibration)
    found = {c.key: c.provenance for c in record.explain.curves}

    assert found["gemm"] == "calibrated"
    assert "calibrated" in record.explain.interval.kind


def test_the_interval_holds_80_percent_of_a_lognormal_and_names_its_class():
    question = ask(Scenario(params=7e9), CATALOG, None)
    option = make_option(question, H100)
    known = step_error("bf16", is_moe=False)
    book = with_step_error(option.book, known.log_sd, "a table")
    interval = step_interval(question, replace(option, book=book), 10.0)

    # normal quantile 0.9 = 1.2816
    assert interval.p90_s == pytest.approx(10 * exp(known.log_sd * 1.2815515655))
    assert interval.p10_s * interval.p90_s == pytest.approx(100)
    assert (interval.kind, interval.runs) == ("dense, 16 bit", known.runs)
    assert interval.median_error == known.median_abs_log_error


def test_a_spread_that_is_not_of_the_class_is_a_prior():
    question = ask(Scenario(params=7e9), CATALOG, None)
    option = make_option(question, H100)
    book = with_step_error(option.book, 0.5, "a guess")
    interval = step_interval(question, replace(option, book=book), 10.0)

    assert (interval.runs, interval.median_error) == (0, None)
    assert interval.kind == "dense, published rates"


def test_user_constants_shape_the_explanation():
    record = plan(Scenario(params=7e9, assumptions={"step.step_constant_s": 2.0}), CATALOG)
    found = {e.key: e.time_s for e in record.explain.time_waterfall}

    assert found["constant"] == pytest.approx(2.0)


def test_doubling_names_only_fields_of_the_rates():
    rates = published_rates(H100, "bf16")

    for _, _, _, names in RATES:
        assert replace(rates, **{name: 2 * getattr(rates, name) for name in names}) != rates
