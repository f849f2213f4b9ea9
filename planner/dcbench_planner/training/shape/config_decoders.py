"""Decoders in a Hugging Face `config.json`: Llama-like ones, DeepSeek's, and GPT's."""

from __future__ import annotations

from typing import Any

from dcbench_planner.training.shape.config_reader import ConfigReader
from dcbench_planner.training.shape.transformer import Shape, gpt_vector_params, llama_vector_params

MIXTURES = frozenset(
    {"mixtral", "qwen2_moe", "qwen3_moe", "gpt_oss", "llama4_text", "olmoe", "phimoe", "glm4_moe"}
)
ONLY_MIXTURES = frozenset({"mixtral", "gpt_oss", "olmoe", "phimoe"})
"""Every layer is a mixture of experts, of width `intermediate_size`."""
GEMMA = frozenset({"gemma", "gemma2", "gemma3_text"})
FOUR_NORMS = frozenset({"gemma2", "gemma3_text"})
HEAD_NORMS = frozenset({"qwen3", "qwen3_moe", "gemma3_text"})
"""Queries and keys are normed per head; OLMo norms them whole."""
WHOLE_NORMS = frozenset({"olmo2", "olmoe"})
QKV_BIAS = frozenset({"qwen2", "qwen2_moe"})
WINDOWED_TYPES = frozenset({"sliding_attention", "chunked_attention"})


