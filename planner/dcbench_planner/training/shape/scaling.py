"""Scaling a published transformer shape to a wanted number of parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.shape.parameters import params_total
from dcbench_planner.training.shape.transformer import Shape, llama_vector_params

CLOSE_ENOUGH = 0.03
"""A published shape within this of the wanted size is taken as it is."""
EMBEDDING_SHARE = 0.25
"""Above this share of the parameters the vocabulary of the published shape is cut."""
WIDTH_STEP = 128
DEEP = 64
"""From so many layers on a model is trained with many pipeline stages ..."""
STAGES = 16
"""... so its layers should divide by this many."""
HEADS = 8
"""Heads should divide by the tensor-parallel ranks of a node."""


def scaled_shape(params: float, published: Sequence[Shape]) -> Shape:
    """Take or scale the nearest of the published shapes.

    Depth and width both grow with the cube root of the size, so that their ratio, nearly constant
    among published models (Kaplan et al. 2020, arXiv:2001.08361, fig. 5), is kept; the MLP width
    then takes up the rest. Head size is kept, width is a multiple of 128, and layers, heads and
    MLP width prefer values that divide well.

    Args:
        params: wanted parameters, embeddings included.
        published: shapes of dense Llama-like models; must not be empty.
    """
    nearest = min(published, key=lambda shape: abs(math.log(shape.params_total / params)))
    if abs(nearest.params_total / params - 1) <= CLOSE_ENOUGH:
        return nearest
    start = _with_fitting_vocab(nearest, params)
    layers, width, mlp = _grid(start, (params / start.params_total) ** (1 / 3))
    error = np.log(_params(start, layers, width, mlp) / params)
    choice = int(np.argmin(_distortion(start, params, layers, width, mlp) + _toll(error)))
    shape = _built(start, int(layers[choice]), int(width[choice]), int(mlp[choice]))
    source = (
        f"scaled from {nearest.name} ({nearest.params_total / 1e9:.3g}e9 parameters) in depth and"
        f" width, head size {nearest.head_dim} kept"
    )
    return replace(shape, name=f"{_short(params)} ({nearest.name} shape)", source=source)


def _short(params: float) -> str:
    """Write a size as the field does: 1T, 7B, 1.3B, 125M."""
    if params >= 999.5e9:
        return f"{params / 1e12:.3g}T"
    return f"{params / 1e9:.3g}B" if params >= 1e9 else f"{params / 1e6:.3g}M"


def _with_fitting_vocab(shape: Shape, params: float) -> Shape:
    tables = 1 if shape.tied_embeddings else 2
    width = shape.d_model * (params / shape.params_total) ** (1 / 3)
    room = EMBEDDING_SHARE * params / (tables * max(width, WIDTH_STEP))
    vocab = max(256, int(room) // 128 * 128)
    return replace(shape, vocab=min(shape.vocab, vocab))


def _grid(shape: Shape, factor: float) -> tuple[Column, Column, Column]:
    """Candidate layers, widths and MLP widths around the wanted size, as flat columns."""
    layers = _rounded(shape.n_layers * factor * np.geomspace(0.7, 1.4, 25), 1, STAGES)
    step = math.lcm(WIDTH_STEP, shape.head_dim)
    width = _rounded(shape.d_model * factor * np.geomspace(0.7, 1.4, 41), step, HEADS * step)
    ratio = shape.d_ff / shape.d_model * np.geomspace(0.75, 1.35, 41)
    grid = np.meshgrid(np.maximum(layers, 1), np.maximum(width, step), ratio, indexing="ij")
    flat = [axis.ravel() for axis in grid]
    return flat[0], flat[1], np.maximum(1, np.round(flat[1] * flat[2] / WIDTH_STEP)) * WIDTH_STEP


def _rounded(values: Column, *steps: int) -> Column:
    """Round to multiples of each of the steps, so that round candidates are among the rest."""
    return np.unique(np.concatenate([np.round(values / step) * step for step in steps]))


def _params(shape: Shape, layers: Column, width: Column, mlp: Column) -> Column:
    heads = width / shape.head_dim
    columns = replace(
        shape.columns, n_layers=layers, d_model=width, d_ff=mlp, n_heads=heads,
        n_kv_heads=_kv_heads(shape, heads), vector_params_per_layer=2 * width,
        vector_params_final=width,
    )  # fmt: skip
    return params_total(columns)


def _kv_heads(shape: Shape, heads: Column) -> Column:
    """Key-value heads that divide the heads: all, or the most up to the published number."""
    if shape.n_kv_heads == shape.n_heads:
        return heads
    best = np.ones_like(heads)
    for kv_heads in range(2, shape.n_kv_heads + 1):
        best = np.where(heads % kv_heads == 0, kv_heads, best)
    return best


def _distortion(shape: Shape, params: float, layers: Column, width: Column, mlp: Column) -> Column:
    """How far a candidate is from the published proportions, with a toll on awkward divisors."""
    factor = (params / shape.params_total) ** (1 / 3)
    stretched: Column = np.abs(np.log(layers / (shape.n_layers * factor)))
    stretched += np.abs(np.log(width / (shape.d_model * factor)))
    stretched += np.abs(np.log(mlp / width * shape.d_model / shape.d_ff))
    heads = width / shape.head_dim
    awkward: Column = 0.3 * (heads % HEADS != 0) + 0.2 * (layers % 4 != 0) + 0.1 * (mlp % 256 != 0)
    awkward += 0.1 * ((layers >= DEEP) & (layers % STAGES != 0))
    return stretched + awkward


def _toll(error: Column) -> Column:
    """Toll on missing the wanted size: small within the tolerance, steep beyond."""
    missed = np.abs(error)
    beyond: Column = np.maximum(0.0, missed - 0.8 * CLOSE_ENOUGH)
    return missed + 50 * beyond


def _built(shape: Shape, layers: int, width: int, mlp: int) -> Shape:
    heads = width // shape.head_dim
    kv_heads = int(_kv_heads(shape, np.array([float(heads)]))[0])
    qkv_bias = shape.vector_params_per_layer - 2 * shape.d_model
    has_bias = qkv_bias > 0
    bias = (heads + 2 * kv_heads) * shape.head_dim if has_bias else 0
    per_layer, final = llama_vector_params(width, bias)
    return replace(
        shape, n_layers=layers, d_model=width, n_heads=heads, n_kv_heads=kv_heads, d_ff=mlp,
        vector_params_per_layer=per_layer, vector_params_final=final,
    )  # fmt: skip
