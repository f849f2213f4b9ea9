"""Exact parameter counts by kind; each function gives a column of parameters.

Matrices only, unless said otherwise; norm gains and biases are `vector_params`.
Checked against the counts that the Hugging Face checkpoints report (tests/planner/training).
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.transformer_columns import ShapeColumns


def is_mla(shape: ShapeColumns) -> Column:
    """1 where attention is multi-head latent."""
    return as_number(shape.kv_lora_rank > 0)


def attention_weights(shape: ShapeColumns) -> Column:
    """Projections of one layer: queries, keys, values, output.

    MLA as DeepSeek-V2 (arXiv:2405.04434, section 2.1): queries through rank `q_lora_rank` (or
    directly when 0), keys and values through `kv_lora_rank` plus one shared rotary key.
    """
    return np.where(is_mla(shape) > 0, _mla_weights(shape), _grouped_weights(shape))


def mlp_matrices(shape: ShapeColumns) -> Column:
    """Matrices of one MLP: up, down and, where gated, gate."""
    return 2 + shape.gated_mlp


def dense_mlp_weights(shape: ShapeColumns) -> Column:
    """One dense MLP."""
    return mlp_matrices(shape) * shape.d_model * shape.d_ff


def expert_weights(shape: ShapeColumns) -> Column:
    """All routed experts of one mixture-of-experts layer."""
    return shape.n_experts * mlp_matrices(shape) * shape.d_model * shape.d_ff_expert


def active_expert_weights(shape: ShapeColumns) -> Column:
    """Routed experts that one token passes in one mixture-of-experts layer."""
    return shape.experts_per_token * mlp_matrices(shape) * shape.d_model * shape.d_ff_expert


def shared_expert_weights(shape: ShapeColumns) -> Column:
    """Shared experts and the router of one mixture-of-experts layer."""
    shared = mlp_matrices(shape) * shape.d_model * shape.d_ff_shared
    return shared + shape.d_model * shape.n_experts


def moe_layers(shape: ShapeColumns) -> Column:
    """Layers that are a mixture of experts."""
    candidates = np.floor((shape.n_layers - shape.n_dense_layers_first) / shape.moe_layer_step)
    return np.where(shape.n_experts > 0, candidates, 0.0)


def moe_share(shape: ShapeColumns) -> Column:
    """Share of the layers that is a mixture of experts."""
    return moe_layers(shape) / shape.n_layers


def layer_weights_dense(shape: ShapeColumns) -> Column:
    """Mean over layers of everything but routed experts, vectors included."""
    share = moe_share(shape)
    mlp = (1 - share) * dense_mlp_weights(shape) + share * shared_expert_weights(shape)
    return attention_weights(shape) + mlp + shape.vector_params_per_layer


def layer_weights_experts(shape: ShapeColumns) -> Column:
    """Mean over layers of the routed experts."""
    return moe_share(shape) * expert_weights(shape)


def embedding_weights(shape: ShapeColumns) -> Column:
    """The table of input embeddings, equal in size to the output projection."""
    return shape.vocab * shape.d_model


def params_total(shape: ShapeColumns) -> Column:
    """All parameters: matrices, vectors, embeddings (one table where tied) and positions."""
    layers = shape.n_layers * (layer_weights_dense(shape) + layer_weights_experts(shape))
    tables = (2 - shape.tied_embeddings) * embedding_weights(shape)
    return layers + tables + shape.learned_positions * shape.d_model + shape.vector_params_final


def params_active(shape: ShapeColumns) -> Column:
    """Parameters of one token's forward pass: all but the experts it is not routed to."""
    idle = expert_weights(shape) - active_expert_weights(shape)
    return params_total(shape) - moe_layers(shape) * idle


def _grouped_weights(shape: ShapeColumns) -> Column:
    width = (2 * shape.n_heads + 2 * shape.n_kv_heads) * shape.head_dim
    return shape.d_model * width


def _mla_weights(shape: ShapeColumns) -> Column:
    queries = shape.n_heads * shape.head_dim
    through_rank = shape.q_lora_rank * (shape.d_model + queries)
    query = np.where(shape.q_lora_rank > 0, through_rank, shape.d_model * queries)
    nope = shape.head_dim - shape.qk_rope_head_dim
    down = shape.d_model * (shape.kv_lora_rank + shape.qk_rope_head_dim)
    up = shape.kv_lora_rank * shape.n_heads * (nope + shape.v_head_dim)
    return query + down + up + shape.n_heads * shape.v_head_dim * shape.d_model