def llama(config: ConfigReader, name: str) -> Shape:
    """Llama and its kin, dense or with experts, with windows on some layers."""
    width, heads = config.count("hidden_size"), config.count("num_attention_heads")
    kv_heads = config.count("num_key_value_heads", default=heads)
    config.check_groups(heads, kv_heads)
    head_dim = config.count("head_dim", default=256 if config.kind in GEMMA else
                            max(1, width // heads))  # fmt: skip
    layers = config.count("num_hidden_layers")
    experts = _experts(config) if config.kind in MIXTURES else {}
    extra = _extra_vectors(config, width, heads, kv_heads, head_dim)
    per_layer, final = llama_vector_params(width, *extra)
    return Shape(
        name=name, source=config.source, n_layers=layers, d_model=width,
        n_heads=heads, n_kv_heads=kv_heads, head_dim=head_dim, v_head_dim=head_dim,
        d_ff=_dense_width(config), gated_mlp=True, vocab=config.count("vocab_size"),
        tied_embeddings=config.flag("tie_word_embeddings", default=config.kind in GEMMA),
        vector_params_per_layer=per_layer, vector_params_final=final,
        mtp_layers=config.count("num_nextn_predict_layers", default=0, least=0),
        **_window(config, layers), **experts,
    )  # fmt: skip


def latent(config: ConfigReader, name: str) -> Shape:
    """DeepSeek-V2 and -V3: multi-head latent attention, shared experts, dense first layers."""
    width, heads = config.count("hidden_size"), config.count("num_attention_heads")
    rope = config.count("qk_rope_head_dim")
    q_rank = config.count("q_lora_rank", default=0)
    kv_rank = config.count("kv_lora_rank")
    per_layer, final = llama_vector_params(width, q_rank, kv_rank)
    return Shape(
        name=name, source=config.source,
        n_layers=config.count("num_hidden_layers"), d_model=width, n_heads=heads,
        n_kv_heads=heads, head_dim=config.count("qk_nope_head_dim") + rope,
        v_head_dim=config.count("v_head_dim"), d_ff=config.count("intermediate_size"),
        gated_mlp=True, vocab=config.count("vocab_size"),
        tied_embeddings=config.flag("tie_word_embeddings", default=False),
        vector_params_per_layer=per_layer, vector_params_final=final, q_lora_rank=q_rank,
        kv_lora_rank=kv_rank, qk_rope_head_dim=rope,
        mtp_layers=config.count("num_nextn_predict_layers", default=0, least=0),
        **_experts(config),
    )  # fmt: skip


def gpt(config: ConfigReader, name: str) -> Shape:
    """GPT-2 with learned positions, GPT-NeoX with rotary ones."""
    neox = config.kind == "gpt_neox"
    width = config.count("n_embd", "hidden_size")
    heads = config.count("n_head", "num_attention_heads")
    mlp = config.count("n_inner", "intermediate_size", default=4 * width)
    per_layer, final = gpt_vector_params(width, 3 * width, mlp)
    return Shape(
        name=name, source=config.source,
        n_layers=config.count("n_layer", "num_hidden_layers"), d_model=width, n_heads=heads,
        n_kv_heads=heads, head_dim=max(1, width // heads), v_head_dim=max(1, width // heads),
        d_ff=mlp, gated_mlp=False, vocab=config.count("vocab_size"),
        tied_embeddings=config.flag("tie_word_embeddings", default=not neox),
        learned_positions=0 if neox else config.count("n_positions", "n_ctx"),
        vector_params_per_layer=per_layer, vector_params_final=final,
    )  # fmt: skip


def _extra_vectors(
    config: ConfigReader, width: int, heads: int, kv_heads: int, head_dim: int
) -> list[int]:
    """Norms and biases of a layer beyond its two norms."""
    kind, qkv = config.kind, (heads + 2 * kv_heads) * head_dim
    extra = [qkv] if kind in QKV_BIAS else []
    if kind == "glm4_moe":
        extra = [qkv * config.flag("attention_bias", default=False),
                 2 * head_dim * config.flag("use_qk_norm", default=False)]  # fmt: skip
    if kind in HEAD_NORMS:
        extra.append(2 * head_dim)
    if kind in WHOLE_NORMS:
        extra.append((heads + kv_heads) * head_dim)
    if kind in FOUR_NORMS:
        extra.append(2 * width)
    if kind == "gpt_oss":
        experts, inner = config.count("num_local_experts"), config.count("intermediate_size")
        extra += [qkv, width, heads, experts * (2 * inner + width + 1)]
    return extra


def _dense_width(config: ConfigReader) -> int:
    if config.kind in ONLY_MIXTURES:
        return 0
    return config.count("intermediate_size_mlp", "intermediate_size")


def _experts(config: ConfigReader) -> dict[str, int]:
    width = config.count("moe_intermediate_size", "intermediate_size")
    shared = width * config.count("n_shared_experts", default=0, least=0)
    if config.kind == "llama4_text":
        shared = width
    return {
        "n_experts": config.count("num_experts", "num_local_experts", "n_routed_experts"),
        "experts_per_token": config.count("num_experts_per_tok", "experts_per_token"),
        "d_ff_expert": width,
        "d_ff_shared": config.count("shared_expert_intermediate_size", default=shared, least=0),
        "n_dense_layers_first": config.count("first_k_dense_replace", default=0, least=0),
        "moe_layer_step": config.count(
            "decoder_sparse_step", "moe_layer_freq", "interleave_moe_layer_step", default=1
        ),
    }


def _window(config: ConfigReader, layers: int) -> dict[str, Any]:
    """How far windows reach, and on which share of the layers."""
    size = "attention_chunk_size" if config.kind == "llama4_text" else "sliding_window"
    if not config.data.get(size) or not config.flag("use_sliding_window", default=True):
        return {}
    return {"window": config.count(size), "window_layer_share": _window_share(config, layers)}


def _window_share(config: ConfigReader, layers: int) -> float:
    types = config.texts("layer_types")
    if types:
        return sum(kind in WINDOWED_TYPES for kind in types) / len(types)
    if config.kind in {"gpt_oss", "gemma2"}:
        return 0.5
    if config.kind == "llama4_text":
        return 1 - 1 / config.count("no_rope_layer_interval", default=4)
    if config.kind == "gemma3_text":
        return 1 - 1 / config.count("sliding_window_pattern", default=6)
    first = config.count("max_window_layers", default=0, least=0)
    return max(0.0, 1 - first / layers)
