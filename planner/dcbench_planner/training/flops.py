"""FLOPs of training, per token.

Convention of this project (docs/training-model.md): model FLOPs count active parameters, the causal
half of attention, forward once and backward twice, and no recompute. Hardware FLOPs add recompute
and are a separate, named figure.
"""

from __future__ import annotations

from dcbench_planner.training.columns import Column
from dcbench_planner.training.operators import attention_core_flops, layer_operators
from dcbench_planner.training.parameters import embedding_weights
from dcbench_planner.training.transformer_columns import ShapeColumns

BACKWARD = 2.0
"""Backward over forward: one product for the gradient of the input, one for that of the weight."""


def forward_flops(shape: ShapeColumns, sequence: Column) -> dict[str, Column]:
    """Forward FLOPs per token of the whole model, by operator.

    A matrix product of a token with w weight elements is 2 w FLOPs (Narayanan et al. 2021,
    arXiv:2104.04473, appendix; Korthikanti et al. 2022, arXiv:2205.05198, eq. 7).

    Args:
        shape: transformer shapes.
        sequence: tokens per sequence.
    """
    operators = layer_operators(shape)
    return {
        "dense": 2 * shape.n_layers * operators.dense_weights,
        "experts": 2 * shape.n_layers * operators.expert_weights,
        "attention": shape.n_layers * attention_core_flops(shape, sequence),
        "logits": 2 * embedding_weights(shape),
    }


def model_flops_per_token(shape: ShapeColumns, sequence: Column) -> Column:
    """Model FLOPs of one training token: forward and backward, causal half, no recompute."""
    forward: Column = sum(forward_flops(shape, sequence).values(), start=0 * sequence)
    return (1 + BACKWARD) * forward


def hardware_flops_per_token(
    shape: ShapeColumns, sequence: Column, gemm_passes: Column, attention_passes: Column
) -> Column:
    """FLOPs executed for one training token.

    Args:
        shape: transformer shapes.
        sequence: tokens per sequence.
        gemm_passes: extra forward passes of the layers' matrix products (recompute).
        attention_passes: extra forward passes of the attention core.
    """
    forward = forward_flops(shape, sequence)
    again = gemm_passes * (forward["dense"] + forward["experts"])
    return model_flops_per_token(shape, sequence) + again + attention_passes * forward["attention"]
