"""Parameter counts against those of the published checkpoints."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.training.shape import shape_from_catalog
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


def test_every_decoder_of_the_catalog_is_within_three_percent():
    checked = 0
    for model in load_catalog().models:
        try:
            shape = shape_from_catalog(model)
        except InputError:
            continue
        checked += 1
        if model.id not in ODD:
            assert shape.params_total == pytest.approx(model.params_total, rel=0.03), model.id
        if model.id not in ODD | EMBEDDINGS_LEFT_OUT:
            assert shape.params_active == pytest.approx(model.params_active, rel=0.03), model.id
    assert checked > 120


def test_encoders_are_refused_by_name():
    with pytest.raises(InputError, match="bidirectional"):
        catalog_shape("bert-large-uncased")


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
