"""Plans of traced models: end to end from the file, in samples, and said to be unvalidated."""

from __future__ import annotations

import pytest

from dcbench.cli.plan_text import lines
from dcbench.errors import InputError
from dcbench.records.files import FORMATS, validate, write_record
from dcbench.records.plan import Plan
from dcbench.records.scenario import Scenario
from dcbench_planner import plan
from dcbench_reports.page import page_html
from tests.records.examples import EXAMPLES, OPERATORS

ASKED = {"tokens": 1e9, "global_batch_tokens": 2048.0, "gpus": 8}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("traced") / "linear.operators.json"
    write_record(path, validate(OPERATORS, FORMATS["operators"], "linear"))
    return str(path)


@pytest.fixture(scope="module")
def answer(model):
    return plan(Scenario(model=model, **ASKED))


def fault_of(model, **changes):
    with pytest.raises(InputError) as caught:
        plan(Scenario(model=model, **{**ASKED, **changes}))
    return str(caught.value)


def test_the_model_has_samples_and_no_shape(answer):
    assert (answer.model.name, answer.model.unit) == ("linear", "sample")
    assert answer.model.tokens == 1e9
    assert answer.model.n_layers is None
    assert answer.model.sequence_length is None
    assert (answer.layout.tp, answer.layout.pp, answer.layout.dp) == (1, 1, 8)


def test_the_calendar_counts_samples(answer):
    assert answer.layout.global_batch == 2048
    assert answer.schedule.steps == pytest.approx(1e9 / 2048, abs=1)


def test_the_plan_says_that_it_is_unvalidated(answer):
    assert "unvalidated" in answer.notes[0]
    assert any("a sample is one sample" in note for note in answer.notes)
    assert any("Only data parallelism" in note for note in answer.notes)


def test_the_band_is_as_wide_as_that_of_the_worst_class(answer):
    band = answer.bands["step.time_s"]

    # Lognormal with 0.45: the 90th over the 10th percentile is exp(2 x 1.2816 x 0.45).
    assert band.p90 / band.p10 == pytest.approx(3.17, rel=0.02)


def test_units_are_those_of_the_model(answer):
    assert answer.provenance["step.tokens_per_s_per_gpu"].unit == "sample/s"
    assert answer.provenance["layout.micro_batch"].unit == "sample"
    assert answer.provenance["model.params_total"].provenance == "user"
    assert "model.n_layers" not in answer.provenance


def test_the_text_names_samples(answer):
    text = "\n".join(lines(answer))

    assert "linear: 320 parameters, 1 G samples" in text
    assert "global batch 2048 samples" in text
    assert "samples per GPU" in text
    assert "None" not in text


def test_the_page_shows_it(answer):
    page = page_html([answer])

    assert "samples takes" in " ".join(page.split())
    assert "unvalidated" in page


def test_a_round_trip_keeps_it(answer):
    data = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert validate(data, Plan, "plan").model == answer.model


def test_the_cluster_is_found_by_the_deadline(model):
    asked = ASKED | {"gpus": None, "deadline_days": 2.0}
    found = plan(Scenario(model=model, **asked))

    assert found.schedule.calendar_days <= 2.0
    assert found.token_variants == ()


def test_the_stored_size_of_a_sample_is_that_of_its_inputs(model, answer):
    size = {a.key: a for a in answer.assumptions}["storage.dataset_bytes_per_token"]
    own = Scenario(model=model, **ASKED, assumptions={"storage.dataset_bytes_per_token": 1000.0})

    assert (size.value, size.provenance) == (32.0, "assumed")
    assert plan(own).cluster.storage_bytes > 10 * answer.cluster.storage_bytes


def test_what_has_no_default_must_be_given_and_all_is_told_at_once(model):
    found = fault_of(model, tokens=None, global_batch_tokens=None, sequence_length=2048)

    assert [line.split(":")[0] for line in found.splitlines()] == [
        "--tokens", "--global-batch-tokens", "--sequence-length",
    ]  # fmt: skip


def test_formats_of_fewer_bits_are_refused(model):
    assert "one of bf16, fp16, tf32, fp32" in fault_of(model, precision="fp8")


def test_methods_other_than_the_optimizer_are_refused(model):
    assert "method: does not apply" in fault_of(model, method={"kind": "lora"})


def test_another_kind_of_file_is_refused(tmp_path):
    path = tmp_path / "facility.json"
    write_record(path, validate(EXAMPLES["facility"], FORMATS["facility"], "facility"))

    assert "dcbench.facility" in fault_of(str(path))
