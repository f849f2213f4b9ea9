from __future__ import annotations

import json

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.training.shape import shape_for_params, shape_from_config
from tests.planner.training.builders import catalog_shape


@pytest.mark.parametrize("params", [1e7, 1e8, 5e8, 1e9, 3e9, 7e9, 1e10, 3e10, 7e10, 1e12, 1e14])
def test_shape_for_params_is_near_and_divides_well(params):
    shape = shape_for_params(params, load_catalog())

    assert shape.params_total == pytest.approx(params, rel=0.03)
    assert shape.d_model % 128 == 0
    assert shape.n_heads * shape.head_dim == shape.d_model
    assert shape.n_heads % shape.n_kv_heads == 0


@pytest.mark.parametrize("params", [2e11, 3e11, 5e11, 8e11, 1e12, 1.5e12, 2e12, 5e12])
def test_a_large_shape_divides_by_the_ranks_of_a_node_and_16_pipeline_stages(params):
    shape = shape_for_params(params, load_catalog())

    assert shape.n_heads % 8 == 0
    assert shape.n_layers % 16 == 0


def test_seven_billion_is_scaled_from_llama_2_7b_and_says_so():
    shape = shape_for_params(7e9, load_catalog())

    assert (shape.n_layers, shape.d_model, shape.n_heads) == (32, 4096, 32)
    assert "llama-2-7b" in shape.source


def test_a_size_is_named_as_the_field_does():
    names = [shape_for_params(params, load_catalog()).name for params in (3e8, 7e9, 1e12)]

    assert [name.partition(" (")[0] for name in names] == ["300M", "7B", "1T"]


def test_a_published_size_is_taken_as_published():
    shape = shape_for_params(405e9, load_catalog())

    assert shape.n_layers == 126  # arXiv:2407.21783 table 3
    assert shape.d_ff == 53248


@pytest.mark.parametrize("params", [0, -1, 1e5, 1e15, float("nan")])
def test_params_out_of_range(params):
    with pytest.raises(InputError, match="outside"):
        shape_for_params(params, load_catalog())


def test_windows_are_read_from_the_catalog():
    # gpt-oss alternates 128-token windows (model card); Gemma 3 has 5 of 6 layers at 1024
    shape = catalog_shape("gpt-oss-120b")
    assert (shape.window, shape.window_layer_share) == (128, 0.5)
    assert catalog_shape("gemma-3-27b").window_layer_share == pytest.approx(5 / 6)


LLAMA = {
    "model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "num_hidden_layers": 32,
    "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256,
    "tie_word_embeddings": False,
}  # fmt: skip
CONFIGS = {
    "llama-3.1-8b": LLAMA,
    "mixtral-8x7b": LLAMA
    | {"model_type": "mixtral", "vocab_size": 32000, "num_local_experts": 8,
       "num_experts_per_tok": 2},
    "qwen3-30b-a3b": {
        "model_type": "qwen3_moe", "hidden_size": 2048, "num_attention_heads": 32, "head_dim": 128,
        "num_hidden_layers": 48, "num_key_value_heads": 4, "intermediate_size": 6144,
        "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8,
        "vocab_size": 151936, "decoder_sparse_step": 1, "sliding_window": None,
    },
    "gpt2": {"model_type": "gpt2", "n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 1024,
             "vocab_size": 50257},
    "deepseek-v3": {
        "model_type": "deepseek_v3", "hidden_size": 7168, "num_attention_heads": 128,
        "num_hidden_layers": 61, "intermediate_size": 18432, "moe_intermediate_size": 2048,
        "n_routed_experts": 256, "num_experts_per_tok": 8, "n_shared_experts": 1,
        "first_k_dense_replace": 3, "moe_layer_freq": 1, "q_lora_rank": 1536, "kv_lora_rank": 512,
        "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "vocab_size": 129280,
    },
}  # fmt: skip
"""Fields as in the models' own config.json."""


@pytest.mark.parametrize("name", CONFIGS)
def test_config_gives_the_shape_of_the_catalog(tmp_path, name):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIGS[name]))

    shape, known = shape_from_config(path), catalog_shape(name)

    assert shape.params_total == known.params_total
    assert shape.params_active == known.params_active


def test_unknown_model_type_is_named(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"model_type": "mamba2"}')

    with pytest.raises(InputError, match="mamba2"):
        shape_from_config(path)


def test_key_value_heads_that_do_not_divide_the_heads_are_refused(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(LLAMA | {"num_attention_heads": 32, "num_key_value_heads": 5}))

    with pytest.raises(InputError, match="num_key_value_heads = 5: does not divide the 32"):
        shape_from_config(path)


def test_every_bad_field_is_reported(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(LLAMA | {"hidden_size": -1, "num_attention_heads": "x"}))

    with pytest.raises(InputError) as caught:
        shape_from_config(path)

    assert {fault.field for fault in caught.value.faults} == {"hidden_size", "num_attention_heads"}
