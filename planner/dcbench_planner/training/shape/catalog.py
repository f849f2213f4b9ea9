"""The shape of a model of the catalog."""

from __future__ import annotations

import re
from typing import Any

from dcbench.catalog.rows import Model
from dcbench.errors import Fault, InputError
from dcbench_planner.training.shape.transformer import Shape, gpt_vector_params, llama_vector_params

BIASED_FAMILIES = frozenset(
    {"GPT-2", "GPT-3", "OPT", "BLOOM", "GPT-NeoX", "Pythia", "StarCoder", "StarCoder2"}
    | {"Megatron", "Megatron (SC21)", "Megatron (SeqSel)", "BERT", "ViT"}
)
LEARNED_POSITION_FAMILIES = BIASED_FAMILIES - {"BLOOM", "GPT-NeoX", "Pythia", "StarCoder2"}
QKV_BIAS_FAMILIES = frozenset({"Qwen2", "Qwen2.5"})
TOKEN_TYPES = 2
"""Segments that BERT tells apart (Devlin et al. 2018, arXiv:1810.04805, figure 2)."""
T5_DECODER_SHARE = 114 / 512
"""Target per input tokens of T5's pre-training (Raffel et al. 2019, arXiv:1910.10683, 3.1.4)."""
T5_POSITION_BUCKETS = 32
"""Relative positions, learned per head once in each stack (the same, section 2.1)."""

_WINDOW = re.compile(r"(?:swa|chunked)\((\d+)(?:, (?:every (\d)nd|(\d) of (\d)))?")


def shape_from_catalog(model: Model, where: str = "--model") -> Shape:
    """Take the shape of a row of the model catalog.

    Args:
        model: a row of `Catalog.models`.
        where: flag or file that named the model, for the fault.

    Raises:
        InputError: the model's row lacks dimensions.
    """
    _refuse_incomplete(model, where)
    return Shape(**(_fields(model) | _mixers(model) | _kind(model)))


def encoder_decoder(d_model: int, n_heads: int) -> dict[str, Any]:
    """Give the fields of a T5-like model of two equal stacks that no other model has.

    Two norms per encoder layer and three per decoder layer, one after each stack.
    """
    return {
        "causal": 0.0, "cross_layer_share": 0.5, "output_token_share": T5_DECODER_SHARE,
        "vector_params_per_layer": 5 * d_model // 2,
        "vector_params_final": 2 * d_model + 2 * T5_POSITION_BUCKETS * n_heads,
    }  # fmt: skip


def text_encoder(d_model: int, positions: int, token_types: int) -> dict[str, Any]:
    """Give the fields of a BERT-like encoder that no other model has.

    Beside the layers a norm of the embeddings, the token types, and the pooler.
    """
    return {
        "causal": 0.0, "learned_positions": positions,
        "vector_params_final": d_model**2 + (3 + token_types) * d_model,
    }  # fmt: skip


def vision_encoder(d_model: int, patch_size: int, classes: int, tokens: int) -> dict[str, Any]:
    """Give the fields of a ViT-like encoder that no other model has.

    Patches of three colours are embedded by a matrix with a bias; a class token of its own carries
    the only output (Dosovitskiy et al. 2020, arXiv:2010.11929, section 3.1).

    Args:
        d_model: model width.
        patch_size: pixels along one side.
        classes: outputs.
        tokens: patches of an image and the class token.
    """
    return {
        "causal": 0.0, "vocab": classes, "tied_embeddings": True, "patch_inputs": 3 * patch_size**2,
        "learned_positions": tokens, "output_token_share": 1 / tokens,
        "vector_params_final": 4 * d_model + classes,
    }  # fmt: skip


def _kind(model: Model) -> dict[str, Any]:
    """What encoders have otherwise."""
    width, positions = model.d_model, model.max_seq
    if "encdec" in model.attention_kind:
        return encoder_decoder(width, model.n_heads) | {"n_layers": 2 * model.n_layers}
    if "bidirectional" not in model.attention_kind:
        return {}
    if model.patch_size and model.classes:
        return vision_encoder(width, model.patch_size, model.classes, positions)
    return text_encoder(width, positions, TOKEN_TYPES)


