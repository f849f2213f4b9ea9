"""Which published runs count, and what was measured."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.validation.training.runs import (
    NO_TIME,
    OLDER,
    load_runs,
    packaged_rows,
    sealed_sources,
    source_of,
    source_titles,
)
from tests.planner.validation.training.examples import cells

CATALOG = load_catalog()


def loaded(*rows: dict[str, str]):
    return load_runs(CATALOG, rows)


def test_sealed_sources_are_not_loaded():
    sources = {run.source for run in load_runs(CATALOG)}

    assert sources
    assert not sources & sealed_sources()


def test_every_packaged_run_says_where_it_is_from():
    rows = packaged_rows()

    assert len(rows) == 934  # the whole table of published runs
    assert all(row["source_title"] and row["source_location"] for row in rows)
    assert {row["evidence"] for row in rows} <= {"read", "recalled", "computed"}
    assert {source_of(row["id"]) for row in rows} == set(source_titles())


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        ("", ""),
        ("FLAG flops: 628 TF/GPU", "FLAG"),
        ("INCOMPLETE (missing d_ff)", "incomplete"),
        ("recipe offloads activations to CPU over C2C", "offload"),
        ("container=26.06; LoRA; x", "fine-tuning"),
        ("container=26.06; SFT; x", "fine-tuning"),
        ("source flags a regression: exclude from accuracy scoring", "withdrawn by its source"),
        ("MLA: q_lora 1536, kv_lora 512", ""),
    ],
)
def test_notes_decide_what_counts(notes, reason):
    assert loaded(cells("A-1", notes=notes))[0].excluded == reason


def test_the_newest_container_of_a_group_counts():
    runs = loaded(
        cells("A-1", notes="container=26.04.01; group=g"),
        cells("A-2", notes="container=26.08; group=g"),
        cells("A-3", notes="container=25.11; group=g"),
        cells("A-4", notes="container=25.11; group=other"),
    )

    assert [run.excluded for run in runs] == [OLDER, "", OLDER, ""]


def test_an_excluded_run_does_not_stand_for_its_group():
    runs = loaded(
        cells("A-1", notes="container=26.04; group=g"),
        cells("A-2", notes="container=26.08; group=g; FLAG flops"),
    )

    assert [run.excluded for run in runs] == ["", "FLAG"]


def test_seconds_may_follow_from_published_flops():
    given, derived, none = loaded(
        cells("A-1", step_time_s="2.5", notes="derived_step_s=3.528 (from TFLOP/s)"),
        cells("A-2", step_time_s="", notes="derived_step_s=3.528 (from TFLOP/s)"),
        cells("A-3", step_time_s=""),
    )

    assert (given.step_s, derived.step_s, none.step_s) == (2.5, 3.528, None)
    assert none.excluded == NO_TIME


@pytest.mark.parametrize(
    ("accelerator", "memory", "generation"),
    [("A100", "80", "A100"), ("H200", "", "Hopper"), ("GB300", "", "Blackwell"),
     ("B200", "", "Blackwell"), ("no such thing", "", "unknown")],
)  # fmt: skip
def test_generation(accelerator, memory, generation):
    found = loaded(cells("A-1", accelerator=accelerator, accel_mem_gb=memory))

    assert found[0].generation == generation


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"step_time_s": "fast"}, "step_time_s"),
        ({"step_time_s": "-1"}, "step_time_s"),
        ({"peak_mem_gb_reported": "nan"}, "peak_mem_gb_reported"),
        ({"id": ""}, "is missing"),
    ],
)
def test_unusable_runs_are_named(changes, words):
    with pytest.raises(InputError, match=words):
        loaded(cells("A-1") | changes)


def test_an_id_that_is_there_twice_is_named():
    with pytest.raises(InputError, match=r"A-1.*twice"):
        loaded(cells("A-1"), cells("A-1"))
