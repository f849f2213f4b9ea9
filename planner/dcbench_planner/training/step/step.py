"""Time of one optimizer step, part by part.

step = [micro-batches x fullest stage + pipeline bubble + optimizer + constant, joined with
data-parallel traffic] x straggler factor. Accelerator and host time of a layer combine as a p-norm
of 4, nearly the larger of both. docs/training-model.md has the equations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.layout import FSDP, JobColumns, global_batch, stage_layers, world_size
from dcbench_planner.training.memory.peak import total
from dcbench_planner.training.shape.flops import (
    BACKWARD,
    hardware_flops_per_token,
    model_flops_per_token,
)
from dcbench_planner.training.step.communication import (
    context_parallel_s,
    data_parallel_s,
    expert_parallel_s,
    pipeline_send_s,
    tensor_parallel_s,
)
from dcbench_planner.training.step.compute import (
    attention_passes,
    attention_s,
    elementwise_s,
    full_recompute,
    gemm_passes,
    gemm_s,
    gemm_work,
    host_s,
    logits_s,
    quantise_s,
)
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.experts import dispatch_wait_s
from dcbench_planner.training.step.optimizer import (
    activation_offload_s,
    method_traffic_s,
    optimizer_s,
)
from dcbench_planner.training.step.schedules import pipeline_bubble_s
from dcbench_planner.training.step.state_space_time import state_space_s


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
        "state_space": state_space_s(job, constants),
        "elementwise": elementwise_s(job, constants),
        "quantise": quantise_s(job, constants),
        "method": method_traffic_s(job),
        "tensor_parallel": tensor_parallel_s(job, constants),
        "context_parallel": context_parallel_s(job, attention, constants),
        "expert_parallel": expert_parallel_s(job, constants),
        "expert_dispatch": dispatch_wait_s(job, constants),
    }
    busy, host = total(parts), host_s(job, constants)
    both = np.sqrt(np.hypot(busy**2, host**2))
    offload = np.maximum(0.0, activation_offload_s(job) - both)
    return parts | {"host": both - busy, "offload": offload}


def _local(
    job: JobColumns, layer: dict[str, Column], constants: StepConstants
) -> dict[str, Column]:
    """All but data-parallel traffic: micro-batches at the fullest stage, bubble, optimizer.

    Where the layers divide evenly the last stage also has the logits; else it has a layer less and
    the logits fill its place.
    """
    m, layers, layer_s = job.layout.num_micro_batches, stage_layers(job), total(layer)
    logits = logits_s(job, constants)
    even = layers * job.layout.pp == job.shape.n_layers
    extra = np.where(even, logits, logits - layer_s)
    parts = {name: m * layers * part for name, part in layer.items()}
    return parts | {
        "logits": m * np.maximum(0.0, extra),
        **_pipeline(job, layers * layer_s, layers * layer["gemm"], extra),
        "optimizer": optimizer_s(job, constants),
        "constant": np.full(1, constants.step_constant_s),
    }


def _pipeline(
    job: JobColumns, stage_s: Column, products_s: Column, extra: Column
) -> dict[str, Column]:
    """Bubble of the schedule, and what sends between stages add to it."""
    forward = stage_s / (1 + BACKWARD + full_recompute(job))
    weight_gradient = products_s / gemm_work(job)

    def bubble(send_s: Column) -> Column:
        return pipeline_bubble_s(
            job.layout, forward_s=forward, weight_gradient_s=weight_gradient,
            input_gradient_s=stage_s - forward - weight_gradient, last_extra_s=extra,
            send_s=send_s,
        )  # fmt: skip

    send = pipeline_send_s(job)
    silent, with_sends = bubble(np.stack((np.zeros_like(send), send)))
    return {"pipeline_bubble": silent, "pipeline_send": with_sends - silent}


def _with_data_parallel(
    job: JobColumns, local: dict[str, Column], constants: StepConstants
) -> dict[str, Column]:
    """Join local work and data-parallel traffic as a p-norm; traffic gets what it adds.

    Before 2023 frameworks exchanged gradients after the backward pass, and some still do: the whole
    traffic is added. FSDP gathers the next layer's weights early in any case.
    """
    p, busy, traffic = constants.overlap_norm, total(local), data_parallel_s(job, constants)
    added = np.maximum((busy**p + traffic**p) ** (1 / p) - busy, 0.0)
    apart = (job.software.legacy > 0) | (
        (job.software.layer_overlap == 0) & (job.layout.zero < FSDP)
    )
    return local | {"data_parallel": np.where(apart, traffic, added)}


def _with_straggler(
    job: JobColumns, parts: dict[str, Column], constants: StepConstants
) -> dict[str, Column]:
    """The slowest of many nodes: so much per doubling of eight-accelerator nodes."""
    doublings = np.log2(np.maximum(1.0, world_size(job.layout) / 8))
    return parts | {"straggler": total(parts) * constants.straggler * doublings}
