"""Time of one data-parallel step of a traced model.

Operators run one after the other, as PyTorch runs them without a compiler: matrix products and
convolutions at the rate of matrix products plus their operand traffic, attention at that of fused
kernels, all others at the rate of memory. Gradients travel and overlap as for transformers. The
constant per step of language-model runs (clipping, logging, synchronisation) is left out: it is as
long as a whole step of a small model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column, stack
from dcbench_planner.training.memory.peak import total
from dcbench_planner.training.network.collectives import ring_s
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.rates import RateColumns
from dcbench_planner.training.traced.job import TracedJob
from dcbench_planner.training.traced.memory import unit_parameters
from dcbench_planner.training.traced.model import Work

HOST_NORM = 4.0
"""Accelerator and host time combine as a p-norm, as in the step of a transformer."""
OPERATORS_PER_LAYER = 15.5
"""Operators of one pass of an eager GPT layer, what `host_layer_s` is the time of: traced, a layer
has 11 forward and 20 backward."""
ATTENTION_BACKWARD = 2.5 / 2
"""A fused kernel computes the scores again: five products against two forward, of which the
operator list has four (arXiv:2307.08691)."""
BUCKET_BYTES = 25 * 2**20
"""Gradients are exchanged in buckets: `bucket_cap_mb` of PyTorch's DistributedDataParallel."""


@dataclass(frozen=True, kw_only=True)
class TracedStep:
    """Steps as columns; the parts add up to `time_s`."""

    parts_s: dict[str, Column]
    time_s: Column
    model_flops: Column
    """Forward and backward pass of the whole step."""
    executed_flops: Column
    """With what recompute and attention kernels repeat."""


def traced_step(job: TracedJob, constants: StepConstants) -> TracedStep:
    """Time one step in every layout.

    Args:
        job: model, rates and layouts.
        constants: see `data/step_constants.csv`.
    """
    m = job.num_micro_batches
    parts = {name: m * part for name, part in _micro_batch(job, constants).items()}
    parts |= {
        "optimizer": _optimizer_s(job, constants),
    }
    busy, p = total(parts), constants.overlap_norm
    exchange = _exchange_s(job, constants)
    parts["data_parallel"] = np.maximum((busy**p + exchange**p) ** (1 / p) - busy, 0.0)
    doublings = np.log2(max(1.0, job.dp / 8))
    parts["straggler"] = total(parts) * constants.straggler * doublings
    model, executed = _flops(job)
    return TracedStep(
        parts_s={name: np.broadcast_to(part, m.shape) for name, part in parts.items()},
        time_s=total(parts), model_flops=model, executed_flops=executed,
    )  # fmt: skip


def _micro_batch(job: TracedJob, constants: StepConstants) -> dict[str, Column]:
    """Forward, backward and what full recompute repeats, of one micro-batch."""
    parts: dict[str, Column] = {
        name: np.zeros(1) for name in ("gemm", "convolution", "attention", "elementwise")
    }
    again = 1.0 + (job.recompute > 0)
    launches: Column = np.zeros(1)
    for passed, times, repeats in (
        (job.model.forward, again, 1.0),
        (job.model.backward, np.ones(1), ATTENTION_BACKWARD),
    ):
        for kind, work in passed.items():
            name = "elementwise" if kind == "memory" else kind
            seconds = _attention_s(job, work, constants) * repeats if kind == "attention" else (
                _operators_s(job, work, constants)
            )  # fmt: skip
            parts[name] = parts[name] + times * seconds
            launches = launches + times * work.operators
    per_operator = constants.host_layer_s * constants.host_modern / OPERATORS_PER_LAYER
    busy, host = total(parts), launches * per_operator
    both = (busy**HOST_NORM + host**HOST_NORM) ** (1 / HOST_NORM)
    return parts | {"host": both - busy}


def _operators_s(job: TracedJob, work: Work, constants: StepConstants) -> Column:
    """FLOPs at the rate of matrix products, and operands through memory, one after the other."""
    samples, rates = job.micro_batch, job.rates
    flops = np.maximum(0.0, work.flops.at(samples))
    moved = rates.element_bytes * work.elements.at(samples) + work.other_bytes.at(samples)
    seconds = flops / (constants.gemm_in_step * rates.gemm_flops_per_s)
    launch = work.operators * rates.gemm_latency_s * (work.flops.per_sample > 0)
    return seconds + np.maximum(0.0, moved) / rates.memory_bytes_per_s + launch


def _attention_s(job: TracedJob, work: Work, constants: StepConstants) -> Column:
    """Fused kernels that PyTorch ships; in fp32 no faster than matrix products."""
    rates = job.rates
    rate = constants.attention_in_step * rates.attention_pytorch_flops_per_s
    if rates.element_bytes > 2:
        rate = min(rate, constants.gemm_in_step * rates.gemm_flops_per_s)
    return work.flops.at(job.micro_batch) / rate


def _optimizer_s(job: TracedJob, constants: StepConstants) -> Column:
    """States read and written, gradient accumulation, copies of FSDP; as for transformers."""
    trained, method = job.model.params_trained, job.method
    moved_per_state = 2 * (method.optimizer_bytes + 4)
    held = trained / job.shard(1) * (1 - method.offload_optimizer)
    copies = np.where(job.zero == 3, 16 * constants.fsdp_copy * job.model.params_total,
                      8 * constants.gradient_accumulate * trained)  # fmt: skip
    moved = moved_per_state * constants.optimizer_traffic * held + job.num_micro_batches * copies
    flops = method.optimizer_flops * held / (constants.gemm_in_step * job.rates.gemm_flops_per_s)
    return moved / job.rates.memory_bytes_per_s + flops


def _exchange_s(job: TracedJob, constants: StepConstants) -> Column:
    """Gradients and sharded weights of one step, before any overlap.

    Without ZeRO an all-reduce of fp32 gradients; with ZeRO-1 and -2 a reduce-scatter of them and an
    all-gather of the new 16-bit weights, once per step; FSDP two all-gathers and one reduce-scatter
    in 16 bit per micro-batch (arXiv:2304.11277, section 3).
    """
    model, m = job.model, job.num_micro_batches
    width = job.rates.element_bytes
    once = (4.0 + np.where(job.zero > 0, width, 4.0)) * model.params_trained
    fsdp = width * m * (2.0 * model.params_total + model.params_trained)
    size = np.where(job.zero == 3, fsdp, once)
    units = np.where(job.zero == 3, 3 * m * np.ceil(model.params_total / unit_parameters(job)),
                     np.ceil(once / BUCKET_BYTES))  # fmt: skip
    ranks, stride = np.array([job.dp]), np.ones(1)
    rates = stack(RateColumns, [job.rates])
    moving = ring_s(size, ranks, stride, rates, 0.0)
    starting = ring_s(np.zeros(1), ranks, stride, rates, constants.collective_latency_s)
    time: Column = moving + units * starting
    return time


def _flops(job: TracedJob) -> tuple[Column, Column]:
    """FLOPs of a step on all accelerators: of the model, and executed."""
    model, samples = job.model, job.global_batch
    forward = sum(work.flops.per_sample for work in model.forward.values())
    attention = model.backward.get("attention")
    repeated = (ATTENTION_BACKWARD - 1) * attention.flops.per_sample if attention else 0.0
    executed = model.model_flops_per_sample + repeated + forward * (job.recompute > 0)
    return model.model_flops_per_sample * samples, executed * samples