def _fields(model: Model) -> dict[str, Any]:
    heads = model.n_heads
    head_dim = model.head_dim or model.d_model // heads
    per_layer, final = _vector_params(model, head_dim)
    window, share = _window(model.attention_kind)
    learned = model.family in LEARNED_POSITION_FAMILIES
    same = ("q_lora_rank", "kv_lora_rank", "qk_rope_head_dim", "n_experts", "experts_per_token",
            "d_ff", "d_ff_expert", "n_dense_layers_first", "expert_latent", "mtp_layers",
            "vocab")  # fmt: skip
    return {name: getattr(model, name) or 0 for name in same} | {
        "name": model.id, "source": f"catalog model {model.name}: {model.source}"[:500],
        "n_layers": model.n_layers, "d_model": model.d_model, "n_heads": heads,
        "n_kv_heads": model.n_kv_heads or heads, "head_dim": head_dim,
        "v_head_dim": model.v_head_dim or head_dim, "gated_mlp": bool(model.gated_mlp),
        "tied_embeddings": bool(model.tied_embeddings),
        "learned_positions": (model.max_seq or 0) if learned else 0,
        "vector_params_per_layer": per_layer, "vector_params_final": final,
        "d_ff_shared": (model.n_shared_experts or 0) * (model.d_ff_shared_expert or 0),
        "moe_layer_step": model.moe_layer_step or 1, "window": window, "window_layer_share": share,
    }  # fmt: skip


def _mixers(model: Model) -> dict[str, Any]:
    """Which layers have what, and the state-space mixer."""
    if not model.ssm_layers:
        return {}
    layers = model.n_layers
    attention = layers if model.attention_layers is None else model.attention_layers
    mlp = layers if model.mlp_layers is None else model.mlp_layers
    names = ("ssm_inner", "ssm_state", "ssm_groups", "ssm_heads", "ssm_conv", "ssm_dt_rank")
    return {name: getattr(model, name) or 0 for name in names} | {
        "attention_layer_share": attention / layers, "mlp_layer_share": mlp / layers,
        "ssm_layer_share": model.ssm_layers / layers,
        "vector_params_per_layer": norms_per_layer(attention, model.ssm_layers, mlp, layers)
        * model.d_model,
    }  # fmt: skip


def norms_per_layer(attention: int, mixers: int, mlps: int, layers: int) -> int:
    """Norms of a mean layer where every block has one: 1 in Nemotron-H, 2 in Jamba."""
    return round((attention + mixers + mlps) / layers)


def _refuse_incomplete(model: Model, where: str) -> None:
    outputs = model.vocab or model.classes
    if not all((model.n_layers, model.d_model, model.n_heads, outputs)):
        raise InputError(Fault(
            where=where, value=model.name, problem="has no complete shape in the catalog",
            fix="choose another model, or give --params",
        ))  # fmt: skip


def _vector_params(model: Model, head_dim: int) -> tuple[int, int]:
    kv_heads = model.n_kv_heads or model.n_heads
    attention_width = (model.n_heads + 2 * kv_heads) * head_dim
    if model.family in BIASED_FAMILIES:
        return gpt_vector_params(model.d_model, attention_width, model.d_ff or 0)
    qkv_bias = attention_width if model.family in QKV_BIAS_FAMILIES else 0
    qk_norm = 2 * head_dim if "qknorm" in model.attention_kind else 0
    ranks = (model.q_lora_rank or 0) + (model.kv_lora_rank or 0)
    return llama_vector_params(model.d_model, qkv_bias, qk_norm, ranks)


def _window(attention_kind: str) -> tuple[int, float]:
    found = _WINDOW.search(attention_kind)
    if not found:
        return 0, 0.0
    tokens, every, part, whole = (int(group) if group else 0 for group in found.groups())
    if every:
        return tokens, 1 / every
    return tokens, part / whole if whole else 1.0
