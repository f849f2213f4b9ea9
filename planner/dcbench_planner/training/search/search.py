"""The fastest layouts of a model on n accelerators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dcbench.catalog.rows import Accelerator
from dcbench.records.base import Provenance
from dcbench.records.plan import LayoutPart, MemoryPart, StepPart
from dcbench_planner.training.columns import Column, stack, take
from dcbench_planner.training.layout import (
    ONE_F_ONE_B,
    RECOMPUTE_NAMES,
    JobColumns,
    LayoutColumns,
    global_batch,
    planned_software,
)
from dcbench_planner.training.method.methods import Method, MethodColumns
from dcbench_planner.training.search.chunks import Evaluation, evaluate
from dcbench_planner.training.search.pruned import SearchCount, fastest_rows
from dcbench_planner.training.search.space import layout_space
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.constants import StepConstants, step_constants
from dcbench_planner.training.step.rates import DeviceRates, RateColumns, published_rates

ScheduleName = Literal["1f1b", "zero-bubble-h1", "zero-bubble-v", "dual-pipe-v"]
SCHEDULE_NAMES: tuple[ScheduleName, ...] = (
    "1f1b",
    "zero-bubble-h1",
    "zero-bubble-v",
    "dual-pipe-v",
)
"""By the codes of `LayoutColumns.schedule`."""


@dataclass(frozen=True, kw_only=True)
class LaidOut:
    """A layout with its step and memory, as they stand in a plan."""

    layout: LayoutPart
    step: StepPart
    memory: MemoryPart
    provenance: Provenance
    source: str


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """Answers of a search, with how much of the space it took to find them."""

    laid_out: tuple[LaidOut, ...]
    """Fastest first, one per TP x PP x CP x EP x ZeRO split; empty when none fits."""
    count: SearchCount


def best_layouts(
    shape: Shape,
    accelerator: Accelerator,
    rates: DeviceRates | None = None,
    *,
    n_accelerators: int,
    sequence_length: int,
    global_batch_tokens: float,
    precision: str = "bf16",
    limit: int = 8,
    method: Method | None = None,
    constants: StepConstants | None = None,
) -> list[LaidOut]:
    """Give the layouts of `search_layouts`, which explains the arguments, without its count."""
    found = search_layouts(
        shape, rates or published_rates(accelerator, precision), n_accelerators=n_accelerators,
        sequence_length=sequence_length, global_batch_tokens=global_batch_tokens, limit=limit,
        method=method, constants=constants,
    )  # fmt: skip
    return list(found.laid_out)


def search_layouts(
    shape: Shape,
    rates: DeviceRates,
    *,
    n_accelerators: int,
    sequence_length: int,
    global_batch_tokens: float,
    limit: int = 8,
    method: Method | None = None,
    constants: StepConstants | None = None,
    schedules: Sequence[int] = (ONE_F_ONE_B,),
) -> SearchResult:
    """Find the layouts with the most tokens per second that fit into memory, one per split.

    The global batch of a layout may differ from the wanted one by 5 % so that it divides evenly;
    layouts are therefore ranked by tokens per second, not by step time.

    Args:
        shape: the model.
        rates: what the accelerator reaches.
        n_accelerators: accelerators that all take part.
        sequence_length: tokens per sequence.
        global_batch_tokens: wanted tokens per step.
        limit: most layouts given.
        method: what is trained and how; every weight with AdamW when left out.
        constants: of the step model; the packaged ones when left out.
        schedules: pipeline schedules to choose from, some of `search_space.SCHEDULES`; by default
            1F1B, interleaved or not.
    """
    constants = constants or step_constants()
    layouts = layout_space(
        shape, n_accelerators=n_accelerators, domain=rates.domain,
        sequence_length=sequence_length, global_batch=global_batch_tokens / sequence_length,
        schedules=schedules,
    )  # fmt: skip
    job = JobColumns(
        shape=shape.columns, rates=stack(RateColumns, [rates]), layout=layouts,
        software=planned_software(constants.software_year),
        sequence=np.array([float(sequence_length)]),
        method=stack(MethodColumns, [method or Method()]),
    )  # fmt: skip
    rows, count = fastest_rows(job, constants, limit)
    if not len(rows):
        return SearchResult(laid_out=(), count=count)
    best = take(job, rows)
    evaluation = evaluate(best, constants)
    answers = (_laid_out(best.layout, evaluation, rates, row) for row in range(len(rows)))
    return SearchResult(laid_out=tuple(answers), count=count)


def _laid_out(
    layouts: LayoutColumns, evaluation: Evaluation, rates: DeviceRates, row: int
) -> LaidOut:
    step, memory = evaluation.step, evaluation.memory_parts
    parts_s = {name: _at(part, row) for name, part in step.parts_s.items()}
    parts_bytes = {name: _at(part, row) for name, part in memory.items()}
    return LaidOut(
        layout=_layout_part(layouts, row),
        step=StepPart(
            time_s=sum(parts_s.values()), mfu=_at(step.mfu, row), hfu=_at(step.hfu, row),
            tokens_per_s_per_gpu=_at(step.tokens_per_s_per_gpu, row),
            model_tflops_per_gpu=_at(step.model_flops_per_s_per_gpu, row) / 1e12,
            breakdown_s=parts_s,
        ),
        memory=MemoryPart(
            peak_bytes=sum(parts_bytes.values()), capacity_bytes=rates.memory_bytes,
            breakdown_bytes=parts_bytes,
        ),
        provenance=rates.provenance,
        source=f"step model of docs/training-model.md; {rates.source}",
    )  # fmt: skip


def _layout_part(layouts: LayoutColumns, row: int) -> LayoutPart:
    def number(name: str) -> int:
        return round(_at(getattr(layouts, name), row))

    is_part = number("zero") > 0 and number("shard") < number("dp") * number("cp")
    return LayoutPart(
        **{name: number(name) for name in ("tp", "pp", "vpp", "cp", "ep", "dp", "zero")},
        micro_batch=number("micro_batch"), global_batch=round(_at(global_batch(layouts), row)),
        recompute=RECOMPUTE_NAMES[number("recompute")],
        recompute_share=_at(layouts.recompute_share, row),
        shard=number("shard") if is_part else None, schedule=SCHEDULE_NAMES[number("schedule")],
    )  # fmt: skip


def _at(column: Column, row: int) -> float:
    return float(column[row] if len(column) > 1 else column[0])
