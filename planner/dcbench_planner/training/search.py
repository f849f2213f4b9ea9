"""The fastest layouts of a model on n accelerators: memory first, then time, on all at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dcbench.catalog.rows import Accelerator
from dcbench.records.base import Provenance
from dcbench.records.plan import LayoutPart, MemoryPart, StepPart
from dcbench_planner.training.columns import Column, stack, take
from dcbench_planner.training.layout import (
    RECOMPUTE_NAMES,
    JobColumns,
    LayoutColumns,
    global_batch,
    planned_software,
)
from dcbench_planner.training.memory import peak_memory, total
from dcbench_planner.training.rates import DeviceRates, RateColumns, published_rates
from dcbench_planner.training.search_space import layout_space
from dcbench_planner.training.step import StepColumns, step_time
from dcbench_planner.training.step_constants import StepConstants, step_constants
from dcbench_planner.training.transformer import Shape


@dataclass(frozen=True, kw_only=True)
class LaidOut:
    """A layout with its step and memory, as they stand in a plan."""

    layout: LayoutPart
    step: StepPart
    memory: MemoryPart
    provenance: Provenance
    source: str


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
) -> list[LaidOut]:
    """Find the layouts with the most tokens per second that fit into memory, one per split.

    The global batch of a layout may differ from the wanted one by 5 % so that it divides evenly;
    layouts are therefore ranked by tokens per second, not by step time.

    Args:
        shape: the model.
        accelerator: a row of `Catalog.accelerators`.
        rates: what it reaches; published rates when left out.
        n_accelerators: accelerators that all take part.
        sequence_length: tokens per sequence.
        global_batch_tokens: wanted tokens per step.
        precision: number format of matrix products, when `rates` is left out.
        limit: most layouts given.

    Returns:
        Layouts, fastest first; empty when none fits.

    Raises:
        InputError: unknown precision, or the accelerator has no peak for it.
    """
    rates = rates or published_rates(accelerator, precision)
    constants = step_constants()
    layouts = layout_space(
        shape, n_accelerators=n_accelerators, domain=rates.domain,
        sequence_length=sequence_length, global_batch=global_batch_tokens / sequence_length,
    )  # fmt: skip
    job = JobColumns(
        shape=shape.columns, rates=stack(RateColumns, [rates]), layout=layouts,
        software=planned_software(constants.software_year),
        sequence=np.array([float(sequence_length)]),
    )  # fmt: skip
    job, parts = fitting(job, constants)
    if not len(job.layout.tp):
        return []
    step = step_time(job, constants)
    best = _best_of_each_split(job.layout, np.argsort(-step.tokens_per_s_per_gpu, kind="stable"))
    return [_laid_out(job.layout, step, parts, rates, row) for row in best[:limit]]


def _best_of_each_split(layouts: LayoutColumns, order: NDArray[np.intp]) -> list[int]:
    """Keep, in order, the first row of each TP x PP x CP x EP x ZeRO split.

    Rows that differ only in chunks, micro-batch or recompute are one answer, not several.
    """
    columns = (layouts.tp, layouts.pp, layouts.cp, layouts.ep, layouts.zero)
    splits = np.stack(np.broadcast_arrays(*columns), axis=1)[order]
    _, first = np.unique(splits, axis=0, return_index=True)
    return [int(order[row]) for row in np.sort(first)]


def fitting(job: JobColumns, constants: StepConstants) -> tuple[JobColumns, dict[str, Column]]:
    """Keep the jobs whose memory fits, with their memory by component."""
    parts = peak_memory(job, constants)
    fits = total(parts) <= constants.memory_usable_share * job.rates.memory_bytes
    index = np.flatnonzero(np.broadcast_to(fits, job.layout.tp.shape))
    kept = {name: np.broadcast_to(part, job.layout.tp.shape)[index] for name, part in parts.items()}
    return take(job, index), kept


def _laid_out(
    layouts: LayoutColumns, step: StepColumns, memory: dict[str, Column],
    rates: DeviceRates, row: int,
) -> LaidOut:  # fmt: skip
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

    return LayoutPart(
        **{name: number(name) for name in ("tp", "pp", "vpp", "cp", "ep", "dp", "zero")},
        micro_batch=number("micro_batch"), global_batch=round(_at(global_batch(layouts), row)),
        recompute=RECOMPUTE_NAMES[number("recompute")],
    )  # fmt: skip


def _at(column: Column, row: int) -> float:
    return float(column[row] if len(column) > 1 else column[0])
