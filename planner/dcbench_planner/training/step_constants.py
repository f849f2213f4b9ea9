"""Constants of the step-time and memory model, read from `data/step_constants.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, kw_only=True)
class StepConstants:
    """One value per row of `data/step_constants.csv`, which states unit, range and source."""

    operand_traffic: float
    elementwise_traffic: float
    unfused_elementwise: float
    unfused_scores: float
    quantise_traffic: float
    quantise_fused: float
    quantise_pytorch: float
    quantise_block_scaled: float
    tp_exposed_overlapped: float
    pp_p2p_exposed: float
    ep_exposed: float
    expert_permute: float
    fsdp_copy: float
    gradient_accumulate: float
    optimizer_traffic: float
    step_constant_s: float
    host_layer_s: float
    host_modern: float
    host_tensor_parallel: float
    host_compiled: float
    host_moe_layer_s: float
    host_moe_decay: float
    collective_latency_s: float
    overlap_norm: float
    straggler: float
    software_year: float
    memory_framework_bytes: float
    memory_logits_bytes: float
    memory_usable_share: float
    memory_refuse_share: float


@lru_cache(maxsize=1)
def step_constants() -> StepConstants:
    """Read the packaged constants."""
    table = resources.files("dcbench_planner") / "data" / "step_constants.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return StepConstants(**{row["key"]: float(row["value"]) for row in rows})
