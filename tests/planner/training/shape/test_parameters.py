"""Parameter counts against those of the published checkpoints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.training.shape.parameters import layer_weights_dense, layer_weights_experts
from dcbench_planner.training.shape.sources import shape_from_catalog
from tests.planner.training.builders import catalog_shape, gpt

EXACT = {
    # sum of tensor sizes of the Hugging Face checkpoint
    "gpt2": 124_439_808,
    "gpt2-xl": 1_557_611_200,
    "llama-2-7b": 6_738_415_616,
    "llama-3.1-8b": 8_030_261_248,
    "llama-3.1-70b": 70_553_706_496,
    "llama-3.1-405b": 405_853_388_800,
    "mixtral-8x7b": 46_702_792_704,
    "qwen2.5-7b": 7_615_616_512,
    "qwen3-8b": 8_190_735_360,
    "bert-base-uncased": 109_482_240,
    "bert-large-uncased": 335_141_888,
    "t5-small": 60_506_624,
    "t5-11b": 11_307_321_344,
    "nemotron-3-nano-30b-a3b": 31_577_937_344,
    "mamba2-2.7b": 2_702_599_680,
    # timm and torchvision
    "vit-b-16": 86_567_656,
    "vit-l-16": 304_326_632,
}
ODD = {"opt-350m", "gopher-280b", "chinchilla-70b"}
"""opt-350m embeds in 512 dimensions; the others have relative attention (13 d² a layer)."""
EMBEDDINGS_LEFT_OUT = {
    "deepseek-v2-lite", "glm-4.5", "glm-4.5-air", "minimax-m2.5", "gpt-oss-20b", "gpt-oss-120b",
}  # fmt: skip
"""Their published active parameters leave one or both embedding tables out."""


@pytest.mark.parametrize(("name", "params"), EXACT.items())
def test_counts_equal_the_published_checkpoints(name, params):
    assert catalog_shape(name).params_total == params


def test_every_model_of_the_catalog_is_within_three_percent():
    for model in load_catalog().models:
        shape = shape_from_catalog(model)
        if model.id not in ODD:
            assert shape.params_total == pytest.approx(model.params_total, rel=0.03), model.id
        if model.id not in ODD | EMBEDDINGS_LEFT_OUT:
            assert shape.params_active == pytest.approx(model.params_active, rel=0.03), model.id


PUBLISHED = {
    # name: total, active; model cards, technical reports and papers
    "nemotron-h-8b": (8.10e9, 8.10e9),
    "nemotron-h-47b": (46.8e9, 46.8e9),
    "nemotron-nano-9b-v2": (8.89e9, 8.89e9),
    "nemotron-3-super-120b-a12b": (120.6e9, 12.7e9),
    "nemotron-3-ultra-550b-a55b": (550e9, 55e9),
    "jamba-v0.1": (52e9, 12e9),
    "jamba-1.5-large": (398e9, 94e9),
    "dbrx": (132e9, 36e9),
    "mixtral-8x22b": (141e9, 39e9),
    "phi-3.5-moe": (41.9e9, 6.6e9),
    "starcoder-15b": (15.5e9, 15.5e9),
    "starcoder2-15b": (15.96e9, 15.96e9),
}


@pytest.mark.parametrize(("name", "published"), PUBLISHED.items())
def test_counts_are_near_what_the_authors_print(name, published):
    shape = catalog_shape(name)

    assert (shape.params_total, shape.params_active) == pytest.approx(published, rel=0.025)


def test_multi_token_prediction_is_counted_apart():
    # DeepSeek-V3 README_WEIGHTS: 11.5B unique parameters in the MTP module, 671B without it
    shape = catalog_shape("deepseek-v3")

    assert shape.params_mtp == pytest.approx(11.5e9, rel=0.01)
    assert shape.params_total == replace(shape, mtp_layers=0).params_total


def test_passes_through_one_shared_module_have_its_weights_once():
    shape = catalog_shape("nemotron-3-super-120b-a12b")

    assert shape.mtp_layers == 2
    assert shape.params_mtp == replace(shape, mtp_layers=1).params_mtp > 0


@pytest.mark.parametrize("name", ["deepseek-v3", "jamba-v0.1", "t5-base", "nemotron-h-8b"])
def test_mean_layers_add_up_to_the_model(name):
    shape = catalog_shape(name)
    columns = shape.columns
    layers = layer_weights_dense(columns) + layer_weights_experts(columns)
    outside = shape.params_total + shape.params_mtp - shape.n_layers * float(layers[0])
    tables = (2 - shape.tied_embeddings) * shape.vocab * shape.d_model

    assert outside == pytest.approx(tables + shape.vector_params_final, rel=1e-6)


def test_gpt3_by_the_formula_of_narayanan():
    # arXiv:2104.04473 eq. 2: P = 12 l h² (1 + 13/12h + (V + s)/12lh); plus the last norm, 2 h
    layers, width, vocab, positions = 96, 12288, 51200, 2048
    expected = 12 * layers * width**2 * (1 + 13 / (12 * width))
    expected += (vocab + positions) * width + 2 * width
    assert gpt(layers, width, 96).params_total == round(expected)


def test_deepseek_v3_active_parameters():
    # DeepSeek-V3 report (arXiv:2412.19437): 671B total, 37B active
    shape = catalog_shape("deepseek-v3")
    assert shape.params_total == pytest.approx(671e9, rel=0.001)
    assert shape.params_active == pytest.approx(37e9, rel=0.03)
