"""Memory of an accelerator at its peak, by component.

States, activations and buffers are counted in `memory_states.py`, `memory_activations.py` and
`memory_buffers.py`; here they are put together for the pipeline stage that is fullest, or for each.

The peak is one of three moments: the loss (all activations and the logits), the first layer of the
backward pass (all activations and that layer's workspace), or the last (one layer's activations and
workspace, and all gradients, where they are freed before each forward pass).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column, as_number, take
from dcbench_planner.training.layout import (
    ONE_F_ONE_B,
    ZERO_BUBBLE_V,
    JobColumns,
    stage_layers,
)
from dcbench_planner.training.memory.activations import (
    LayerActivations,
    activation_bytes_per_layer,
    layer_activations,
)
from dcbench_planner.training.memory.buffers import (
    communication_bytes,
    dummy_gradient_bytes,
    layer_gradient_bytes,
    layer_weights_on_rank,
    logits_bytes,
    unsharded_bytes,
)
from dcbench_planner.training.memory.states import (
    stage_weights,
    state_bytes,
    states_of,
    weights_of_layers,
)
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.schedules import in_flight

__all__ = [
    "activation_bytes_per_layer", "memory_by_stage", "peak_bytes", "peak_memory",
    "stage_weights", "state_bytes", "total",
]  # fmt: skip

ALLOCATED_SHARE = 0.94
"""Of what the caching allocator reserves (SimuMax; torchtitan's published peaks agree)."""
STAGED_LAYERS = 2
"""Layers whose activations are on their way to or from host memory."""


@dataclass(frozen=True, kw_only=True)
class _Stage:
    """One pipeline stage of each job."""

    layers_in_flight: Column
    """Layers times micro-batches whose activations are kept."""
    logits: Column
    dense: Column
    """Parameters of one rank before sharding, without routed experts."""
    experts: Column


@dataclass(frozen=True, kw_only=True)
class _Rank:
    """What is the same on every stage."""

    layer: LayerActivations
    kept: Column
    """Activations of one layer that stay on the accelerator, dropout masks included."""
    workspace: Column
    layer_weights: Column


def peak_memory(job: JobColumns, constants: StepConstants) -> dict[str, Column]:
    """Give the bytes of the fullest accelerator by component; they add up to its peak.

    Compares the first pipeline stage, which holds most micro-batches in flight, with the last,
    which holds the logits; both are taken to hold as many layers as the fullest.

    Args:
        job: shapes, rates, layouts and methods.
        constants: see `data/step_constants.csv`.

    Returns:
        Columns of equal length. What the allocator reserves without using is `allocator`; what the
        driver and its libraries hold outside of it is `framework`.
    """
    rank = _rank(job)
    return _complete(_parts(job, rank, _fullest(job, rank)), constants)


def peak_bytes(job: JobColumns, constants: StepConstants) -> Column:
    """Give the sum of `peak_memory` without its parts, which takes half the time."""
    rank = _rank(job)
    stage = _fullest(job, rank)
    states = states_of(job, stage.dense, stage.experts)
    freed = _freed_gradients(job) * states["gradients"]
    forward = rank.kept * stage.layers_in_flight + np.maximum(stage.logits, rank.workspace)
    peak = np.maximum(forward, freed + rank.kept + rank.workspace) - freed + total(states)
    peak = peak + total(_buffers(job, rank, stage))
    return peak * (1 / ALLOCATED_SHARE) + constants.memory_framework_bytes


def memory_by_stage(
    job: JobColumns, constants: StepConstants, row: int = 0
) -> list[dict[str, float]]:
    """Give the bytes of every pipeline stage of one job by component, first stage first.

    Stages hold the layers of the fullest until none are left. The fullest stage here equals
    `peak_memory`, or is below it where the last stage is both the fullest and short of layers.

    Args:
        job: as of `peak_memory`.
        constants: see `data/step_constants.csv`.
        row: which job.
    """
    one = take(job, np.array([row]))
    stages, n = np.arange(float(one.layout.pp[0])), stage_layers(one)
    layers = np.clip(one.shape.n_layers - stages * n, 0.0, n)
    first, last = in_flight(one.layout, is_first=True), in_flight(one.layout, is_first=False)
    steps = np.maximum(1.0, one.layout.pp - 1)
    plain = (one.layout.vpp == 1) & (one.layout.schedule == ONE_F_ONE_B)
    held = np.where(plain, np.minimum(first, one.layout.pp - stages),
                    first + (last - first) * stages / steps)  # fmt: skip
    tables, has_logits = _ends(one, stages)
    dense, experts = weights_of_layers(one, layers, tables)
    stage = _Stage(
        layers_in_flight=layers * held, logits=logits_bytes(one) * has_logits,
        dense=dense, experts=experts,
    )  # fmt: skip
    parts = _complete(_parts(one, _rank(one), stage), constants)
    return [{name: float(part[i]) for name, part in parts.items()} for i in range(len(stages))]


def total(parts: dict[str, Column]) -> Column:
    """Add parts up."""
    result: Column = np.zeros(np.broadcast_shapes(*(part.shape for part in parts.values())))
    for part in parts.values():
        result += part
    return result


def _ends(job: JobColumns, stages: Column) -> tuple[Column, Column]:
    """Embedding tables of each stage, and 1 where it computes the logits."""
    is_first, is_last = as_number(stages == 0), as_number(stages == job.layout.pp - 1)
    folded = as_number(job.layout.schedule >= ZERO_BUBBLE_V)
    has_logits = folded * is_first + (1 - folded) * is_last
    alone = is_first * has_logits * job.shape.tied_embeddings
    return is_first + has_logits - alone, has_logits


def _rank(job: JobColumns) -> _Rank:
    layer, layer_weights = layer_activations(job), layer_weights_on_rank(job)
    return _Rank(
        layer=layer, kept=(layer.kept + layer.dropout_masks) * _on_device(job),
        workspace=layer.workspace + layer_gradient_bytes(job, layer_weights),
        layer_weights=layer_weights,
    )  # fmt: skip


def _fullest(job: JobColumns, rank: _Rank) -> _Stage:
    """Give the first or the last stage, whichever needs more."""
    logits, layers = logits_bytes(job), stage_layers(job)
    first, last = (layers * in_flight(job.layout, is_first=at) for at in (True, False))
    folded = job.layout.schedule >= ZERO_BUBBLE_V
    first_logits = logits * ((job.layout.pp == 1) | folded)
    last_logits = logits * ~folded
    at_first = rank.kept * (first - last) >= (
        np.maximum(last_logits, rank.workspace) - np.maximum(first_logits, rank.workspace)
    )
    dense, experts = stage_weights(job)
    return _Stage(
        layers_in_flight=np.where(at_first, first, last), dense=dense, experts=experts,
        logits=np.where(at_first, first_logits, last_logits),
    )  # fmt: skip


def _parts(job: JobColumns, rank: _Rank, stage: _Stage) -> dict[str, Column]:
    """Put one stage together at its fullest moment."""
    states, layer = states_of(job, stage.dense, stage.experts), rank.layer
    forward = rank.kept * stage.layers_in_flight + np.maximum(stage.logits, rank.workspace)
    freed = _freed_gradients(job) * states["gradients"]
    before = forward >= freed + rank.kept + rank.workspace
    in_use = np.where(before, stage.layers_in_flight, 1.0) * _on_device(job)
    loss = before * (stage.logits >= rank.workspace)
    buffers = _buffers(job, rank, stage)
    return states | buffers | {
        "gradients": states["gradients"] - freed * before,
        "activations": buffers["activations"] + layer.kept * in_use,
        "dropout_masks": layer.dropout_masks * in_use,
        "logits": stage.logits * loss,
        "workspace": buffers["workspace"] + rank.workspace * (1 - loss),
    }  # fmt: skip


def _buffers(job: JobColumns, rank: _Rank, stage: _Stage) -> dict[str, Column]:
    """Give what is held at every moment beside the states."""
    return {
        "activations": STAGED_LAYERS * job.method.offload_activations * rank.layer.kept,
        "workspace": dummy_gradient_bytes(job),
        "fsdp_unsharded": unsharded_bytes(job, rank.layer_weights, stage.dense + stage.experts),
        "communication": communication_bytes(job),
    }


def _complete(parts: dict[str, Column], constants: StepConstants) -> dict[str, Column]:
    """Add what the allocator and the driver hold; give columns of one length."""
    parts["allocator"] = total(parts) * (1 / ALLOCATED_SHARE - 1)
    parts["framework"] = np.full(1, constants.memory_framework_bytes)
    shape = np.broadcast_shapes(*(part.shape for part in parts.values()))
    return {name: np.broadcast_to(part, shape) for name, part in parts.items()}


def _on_device(job: JobColumns) -> Column:
    return 1 - job.method.offload_activations


def _freed_gradients(job: JobColumns) -> Column:
    """1 where no gradient outlives a step: PyTorch's FSDP with a single micro-batch."""
    return as_number((job.layout.zero == 3) & (job.layout.num_micro_batches == 1))
