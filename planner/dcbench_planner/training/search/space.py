"""Every layout of a model on n accelerators, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.layout import (
    DUAL_PIPE_V,
    FULL,
    NO_RECOMPUTE,
    ONE_F_ONE_B,
    SELECTIVE,
    ZERO_BUBBLE_H1,
    ZERO_BUBBLE_V,
    LayoutColumns,
)
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.schedules import schedule_allowed

SCHEDULES = (ONE_F_ONE_B, ZERO_BUBBLE_H1, ZERO_BUBBLE_V, DUAL_PIPE_V)
MAX_EMPTY_CHUNKS = 3
"""Chunks of one layer that may have none, so that embedding and loss fill their place: two in
Llama 3 405B (126 layers, arXiv:2407.21783, section 3.3.2), three for 61 layers on 64 chunks."""
BATCH_TOLERANCE = 0.05
"""How far the global batch may be from the wanted one, so that it divides evenly."""
MIN_TOKENS_PER_CP_RANK = 2048
MAX_TOKENS_PER_MICRO_BATCH = 65536
RECOMPUTE = (NO_RECOMPUTE, SELECTIVE, FULL)
RECOMPUTE_SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of the layers, where those that recompute do so in full; selective is for all of them."""
CP_SIZES = (1, 2, 4, 8, 16, 32, 64)
MICRO_BATCHES = (1, 2, 4, 8, 16, 32, 64)

Table = dict[str, Column]


def layout_space(
    shape: Shape, *, n_accelerators: int, domain: int, sequence_length: int, global_batch: float,
    schedules: Sequence[int] = (ONE_F_ONE_B,),
) -> LayoutColumns:  # fmt: skip
    """Enumerate TP x PP x VPP x schedule x CP x EP x DP x ZeRO x recompute x micro-batch.

    Left out are layouts whose product is not the number of accelerators, whose heads or MLP do not
    divide by TP, whose TP leaves the scale-up domain, that a pipeline schedule does not allow, and
    whose global batch is more than 5 % from the wanted one.

    Args:
        shape: the model.
        n_accelerators: accelerators that all take part.
        domain: accelerators in one scale-up domain.
        sequence_length: tokens per sequence.
        global_batch: wanted sequences per step.
        schedules: pipeline schedules to choose from, some of `SCHEDULES`; by default 1F1B,
            interleaved or not, which all published runs of the model's tests use.

    Returns:
        Columns of equal length, possibly of none.
    """
    table = _splits(shape, n_accelerators, domain, sequence_length, schedules)
    table = _with_micro_batches(table, sequence_length, global_batch)
    table = _with_sharding(table, domain)
    table = crossed(table, {"recompute": RECOMPUTE, "recompute_share": RECOMPUTE_SHARES})
    table = _rows(table, (table["recompute"] == FULL) | (table["recompute_share"] == 1))
    return LayoutColumns(**table, sequence_parallel=(table["tp"] > 1).astype(float))


def crossed(table: Table, more: Mapping[str, Sequence[float]]) -> Table:
    """Combine every row of a table with every combination of further values."""
    rows = len(next(iter(table.values()))) if table else 1
    grid = np.meshgrid(np.arange(rows), *more.values(), indexing="ij")
    picked = {name: column[grid[0].ravel()] for name, column in table.items()}
    added = zip(more, grid[1:], strict=True)
    return picked | {name: axis.ravel().astype(float) for name, axis in added}


def tensor_sizes(shape: Shape, domain: int) -> list[int]:
    """Tensor-parallel sizes: those inside the domain that divide heads and MLP."""
    sizes = range(1, min(domain, shape.n_heads) + 1)
    return [t for t in sizes if shape.n_heads % t == 0 and shape.d_ff % t == 0 and _kv(shape, t)]


def pipeline_sizes(shape: Shape, n_accelerators: int) -> list[int]:
    """Pipeline stages that divide the accelerators, each with a layer or more.

    Where they do not divide the layers, some stages have a layer less.
    """
    most = min(shape.n_layers + MAX_EMPTY_CHUNKS, n_accelerators)
    return [p for p in range(1, most + 1) if n_accelerators % p == 0]


