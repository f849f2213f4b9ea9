"""Model shapes as columns."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench_planner.training.columns import Column


@dataclass(frozen=True, kw_only=True)
class ShapeColumns:
    """Shapes as columns; fields as in `dcbench_planner.training.shape.transformer.Shape`."""

    n_layers: Column
    d_model: Column
    n_heads: Column
    n_kv_heads: Column
    head_dim: Column
    v_head_dim: Column
    d_ff: Column
    gated_mlp: Column
    vocab: Column
    tied_embeddings: Column
    learned_positions: Column
    vector_params_per_layer: Column
    vector_params_final: Column
    q_lora_rank: Column
    kv_lora_rank: Column
    qk_rope_head_dim: Column
    n_experts: Column
    experts_per_token: Column
    d_ff_expert: Column
    d_ff_shared: Column
    n_dense_layers_first: Column
    moe_layer_step: Column
    window: Column
    window_layer_share: Column
    causal: Column
    attention_layer_share: Column
    mlp_layer_share: Column
    ssm_layer_share: Column
    ssm_inner: Column
    ssm_state: Column
    ssm_groups: Column
    ssm_heads: Column
    ssm_conv: Column
    ssm_dt_rank: Column
    expert_latent: Column
    mtp_layers: Column
    cross_layer_share: Column
    output_token_share: Column
    patch_inputs: Column
