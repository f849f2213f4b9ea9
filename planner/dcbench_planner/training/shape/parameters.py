"""Exact parameter counts by kind; each function gives a column of parameters.

Matrices only, unless said otherwise; norm gains and biases are `vector_params`.
Checked against the counts that the Hugging Face checkpoints report (tests/planner/training).
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.remembered import remembered
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.shape.state_space import state_space_weights


@remembered
def is_mla(shape: ShapeColumns) -> Column:
    """1 where attention is multi-head latent."""
    return as_number(shape.kv_lora_rank > 0)


@remembered
def attention_weights(shape: ShapeColumns) -> Column:
    """Projections of one attention block: queries, keys, values, output.

    MLA as DeepSeek-V2 (arXiv:2405.04434, section 2.1): queries through rank `q_lora_rank` (or
    directly when 0), keys and values through `kv_lora_rank` plus one shared rotary key.
    """
    return np.where(is_mla(shape) > 0, _mla_weights(shape), _grouped_weights(shape))


@remembered
def attention_share(shape: ShapeColumns) -> Column:
    """Self-attention blocks per layer, with one in every multi-token prediction module."""
    return shape.attention_layer_share + shape.mtp_layers / shape.n_layers


def mlp_matrices(shape: ShapeColumns) -> Column:
    """Matrices of one MLP: up, down and, where gated, gate."""
    return 2 + shape.gated_mlp


@remembered
def dense_mlp_weights(shape: ShapeColumns) -> Column:
    """One dense MLP."""
    return mlp_matrices(shape) * shape.d_model * shape.d_ff


def expert_width(shape: ShapeColumns) -> Column:
    """Elements of a token that a routed expert reads and writes: the latent width, else d_model."""
    return np.where(shape.expert_latent > 0, shape.expert_latent, shape.d_model)


@remembered
def expert_weights(shape: ShapeColumns) -> Column:
    """All routed experts of one mixture-of-experts layer."""
    return shape.n_experts * mlp_matrices(shape) * expert_width(shape) * shape.d_ff_expert


@remembered
def active_expert_weights(shape: ShapeColumns) -> Column:
    """Routed experts that one token passes in one mixture-of-experts layer."""
    return shape.experts_per_token * mlp_matrices(shape) * expert_width(shape) * shape.d_ff_expert


@remembered
def shared_expert_weights(shape: ShapeColumns) -> Column:
    """What every token passes in one mixture-of-experts layer besides routed experts.

    Shared experts, the router, and the maps into and out of the experts' latent width.
    """
    shared = mlp_matrices(shape) * shape.d_model * shape.d_ff_shared
    return shared + shape.d_model * shape.n_experts + 2 * shape.d_model * shape.expert_latent


def moe_layers(shape: ShapeColumns) -> Column:
    """Layers that are a mixture of experts, multi-token prediction modules left out."""
    with_mlp = shape.mlp_layer_share * shape.n_layers - shape.n_dense_layers_first
    candidates = np.floor(with_mlp / shape.moe_layer_step + 1e-6)
    return np.where(shape.n_experts > 0, candidates, 0.0)


@remembered
def moe_share(shape: ShapeColumns) -> Column:
    """Mixtures of experts per layer, with one in every multi-token prediction module."""
    return _mixtures(shape, shape.mtp_layers) / shape.n_layers


@remembered
def dense_share(shape: ShapeColumns) -> Column:
    """Dense MLPs per layer."""
    return shape.mlp_layer_share + shape.mtp_layers / shape.n_layers - moe_share(shape)


@remembered
def layer_weights_dense(shape: ShapeColumns) -> Column:
    """Mean over layers of everything but routed experts, vectors included.

    A multi-token prediction module is spread over the layers.
    """
    modules = _mtp_modules(shape)
    mixtures = _mixtures(shape, modules) / shape.n_layers
    dense = shape.mlp_layer_share + modules / shape.n_layers - mixtures
    blocks = shape.attention_layer_share + modules / shape.n_layers + shape.cross_layer_share
    mlp = dense * dense_mlp_weights(shape) + mixtures * shared_expert_weights(shape)
    mixer = shape.ssm_layer_share * state_space_weights(shape)
    extra = modules / shape.n_layers * _mtp_only_weights(shape)
    attention = blocks * attention_weights(shape)
    return attention + mlp + shape.vector_params_per_layer + mixer + extra


@remembered
def layer_weights_experts(shape: ShapeColumns) -> Column:
    """Mean over layers of the routed experts."""
    return _mixtures(shape, _mtp_modules(shape)) / shape.n_layers * expert_weights(shape)


def mtp_projection_weights(shape: ShapeColumns) -> Column:
    """The matrix of one multi-token prediction module that joins state and embedding, 2 d to d."""
    return 2 * shape.d_model**2


@remembered
def embedding_weights(shape: ShapeColumns) -> Column:
    """The table of input embeddings, equal in size to the output projection.

    Of an image model the output projection, which is its only table.
    """
    return shape.vocab * shape.d_model


@remembered
def params_total(shape: ShapeColumns) -> Column:
    """All parameters: matrices, vectors, embeddings (one table where tied) and positions.

    Multi-token prediction modules are not among them, as in published counts: see `params_mtp`.
    """
    layers = shape.n_layers * (layer_weights_dense(shape) + layer_weights_experts(shape))
    tables = (2 - shape.tied_embeddings) * embedding_weights(shape)
    inputs = (shape.learned_positions + shape.patch_inputs) * shape.d_model
    return layers - params_mtp(shape) + tables + inputs + shape.vector_params_final


def params_mtp(shape: ShapeColumns) -> Column:
    """The multi-token prediction module: a layer, the projection and its norms.

    DeepSeek-V3 (arXiv:2412.19437, section 2.2): embedding and output head are the model's own.
    Several modules are passes through the same weights, as the Nemotron 3 recipes train them
    (Megatron-Bridge `mtp_use_repeated_layer`).
    """
    mixture = shared_expert_weights(shape) + expert_weights(shape)
    mlp = np.where(shape.n_experts > 0, mixture, dense_mlp_weights(shape))
    return _mtp_modules(shape) * (attention_weights(shape) + mlp + _mtp_only_weights(shape))


@remembered
def params_active(shape: ShapeColumns) -> Column:
    """Parameters of one token's forward pass: all but the experts it is not routed to."""
    idle = expert_weights(shape) - active_expert_weights(shape)
    return params_total(shape) - moe_layers(shape) * idle


def _mtp_modules(shape: ShapeColumns) -> Column:
    """Multi-token prediction modules with weights of their own."""
    return np.minimum(shape.mtp_layers, 1.0)


def _mixtures(shape: ShapeColumns, mtp_modules: Column) -> Column:
    return moe_layers(shape) + as_number(shape.n_experts > 0) * mtp_modules


def _mtp_only_weights(shape: ShapeColumns) -> Column:
    """Of one module: the projection, three norms of its own, and the norms of its layer."""
    return mtp_projection_weights(shape) + 3 * shape.d_model + shape.vector_params_per_layer


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
