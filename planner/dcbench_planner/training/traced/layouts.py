"""The fastest layouts of any model: transformers by their shape, others by their operators."""

from __future__ import annotations

import numpy as np

from dcbench.catalog.rows import Accelerator
from dcbench.errors import Fault, InputError
from dcbench.records.plan import LayoutPart, MemoryPart, StepPart
from dcbench_planner.training.columns import Column
from dcbench_planner.training.layout import RECOMPUTE_NAMES
from dcbench_planner.training.memory.peak import total
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.search.search import LaidOut, best_layouts
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.constants import StepConstants, step_constants
from dcbench_planner.training.step.rates import DeviceRates, published_rates
from dcbench_planner.training.traced.job import TracedJob, traced_job
from dcbench_planner.training.traced.memory import traced_memory
from dcbench_planner.training.traced.model import TracedModel
from dcbench_planner.training.traced.step import TracedStep, traced_step

PRECISIONS = ("bf16", "fp16", "tf32", "fp32")
"""Number formats that a traced model is planned in: which products would be cast to fewer bits is
not known."""


def layouts_for(
    model: Shape | TracedModel,
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
    """Find the layouts with the most tokens, or samples, per second that fit into memory.

    Arguments are those of `best_layouts`; of a traced model the batch is in samples and the
    sequence length means nothing.

    Raises:
        InputError: unknown precision, or one that the accelerator or a traced model does not have.
    """
    if isinstance(model, Shape):
        return best_layouts(
            model, accelerator, rates, n_accelerators=n_accelerators,
            sequence_length=sequence_length, global_batch_tokens=global_batch_tokens,
            precision=precision, limit=limit, method=method, constants=constants,
        )  # fmt: skip
    job = traced_job(
        model, rates or published_rates(accelerator, precision), method or Method(),
        n_accelerators=n_accelerators, global_batch=global_batch_tokens,
    )  # fmt: skip
    return _fastest(job, limit, constants or step_constants())


def check_precision(precision: str) -> None:
    """Refuse number formats that a traced model cannot be planned in.

    Raises:
        InputError: the format is not one of `PRECISIONS`.
    """
    if precision not in PRECISIONS:
        problem = "a traced model does not say which of its products could run in it"
        fix = f"one of {', '.join(PRECISIONS)}"
        raise InputError(Fault(where="--precision", value=precision, problem=problem, fix=fix))


def _fastest(job: TracedJob, limit: int, constants: StepConstants) -> list[LaidOut]:
    """Keep what fits, and of it the fastest layout of each ZeRO level."""
    check_precision(job.rates.precision)
    memory, step = traced_memory(job, constants), traced_step(job, constants)
    fits = total(memory) <= constants.memory_usable_share * job.rates.memory_bytes
    order = np.argsort(-job.global_batch / step.time_s, kind="stable")
    rows = [row for row in order if fits[row]]
    best = {job.zero[row]: row for row in reversed(rows)}
    kept = [row for row in rows if best[job.zero[row]] == row]
    return [_laid_out(job, step, memory, int(row)) for row in kept[:limit]]


def _laid_out(
    job: TracedJob, step: TracedStep, memory: dict[str, Column], row: int
) -> LaidOut:  # fmt: skip
    parts_bytes = {name: float(part[row]) for name, part in memory.items()}
    return LaidOut(
        layout=LayoutPart(
            tp=1, pp=1, dp=round(job.dp), zero=round(float(job.zero[row])),
            micro_batch=round(float(job.micro_batch[row])),
            global_batch=round(float(job.global_batch[row])),
            recompute=RECOMPUTE_NAMES[round(float(job.recompute[row]))],
        ),
        step=_step_part(job, step, row),
        memory=MemoryPart(
            peak_bytes=sum(parts_bytes.values()), capacity_bytes=job.rates.memory_bytes,
            breakdown_bytes=parts_bytes,
        ),
        provenance=job.rates.provenance,
        source=f"traced-model step of docs/traced-models.md, unvalidated; {job.rates.source}",
    )  # fmt: skip


def _step_part(job: TracedJob, step: TracedStep, row: int) -> StepPart:
    parts_s = {name: float(part[row]) for name, part in step.parts_s.items()}
    time_s = sum(parts_s.values())
    gpu_s = time_s * job.dp
    model_rate = float(step.model_flops[row]) / gpu_s
    return StepPart(
        time_s=time_s, mfu=model_rate / job.rates.peak_flops_per_s,
        hfu=float(step.executed_flops[row]) / gpu_s / job.rates.peak_flops_per_s,
        tokens_per_s_per_gpu=float(job.global_batch[row]) / gpu_s,
        model_tflops_per_gpu=model_rate / 1e12, breakdown_s=parts_s,
    )  # fmt: skip
