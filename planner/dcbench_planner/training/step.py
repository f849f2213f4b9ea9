"""Time of one optimizer step, part by part.

step = [micro-batches x fullest stage + pipeline bubble + optimizer + constant, joined with
data-parallel traffic] x straggler factor. docs/training-model.md has the equations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.flops import hardware_flops_per_token, model_flops_per_token
from dcbench_planner.training.layout import (
    JobColumns,
    expert_replicas,
    global_batch,
    is_fsdp,
    stage_layers,
    world_size,
)
from dcbench_planner.training.memory import stage_weights, total
from dcbench_planner.training.step_communication import (
    context_parallel_s,
    data_parallel_s,
    expert_parallel_s,
    pipeline_send_s,
    tensor_parallel_s,
)
from dcbench_planner.training.step_compute import (
    attention_passes,
    attention_s,
    elementwise_s,
    gemm_passes,
    gemm_s,
    host_s,
    logits_s,
    quantise_s,
)
from dcbench_planner.training.step_constants import StepConstants

HOST_NORM = 4.0
"""Accelerator and host time of a layer combine as a p-norm: nearly the larger of both."""


@dataclass(frozen=True, kw_only=True)
class StepColumns:
    """Steps as columns; `parts_s` add up to `time_s`."""

    time_s: Column
    parts_s: dict[str, Column]
    tokens: Column
    """Tokens per step."""
    tokens_per_s_per_gpu: Column
    model_flops_per_s_per_gpu: Column
    mfu: Column
    """Model FLOPs over the dense peak of the number format."""
    hfu: Column
    """Executed FLOPs, recompute included, over the same peak."""


def step_time(job: JobColumns, constants: StepConstants) -> StepColumns:
    """Time one step of every job.

    Args:
        job: shapes, rates, layouts and software as columns that broadcast together.
        constants: see `data/step_constants.csv`.
    """
    layer = _layer(job, constants)
    parts = _with_straggler(job, _with_data_parallel(job, _local(job, layer, constants), constants),
                            constants)  # fmt: skip
    time = total(parts)
    tokens = global_batch(job.layout) * job.sequence
    per_gpu = tokens / time / world_size(job.layout)
    model = per_gpu * model_flops_per_token(job.shape, job.sequence)
    executed = per_gpu * hardware_flops_per_token(
        job.shape, job.sequence, gemm_passes(job), attention_passes(job)
    )
    peak = job.rates.peak_flops_per_s
    return StepColumns(
        time_s=time, parts_s=parts, tokens=tokens, tokens_per_s_per_gpu=per_gpu,
        model_flops_per_s_per_gpu=model, mfu=model / peak, hfu=executed / peak,
    )  # fmt: skip


def _layer(job: JobColumns, constants: StepConstants) -> dict[str, Column]:
    """One mean layer of one micro-batch; `host` is what the host adds to the accelerator."""
    attention = attention_s(job, constants)
    parts = {
        "gemm": gemm_s(job, constants),
        "attention": attention,
        "elementwise": elementwise_s(job, constants),
        "quantise": quantise_s(job, constants),
        "tensor_parallel": tensor_parallel_s(job, constants),
        "context_parallel": context_parallel_s(job, attention, constants),
        "expert_parallel": expert_parallel_s(job, constants),
    }
    busy, host = total(parts), host_s(job, constants)
    both = (busy**HOST_NORM + host**HOST_NORM) ** (1 / HOST_NORM)
    return parts | {"host": both - busy}


def _local(
    job: JobColumns, layer: dict[str, Column], constants: StepConstants
) -> dict[str, Column]:
    """All but data-parallel traffic: micro-batches at the fullest stage, bubble, optimizer.

    1F1B and interleaved schedules: (m + (p - 1) / v) stage times (Narayanan et al. 2021,
    arXiv:2104.04473, section 2.2). Where the layers divide evenly the last stage also has the
    logits; else it has a layer less and the logits fill its place.
    """
    layout, m = job.layout, job.layout.num_micro_batches
    layer_s, logits = total(layer), logits_s(job)
    even = job.shape.n_layers % layout.pp == 0
    exposed = np.where(even, logits, np.maximum(0.0, logits - layer_s))
    mean_stage = (job.shape.n_layers * layer_s + logits) / layout.pp
    parts = {name: m * stage_layers(job) * part for name, part in layer.items()}
    return parts | {
        "logits": m * exposed,
        "pipeline_send": m * pipeline_send_s(job, constants),
        "pipeline_bubble": (layout.pp - 1) / layout.vpp * mean_stage,
        "optimizer": _optimizer_s(job, constants),
        "constant": np.full(1, constants.step_constant_s),
    }


def _optimizer_s(job: JobColumns, constants: StepConstants) -> Column:
    """AdamW on the states held (32 bytes each), gradient accumulation, copies of FSDP."""
    layout, m = job.layout, job.layout.num_micro_batches
    dense, experts = stage_weights(job)
    sharded = layout.zero >= 1
    held = dense / np.where(sharded, layout.shard, 1.0)
    expert_shard = np.minimum(layout.shard, expert_replicas(layout))
    held = held + experts / np.where(sharded, expert_shard, 1.0)
    copies = np.where(is_fsdp(layout) > 0, 16 * constants.fsdp_copy,
                      8 * constants.gradient_accumulate)  # fmt: skip
    moved = 32 * constants.optimizer_traffic * held + m * copies * (dense + experts)
    return moved / job.rates.memory_bytes_per_s


def _with_data_parallel(
    job: JobColumns, local: dict[str, Column], constants: StepConstants
) -> dict[str, Column]:
    """Join local work and data-parallel traffic as a p-norm; traffic gets what it adds."""
    p, busy = constants.overlap_norm, total(local)
    joined = (busy**p + data_parallel_s(job, constants) ** p) ** (1 / p)
    return local | {"data_parallel": joined - busy}


def _with_straggler(
    job: JobColumns, parts: dict[str, Column], constants: StepConstants
) -> dict[str, Column]:
    """The slowest of many nodes: so much per doubling of eight-accelerator nodes."""
    doublings = np.log2(np.maximum(1.0, world_size(job.layout) / 8))
    return parts | {"straggler": total(parts) * constants.straggler * doublings}
