from __future__ import annotations

import csv
from importlib import resources

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.training.shape.kinds import is_validated, kind_of, known_kind
from dcbench_planner.training.shape.sources import shape_from_catalog
from tests.planner.training.builders import catalog_shape

KINDS = {
    "gpt3-175b": "gpt",
    "llama-3.1-405b": "llama",
    "qwen3-30b-a3b": "moe",
    "deepseek-v3": "moe-mla",
    "nemotron-3-super-120b-a12b": "hybrid-moe",
    "jamba-v0.1": "hybrid-moe",
    "nemotron-h-8b": "hybrid",
    "mamba2-2.7b": "state-space",
    "bert-base-uncased": "encoder",
    "vit-l-16": "vision-encoder",
    "t5-11b": "encoder-decoder",
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_kinds(name, kind):
    assert kind_of(catalog_shape(name)) == kind


def test_every_model_of_the_catalog_is_of_a_known_kind():
    for model in load_catalog().models:
        assert known_kind(shape_from_catalog(model)).name


def test_only_kinds_with_published_runs_are_validated():
    assert is_validated(catalog_shape("deepseek-v3"))
    for name in ("t5-11b", "bert-base-uncased", "vit-l-16", "mamba2-2.7b", "nemotron-h-8b"):
        assert not is_validated(catalog_shape(name))


def test_sources_are_id_prefixes():
    table = resources.files("dcbench_planner") / "data" / "validated_kinds.csv"
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        assert all(part.isalnum() and part.isupper() for part in row["sources"].split("|") if part)
