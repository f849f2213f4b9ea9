"""Every layout of a model on n accelerators, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.layout import LayoutColumns
from dcbench_planner.training.transformer import Shape

MAX_UNEVEN_LAYERS = 3
"""Layers by which the last stage may be short; embedding and loss then fill their place."""
BATCH_TOLERANCE = 0.05
"""How far the global batch may be from the wanted one, so that it divides evenly."""
MIN_TOKENS_PER_CP_RANK = 2048
MAX_TOKENS_PER_MICRO_BATCH = 65536
CP_SIZES = (1, 2, 4, 8, 16, 32, 64)
MICRO_BATCHES = (1, 2, 4, 8, 16, 32, 64)
CHUNKS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20)


def layout_space(
    shape: Shape, *, n_accelerators: int, domain: int, sequence_length: int, global_batch: float
) -> LayoutColumns:
    """Enumerate TP x PP x VPP x CP x EP x DP x ZeRO x recompute x micro-batch.

    Mask are layouts whose product is the number of accelerators, whose heads divide by TP, whose TP
    stays inside the scale-up domain, whose layers divide by PP (or nearly), and whose global batch
    is within 5 % of the wanted one and divides by DP x micro-batch.

    Args:
        shape: the model.
        n_accelerators: accelerators that all take part.
        domain: accelerators in one scale-up domain.
        sequence_length: tokens per sequence.
        global_batch: wanted sequences per step.

    Returns:
        Columns of equal length, possibly of none.
    """
    table = _splits(shape, n_accelerators, domain, sequence_length)
    table = _with_micro_batches(table, sequence_length)
    table = _with_chunks(table, shape, global_batch)
    table = crossed(table, {"zero": (0, 1, 3), "recompute": (0, 1, 2)})
    return as_layouts(_rows(table, _can_shard(table)))


def as_layouts(table: dict[str, Column]) -> LayoutColumns:
    """Complete a table of layouts: states sharded over DP x CP, sequence parallel with TP."""
    return LayoutColumns(
        **table, shard=table["dp"] * table["cp"],
        sequence_parallel=(table["tp"] > 1).astype(float),
    )  # fmt: skip


def crossed(table: dict[str, Column], more: Mapping[str, Sequence[int]]) -> dict[str, Column]:
    """Combine every row of a table with every combination of further values."""
    rows = len(next(iter(table.values()))) if table else 1
    grid = np.meshgrid(np.arange(rows), *more.values(), indexing="ij")
    picked = {name: column[grid[0].ravel()] for name, column in table.items()}
    added = zip(more, grid[1:], strict=True)
    return picked | {name: axis.ravel().astype(float) for name, axis in added}


def pipeline_sizes(shape: Shape, n_accelerators: int) -> list[int]:
    """Pipeline stages that divide the accelerators and, nearly, the layers."""
    sizes = range(1, min(shape.n_layers, n_accelerators) + 1)
    return [
        p for p in sizes if n_accelerators % p == 0 and -shape.n_layers % p <= MAX_UNEVEN_LAYERS
    ]


def tensor_sizes(shape: Shape, domain: int) -> list[int]:
    """Tensor-parallel sizes: powers of two inside the domain that divide heads and MLP."""
    sizes = [2**i for i in range(8) if 2**i <= domain]
    return [t for t in sizes if shape.n_heads % t == 0 and shape.d_ff % t == 0 and _kv(shape, t)]


def expert_sizes(shape: Shape) -> list[int]:
    """Expert-parallel sizes: powers of two that divide the experts."""
    if not shape.n_experts:
        return [1]
    return [2**i for i in range(10) if shape.n_experts % 2**i == 0]


def _kv(shape: Shape, tp: int) -> bool:
    return shape.n_kv_heads % tp == 0 or tp % shape.n_kv_heads == 0


def _splits(shape: Shape, n: int, domain: int, sequence: int) -> dict[str, Column]:
    """TP, PP, CP, EP and DP whose product is n."""
    cp_sizes = [
        c for c in CP_SIZES
        if c == 1 or (sequence % (2 * c) == 0 and sequence / c >= MIN_TOKENS_PER_CP_RANK)
    ]  # fmt: skip
    table = crossed({}, {
        "tp": tensor_sizes(shape, domain), "pp": pipeline_sizes(shape, n),
        "cp": cp_sizes, "ep": expert_sizes(shape),
    })  # fmt: skip
    used = table["tp"] * table["pp"] * table["cp"]
    kept = (used <= n) & (n % used == 0) & ((n / table["pp"]) % table["ep"] == 0)
    table["dp"] = n / used
    return _rows(table, kept)


def _with_micro_batches(table: dict[str, Column], sequence: int) -> dict[str, Column]:
    """Context parallelism splits a sequence that is too long alone, so it has micro-batch 1."""
    table = crossed(table, {"micro_batch": MICRO_BATCHES})
    tokens = table["micro_batch"] * sequence
    several = (table["cp"] == 1) & (tokens <= MAX_TOKENS_PER_MICRO_BATCH)
    return _rows(table, (table["micro_batch"] == 1) | several)


def _with_chunks(table: dict[str, Column], shape: Shape, wanted: float) -> dict[str, Column]:
    """Add VPP and the number of micro-batches: a multiple of PP when interleaved."""
    table = crossed(table, {"vpp": CHUNKS})
    pp, vpp, ranks = table["pp"], table["vpp"], table["dp"] * table["micro_batch"]
    unit = np.where(vpp > 1, pp, 1.0)
    table["num_micro_batches"] = unit * np.maximum(1.0, np.round(wanted / ranks / unit))
    batch = ranks * table["num_micro_batches"]
    divides = (vpp == 1) | ((pp > 1) & (np.ceil(shape.n_layers / pp) % vpp == 0))
    return _rows(table, divides & (abs(batch / wanted - 1) <= BATCH_TOLERANCE))


def _can_shard(table: dict[str, Column]) -> Mask:
    """Sharding needs several ranks; sharded weights do not go with interleaved stages."""
    several = table["dp"] * table["cp"] > 1
    goes_with_chunks = (table["zero"] < 3) | (table["vpp"] == 1)
    allowed: Mask = (table["zero"] == 0) | (several & goes_with_chunks)
    return allowed


def _rows(table: dict[str, Column], kept: Mask) -> dict[str, Column]:
    return {name: column[kept] for name, column in table.items()}
