"""A traced model in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from dcbench.records.operators import Kind, Operators
from dcbench.units import with_prefix

KINDS: tuple[Kind, ...] = ("gemm", "convolution", "attention", "memory")


def summary_lines(record: Operators) -> Iterator[str]:
    """Give what `dcbench trace` prints."""
    weights, unit = record.parameters, record.unit
    forward = record.flops_per_sample("forward")
    backward = record.flops_per_sample() - forward
    saved = record.saved.elements.per_sample
    yield (
        f"{record.name}: {with_prefix(weights.total, '')} parameters, "
        f"{with_prefix(weights.trainable, '')} trained"
    )
    yield (
        f"per {unit}: {with_prefix(forward, 'FLOP')} forward, {with_prefix(backward, 'FLOP')} "
        f"backward, {with_prefix(saved, '')} elements kept for the backward pass"
    )
    for kind in KINDS:
        found = [operator for operator in record.operators if operator.kind == kind]
        if found:
            count = sum(operator.count for operator in found)
            flops = sum(o.count * o.flops.per_sample for o in found)
            elements = sum(o.count * o.elements.per_sample for o in found)
            yield (
                f"  {kind:<12}{count:>7,} operators  {with_prefix(flops, 'FLOP'):>12}  "
                f"{with_prefix(elements, ''):>10} elements moved"
            )
    yield from record.notes