def chunk_counts(shape: Shape, stages: int) -> list[int]:
    """Model chunks that the layers of a stage divide into: all divisors of the fullest stage."""
    layers = -(-shape.n_layers // stages)
    chunks = [v for v in range(1, layers + 1) if layers % v == 0] if stages > 1 else [1]
    empty = stages * layers - shape.n_layers
    return [v for v in chunks if v < layers or empty <= MAX_EMPTY_CHUNKS]


def expert_sizes(shape: Shape) -> list[int]:
    """Expert-parallel sizes: all that divide the experts."""
    experts = max(1, shape.n_experts)
    return [e for e in range(1, experts + 1) if experts % e == 0]


def _kv(shape: Shape, tp: int) -> bool:
    return shape.n_kv_heads % tp == 0 or tp % shape.n_kv_heads == 0


def _splits(
    shape: Shape, n: int, domain: int, sequence: int, schedules: Sequence[int]
) -> Table:  # fmt: skip
    """TP, PP, VPP, schedule, CP, EP and DP; the product of the sizes is n."""
    cp_sizes = [
        c for c in CP_SIZES
        if c == 1 or (sequence % (2 * c) == 0 and sequence / c >= MIN_TOKENS_PER_CP_RANK)
    ]  # fmt: skip
    table = crossed({}, {
        "tp": tensor_sizes(shape, domain), "pp": pipeline_sizes(shape, n),
        "cp": cp_sizes, "ep": expert_sizes(shape),
    })  # fmt: skip
    used = table["tp"] * table["pp"] * table["cp"]
    whole_experts = shape.d_ff_expert % table["tp"] == 0
    kept = (n % used == 0) & ((n / table["pp"]) % table["ep"] == 0)
    kept &= (table["ep"] > 1) | whole_experts
    table["dp"] = n / used
    return _with_pipelines(_rows(table, kept), shape, schedules)


def _with_pipelines(table: Table, shape: Shape, schedules: Sequence[int]) -> Table:
    """Add VPP and schedule; one stage has neither."""
    sizes = np.unique(table["pp"]).astype(int).tolist()
    several = [(p, v, s) for p in sizes for v in chunk_counts(shape, p) for s in schedules]
    choices = [(p, v, s) for p, v, s in several if p > 1 or s == ONE_F_ONE_B] or [(1, 1, 0)]
    pp, vpp, schedule = np.array(choices, dtype=float).T
    table = crossed(table, {"pipeline": range(len(choices))})
    pipeline = table.pop("pipeline").astype(int)
    added = table | {"vpp": vpp[pipeline], "schedule": schedule[pipeline]}
    return _rows(added, table["pp"] == pp[pipeline])


def _with_micro_batches(table: Table, sequence: int, wanted: float) -> Table:
    """Add the micro-batch and the number of them: a multiple of PP when interleaved.

    Context parallelism has micro-batch 1: half the CP with half the micro-batch is the same work
    on every rank and less traffic.
    """
    table = crossed(table, {"micro_batch": MICRO_BATCHES})
    several = (table["cp"] == 1) & (table["micro_batch"] * sequence <= MAX_TOKENS_PER_MICRO_BATCH)
    table = _rows(table, (table["micro_batch"] == 1) | several)
    ranks = table["dp"] * table["micro_batch"]
    interleaved = (table["vpp"] > 1) & (table["schedule"] == ONE_F_ONE_B)
    unit = np.where(interleaved, table["pp"], 1.0)
    m = unit * np.maximum(1.0, np.round(wanted / ranks / unit))
    table["num_micro_batches"] = m
    near = np.abs(ranks * m / wanted - 1) <= BATCH_TOLERANCE
    allowed = schedule_allowed(table["pp"], table["vpp"], m, table["schedule"])
    return _rows(table, near & allowed)


def _with_sharding(table: Table, domain: int) -> Table:
    """Add ZeRO level and shard group: all data-parallel ranks, or whole domains for FSDP (HSDP).

    Neither ZeRO-2 nor FSDP goes with several chunks a stage. ZeRO-2 reduces gradients every
    micro-batch, so it is left out where they accumulate over several.
    """
    ranks = table["dp"] * table["cp"]
    doublings = int(np.log2(max(1.0, float(np.max(ranks, initial=1.0)))))
    choices = np.array([(0, -1), (1, -1), (2, -1), (3, -1), *((3, k) for k in range(doublings))])
    table = crossed(table, {"choice": range(len(choices))})
    zero, power = choices[table.pop("choice").astype(int)].T
    ranks = table["dp"] * table["cp"]
    group = np.maximum(1.0, np.floor(domain / table["tp"])) * 2.0**power
    table |= {"zero": zero.astype(float), "shard": np.where(power < 0, ranks, group)}
    return _rows(table, _can_shard(table, ranks) & ((power < 0) | _is_group(group, ranks)))


def _is_group(group: Column, ranks: Column) -> Mask:
    """A part of the ranks, of two or more."""
    is_part: Mask = (group > 1) & (group < ranks) & (ranks % group == 0)
    return is_part


def _can_shard(table: Table, ranks: Column) -> Mask:
    goes = (table["zero"] < 2) | (table["vpp"] == 1)
    goes &= (table["zero"] != 2) | (table["num_micro_batches"] == 1)
    allowed: Mask = (table["zero"] == 0) | ((ranks > 1) & goes)
    return allowed


def _rows(table: Table, kept: Mask) -> Table:
    return {name: column[kept] for name, column in table.items()}
