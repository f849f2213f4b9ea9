"""One row of a table of training runs as a case: shape, rates, software, candidate layouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dcbench.catalog.rows import Accelerator
from dcbench.errors import InputError
from dcbench_planner.prediction.candidates import candidate_layouts
from dcbench_planner.prediction.cells import (
    CellError,
    UnsupportedError,
    flag,
    needed_number,
    positive_number,
    whole_number,
)
from dcbench_planner.prediction.interconnect import scaleout_bytes_per_s
from dcbench_planner.prediction.structure import row_shape
from dcbench_planner.prediction.words import (
    has_balanced_experts,
    method_of,
    overlaps_tensor_parallel,
    precision_of,
)
from dcbench_planner.training.columns import Column
from dcbench_planner.training.layout import FSDP
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.step.rate_tables import published_rate
from dcbench_planner.training.step.rates import DeviceRates, memory_bytes, published_rates

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

LEGACY_BEFORE = 2023
"""Flash attention became usual in training in 2023."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A row that can be predicted."""

    shape: Shape
    rates: DeviceRates
    sequence: float
    legacy: float
    unfused: float
    compiled: float
    layer_overlap: float
    balanced_experts: float
    year: float
    method: Method
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
    shape = row_shape(cells, catalog)
    year = positive_number(cells, "year") or constants.software_year
    precision = precision_of(cells)
    accelerator, note = _accelerator(cells, catalog)
    rates = _rates(cells, accelerator, precision, year)
    layouts, notes = candidate_layouts(cells, shape, rates)
    legacy = year < LEGACY_BEFORE or (precision == "fp16" and not shape.gated_mlp)
    is_fsdp = bool(np.any(layouts["zero"] == FSDP))
    return Case(
        shape=shape, rates=rates, sequence=float(needed_number(cells, "seq_len")),
        legacy=float(legacy), unfused=float(flag(cells, "compile") is False),
        compiled=float(flag(cells, "compile") is True), year=year, layouts=layouts,
        layer_overlap=float(overlaps_tensor_parallel(cells, is_fsdp=is_fsdp)),
        balanced_experts=float(has_balanced_experts(cells)),
        method=method_of(cells, shape, accelerator.id),
        refuse_bytes=_refuse_bytes(cells, catalog, rates, constants),
        notes=(*note, *notes),
    )  # fmt: skip


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
    per_node = whole_number(cells, "per_node") or 8
    network = scaleout_bytes_per_s(cells.get("interconnect", ""), per_node)
    try:
        return published_rates(accelerator, precision, year=year, scaleout_bytes_per_s=network)
    except InputError as error:
        raise UnsupportedError(str(error).splitlines()[0]) from error
