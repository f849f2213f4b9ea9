"""From three passes to straight lines: so much per sample, so much for any batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from dcbench.errors import Fault, InputError
from dcbench.records.operators import Amount, Operator, Phase, SavedActivations
from dcbench_benchmarks.trace.passes import Pass
from dcbench_benchmarks.trace.recorder import Entry

BATCHES = (2, 3, 4)
"""Not 1, which torch treats apart; the middle one checks the line through the other two."""
TOLERANCE = 1e-9

Same = tuple[Entry, ...]
"""One operator at each of `BATCHES`."""


def operators_from(passes: Sequence[Pass], source: str) -> tuple[Operator, ...]:
    """Match the operators of passes with 2, 3 and 4 samples and group those that are alike.

    Raises:
        InputError: the operators depend on the batch, or one does not grow in proportion to it.
    """
    matched = _matched(passes, source)
    curved = sorted({same[0].name for same in matched if not _is_straight(same)})
    if curved:
        problem = f"{', '.join(curved)} does not grow in proportion to the batch"
        fix = "leave a loss over pairs of samples out of the module"
        raise InputError(Fault(where=source, problem=problem, fix=fix))
    groups = Counter(_operator(same) for same in matched)
    return tuple(operator.model_copy(update={"count": count}) for operator, count in groups.items())


def saved_from(passes: Sequence[Pass]) -> SavedActivations:
    """Give what is kept between forward and backward."""
    return SavedActivations(
        elements=_line([one.saved.elements for one in passes]),
        other_bytes=_line([one.saved.other_bytes for one in passes]),
    )


def _matched(passes: Sequence[Pass], source: str) -> list[Same]:
    names = [[(entry.name, entry.phase) for entry in one.entries] for one in passes]
    if any(other != names[0] for other in names[1:]):
        problem = "runs other operators when the batch has another size"
        fix = "trace a model whose path does not depend on the batch"
        raise InputError(Fault(where=source, problem=problem, fix=fix))
    return list(zip(*(one.entries for one in passes), strict=True))


def _operator(same: Same) -> Operator:
    first = same[0]
    return Operator(
        kind=first.kind, name=first.name, phase=first.phase or _gradient(same), count=1,
        shapes=first.shapes, flops=_line(_values(same, _flops)),
        elements=_line(_values(same, _elements)), other_bytes=_line(_values(same, _other_bytes)),
    )  # fmt: skip


def _gradient(same: Same) -> Phase:
    """A result that does not grow with the batch was summed over it."""
    grows = same[-1].result > same[0].result
    return "activation_gradient" if grows else "weight_gradient"


def _is_straight(same: Same) -> bool:
    lines = (_values(same, of) for of in (_flops, _elements, _other_bytes))
    return all(abs(low + high - 2 * middle) <= TOLERANCE * high for low, middle, high in lines)


def _line(values: Sequence[int]) -> Amount:
    per_sample = (values[-1] - values[0]) / (BATCHES[-1] - BATCHES[0])
    return Amount(per_sample=max(0.0, per_sample), fixed=values[0] - BATCHES[0] * per_sample)


def _values(same: Same, of: Callable[[Entry], int]) -> list[int]:
    return [of(entry) for entry in same]


def _flops(entry: Entry) -> int:
    return entry.flops


def _elements(entry: Entry) -> int:
    return entry.moved.elements


def _other_bytes(entry: Entry) -> int:
    return entry.moved.other_bytes
