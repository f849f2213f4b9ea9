"""One row of a table of training runs as a case: shape, rates, software, candidate layouts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dcbench.catalog.rows import Accelerator
from dcbench.errors import InputError
from dcbench_planner.prediction.cells import (
    CellError,
    UnsupportedError,
    flag,
    needed_number,
    positive_number,
    scaleout_bytes_per_s,
    whole_number,
)
from dcbench_planner.prediction.structure import row_shape
from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.rate_tables import published_rate
from dcbench_planner.training.rates import PRECISIONS, DeviceRates, memory_bytes, published_rates
from dcbench_planner.training.search_space import (
    CP_SIZES,
    MICRO_BATCHES,
    crossed,
    expert_sizes,
    pipeline_sizes,
    tensor_sizes,
)
from dcbench_planner.training.step_constants import StepConstants
from dcbench_planner.training.transformer import Shape

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

RECOMPUTE_CODES = {"none": 0, "selective": 1, "full": 2}
LEGACY_BEFORE = 2023
"""Flash attention became usual in training in 2023."""
_GROUP = re.compile(r"group (\d+)|fsdp(\d+) in node")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A row that can be predicted."""

    shape: Shape
    rates: DeviceRates
    sequence: float
    legacy: float
    unfused: float
    compiled: float
    year: float
    refuse_bytes: float
    """Estimated memory past which the layout cannot have run."""
    layouts: dict[str, Column]
    """Candidate layouts; one where the row leaves nothing open."""
    notes: tuple[str, ...]
    """What was assumed or chosen."""


def read_case(cells: Mapping[str, str], catalog: Catalog, constants: StepConstants) -> Case:
    """Read a row.

    Raises:
        UnsupportedError: it asks for something that is not modelled.
        CellError: a cell is missing or wrong, or the layout contradicts itself.
    """
    if "__fault__" in cells:
        raise CellError(cells["__fault__"])
    _refuse(cells)
    shape = row_shape(cells, catalog)
    year = positive_number(cells, "year") or constants.software_year
    precision = cells.get("dtype", "").strip().lower()
    accelerator, note = _accelerator(cells, catalog)
    rates = _rates(cells, accelerator, precision, year)
    layouts, notes = _candidates(cells, shape, rates)
    legacy = year < LEGACY_BEFORE or (precision == "fp16" and not shape.gated_mlp)
    return Case(
        shape=shape, rates=rates, sequence=float(needed_number(cells, "seq_len")),
        legacy=float(legacy), unfused=float(flag(cells, "compile") is False),
        compiled=float(flag(cells, "compile") is True), year=year, layouts=layouts,
        refuse_bytes=_refuse_bytes(cells, catalog, rates, constants),
        notes=(*note, *notes),
    )  # fmt: skip


def _refuse(cells: Mapping[str, str]) -> None:
    if re.search(
        r"\bq?lora\b", cells.get("notes", "").lower().replace("q_lora", "").replace("kv_lora", "")
    ):
        raise UnsupportedError("LoRA fine-tuning is not modelled")


def _accelerator(cells: Mapping[str, str], catalog: Catalog) -> tuple[Accelerator, tuple[str, ...]]:
    name = cells.get("accelerator", "").strip()
    if not name:
        raise CellError("missing accelerator")
    memory_gb = positive_number(cells, "accel_mem_gb")
    try:
        accelerator = catalog.accelerators.resolve(name, memory_gb=memory_gb, where="accelerator")
    except InputError as error:
        raise CellError(str(error).splitlines()[0]) from error
    note = catalog.accelerators.note(name) if memory_gb is None else None
    return accelerator, (note,) if note else ()


def _refuse_bytes(
    cells: Mapping[str, str], catalog: Catalog, rates: DeviceRates, constants: StepConstants
) -> float:
    """Where the memory size is not stated, the largest part of that name; plus host memory."""
    memory = rates.memory_bytes
    if not cells.get("accel_mem_gb", "").strip():
        parts = catalog.accelerators.variants(cells["accelerator"].strip())
        memory = max(memory_bytes(part) for part in parts)
    host = published_rate(rates.accelerator, "offload_bytes").value
    return constants.memory_refuse_share * memory + host


def _rates(
    cells: Mapping[str, str], accelerator: Accelerator, precision: str, year: float
) -> DeviceRates:
    if not precision:
        raise CellError("missing dtype")
    if precision not in PRECISIONS:
        raise UnsupportedError(f"dtype {precision} is not modelled")
    per_node = whole_number(cells, "per_node") or 8
    network = scaleout_bytes_per_s(cells.get("interconnect", ""), per_node)
    try:
        return published_rates(accelerator, precision, year=year, scaleout_bytes_per_s=network)
    except InputError as error:
        raise UnsupportedError(str(error).splitlines()[0]) from error


def _candidates(
    cells: Mapping[str, str], shape: Shape, rates: DeviceRates
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Every layout that the row leaves open; empty cells are chosen by the planner."""
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
        "zero": _zero(cells), "recompute": _recompute(cells),
    }  # fmt: skip
    table = crossed({}, options)
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
    found = _GROUP.search(cells.get("zero_or_fsdp", "").lower())
    group = float(next(filter(None, found.groups()))) if found else np.inf
    sequence_parallel = flag(cells, "sequence_parallel")
    modern = (positive_number(cells, "year") or np.inf) >= LEGACY_BEFORE
    split = modern if sequence_parallel is None else sequence_parallel
    return table | {
        "shard": np.minimum(ranks, group),
        "sequence_parallel": np.where(table["tp"] > 1, float(split), 0.0),
    }


def _zero(cells: Mapping[str, str]) -> list[int]:
    text = cells.get("zero_or_fsdp", "").strip().lower()
    levels = {"none": 0, "ddp": 0, "0": 0, "1": 1, "2": 2, "3": 3, "zero0": 0, "zero1": 1,
              "zero2": 2, "zero3": 3, "fsdp_zero2": 2, "hsdp": 3}  # fmt: skip
    start = text.split("(", maxsplit=1)[0].strip()
    if not text:
        return [1, 3]
    if start in levels:
        return [levels[start]]
    if start.startswith("fsdp"):
        return [3]
    raise UnsupportedError(f"zero_or_fsdp {text} is not modelled")


def _recompute(cells: Mapping[str, str]) -> list[int]:
    text = cells.get("recompute", "").strip().lower()
    if not text:
        return [0, 1, 2]
    if text not in RECOMPUTE_CODES:
        raise CellError(f"recompute = {text} is not none, selective or full")
    return [RECOMPUTE_CODES[text]]


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
