"""A planned layout as a job of the step model, to ask it again with another batch."""

from __future__ import annotations

import numpy as np

from dcbench.records.plan import LayoutPart
from dcbench_planner.training.columns import stack
from dcbench_planner.training.layout import (
    RECOMPUTE_NAMES,
    JobColumns,
    LayoutColumns,
    planned_software,
)
from dcbench_planner.training.method.methods import Method, MethodColumns
from dcbench_planner.training.search.search import SCHEDULE_NAMES
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.rates import DeviceRates, RateColumns
from dcbench_planner.training.step.step import step_time

_SAME = ("tp", "pp", "vpp", "cp", "ep", "dp", "zero", "micro_batch", "recompute_share")


def step_seconds(
    shape: Shape,
    rates: DeviceRates,
    layout: LayoutPart,
    method: Method,
    constants: StepConstants,
    *,
    sequence_length: int,
    num_micro_batches: int,
) -> float:
    """Give the step time of a planned layout with another number of micro-batches."""
    job = JobColumns(
        shape=shape.columns, rates=stack(RateColumns, [rates]),
        layout=layout_columns(layout, num_micro_batches),
        software=planned_software(constants.software_year),
        sequence=np.array([float(sequence_length)]), method=stack(MethodColumns, [method]),
    )  # fmt: skip
    return float(np.max(step_time(job, constants).time_s))


def layout_columns(layout: LayoutPart, num_micro_batches: int) -> LayoutColumns:
    """Give a planned layout as columns of one row."""
    numbers = {name: float(getattr(layout, name)) for name in _SAME}
    numbers |= {
        "shard": float(layout.shard or layout.dp * layout.cp),
        "num_micro_batches": float(num_micro_batches),
        "recompute": float(RECOMPUTE_NAMES.index(layout.recompute)),
        "sequence_parallel": float(layout.tp > 1),
        "schedule": float(SCHEDULE_NAMES.index(layout.schedule)),
    }
    return LayoutColumns(**{name: np.array([value]) for name, value in numbers.items()})
