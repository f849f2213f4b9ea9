"""A traced model: the operator list of `dcbench trace`, added up to what time follows from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import ClassVar

from dcbench.records.files import read_record
from dcbench.records.operators import Amount, Input, Kind, Operator, Operators
from dcbench_planner.training.columns import Column

TRACED_LOG_SD = 0.45
"""Standard deviation of ln(predicted / actual step time): no run of a traced model was compared, so
that of the worst class of transformers is taken."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """`per_sample` x samples + `fixed`."""

    per_sample: float = 0.0
    fixed: float = 0.0

    def at(self, samples: Column) -> Column:
        """Give the amount for so many samples."""
        return self.per_sample * samples + self.fixed


@dataclass(frozen=True, kw_only=True)
class Work:
    """What operators of one kind do in a pass, all of them together."""

    flops: Line
    elements: Line
    """Elements of floating point moved."""
    other_bytes: Line
    """Integers and masks moved."""
    operators: int


@dataclass(frozen=True, kw_only=True)
class TracedModel:
    """A model that is known by its operators only.

    It stands where a `Shape` stands, with samples for tokens and one sample per sequence.
    """

    name: str
    source: str
    unit: str
    """What one sample is."""
    params_total: int
    params_trained: int
    largest_weight: int
    """Elements of the largest weight."""
    forward: dict[Kind, Work]
    backward: dict[Kind, Work]
    products: int
    """Matrix products, convolutions and attentions of a forward pass."""
    kept_elements: Line
    """Activations kept for the backward pass."""
    kept_other_bytes: Line
    working_elements: Line
    """Operands and results of the largest operator."""
    sample_bytes: float
    """Inputs of one sample as they are stored: a byte an element, four a whole number."""
    notes: tuple[str, ...]

    n_experts: ClassVar[int] = 0

    @property
    def params_active(self) -> int:
        """All of them: which ones one sample meets is not known."""
        return self.params_total

    @cached_property
    def model_flops_per_sample(self) -> float:
        """FLOPs of forward and backward pass, without recompute."""
        passes = (*self.forward.values(), *self.backward.values())
        return sum(work.flops.per_sample for work in passes)


def read_traced(path: Path) -> TracedModel:
    """Read an operators file.

    Raises:
        InputError: with every fault in the file.
    """
    return traced_model(read_record(path, Operators), str(path))


def traced_model(record: Operators, where: str) -> TracedModel:
    """Add the operators of a record up.

    Args:
        record: what `dcbench trace` wrote.
        where: name of the file, for the source.
    """
    forward = [one for one in record.operators if one.phase == "forward"]
    backward = [one for one in record.operators if one.phase != "forward"]
    return TracedModel(
        name=record.name, unit=record.unit,
        source=f"{where}: {record.source} traced with torch {record.torch_version}"[:2000],
        params_total=record.parameters.total, params_trained=record.parameters.trainable,
        largest_weight=record.parameters.largest, forward=_by_kind(forward),
        backward=_by_kind(backward),
        products=sum(one.count for one in forward if one.kind != "memory"),
        kept_elements=_line(record.saved.elements),
        kept_other_bytes=_line(record.saved.other_bytes),
        working_elements=_line(max((o.elements for o in record.operators), key=_per_sample)),
        sample_bytes=float(sum(_stored_bytes(given) for given in record.inputs)),
        notes=record.notes,
    )  # fmt: skip


def _stored_bytes(given: Input) -> int:
    return prod(given.shape) * (1 if given.dtype.startswith(("float", "bfloat")) else 4)


def _by_kind(operators: Iterable[Operator]) -> dict[Kind, Work]:
    groups: dict[Kind, list[Operator]] = {}
    for operator in operators:
        groups.setdefault(operator.kind, []).append(operator)
    return {kind: _together(group) for kind, group in groups.items()}


def _together(group: list[Operator]) -> Work:
    return Work(
        flops=_added([(one.count, one.flops) for one in group]),
        elements=_added([(one.count, one.elements) for one in group]),
        other_bytes=_added([(one.count, one.other_bytes) for one in group]),
        operators=sum(one.count for one in group),
    )


def _added(amounts: list[tuple[int, Amount]]) -> Line:
    return Line(
        per_sample=sum(count * amount.per_sample for count, amount in amounts),
        fixed=sum(count * amount.fixed for count, amount in amounts),
    )


def _line(amount: Amount) -> Line:
    return Line(per_sample=amount.per_sample, fixed=amount.fixed)


def _per_sample(amount: Amount) -> float:
    return amount.per_sample
