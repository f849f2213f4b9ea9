"""Does the sum of the parts explain the whole? A measured training step against fitted curves.

predicted = Σ over operators of count x (latency + work / rate), each with its own work: matrix
products and attention on the matmul curve of the step's dtype, elementwise work and the optimizer
on the memory-copy curve (`operators.py` says what they are). The step took no part in the fits.

What the sum leaves out, so that `efficiency` = predicted / measured reads as the covered share:
host time between operators, operations that a framework does not fuse, casts between dtypes, and
that shapes of equal work need not be equally fast.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from dcbench.records.calibration import Curve, StepCheck
from dcbench.records.run import Case, CaseKey
from dcbench_benchmarks.calibration.operations import label
from dcbench_benchmarks.calibration.operators import StepShape, step_operators

PREFERRED: tuple[CaseKey, ...] = (
    {"cache": "cold", "launch": "eager"}, {"cache": "cold"}, {"launch": "eager"}, {},
)  # fmt: skip
"""A step is launched eagerly and finds caches cold; other curves stand in where that is missing."""


def check_step(
    steps: Sequence[Case], curves: Sequence[Curve]
) -> tuple[StepCheck | None, list[str]]:
    """Check the largest training step measured on a device.

    Returns:
        The check, None where none is possible, and one line per case that was not used.
    """
    shapes, unused = _known_shapes(steps)
    if not shapes:
        return None, unused
    case, shape = max(shapes, key=lambda pair: _flop(pair[1]))
    unused += [
        f"{label(other.key)}: only the largest training step is checked"
        for other, _ in shapes
        if other.key != case.key
    ]
    matmul, memory = _curve(curves, "matmul", shape.dtype), _curve(curves, "memory_copy", None)
    if matmul is None or memory is None:
        missing = f"matmul {shape.dtype}" if matmul is None else "memory_copy"
        return None, [*unused, f"{label(case.key)}: no {missing} curve to check it with"]
    repeats = [statistics.median(c.samples) for c, _ in shapes if c.key == case.key]
    measured_s = statistics.median(repeats)
    return _compare(case.key, measured_s, shape, matmul, memory), unused


def _known_shapes(steps: Sequence[Case]) -> tuple[list[tuple[Case, StepShape]], list[str]]:
    shapes, unused = [], []
    for case in steps:
        shape = StepShape.from_key(case.key)
        if case.key.get("ranks", 1) != 1:
            unused.append(f"{label(case.key)}: a step over several ranks is not checked")
        elif shape is None:
            unused.append(f"{label(case.key)}: its key does not describe a model that is known")
        else:
            shapes.append((case, shape))
    return shapes, unused


def _compare(
    key: CaseKey, measured_s: float, shape: StepShape, matmul: Curve, memory: Curve
) -> StepCheck:
    curves = {"matmul": matmul, "memory": memory}
    breakdown_s: dict[str, float] = {}
    outside_s = 0.0
    for operator in step_operators(shape):
        curve = curves[operator.curve]
        time_s = operator.count * curve.time_s(operator.work)
        breakdown_s[operator.part] = breakdown_s.get(operator.part, 0.0) + time_s
        outside_s += 0.0 if curve.covers(operator.work) else time_s
    predicted_s = sum(breakdown_s.values())
    return StepCheck(
        key=key,
        measured_s=measured_s,
        predicted_s=predicted_s,
        breakdown_s=breakdown_s,
        efficiency=predicted_s / measured_s,
        extrapolated_share=min(1.0, outside_s / predicted_s),
    )


def _flop(shape: StepShape) -> float:
    return sum(op.work * op.count for op in step_operators(shape) if op.curve == "matmul")


def _curve(curves: Sequence[Curve], op: str, dtype: str | None) -> Curve | None:
    wanted: CaseKey = {"op": op} if dtype is None else {"op": op, "dtype": dtype}
    found = (
        curve
        for preferred in PREFERRED
        for curve in curves
        if (wanted | preferred).items() <= curve.key.items()
    )
    return next(found, None)
