"""FLOPs of training, per token.

Convention of this project (docs/training-model.md): model FLOPs count active parameters, the causal
half of attention, forward once and backward twice, and no recompute. Hardware FLOPs add recompute
and are a separate, named figure. Multi-token prediction modules are trained, so they count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.shape.operators import (
    attention_core_flops,
    attention_square_flops,
    layer_operators,
)
from dcbench_planner.training.shape.parameters import embedding_weights
from dcbench_planner.training.shape.state_space import state_space_flops

BACKWARD = 2.0
"""Backward over forward: one product for the gradient of the input, one for that of the weight."""
WEIGHTLESS = frozenset({"attention", "state_space"})
"""Operators between activations: both of their backward products are activation gradients."""
INPUTS = frozenset({"patches"})
"""Operators on the model's input, which needs no gradient."""


@dataclass(frozen=True, kw_only=True)
class TrainingFlops:
    """FLOPs of one training token by operator, by what they compute; all keys are the same."""

    forward: dict[str, Column]
    activation_gradient: dict[str, Column]
    weight_gradient: dict[str, Column]


def forward_flops(shape: ShapeColumns, sequence: Column) -> dict[str, Column]:
    """Forward FLOPs per token of the whole model, by operator.

    A matrix product of a token with w weight elements is 2 w FLOPs (Narayanan et al. 2021,
    arXiv:2104.04473, appendix; Korthikanti et al. 2022, arXiv:2205.05198, eq. 7).

    Args:
        shape: model shapes.
        sequence: tokens per sequence; of an encoder-decoder, of the encoder's.
    """
    operators = layer_operators(shape)
    return {
        "dense": 2 * shape.n_layers * operators.dense_weights,
        "experts": 2 * shape.n_layers * operators.expert_weights,
        "attention": shape.n_layers * attention_core_flops(shape, sequence),
        "state_space": shape.n_layers * state_space_flops(shape),
        "logits": 2 * logit_passes(shape) * embedding_weights(shape),
        "patches": 2 * shape.patch_inputs * shape.d_model,
    }


def logit_passes(shape: ShapeColumns) -> Column:
    """Times the output projection is passed per token.

    Once more for every multi-token prediction module; less than once where only some tokens have
    an output.
    """
    return shape.output_token_share * (1 + shape.mtp_layers)


def attention_unmasked_flops(shape: ShapeColumns, sequence: Column) -> Column:
    """Forward FLOPs per token of the whole model's attention if nothing were masked.

    The "full attention" of formulas that do not halve (Narayanan et al. 2021, eq. 3); the
    difference to `forward_flops`'s attention is what the causal mask and windows save.
    """
    return shape.n_layers * attention_square_flops(shape, sequence)


def training_flops(shape: ShapeColumns, sequence: Column) -> TrainingFlops:
    """Forward, activation-gradient and weight-gradient FLOPs of one training token.

    A product of activations with weights has one product of each kind in its backward pass. Scores
    and weighted sums of attention have two activation gradients each and no weights.

    Args:
        shape: model shapes.
        sequence: tokens per sequence.
    """
    forward = forward_flops(shape, sequence)
    activations = {name: flops * _activation_products(name) for name, flops in forward.items()}
    weights = {name: flops * (name not in WEIGHTLESS) for name, flops in forward.items()}
    return TrainingFlops(forward=forward, activation_gradient=activations, weight_gradient=weights)


def model_flops_per_token(shape: ShapeColumns, sequence: Column) -> Column:
    """Model FLOPs of one training token: forward and backward, causal half, no recompute."""
    forward = forward_flops(shape, sequence)
    total: Column = sum(forward.values(), start=np.zeros(1) * sequence)
    return (1 + BACKWARD) * total - sum(forward[name] for name in INPUTS)


def hardware_flops_per_token(
    shape: ShapeColumns, sequence: Column, gemm_passes: Column, attention_passes: Column
) -> Column:
    """FLOPs executed for one training token.

    Args:
        shape: model shapes.
        sequence: tokens per sequence.
        gemm_passes: extra forward passes of the layers' matrix products (recompute).
        attention_passes: extra forward passes of the attention core and of state-space scans.
    """
    forward = forward_flops(shape, sequence)
    again = gemm_passes * (forward["dense"] + forward["experts"])
    again = again + attention_passes * (forward["attention"] + forward["state_space"])
    return model_flops_per_token(shape, sequence) + again


def _activation_products(operator: str) -> float:
    if operator in INPUTS:
        return 0.0
    return BACKWARD if operator in WEIGHTLESS else 1.0
