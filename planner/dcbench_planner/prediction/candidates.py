"""The layouts that a row of a table of training runs leaves open, as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dcbench_planner.prediction.cells import (
    CellError,
    flag,
    needed_number,
    positive_number,
    whole_number,
)
from dcbench_planner.prediction.words import (
    recompute_codes,
    recompute_share,
    sharding_group,
    sharding_levels,
)
from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.layout import FULL
from dcbench_planner.training.search.space import (
    CP_SIZES,
    MICRO_BATCHES,
    crossed,
    expert_sizes,
    pipeline_sizes,
    tensor_sizes,
)
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.rates import DeviceRates

RECOMPUTE_SHARES = (0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1)
SEQUENCE_PARALLEL_SINCE = 2023


def candidate_layouts(
    cells: Mapping[str, str], shape: Shape, rates: DeviceRates
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Give every layout that a row leaves open, and notes on what was taken; empty cells are open.

    Raises:
        UnsupportedError: the sharding is not modelled.
        CellError: the layout contradicts itself.
    """
    n = needed_number(cells, "n_accelerators")
    batch = needed_number(cells, "global_batch")
    given = {name: whole_number(cells, name) for name in ("tp", "pp", "vpp", "cp", "ep", "dp")}
    _check_given(given, shape, n)
    open_split = any(given[name] is None for name in ("tp", "pp", "dp"))
    options = {
        "tp": _or(given["tp"], lambda: tensor_sizes(shape, rates.domain)),
        "pp": _or(given["pp"], lambda: pipeline_sizes(shape, n)),
        "vpp": [given["vpp"] or 1],
        "cp": [given["cp"]] if given["cp"] else list(CP_SIZES) if open_split else [1],
        "ep": _or(given["ep"] if shape.n_experts else 1, lambda: expert_sizes(shape)),
        "zero": sharding_levels(cells), "recompute": recompute_codes(cells),
    }  # fmt: skip
    table = _with_shares(cells, crossed({}, options))
    used = table["tp"] * table["pp"] * table["cp"]
    table["dp"] = np.full_like(used, given["dp"]) if given["dp"] else np.floor(n / used)
    table = _kept(table, used * table["dp"] == n, "no split multiplies to n_accelerators")
    table, notes = _batches(cells, table, batch)
    ranks = table["tp"] * table["cp"] * table["dp"]
    table = _kept(table, ranks % table["ep"] == 0, "ep does not divide the ranks of a stage")
    return _completed(cells, table), (*notes, *_chosen(cells, options))


def _check_given(given: Mapping[str, int | None], shape: Shape, n: int) -> None:
    tp, pp, vpp, ep = (given[name] or 1 for name in ("tp", "pp", "vpp", "ep"))
    sizes = [given[name] for name in ("tp", "pp", "cp", "dp")]
    if given["tp"] and given["pp"] and given["dp"]:
        product = int(np.prod([size or 1 for size in sizes]))
        if product != n:
            names = "tp x pp x cp x dp"
            raise CellError(f"{names} = {product} is not n_accelerators = {n}")
    if shape.n_heads % tp:
        raise CellError(f"n_heads {shape.n_heads} is not divisible by tp {tp}")
    if pp * vpp > shape.n_layers + 2:
        raise CellError(f"pp {pp} x vpp {vpp} is more than the {shape.n_layers} layers")
    if shape.n_experts and shape.n_experts % ep:
        raise CellError(f"n_experts {shape.n_experts} is not divisible by ep {ep}")
    if ep > 1 and not shape.n_experts:
        raise CellError(f"ep {ep} on a model without experts")


def _batches(
    cells: Mapping[str, str], table: dict[str, Column], batch: int
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Micro-batch and their number; the given one, by gradient accumulation, or every divisor."""
    micro, accumulation = whole_number(cells, "micro_batch"), whole_number(cells, "grad_accum")
    notes: tuple[str, ...] = ()
    raised = table["dp"] / batch
    if len(raised) and np.all(raised > 1) and np.all(raised == np.round(raised)):
        notes = (f"dp {table['dp'][0]:g} is more than the global batch: context parallelism taken",)
        table = table | {"cp": table["cp"] * raised, "dp": table["dp"] / raised}
    if micro is None and accumulation is not None:
        sizes = [max(1, round(batch / (accumulation * float(table["dp"][0]))))]
    else:
        sizes = [micro] if micro else list(MICRO_BATCHES)
    table = crossed(table, {"micro_batch": sizes})
    table["num_micro_batches"] = batch / (table["dp"] * table["micro_batch"])
    whole = table["num_micro_batches"] % 1 == 0
    problem = f"global_batch {batch} is not divisible by dp x micro_batch"
    return _kept(table, whole, problem), notes


def _completed(cells: Mapping[str, str], table: dict[str, Column]) -> dict[str, Column]:
    ranks = table["dp"] * table["cp"]
    sequence_parallel = flag(cells, "sequence_parallel")
    modern = (positive_number(cells, "year") or np.inf) >= SEQUENCE_PARALLEL_SINCE
    split = modern if sequence_parallel is None else sequence_parallel
    return table | {
        "shard": np.minimum(ranks, sharding_group(cells)),
        "sequence_parallel": np.where(table["tp"] > 1, float(split), 0.0),
    }


def _with_shares(cells: Mapping[str, str], table: dict[str, Column]) -> dict[str, Column]:
    """Add the share of layers that recompute: stated, or as few as fit where nothing is said."""
    stated = recompute_share(cells)
    if stated is not None:
        return crossed(table, {"recompute_share": [stated]})
    if cells.get("recompute", "").strip():
        return crossed(table, {"recompute_share": [1]})
    table = crossed(table, {"recompute_share": RECOMPUTE_SHARES})
    kept = (table["recompute"] == FULL) | (table["recompute_share"] == 1)
    return {name: column[kept] for name, column in table.items()}


def _or(value: int | None, choices: Callable[[], Sequence[int]]) -> list[int]:
    return list(choices()) if value is None else [value]


def _kept(table: dict[str, Column], kept: Mask, problem: str) -> dict[str, Column]:
    if not np.any(kept):
        raise CellError(problem)
    return {name: column[kept] for name, column in table.items()}


def _chosen(cells: Mapping[str, str], options: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    names = [name for name, choices in options.items() if len(choices) > 1]
    if not cells.get("dp", "").strip():
        names.append("dp")
    if not cells.get("micro_batch", "").strip() and not cells.get("grad_accum", "").strip():
        names.append("micro_batch")
    return (f"chosen: {', '.join(names)}",) if names else ()
