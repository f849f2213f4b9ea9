"""Peak memory of every pipeline stage of a plan's layout."""

from __future__ import annotations

import numpy as np

from dcbench.records.plan import LayoutPart
from dcbench.records.plan_explain import StageMemory
from dcbench_planner.planning.planned_job import layout_columns
from dcbench_planner.planning.question import Question
from dcbench_planner.training.columns import stack
from dcbench_planner.training.layout import JobColumns, planned_software
from dcbench_planner.training.memory.peak import memory_by_stage
from dcbench_planner.training.method.methods import MethodColumns
from dcbench_planner.training.step.rates import DeviceRates, RateColumns
from dcbench_planner.training.traced.model import TracedModel


def stage_peaks(
    question: Question, rates: DeviceRates, layout: LayoutPart
) -> tuple[StageMemory, ...]:
    """Give the peak of each pipeline stage, the one with the embedding first.

    Args:
        question: model, method and constants.
        rates: the accelerator and the number format.
        layout: how the step is split.

    Returns:
        As many as the layout has stages; none for a traced model, which has no layers.
    """
    shape, constants = question.shape, question.constants
    if isinstance(shape, TracedModel):
        return ()
    micro_batches = layout.global_batch // (layout.dp * layout.micro_batch)
    job = JobColumns(
        shape=shape.columns, rates=stack(RateColumns, [rates]),
        layout=layout_columns(layout, micro_batches),
        software=planned_software(constants.software_year),
        sequence=np.array([float(question.sequence_length)]),
        method=stack(MethodColumns, [question.method]),
    )  # fmt: skip
    return tuple(
        StageMemory(stage=stage, peak_bytes=sum(parts.values()))
        for stage, parts in enumerate(memory_by_stage(job, constants))
    )
