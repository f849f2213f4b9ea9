"""FLOPs of products and elements that operators move, from shapes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from torch import Tensor

PRODUCTS = {"mm": 0, "bmm": 0, "mv": 0, "dot": 0, "addmm": 1, "baddbmm": 1, "addmv": 1}
"""Matrix products, and the position of their left operand; the right one follows it."""
READ_TWICE = {"native_batch_norm": 0, "native_batch_norm_backward": 1}
"""Batch norm needs the mean before it can normalise, and the sums before the gradient: its first
operands are read twice (Ioffe and Szegedy, arXiv 1502.03167, algorithm 1). The value is the last
position that is."""
UNKNOWN = (
    "_cdist", "_fft", "_grouped_mm", "_linalg", "_scaled_grouped_mm", "_scaled_mm", "_trilinear",
    "cholesky", "linalg", "mkldnn_rnn", "_cudnn_rnn", "miopen_rnn", "_thnn_fused",
)  # fmt: skip
"""Starts of the names of operators that compute much and have no formula here."""
ONLY_MOVE = frozenset({"linalg_vector_norm"})
"""Operators that are named like those but read their input once."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What an operator reads and writes."""

    elements: int = 0
    """Of floating point."""
    other_bytes: int = 0
    """Integers and masks."""

    def __add__(self, other: Moved) -> Moved:
        """Give both together."""
        return Moved(
            elements=self.elements + other.elements,
            other_bytes=self.other_bytes + other.other_bytes,
        )


def has_formula(name: str) -> bool:
    """Tell whether an operator of aten is a product with a formula, or only moves memory."""
    return name in ONLY_MOVE or not name.startswith(UNKNOWN)


def product_flops(left: Tensor, right: Tensor) -> int:
    """Give 2 m k n of a product of (..., m, k) and (..., k, n); n is 1 for a vector."""
    return 2 * left.numel() * (right.shape[-1] if right.dim() > 1 else 1)


def convolution_flops(x: Tensor, weight: Tensor, result: Tensor, *, transposed: bool) -> int:
    """Give the FLOPs of a convolution; each of its two gradients takes as many.

    Every result (for a transposed one every input) meets channels / groups x kernel weights. Edges
    count as if padding were data, as in torch.utils.flop_counter.

    Args:
        x: input (batch, channels, ...).
        weight: (out, in / groups, kernel ...), for a transposed one (in, out / groups, ...).
        result: output.
        transposed: whether it is a transposed convolution.
    """
    per_element = prod(weight.shape[1:])
    return 2 * per_element * (x.numel() if transposed else result.numel())


def moved_by(tensors: Sequence[Tensor]) -> Moved:
    """Add up tensors; what was only expanded is counted once."""
    elements = sum(_distinct(t) for t in tensors if t.is_floating_point())
    other = sum(_distinct(t) * t.element_size() for t in tensors if not t.is_floating_point())
    return Moved(elements=elements, other_bytes=other)


def _distinct(tensor: Tensor) -> int:
    sizes = zip(tensor.shape, tensor.stride(), strict=True)
    return prod(size for size, stride in sizes if stride) if tensor.numel() else 0
