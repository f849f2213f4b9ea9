"""Runs that are made up."""

from __future__ import annotations

from typing import Any

from dcbench_planner.validation.training.runs import Run

DENSE = {
    "id": "AAA-001", "model_name": "mine", "arch": "llama", "n_layers": "32", "d_model": "4096",
    "n_heads": "32", "n_kv_heads": "8", "d_ff": "14336", "vocab": "128256", "gated_mlp": "1",
    "seq_len": "8192", "accelerator": "H100", "accel_mem_gb": "80", "n_accelerators": "64",
    "per_node": "8", "interconnect": "8x400Gb/s per node", "dtype": "bf16", "tp": "1", "pp": "1",
    "dp": "64", "zero_or_fsdp": "fsdp2_zero3", "micro_batch": "1", "global_batch": "128",
    "recompute": "full", "year": "2025", "notes": "", "step_time_s": "3.5",
    "peak_mem_gb_reported": "",
}  # fmt: skip


def cells(name: str, **changes: str) -> dict[str, str]:
    """Give the cells of a 8B model on 64 H100 with other values."""
    return DENSE | {"id": name} | changes


def run(name: str, **changes: object) -> Run:
    """Give a run with other fields."""
    fields: dict[str, Any] = {
        "id": name, "source": name.partition("-")[0], "cells": {}, "step_s": 1.0,
        "peak_memory_bytes": None, "excluded": "", "vendor": "NVIDIA", "generation": "Hopper",
        "n_accelerators": 64, "precision": "16 bit", "is_moe": False,
    }  # fmt: skip
    return Run(**fields | changes)
