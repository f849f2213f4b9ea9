"""Constants of the step-time and memory model, read from `data/step_constants.csv`.

Few are fitted to published runs, never more than twelve; each of those has a prior with its spread
and a range. All others stay at what their source says.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, kw_only=True)
class StepConstants:
    """One value per row of `data/step_constants.csv`, which states unit, range and source."""

    gemm_in_step: float
    gemm_in_step_low: float
    attention_in_step: float
    elementwise_traffic: float
    unfused_elementwise: float
    quantise_traffic: float
    tp_exposed_overlapped: float
    gradient_accumulate: float
    step_constant_s: float
    host_layer_s: float
    host_moe_layer_s: float
    host_expert_s: float
    expert_rows_half: float
    ep_exposed: float
    operand_traffic: float
    unfused_scores: float
    quantise_fused: float
    quantise_pytorch: float
    quantise_block_scaled: float
    expert_permute: float
    expert_imbalance: float
    fsdp_copy: float
    optimizer_traffic: float
    host_modern: float
    host_tensor_parallel: float
    host_compiled: float
    dispatch_decay: float
    collective_latency_s: float
    overlap_norm: float
    straggler: float
    software_year: float
    memory_framework_bytes: float
    memory_usable_share: float
    memory_refuse_share: float


@dataclass(frozen=True, kw_only=True)
class FittedConstant:
    """A constant that published runs may move away from its prior."""

    key: str
    prior: float
    prior_log_sd: float
    """Standard deviation of ln(value / prior)."""
    low: float
    high: float


def step_constants() -> StepConstants:
    """Give the packaged constants."""
    return _constants("value")


def prior_constants() -> StepConstants:
    """Give the constants before any fit."""
    return _constants("prior")


@lru_cache(maxsize=1)
def fitted_constants() -> tuple[FittedConstant, ...]:
    """List the constants that are fitted, with their priors."""
    numbers = ("prior", "prior_log_sd", "low", "high")
    return tuple(
        FittedConstant(key=row["key"], **{name: float(row[name]) for name in numbers})
        for row in _rows()
        if row["fitted"] == "1"
    )


@lru_cache(maxsize=2)
def _constants(column: str) -> StepConstants:
    return StepConstants(**{row["key"]: float(row[column]) for row in _rows()})


def _rows() -> list[dict[str, str]]:
    table = resources.files("dcbench_planner") / "data" / "step_constants.csv"
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
