"""Parameters, FLOP and memory of the transformer, by formula; needs no torch.

Symbols: L layers, d model width, k width of all key/value heads, f feed-forward width, V
vocabulary, S sequence, T tokens of a step.
"""

from __future__ import annotations

from dcbench_benchmarks.suite import Shape

STATE_BYTES_PER_PARAM = {"fp32": 16, "bf16": 20}
"""fp32: weight, gradient, two moments of 4 bytes. bf16: weight and gradient of 2, and in fp32 the
master weight, its gradient and two moments (Micikevicius et al., arXiv 1710.03740, section 3.1)."""
ELEMENT_BYTES = {"fp32": 4, "bf16": 2}


def num_params(shape: Shape) -> int:
    """Parameters: L(2d² + 2dk + 3df + 2d) + 2Vd + d; embedding and untied output included."""
    return shape.layers * (_layer_matrices(shape) + 2 * shape.d_model) + (
        2 * shape.vocab * shape.d_model + shape.d_model
    )


def step_flop(shape: Shape) -> float:
    """Model FLOP of one training step: forward, and backward at twice that; no recomputation.

    Matrix products 2 FLOP per weight and token (the embedding is a look-up and has none);
    attention scores and mixing 4 S d per token and layer, halved by the causal mask. Narayanan et
    al., arXiv 2104.04473, appendix, with grouped keys, gated feed-forward and the causal half.
    Norms, activations and the loss are not counted, as there.
    """
    weights = shape.layers * _layer_matrices(shape) + shape.vocab * shape.d_model
    attention = shape.layers * 4 * shape.sequence * shape.d_model / 2
    return 3.0 * shape.tokens * (2 * weights + attention)


def memory_bytes(shape: Shape, dtype: str) -> float:
    """Estimate of peak memory: states and the tensors that backward needs; right to about 20 %.

    Counted by hand from `transformer`: per token and layer 11 d + 4 k + 4 f elements (inputs of
    norms and of products, rotated queries and keys with their halves, gate, up and their product);
    of the logits one copy in the dtype and two in fp32 (loss and its gradient).
    """
    kv_width = shape.kv_heads * shape.head_dim
    per_layer = 11 * shape.d_model + 4 * kv_width + 4 * shape.d_ff
    saved = shape.tokens * shape.layers * per_layer * ELEMENT_BYTES[dtype]
    logits = shape.tokens * shape.vocab * (2 * ELEMENT_BYTES[dtype] + 8)
    return float(num_params(shape) * STATE_BYTES_PER_PARAM[dtype] + saved + logits)


def first_that_fits(shapes: tuple[Shape, ...], dtype: str, memory: int) -> Shape | None:
    """Give the first shape whose estimate is at most 80 % of that many bytes; None if none is."""
    return next((s for s in shapes if memory_bytes(s, dtype) <= 0.8 * memory), None)


def _layer_matrices(shape: Shape) -> int:
    d, kv_width = shape.d_model, shape.kv_heads * shape.head_dim
    return 2 * d * d + 2 * d * kv_width + 3 * d * shape.d_ff
