"""How steps are split over accelerators, as columns, with the software they run on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.method.methods import MethodColumns, pretraining
from dcbench_planner.training.remembered import remembered
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.step.rates import RateColumns

NO_RECOMPUTE, SELECTIVE, FULL = 0, 1, 2
ONE_F_ONE_B, ZERO_BUBBLE_H1, ZERO_BUBBLE_V, DUAL_PIPE_V = 0, 1, 2, 3
"""Pipeline schedules; 1F1B is interleaved where vpp > 1."""
FSDP = 3
"""ZeRO level at which weights are sharded and gathered layer by layer."""
RECOMPUTE_NAMES: tuple[Literal["none", "selective", "full"], ...] = ("none", "selective", "full")


@dataclass(frozen=True, kw_only=True)
class LayoutColumns:
    """Layouts; every field is a column of whole numbers."""

    tp: Column
    pp: Column
    vpp: Column
    """Model chunks per pipeline stage."""
    cp: Column
    ep: Column
    dp: Column
    zero: Column
    """0 nothing, 1 optimizer states, 2 gradients too, 3 weights too (FSDP) are sharded."""
    shard: Column
    """Ranks that states are sharded over; dp x cp, or less (hybrid sharding)."""
    micro_batch: Column
    num_micro_batches: Column
    """Micro-batches per data-parallel rank and step."""
    recompute: Column
    """0 none, 1 selective, 2 full."""
    recompute_share: Column = field(default_factory=lambda: np.ones(1))
    """Share of the layers that recompute, as Megatron's `recompute-num-layers`."""
    sequence_parallel: Column
    """1 where norms and residuals are split over the tensor-parallel group."""
    schedule: Column = field(default_factory=lambda: np.zeros(1))
    """Pipeline schedule: `ONE_F_ONE_B` and so on."""


@dataclass(frozen=True, kw_only=True)
class SoftwareColumns:
    """What the training software does; flags are 0 or 1."""

    legacy: Column
    """Before flash attention: score matrices pass through memory, dropout is on."""
    unfused: Column
    """Element-wise operators run one by one."""
    compiled: Column
    layer_overlap: Column
    """Traffic runs in part beside the products: tensor, expert and, without FSDP, data parallel."""
    balanced_experts: Column
    """The router is forced to balance, as in vendor benchmarks."""
    year: Column


@dataclass(frozen=True, kw_only=True)
class JobColumns:
    """Everything that a step's time and memory follow from; columns broadcast together."""

    shape: ShapeColumns
    rates: RateColumns
    layout: LayoutColumns
    software: SoftwareColumns
    sequence: Column
    """Tokens per sequence."""
    method: MethodColumns = field(default_factory=pretraining)


def planned_software(year: float) -> SoftwareColumns:
    """Current software with fused kernels, flash attention and overlap."""
    no, yes = np.zeros(1), np.ones(1)
    return SoftwareColumns(
        legacy=no, unfused=no, compiled=no, layer_overlap=yes, balanced_experts=no,
        year=np.array([year]),
    )  # fmt: skip


@remembered
def world_size(layout: LayoutColumns) -> Column:
    """Accelerators."""
    return layout.tp * layout.pp * layout.cp * layout.dp


@remembered
def global_batch(layout: LayoutColumns) -> Column:
    """Sequences per step."""
    return layout.dp * layout.micro_batch * layout.num_micro_batches


@remembered
def tokens_per_rank(job: JobColumns) -> Column:
    """Tokens of one micro-batch on one context-parallel rank."""
    return job.layout.micro_batch * job.sequence / job.layout.cp


@remembered
def stage_layers(job: JobColumns) -> Column:
    """Layers of the fullest pipeline stage."""
    return np.ceil(job.shape.n_layers / job.layout.pp)


@remembered
def expert_shards(layout: LayoutColumns) -> Column:
    """Parts an expert layer's weights are split into: by expert, or as the other weights."""
    return np.where(layout.ep > 1, layout.ep, layout.tp)


@remembered
def expert_replicas(layout: LayoutColumns) -> Column:
    """Ranks of one stage that hold the same expert weights."""
    ranks = layout.tp * layout.cp * layout.dp
    replicas: Column = np.maximum(1.0, ranks / expert_shards(layout))
    return replicas


@remembered
def is_fsdp(layout: LayoutColumns) -> Column:
    """1 where weights are sharded and gathered layer by layer."""
    return as_number(layout.zero == FSDP)


@remembered
def split_by_sequence(job: JobColumns) -> Column:
    """Divisor of norms and residuals: tp with sequence parallelism, else 1."""
    return np.where(job.layout.sequence_parallel > 0, job.layout.tp, 1.0)
