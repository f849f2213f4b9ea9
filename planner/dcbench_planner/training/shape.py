"""Where a transformer's shape comes from: the catalog, a number of parameters, a config file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dcbench.catalog.rows import Model
from dcbench.errors import Fault, InputError
from dcbench_planner.training.shape_config import shape_from_config
from dcbench_planner.training.shape_scaling import scaled_shape
from dcbench_planner.training.transformer import Shape, gpt_vector_params, llama_vector_params

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

__all__ = ["Shape", "shape_for_params", "shape_from_catalog", "shape_from_config"]

SCALED_FAMILIES = frozenset({"LLaMA 2", "LLaMA 3", "Qwen2.5"})
"""Published dense Llama-like shapes that a number of parameters is scaled from."""
BIASED_FAMILIES = frozenset(
    {"GPT-2", "GPT-3", "OPT", "BLOOM", "GPT-NeoX", "Pythia"}
    | {"Megatron", "Megatron (SC21)", "Megatron (SeqSel)"}
)
LEARNED_POSITION_FAMILIES = BIASED_FAMILIES - {"BLOOM", "GPT-NeoX", "Pythia"}
QKV_BIAS_FAMILIES = frozenset({"Qwen2", "Qwen2.5"})

_WINDOW = re.compile(r"(?:swa|chunked)\((\d+)(?:, (?:every (\d)nd|(\d) of (\d)))?")


def shape_from_catalog(model: Model, where: str = "--model") -> Shape:
    """Take the shape of a row of the model catalog.

    Args:
        model: a row of `Catalog.models`.
        where: flag or file that named the model, for the fault.

    Raises:
        InputError: the model is no decoder-only transformer, or its row lacks dimensions.
    """
    _refuse_other_kinds(model, where)
    heads = model.n_heads
    head_dim = model.head_dim or model.d_model // heads
    per_layer, final = _vector_params(model, head_dim)
    window, share = _window(model.attention_kind or "")
    learned = model.family in LEARNED_POSITION_FAMILIES
    return Shape(
        name=model.id, source=f"catalog model {model.name}: {model.source}"[:500],
        n_layers=model.n_layers, d_model=model.d_model, n_heads=heads,
        n_kv_heads=model.n_kv_heads or heads, head_dim=head_dim,
        v_head_dim=model.v_head_dim or head_dim, d_ff=model.d_ff or 0,
        gated_mlp=bool(model.gated_mlp), vocab=model.vocab or 0,
        tied_embeddings=bool(model.tied_embeddings),
        learned_positions=(model.max_seq or 0) if learned else 0,
        vector_params_per_layer=per_layer, vector_params_final=final,
        q_lora_rank=model.q_lora_rank or 0, kv_lora_rank=model.kv_lora_rank or 0,
        qk_rope_head_dim=model.qk_rope_head_dim or 0, n_experts=model.n_experts or 0,
        experts_per_token=model.experts_per_token or 0, d_ff_expert=model.d_ff_expert or 0,
        d_ff_shared=(model.n_shared_experts or 0) * (model.d_ff_shared_expert or 0),
        n_dense_layers_first=model.n_dense_layers_first or 0,
        moe_layer_step=model.moe_layer_step or 1, window=window, window_layer_share=share,
    )  # fmt: skip


def shape_for_params(params: float, catalog: Catalog) -> Shape:
    """Give a dense Llama-like shape of about so many parameters.

    The nearest published shape in log space is taken as it is when within 3 %, else scaled in depth
    and width with its head size kept (`dcbench_planner.training.shape_scaling`).

    Args:
        params: wanted parameters, embeddings included; 1e6 to 1e14.
        catalog: where the published shapes are.

    Raises:
        InputError: params is outside the range.
    """
    if not 1e6 <= params <= 1e14:
        fault = Fault(
            where="--params", value=params, problem="is outside 1e6 to 1e14 parameters",
            fix="give a number such as 7e9",
        )  # fmt: skip
        raise InputError(fault)
    published = [shape_from_catalog(m) for m in catalog.models if m.family in SCALED_FAMILIES]
    return scaled_shape(params, published)


def _refuse_other_kinds(model: Model, where: str) -> None:
    kind = model.attention_kind or ""
    problem = ""
    if "bidirectional" in kind or "encdec" in kind:
        problem = f"has {kind} attention; only decoder-only transformers are modelled so far"
    elif not all((model.n_layers, model.d_model, model.n_heads, model.vocab)):
        problem = "has no complete shape in the catalog"
    if problem:
        fix = "choose another model, or give --params"
        raise InputError(Fault(where=where, value=model.name, problem=problem, fix=fix))


def _vector_params(model: Model, head_dim: int) -> tuple[int, int]:
    kv_heads = model.n_kv_heads or model.n_heads
    attention_width = (model.n_heads + 2 * kv_heads) * head_dim
    if model.family in BIASED_FAMILIES:
        return gpt_vector_params(model.d_model, attention_width, model.d_ff or 0)
    qkv_bias = attention_width if model.family in QKV_BIAS_FAMILIES else 0
    qk_norm = 2 * head_dim if "qknorm" in (model.attention_kind or "") else 0
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
