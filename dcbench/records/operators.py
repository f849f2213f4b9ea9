"""The operator list: what one training step of a traced model computes and moves.

Every amount is a straight line in the batch: so much per sample, and so much however many samples
there are (weights). Sizes are elements of floating point, whose width follows from the number
format that is planned with; integers and masks are bytes.

Format history
    1  first version
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import (
    Count,
    FileFormat,
    Finite,
    Index,
    Name,
    NonNegative,
    Record,
    Text,
)  # fmt: skip

Kind = Literal["gemm", "attention", "convolution", "memory"]
"""Matrix products, fused attention, convolutions, and everything that only moves memory."""
Phase = Literal["forward", "activation_gradient", "weight_gradient"]
"""What a backward operator gives counts: a result that does not grow with the batch is summed over
it, hence a weight gradient."""

Elements = Annotated[int, Field(ge=0, le=2**62)]
Dimension = Annotated[int, Field(ge=0, le=2**62)]


class Amount(Record):
    """`per_sample` x samples + `fixed`."""

    per_sample: NonNegative
    fixed: Finite = 0.0

    def at(self, samples: float) -> float:
        """Give the amount for so many samples; never below 0."""
        return max(0.0, self.per_sample * samples + self.fixed)


class Operator(Record):
    """Operators of one kind, phase and shape; the amounts are of one of them."""

    kind: Kind
    name: Name
    phase: Phase
    count: Count
    shapes: Annotated[tuple[tuple[Dimension, ...], ...], Field(max_length=1000)]
    """Of its input tensors, at the first of `batch_sizes`."""
    flops: Amount
    """Two per multiply-add; attention counts what is visible, and not what a kernel repeats."""
    elements: Amount
    """Elements of floating point read and written, each operand once."""
    other_bytes: Amount
    """Integers and masks read and written."""


class SavedActivations(Record):
    """What the forward pass keeps for the backward pass, parameters apart."""

    elements: Amount
    other_bytes: Amount


class Input(Record):
    """One example input, without its first dimension, which is the batch."""

    shape: Annotated[tuple[Dimension, ...], Field(max_length=20)]
    dtype: Name


class Parameters(Record):
    """Elements of the weights."""

    total: Annotated[int, Field(ge=1, le=2**62)]
    trainable: Annotated[int, Field(ge=1, le=2**62)]
    largest: Annotated[int, Field(ge=1, le=2**62)]
    """Of the largest weight."""


class Operators(FileFormat):
    """Forward and backward pass of one model, traced without a device."""

    schema_: Literal["dcbench.operators"] = Field(default="dcbench.operators", alias="schema")
    version: Literal[1] = 1
    created_at: Name
    dcbench_version: Name
    torch_version: Name
    name: Name
    source: Text
    """The callable that made the model, and its arguments."""
    unit: Name
    """What one sample is: "image", "sequence", "pair"."""
    inputs: Annotated[tuple[Input, ...], Field(min_length=1, max_length=1000)]
    batch_sizes: tuple[Count, Count, Count]
    """Samples in the three passes that the straight lines go through."""
    parameters: Parameters
    buffers: Elements
    """Elements that are no weights, such as running means."""
    operators: Annotated[tuple[Operator, ...], Field(min_length=1, max_length=100_000)]
    saved: SavedActivations
    modules: dict[Name, Index] = Field(default_factory=dict)
    """How many modules of each class the model has."""
    notes: tuple[Text, ...] = ()

    def flops_per_sample(self, *phases: Phase) -> float:
        """Give the FLOPs of one sample in these phases; in all when none is named."""
        return sum(
            operator.count * operator.flops.per_sample
            for operator in self.operators
            if not phases or operator.phase in phases
        )
