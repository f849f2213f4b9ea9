"""State-space mixers: the Mamba-2 block, and the Mamba-1 block of Jamba.

Mamba-2 (Dao and Gu 2024, arXiv:2405.21060, section 7) computes the scan in chunks with matrix
products; Mamba-1 (Gu and Dao 2023, arXiv:2312.00752, section 3) scans element by element. Both
project in, convolve over a few tokens, scan, gate, and project out. The projections are matrix
products like any other (`operators.LayerOperators.dense_weights`); what is special is here, and
its time in `state_space_time`.
Widths: inner channels E, state N, groups G, heads H, chunk Q; all counts are for one token.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.shape.columns import ShapeColumns

CHUNK = 128.0
"""Tokens of one chunk: `chunk_size` of the Nemotron-H configurations; mamba_ssm defaults to 256."""
SELECTIVE_SCAN_FLOPS = 9.0
"""FLOPs per channel and state element of Mamba-1's scan (arXiv:2312.00752, appendix D)."""
STATE_BYTES = 16.0
"""Per element of a chunk's fp32 state: written, read, summed up and written, read again."""
SCORE_BYTES = 8.0
"""Per element of a chunk's fp32 output-input products: written and read."""


def is_selective_scan(shape: ShapeColumns) -> Column:
    """1 where the mixer is Mamba-1's."""
    return as_number(shape.ssm_dt_rank > 0)


def projection_weights(shape: ShapeColumns) -> Column:
    """Matrix elements of one mixer that every token is multiplied with.

    Mamba-2: d (2 E + 2 G N + H) in, E d out. Mamba-1: 2 d E in, E (R + 2 N) and R E for the step
    size and the state maps, E d out.
    """
    scanned = shape.d_model * _scanned_outputs(shape)
    rank = shape.ssm_dt_rank
    selective = 2 * shape.d_model * shape.ssm_inner
    selective = selective + shape.ssm_inner * (2 * rank + 2 * shape.ssm_state)
    into = np.where(is_selective_scan(shape) > 0, selective, scanned)
    return into + shape.ssm_inner * shape.d_model


def state_space_weights(shape: ShapeColumns) -> Column:
    """All parameters of one mixer, its vectors included.

    Convolution with bias over its channels; per head decay, skip and step bias and a gated norm
    (Mamba-2), or a decay matrix, skip, step bias and three small norms (Mamba-1 as in Jamba).
    """
    convolution = _convolved(shape) * (shape.ssm_conv + as_number(shape.ssm_inner > 0))
    heads = 3 * shape.ssm_heads + shape.ssm_inner
    selective = shape.ssm_inner * (shape.ssm_state + 2) + shape.ssm_dt_rank + 2 * shape.ssm_state
    vectors = np.where(is_selective_scan(shape) > 0, selective, heads)
    return projection_weights(shape) + convolution + vectors


def state_space_width(shape: ShapeColumns) -> Column:
    """Elements out of the first and into the last matrix product of one mixer."""
    return _projected(shape) + shape.ssm_inner


def state_space_flops(shape: ShapeColumns) -> Column:
    """Forward FLOPs of one mean layer's convolution and scan, for one token.

    Mamba-2 (arXiv:2405.21060, section 6): products inside a chunk 2 Q N G + 2 Q E, of which the
    causal half counts; into states and out of them 2 N E each. Mamba-1: 9 E N.
    """
    inside = CHUNK * (shape.ssm_groups * shape.ssm_state + shape.ssm_inner)
    chunked = inside + 4 * shape.ssm_state * shape.ssm_inner
    selective = SELECTIVE_SCAN_FLOPS * shape.ssm_inner * shape.ssm_state
    scan = np.where(is_selective_scan(shape) > 0, selective, chunked)
    return shape.ssm_layer_share * (scan + 2 * shape.ssm_conv * _convolved(shape))


def state_space_bytes(shape: ShapeColumns, element_bytes: Column) -> Column:
    """Bytes that one mean layer's convolution, scan and gate move forward, for one token.

    The convolution reads and writes its channels; the scan reads x twice, both state maps and
    writes y; gate and norm read y and z and write; a chunk's state and products pass in fp32.

    Args:
        shape: model shapes.
        element_bytes: of an activation.
    """
    maps = shape.ssm_groups * shape.ssm_state
    elements = 2 * _convolved(shape) + 6 * shape.ssm_inner + 4 * maps
    states = STATE_BYTES * shape.ssm_inner * shape.ssm_state / CHUNK
    products = SCORE_BYTES * shape.ssm_groups * CHUNK
    chunked = np.where(is_selective_scan(shape) > 0, 0.0, states + products)
    return shape.ssm_layer_share * (element_bytes * elements + chunked)


def state_space_activation_bytes(shape: ShapeColumns) -> Column:
    """Bytes that one mean layer's mixer keeps for its backward pass, for one token in 16 bit.

    The outputs of the first product, the scan's output and the input of the last product; the
    convolution and the chunk states are computed again (`mamba_split_conv1d_scan_combined` of
    mamba_ssm). Divided by tensor parallelism. The inputs of the norm and of the first product
    (4 d per block) are not among them: `LayerOperators.blocks` counts the blocks.
    """
    return 2 * shape.ssm_layer_share * (_projected(shape) + 2 * shape.ssm_inner)


def _scanned_outputs(shape: ShapeColumns) -> Column:
    """Mamba-2: gate z, input x, both state maps, step size."""
    maps = shape.ssm_groups * shape.ssm_state
    return 2 * shape.ssm_inner + 2 * maps + shape.ssm_heads


def _projected(shape: ShapeColumns) -> Column:
    return np.where(is_selective_scan(shape) > 0, 2 * shape.ssm_inner, _scanned_outputs(shape))


def _convolved(shape: ShapeColumns) -> Column:
    """Channels of the convolution: x, and with Mamba-2 both state maps."""
    maps = (1 - is_selective_scan(shape)) * shape.ssm_groups * shape.ssm_state
    return shape.ssm_inner + 2 * maps
