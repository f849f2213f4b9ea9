"""The operators of one training step of a decoder-only transformer, with the work of each.

The transformer is the one that `dcbench run` trains: RMSNorm, rotary embedding, grouped-query
attention, SwiGLU, untied output layer, AdamW; its shape is the case key. Symbols: T tokens
(micro-batch x sequence s), d model width, kv width of keys and values, f feed-forward width,
V vocabulary, L layers, P parameters.

Sources:
    Matrix products: 2mnk flop forward and twice that backward (gradients of input and of weight);
    Korthikanti et al., arXiv 2205.05198, appendix A.
    Attention core: 4·T·s·d flop forward, halved by the causal mask, 2.5 times as much backward;
    Dao, arXiv 2307.08691, section 4.1.
    Elementwise work: every kernel reads its inputs and writes its outputs once, as eager execution
    does; counted by hand from the trained model in `_per_layer_kernels`.
    AdamW: reads parameter, gradient and two moments, writes parameter and moments, fp32: 28 P
    bytes in one fused pass; Loshchilov and Hutter, arXiv 1711.05101, algorithm 2. With bf16
    weights, gradients are cast to fp32 and master weights back: 12 P bytes more; Micikevicius et
    al., arXiv 1710.03740, section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import ValidationError

from dcbench.records.run import CaseKey
from dcbench_benchmarks.kernels.transformer_counts import num_params
from dcbench_benchmarks.suite import Shape

BYTES_PER_ELEMENT = {"fp32": 4, "bf16": 2}
FP32_BYTES = 4
ADAMW_BYTES_PER_PARAM = 28
BACKWARD_PER_FORWARD = 2
ATTENTION_BACKWARD_PER_FORWARD = 2.5
CAUSAL_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Equal operators of one part of the step."""

    part: str
    curve: Literal["matmul", "memory"]
    work: float
    """Of one operator: flop on the matmul curve, bytes moved on the memory curve."""
    count: int


@dataclass(frozen=True, kw_only=True)
class StepShape:
    """The trained model, its batch and its dtype."""

    model: Shape
    dtype: str

    @classmethod
    def from_key(cls, key: CaseKey) -> Self | None:
        """Read the shape from the key of a `train_step` case; None where it is not one of ours."""
        dtype, optimizer = key.get("dtype"), key.get("optimizer", "adamw")
        if not isinstance(dtype, str) or dtype not in BYTES_PER_ELEMENT or optimizer != "adamw":
            return None
        sizes = {name: value for name, value in key.items() if name in Shape.model_fields}
        try:
            return cls(model=Shape.model_validate(sizes), dtype=dtype)
        except ValidationError:
            return None

    @property
    def bytes_per_element(self) -> int:
        """Of weights and activations."""
        return BYTES_PER_ELEMENT[self.dtype]

    @property
    def kv_width(self) -> int:
        """Width of all keys of one token."""
        return self.model.kv_heads * self.model.head_dim


def step_operators(shape: StepShape) -> Iterator[Operator]:
    """Give every operator of forward, backward and optimizer."""
    yield from _products(shape)
    yield from _attention(shape.model)
    yield from _elementwise(shape)
    for num_bytes in _outer_kernels_bytes(shape):
        yield Operator(part="embedding_and_loss", curve="memory", work=float(num_bytes), count=1)
    for num_bytes in _optimizer_kernels_bytes(shape):
        yield Operator(part="optimizer", curve="memory", work=float(num_bytes), count=1)


def _products(shape: StepShape) -> Iterator[Operator]:
    model = shape.model
    weights = [  # elements of the weight, how many such weights
        (model.d_model * model.d_model, 2 * model.layers),  # query, output
        (model.d_model * shape.kv_width, 2 * model.layers),  # key, value
        (model.d_model * model.d_ff, 3 * model.layers),  # gate, up, down
        (model.d_model * model.vocab, 1),  # logits
    ]
    for elements, count in weights:
        flop = 2.0 * model.tokens * elements
        backward = BACKWARD_PER_FORWARD * count
        yield Operator(part="matmul_forward", curve="matmul", work=flop, count=count)
        yield Operator(part="matmul_backward", curve="matmul", work=flop, count=backward)


def _attention(model: Shape) -> Iterator[Operator]:
    forward = CAUSAL_SHARE * 4.0 * model.tokens * model.sequence * model.d_model
    for flop in (forward, ATTENTION_BACKWARD_PER_FORWARD * forward):
        yield Operator(part="attention", curve="matmul", work=flop, count=model.layers)


def _elementwise(shape: StepShape) -> Iterator[Operator]:
    for elements, kernels in _per_layer_kernels(shape):
        work, count = float(elements * shape.bytes_per_element), kernels * shape.model.layers
        yield Operator(part="elementwise", curve="memory", work=work, count=count)


def _per_layer_kernels(shape: StepShape) -> list[tuple[int, int]]:
    """Give elements read plus written by one kernel, and how many such a layer has."""
    width = shape.model.tokens * shape.model.d_model
    wide = shape.model.tokens * shape.model.d_ff
    return [
        (2 * width, 2),  # two norms: read, write
        (3 * width, 2),  # backward: read input and gradient, write gradient
        (3 * width, 2),  # two residual additions
        (3 * width, 2),  # backward: sums of the two gradient branches
        (2 * wide, 1),  # SiLU
        (3 * wide, 1),  # gate x up
        (5 * wide, 1),  # its backward: read gradient, gate, up; write two gradients
        (3 * wide, 1),  # backward of SiLU
        *_rotary_kernels(width),  # of queries
        *_rotary_kernels(shape.model.tokens * shape.kv_width),  # of keys
    ]


def _rotary_kernels(elements: int) -> list[tuple[int, int]]:
    """Kernels of x·cos + (-x₂, x₁)·sin, forward and backward; sines and cosines stay in cache."""
    return [
        (elements, 2),  # negate one half
        (2 * elements, 2),  # join the halves
        (2 * elements, 4),  # times cosine, times sine
        (3 * elements, 2),  # add
    ]


def _outer_kernels_bytes(shape: StepShape) -> list[int]:
    """Give bytes moved by each kernel outside the layers: embedding, last norm, loss in fp32."""
    model, per_element = shape.model, shape.bytes_per_element
    width_bytes = model.tokens * model.d_model * per_element
    logits = model.tokens * model.vocab
    return [
        2 * width_bytes,  # embedding: gather
        2 * width_bytes + model.vocab * model.d_model * per_element,  # its gradient
        2 * width_bytes,  # last norm
        3 * width_bytes,  # its backward
        2 * logits * FP32_BYTES,  # log-softmax
        2 * logits * FP32_BYTES,  # its backward
        *_casts_bytes(logits, shape),  # of the logits and of their gradient
    ]


def _optimizer_kernels_bytes(shape: StepShape) -> list[int]:
    params = num_params(shape.model)
    return [ADAMW_BYTES_PER_PARAM * params, *_casts_bytes(params, shape)]


def _casts_bytes(elements: int, shape: StepShape) -> list[int]:
    """Give bytes moved by casts to fp32 and back: none where the step is fp32."""
    if shape.bytes_per_element == FP32_BYTES:
        return []
    return [elements * (shape.bytes_per_element + FP32_BYTES)] * 2
