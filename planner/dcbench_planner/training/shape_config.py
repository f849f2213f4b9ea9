"""Reading a Hugging Face `config.json`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dcbench.errors import Fault, InputError
from dcbench.strict_text import parse_json, read_text
from dcbench_planner.training.transformer import Shape, gpt_vector_params, llama_vector_params

LLAMA_LIKE = frozenset({"llama", "mistral", "qwen2", "qwen3"})
MIXTURES = frozenset({"mixtral", "qwen3_moe"})
LATENT = frozenset({"deepseek_v2", "deepseek_v3"})
GPT_LIKE = frozenset({"gpt2", "gpt_neox"})
MODEL_TYPES = LLAMA_LIKE | MIXTURES | LATENT | GPT_LIKE

_LIMIT = 10**8


def shape_from_config(path: Path) -> Shape:
    """Read the shape from a `config.json` as the transformers library writes it.

    Args:
        path: file with a `model_type` of `MODEL_TYPES`.

    Raises:
        InputError: no such file, not JSON, another model type, or fields missing or wrong.
    """
    config = _Config(str(path), parse_json(read_text(path, max_bytes=2**22), path))
    kind = config.data.get("model_type")
    if kind not in MODEL_TYPES:
        raise InputError(Fault(
            where=str(path), field="model_type", value=kind, problem="is not modelled",
            fix=f"known: {', '.join(sorted(MODEL_TYPES))}; or give --params",
        ))  # fmt: skip
    name = path.parent.name if path.name == "config.json" and path.parent.name else path.stem
    build = _gpt if kind in GPT_LIKE else _latent if kind in LATENT else _llama
    shape = build(config, name)
    if config.faults:
        raise InputError(config.faults)
    return shape


class _Config:
    """Typed reading that collects every fault."""

    def __init__(self, where: str, data: Mapping[str, Any]) -> None:
        self.where = where
        self.data = data
        self.faults: list[Fault] = []

    def count(self, *names: str, default: int | None = None, least: int = 1) -> int:
        """Give the first of the fields that is present, as a whole number."""
        name = next((name for name in names if self.data.get(name) is not None), names[0])
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LIMIT:
            problem = "is missing" if value is None else f"is no whole number from {least} to 1e8"
            self.faults.append(Fault(where=self.where, field=name, value=value, problem=problem,
                                     fix="give the model's own config.json"))  # fmt: skip
            return 1
        return value

    def check_groups(self, heads: int, kv_heads: int) -> None:
        """Note a fault when the key-value heads, right by themselves, do not divide the heads."""
        if not self.faults and heads % kv_heads:
            self.faults.append(Fault(
                where=self.where, field="num_key_value_heads", value=kv_heads,
                problem=f"does not divide the {heads} attention heads",
                fix="give the model's own config.json",
            ))  # fmt: skip

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a true-or-false field."""
        value = self.data.get(name)
        return default if value is None else bool(value)


def _llama(config: _Config, name: str) -> Shape:
    kind = config.data["model_type"]
    width, heads = config.count("hidden_size"), config.count("num_attention_heads")
    kv_heads = config.count("num_key_value_heads", default=heads)
    config.check_groups(heads, kv_heads)
    head_dim = config.count("head_dim", default=max(1, width // heads))
    qkv = (heads + 2 * kv_heads) * head_dim
    extra = (qkv if kind == "qwen2" else 0) + (2 * head_dim if kind.startswith("qwen3") else 0)
    per_layer, final = llama_vector_params(width, extra)
    layers = config.count("num_hidden_layers")
    experts = _experts(config) if kind in MIXTURES else {}
    dense = 0 if kind == "mixtral" else config.count("intermediate_size")
    return Shape(
        name=name, source=f"{config.where} ({kind})", n_layers=layers, d_model=width,
        n_heads=heads, n_kv_heads=kv_heads, head_dim=head_dim, v_head_dim=head_dim,
        d_ff=dense, gated_mlp=True, vocab=config.count("vocab_size"),
        tied_embeddings=config.flag("tie_word_embeddings", default=False),
        vector_params_per_layer=per_layer, vector_params_final=final,
        **_window(config, layers), **experts,
    )  # fmt: skip


def _experts(config: _Config) -> dict[str, int]:
    if config.data["model_type"] == "mixtral":
        width = config.count("intermediate_size")
        return {"n_experts": config.count("num_local_experts"), "d_ff_expert": width,
                "experts_per_token": config.count("num_experts_per_tok")}  # fmt: skip
    return {
        "n_experts": config.count("num_experts"),
        "experts_per_token": config.count("num_experts_per_tok"),
        "d_ff_expert": config.count("moe_intermediate_size"),
        "moe_layer_step": config.count("decoder_sparse_step", default=1),
    }


def _window(config: _Config, layers: int) -> dict[str, Any]:
    if not config.data.get("sliding_window") or not config.flag("use_sliding_window", default=True):
        return {}
    first = config.count("max_window_layers", default=0, least=0)
    share = max(0.0, 1 - first / layers)
    return {"window": config.count("sliding_window"), "window_layer_share": share}


def _latent(config: _Config, name: str) -> Shape:
    """DeepSeek-V2 and -V3: multi-head latent attention, shared experts, dense first layers."""
    width, heads = config.count("hidden_size"), config.count("num_attention_heads")
    rope = config.count("qk_rope_head_dim")
    q_rank = config.count("q_lora_rank", default=0)
    kv_rank = config.count("kv_lora_rank")
    expert = config.count("moe_intermediate_size")
    per_layer, final = llama_vector_params(width, q_rank, kv_rank)
    return Shape(
        name=name, source=f"{config.where} ({config.data['model_type']})",
        n_layers=config.count("num_hidden_layers"), d_model=width, n_heads=heads,
        n_kv_heads=heads, head_dim=config.count("qk_nope_head_dim") + rope,
        v_head_dim=config.count("v_head_dim"), d_ff=config.count("intermediate_size"),
        gated_mlp=True, vocab=config.count("vocab_size"),
        tied_embeddings=config.flag("tie_word_embeddings", default=False),
        vector_params_per_layer=per_layer, vector_params_final=final, q_lora_rank=q_rank,
        kv_lora_rank=kv_rank, qk_rope_head_dim=rope, n_experts=config.count("n_routed_experts"),
        experts_per_token=config.count("num_experts_per_tok"), d_ff_expert=expert,
        d_ff_shared=expert * config.count("n_shared_experts", default=0, least=0),
        n_dense_layers_first=config.count("first_k_dense_replace", default=0, least=0),
        moe_layer_step=config.count("moe_layer_freq", default=1),
    )  # fmt: skip


def _gpt(config: _Config, name: str) -> Shape:
    neox = config.data["model_type"] == "gpt_neox"
    width = config.count("n_embd", "hidden_size")
    heads = config.count("n_head", "num_attention_heads")
    mlp = config.count("n_inner", "intermediate_size", default=4 * width)
    per_layer, final = gpt_vector_params(width, 3 * width, mlp)
    return Shape(
        name=name, source=f"{config.where} ({config.data['model_type']})",
        n_layers=config.count("n_layer", "num_hidden_layers"), d_model=width, n_heads=heads,
        n_kv_heads=heads, head_dim=max(1, width // heads), v_head_dim=max(1, width // heads),
        d_ff=mlp, gated_mlp=False, vocab=config.count("vocab_size"),
        tied_embeddings=config.flag("tie_word_embeddings", default=not neox),
        learned_positions=0 if neox else config.count("n_positions", "n_ctx"),
        vector_params_per_layer=per_layer, vector_params_final=final,
    )  # fmt: skip
