"""Operators of one mean layer, for one token, before any split: matrix widths and element counts.

"Mean layer" averages over dense and mixture-of-experts layers, so that a stage of n layers costs n
mean layers. Widths count the elements a token brings into (`_in`) and takes out of (`_out`) a
matrix product; tensor parallelism divides some of them (`split`) and leaves others (`whole`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.parameters import (
    active_expert_weights,
    attention_weights,
    dense_mlp_weights,
    is_mla,
    moe_share,
    shared_expert_weights,
)
from dcbench_planner.training.transformer_columns import ShapeColumns


@dataclass(frozen=True, kw_only=True)
class LayerOperators:
    """Work of one token in one mean layer."""

    dense_weights: Column
    """Matrix elements every token is multiplied with: attention, dense MLP, shared experts."""
    expert_weights: Column
    """Matrix elements of the routed experts that one token passes."""
    width_whole: Column
    """Elements into and out of matrix products that tensor parallelism leaves whole."""
    width_split: Column
    """Elements into and out of matrix products that it divides, routed experts included."""
    heads: Column
    attention_width: Column
    """Elements of the attention output."""
    mlp_width: Column
    """Elements of the MLP's inner activation, routed experts included."""


def layer_operators(shape: ShapeColumns) -> LayerOperators:
    """Count the operators of one mean layer."""
    share = moe_share(shape)
    dense_mlp = (1 - share) * dense_mlp_weights(shape) + share * shared_expert_weights(shape)
    inner = (1 - share) * shape.d_ff + share * shape.d_ff_shared
    routed = share * shape.experts_per_token * shape.d_ff_expert
    routed_io = 2 * share * shape.experts_per_token * shape.d_model
    return LayerOperators(
        dense_weights=attention_weights(shape) + dense_mlp,
        expert_weights=share * active_expert_weights(shape),
        width_whole=4 * shape.d_model + _latent_width(shape),
        width_split=_attention_width(shape) + (2 + shape.gated_mlp) * (inner + routed) + routed_io,
        heads=shape.n_heads,
        attention_width=shape.n_heads * shape.v_head_dim,
        mlp_width=inner + routed,
    )  # fmt: skip


def mean_keys(shape: ShapeColumns, sequence: Column) -> Column:
    """Keys that a token attends to on average under a causal mask.

    Half the sequence; w - w²/2s where only the last w tokens are seen.
    """
    window = np.minimum(shape.window, sequence)
    windowed = window - window**2 / (2 * sequence)
    return (1 - shape.window_layer_share) * sequence / 2 + shape.window_layer_share * windowed


def attention_core_flops(shape: ShapeColumns, sequence: Column) -> Column:
    """Forward FLOPs of one token in one layer's scores and weighted sum, causal half only."""
    return 2 * shape.n_heads * (shape.head_dim + shape.v_head_dim) * mean_keys(shape, sequence)


def _attention_width(shape: ShapeColumns) -> Column:
    """Queries, keys, values out of the first product and the attention output into the last."""
    queries = shape.n_heads * shape.head_dim
    grouped = shape.n_kv_heads * (shape.head_dim + shape.v_head_dim)
    return queries + grouped + shape.n_heads * shape.v_head_dim


def _latent_width(shape: ShapeColumns) -> Column:
    """MLA: into and out of the low-rank maps, which are not divided."""
    ranks = 2 * (shape.q_lora_rank + shape.kv_lora_rank) + shape.qk_rope_head_dim
    return is_mla(shape) * (ranks + shape.d_model)
