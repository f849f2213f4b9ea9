"""Every operator of a model with its parameters, FLOPs and bytes, for people to read.

The step model works with sums of these (`operators`, `flops`); their agreement is tested.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.shape.flops import logit_passes
from dcbench_planner.training.shape.operators import (
    attention_blocks,
    attention_core_flops,
    attention_projection_work,
    dense_blocks,
    expert_blocks,
    layer_operators,
)
from dcbench_planner.training.shape.parameters import (
    active_expert_weights,
    attention_weights,
    dense_mlp_weights,
    embedding_weights,
    expert_weights,
    mtp_projection_weights,
    shared_expert_weights,
)
from dcbench_planner.training.shape.state_space import (
    projection_weights,
    state_space_bytes,
    state_space_flops,
    state_space_width,
)


@dataclass(frozen=True, kw_only=True)
class OperatorWork:
    """One operator in all layers of the model together; FLOPs and bytes are forward."""

    weights: Column
    """Matrix elements, read once per micro-batch; shared modules count once per pass."""
    flops: Column
    """For one token, under the mask; 2 per multiply-add."""
    activation_gradient: Column
    """FLOPs of its activation gradients over its forward FLOPs."""
    weight_gradient: Column
    """FLOPs of its weight gradients over its forward FLOPs."""
    weight_bytes: Column
    """Of `weights`."""
    activation_bytes: Column
    """Read and written for one token, fused kernels assumed."""


def operator_table(
    shape: ShapeColumns, sequence: Column, element_bytes: Column
) -> dict[str, OperatorWork]:
    """List the operators of a model.

    Args:
        shape: model shapes.
        sequence: tokens per sequence.
        element_bytes: of a weight and of an activation: 2 in 16 bit.

    Returns:
        By operator; those that a model lacks have zeros.
    """
    return {
        name: _work(name, weights, flops, elements, element_bytes)
        for name, (weights, flops, elements) in _counts(shape, sequence, element_bytes).items()
    }


def _counts(
    shape: ShapeColumns, sequence: Column, element_bytes: Column
) -> dict[str, tuple[Column, Column, Column]]:
    """Weights, FLOPs and activation elements."""
    layers, operators = shape.n_layers, layer_operators(shape)
    attention, dense, experts = attention_blocks(shape), dense_blocks(shape), expert_blocks(shape)
    width, mlp = shape.d_model, 2 + shape.gated_mlp
    mixers, mtp = shape.ssm_layer_share, shape.mtp_layers / layers
    latent = as_number(shape.expert_latent > 0) * 2 * (width + shape.expert_latent)
    routed_io = 2 * operators.routed_width
    routed_io = routed_io + mlp * experts * shape.experts_per_token * shape.d_ff_expert
    per_layer = {
        "attention_projections": (attention * attention_weights(shape),
                                  2 * attention_projection_work(shape),
                                  attention * 2 * width + operators.attention_io),
        "attention_core": (np.zeros(1), attention_core_flops(shape, sequence),
                           operators.attention_io),
        "state_space_projections": (mixers * projection_weights(shape),
                                    2 * mixers * projection_weights(shape),
                                    mixers * (2 * width + state_space_width(shape))),
        "state_space_scan": (np.zeros(1), state_space_flops(shape),
                             state_space_bytes(shape, element_bytes) / element_bytes),
        "dense_mlp": (dense * dense_mlp_weights(shape), 2 * dense * dense_mlp_weights(shape),
                      dense * (2 * width + mlp * shape.d_ff)),
        "shared_experts": (experts * shared_expert_weights(shape),
                           2 * experts * shared_expert_weights(shape),
                           experts * (2 * width + mlp * shape.d_ff_shared + latent)),
        "routed_experts": (experts * expert_weights(shape),
                           2 * experts * active_expert_weights(shape), routed_io),
        "mtp_projection": (mtp * mtp_projection_weights(shape),
                           2 * mtp * mtp_projection_weights(shape), mtp * 3 * width),
    }  # fmt: skip
    passes, table = logit_passes(shape), embedding_weights(shape)
    patch = shape.patch_inputs * width
    return {name: (layers * w, layers * f, layers * e) for name, (w, f, e) in per_layer.items()} | {
        "logits": (table, 2 * passes * table, passes * (width + shape.vocab)),
        "patches": (patch, 2 * patch, shape.patch_inputs + as_number(patch > 0) * width),
    }  # fmt: skip


def _work(
    name: str, weights: Column, flops: Column, elements: Column, element_bytes: Column
) -> OperatorWork:
    weightless, is_input = name in {"attention_core", "state_space_scan"}, name == "patches"
    return OperatorWork(
        weights=weights, flops=flops,
        activation_gradient=np.full(1, 0.0 if is_input else 2.0 if weightless else 1.0),
        weight_gradient=np.full(1, 0.0 if weightless else 1.0),
        weight_bytes=element_bytes * weights, activation_bytes=element_bytes * elements,
    )  # fmt: skip
