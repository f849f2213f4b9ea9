"""Operators of one mean layer, for one token, before any split: matrix widths and element counts.

"Mean layer" averages over attention, state-space, dense and mixture-of-experts layers, so that a
stage of n layers costs n mean layers; multi-token prediction modules are spread over the layers.
Widths count the elements a token brings into (`_in`) and takes out of (`_out`) a matrix product;
tensor parallelism divides some of them (`split`) and leaves others (`whole`).

Of an encoder-decoder a token is one of the encoder's; `output_token_share` decoder tokens go with
it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.remembered import remembered
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.shape.parameters import (
    active_expert_weights,
    attention_share,
    attention_weights,
    dense_mlp_weights,
    dense_share,
    expert_width,
    is_mla,
    moe_share,
    mtp_projection_weights,
    shared_expert_weights,
)
from dcbench_planner.training.shape.state_space import projection_weights, state_space_width


@dataclass(frozen=True, kw_only=True)
class LayerOperators:
    """Work of one token in one mean layer."""

    dense_weights: Column
    """Matrix elements every token is multiplied with: attention, dense MLP, shared experts,
    state-space projections."""
    expert_weights: Column
    """Matrix elements of the routed experts that one token passes."""
    width_whole: Column
    """Elements into and out of matrix products that tensor parallelism leaves whole."""
    width_split: Column
    """Elements into and out of matrix products that it divides, routed experts included."""
    heads: Column
    attention_width: Column
    """Elements of the attention output."""
    attention_io: Column
    """Elements of queries, keys, values and attention output together."""
    mlp_width: Column
    """Elements of the MLP's inner activation, routed experts included."""
    routed_width: Column
    """Elements that go to routed experts, as many as come back."""
    blocks: Column
    """Residual blocks, each with a norm and two products: 2 in a transformer, 1 in Nemotron-H."""


@remembered
def layer_operators(shape: ShapeColumns) -> LayerOperators:
    """Count the operators of one mean layer."""
    experts, dense = expert_blocks(shape), dense_blocks(shape)
    mlp = dense * dense_mlp_weights(shape) + experts * shared_expert_weights(shape)
    inner = dense * shape.d_ff + experts * shape.d_ff_shared
    routed = experts * shape.experts_per_token * shape.d_ff_expert
    routed_width = experts * shape.experts_per_token * expert_width(shape)
    heads = attention_blocks(shape) * shape.n_heads
    attention_io = attention_blocks(shape) * _attention_width(shape)
    blocks = attention_blocks(shape) + dense + experts + shape.ssm_layer_share
    mtp = shape.mtp_layers / shape.n_layers
    mixers = shape.ssm_layer_share * projection_weights(shape)
    return LayerOperators(
        dense_weights=attention_projection_work(shape) + mlp + mixers
        + mtp * mtp_projection_weights(shape),
        expert_weights=experts * active_expert_weights(shape),
        width_whole=(2 * blocks + 3 * mtp) * shape.d_model + _latent_width(shape, experts),
        width_split=attention_io + (2 + shape.gated_mlp) * (inner + routed) + 2 * routed_width
        + shape.ssm_layer_share * state_space_width(shape),
        heads=heads,
        attention_width=heads * shape.v_head_dim,
        attention_io=attention_io,
        mlp_width=inner + routed,
        routed_width=routed_width,
        blocks=blocks,
    )  # fmt: skip


@remembered
def attention_blocks(shape: ShapeColumns) -> Column:
    """Attention blocks that one token passes in one mean layer, cross-attention included."""
    cross = shape.cross_layer_share * shape.output_token_share
    return _mean_tokens(shape) * attention_share(shape) + cross


def dense_blocks(shape: ShapeColumns) -> Column:
    """Dense MLPs that one token passes in one mean layer."""
    return _mean_tokens(shape) * dense_share(shape)


def expert_blocks(shape: ShapeColumns) -> Column:
    """Mixtures of experts that one token passes in one mean layer."""
    return _mean_tokens(shape) * moe_share(shape)


def attention_projection_work(shape: ShapeColumns) -> Column:
    """Matrix elements of attention that one token is multiplied with in one mean layer.

    Cross-attention takes keys and values from every token of the encoder.
    """
    extra = shape.d_model * shape.n_kv_heads * (shape.head_dim + shape.v_head_dim)
    extra = shape.cross_layer_share * (1 - shape.output_token_share) * extra
    return attention_blocks(shape) * attention_weights(shape) + extra


def mean_keys(shape: ShapeColumns, sequence: Column) -> Column:
    """Keys that a token attends to on average in a layer with self-attention.

    Under a causal mask half the sequence, or w - w²/2s where only the last w tokens are seen; twice
    as many where there is no mask.
    """
    window = np.minimum(shape.window, sequence)
    windowed = window - window**2 / (2 * sequence)
    masked = (1 - shape.window_layer_share) * sequence / 2 + shape.window_layer_share * windowed
    return (2 - shape.causal) * masked


def attention_core_flops(shape: ShapeColumns, sequence: Column) -> Column:
    """Forward FLOPs of one token in one mean layer's scores and weighted sum, under the mask.

    Causal attention counts half, windows what they see, encoders and cross-attention everything.
    """
    keys = attention_share(shape) * mean_keys(shape, sequence) + _decoder_keys(shape, sequence)
    return 2 * shape.n_heads * (shape.head_dim + shape.v_head_dim) * keys


def attention_square_flops(shape: ShapeColumns, sequence: Column) -> Column:
    """Forward FLOPs of the same without any mask or window: what an unfused kernel computes."""
    share = shape.output_token_share
    self_keys = attention_share(shape) - shape.cross_layer_share * (1 - share**2)
    keys = (self_keys + shape.cross_layer_share * share) * sequence
    return 2 * shape.n_heads * (shape.head_dim + shape.v_head_dim) * keys


def _mean_tokens(shape: ShapeColumns) -> Column:
    """Tokens in a mean layer per token of the sequence: fewer where a decoder is fed fewer."""
    return 1 - shape.cross_layer_share * (1 - shape.output_token_share)


def _decoder_keys(shape: ShapeColumns, sequence: Column) -> Column:
    """What a decoder's causal and cross-attention differ from an encoder layer's.

    With r decoder tokens per encoder token: r² s / 2 and r s instead of s.
    """
    share = shape.output_token_share
    return shape.cross_layer_share * sequence * (share * (share / 2 + 1) - 1)


def _attention_width(shape: ShapeColumns) -> Column:
    """Queries, keys, values out of the first product and the attention output into the last."""
    queries = shape.n_heads * shape.head_dim
    grouped = shape.n_kv_heads * (shape.head_dim + shape.v_head_dim)
    return queries + grouped + shape.n_heads * shape.v_head_dim


def _latent_width(shape: ShapeColumns, experts: Column) -> Column:
    """Into and out of the low-rank maps of MLA and of latent experts, which are not divided."""
    ranks = 2 * (shape.q_lora_rank + shape.kv_lora_rank) + shape.qk_rope_head_dim
    attention = attention_share(shape) * is_mla(shape) * (ranks + shape.d_model)
    maps = 2 * experts * as_number(shape.expert_latent > 0) * (shape.d_model + shape.expert_latent)
    return attention + maps
