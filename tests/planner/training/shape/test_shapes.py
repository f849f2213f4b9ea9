from __future__ import annotations

import json
import re

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.training.shape.sources import shape_for_params, shape_from_config
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
        "num_nextn_predict_layers": 1,
    },
    "qwen2-57b-a14b": {
        "model_type": "qwen2_moe", "hidden_size": 3584, "num_attention_heads": 28,
        "num_hidden_layers": 28, "num_key_value_heads": 4, "intermediate_size": 18944,
        "moe_intermediate_size": 2560, "shared_expert_intermediate_size": 20480, "num_experts": 64,
        "num_experts_per_tok": 8, "vocab_size": 151936, "decoder_sparse_step": 1,
    },
    "llama-4-maverick-17b-128e": {
        "model_type": "llama4",
        "text_config": {
            "model_type": "llama4_text", "hidden_size": 5120, "num_attention_heads": 40,
            "num_hidden_layers": 48, "num_key_value_heads": 8, "head_dim": 128,
            "intermediate_size": 8192, "intermediate_size_mlp": 16384, "num_local_experts": 128,
            "num_experts_per_tok": 1, "interleave_moe_layer_step": 2, "vocab_size": 202048,
            "attention_chunk_size": 8192,
        },
    },
    "nemotron-3-nano-30b-a3b": {
        "model_type": "nemotron_h", "hidden_size": 2688, "num_attention_heads": 32,
        "num_key_value_heads": 2, "head_dim": 128, "intermediate_size": 1856,
        "hybrid_override_pattern": "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
        "mamba_num_heads": 64, "mamba_head_dim": 64, "ssm_state_size": 128, "n_groups": 8,
        "conv_kernel": 4, "n_routed_experts": 128, "num_experts_per_tok": 6,
        "moe_intermediate_size": 1856, "moe_shared_expert_intermediate_size": 3712,
        "n_shared_experts": 1, "vocab_size": 131072,
    },
    "nemotron-3-super-120b-a12b": {
        "model_type": "nemotron_h", "hidden_size": 4096, "num_attention_heads": 32,
        "num_key_value_heads": 2, "head_dim": 128,
        "layers_block_type": ["mamba", "moe"] * 40 + ["attention"] * 8,
        "mamba_num_heads": 128, "mamba_head_dim": 64, "ssm_state_size": 128, "n_groups": 8,
        "conv_kernel": 4, "n_routed_experts": 512, "num_experts_per_tok": 22,
        "moe_intermediate_size": 2688, "moe_latent_size": 1024,
        "moe_shared_expert_intermediate_size": 5376, "n_shared_experts": 1, "vocab_size": 131072,
        "num_nextn_predict_layers": 1,
    },
    "jamba-v0.1": {
        "model_type": "jamba", "hidden_size": 4096, "num_attention_heads": 32,
        "num_key_value_heads": 8, "num_hidden_layers": 32, "intermediate_size": 14336,
        "attn_layer_period": 8, "attn_layer_offset": 4, "expert_layer_period": 2,
        "expert_layer_offset": 1, "mamba_d_conv": 4, "mamba_d_state": 16, "mamba_dt_rank": 256,
        "mamba_expand": 2, "num_experts": 16, "num_experts_per_tok": 2, "vocab_size": 65536,
        "tie_word_embeddings": False,
    },
    "bert-base-uncased": {
        "model_type": "bert", "hidden_size": 768, "num_attention_heads": 12,
        "num_hidden_layers": 12, "intermediate_size": 3072, "max_position_embeddings": 512,
        "type_vocab_size": 2, "vocab_size": 30522,
    },
    "vit-b-16": {
        "model_type": "vit", "hidden_size": 768, "num_attention_heads": 12,
        "num_hidden_layers": 12, "intermediate_size": 3072, "image_size": 224, "patch_size": 16,
        "num_channels": 3,
    },
    "t5-11b": {
        "model_type": "t5", "d_model": 1024, "num_heads": 128, "d_kv": 128, "d_ff": 65536,
        "num_layers": 24, "vocab_size": 32128,
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
    assert shape.params_mtp == known.params_mtp


COUNTED = {
    # sum of tensor sizes of the Hugging Face checkpoint
    "gpt-oss-20b": (20_914_757_184, {
        "model_type": "gpt_oss", "hidden_size": 2880, "num_attention_heads": 64,
        "num_key_value_heads": 8, "head_dim": 64, "num_hidden_layers": 24,
        "intermediate_size": 2880, "num_local_experts": 32, "num_experts_per_tok": 4,
        "sliding_window": 128, "vocab_size": 201088,
        "layer_types": ["sliding_attention", "full_attention"] * 12,
    }),
    "gemma-2-2b": (2_614_341_888, {
        "model_type": "gemma2", "hidden_size": 2304, "num_attention_heads": 8,
        "num_key_value_heads": 4, "head_dim": 256, "num_hidden_layers": 26,
        "intermediate_size": 9216, "sliding_window": 4096, "vocab_size": 256000,
    }),
    "gemma-3-1b": (999_885_952, {
        "model_type": "gemma3_text", "hidden_size": 1152, "num_attention_heads": 4,
        "num_key_value_heads": 1, "head_dim": 256, "num_hidden_layers": 26,
        "intermediate_size": 6912, "sliding_window": 512, "sliding_window_pattern": 6,
        "vocab_size": 262144,
    }),
    "mamba-codestral-7b": (7_285_403_648, {
        "model_type": "mamba2", "hidden_size": 4096, "num_heads": 128, "head_dim": 64,
        "state_size": 128, "n_groups": 8, "conv_kernel": 4, "num_hidden_layers": 64,
        "vocab_size": 32768, "tie_word_embeddings": False,
    }),
    "t5-v1.1-small": (76_961_152, {
        "model_type": "t5", "d_model": 512, "num_heads": 6, "d_kv": 64, "d_ff": 1024,
        "num_layers": 8, "num_decoder_layers": 8, "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False, "vocab_size": 32128,
    }),
}  # fmt: skip


def read(tmp_path, config):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    return shape_from_config(path)


@pytest.mark.parametrize("name", COUNTED)
def test_config_gives_the_parameters_of_the_checkpoint(tmp_path, name):
    params, config = COUNTED[name]

    assert read(tmp_path, config).params_total == params


WINDOWS = [
    ({"sliding_window": 512, "layer_types": ["sliding_attention"] * 5 + ["full_attention"]}, 5 / 6),
    ({"sliding_window": 512}, 1.0),
    ({"sliding_window": 512, "use_sliding_window": False}, 0.0),
    ({"sliding_window": 512, "max_window_layers": 24}, 0.25),
    ({"sliding_window": None}, 0.0),
]


@pytest.mark.parametrize(("fields", "share"), WINDOWS)
def test_windows_are_read_from_a_config(tmp_path, fields, share):
    assert read(tmp_path, LLAMA | fields).window_layer_share == pytest.approx(share)


BAD = [
    ({"model_type": "nemotron_h"}, "hybrid_override_pattern: is missing"),
    ({"model_type": "nemotron_h", "hybrid_override_pattern": "MX"}, "= 'X': is none of attention"),
    ({"model_type": "nemotron_h", "layers_block_type": "mamba"}, "is no list"),
    ({"model_type": "t5", "num_layers": 6, "num_decoder_layers": 2}, "is not num_layers, 6"),
    ({"model_type": "vit", "patch_size": 16, "num_channels": 1}, "num_channels = 1: is not 3"),
    ({"model_type": ["llama"]}, "is not modelled"),
]


@pytest.mark.parametrize(("config", "problem"), BAD)
def test_what_a_config_lacks_is_named(tmp_path, config, problem):
    with pytest.raises(InputError, match=re.escape(problem)):
        read(tmp_path, config)


def test_unknown_model_type_is_named(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"model_type": "rwkv"}')

    with pytest.raises(InputError, match="rwkv"):
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
