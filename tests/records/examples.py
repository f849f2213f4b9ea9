"""One small valid file of each format, as plain data; the numbers mean nothing."""

from __future__ import annotations

import copy
from typing import Any

WHEN = "2026-01-02T03:04:05Z"

CASE: dict[str, Any] = {
    "key": {"op": "matmul", "dtype": "fp32", "m": 64, "n": 64, "k": 64},
    "status": "ok",
    "samples": [1e-4, 2e-4, 3e-4],
    "work": 524288.0,
    "work_unit": "flop",
    "value": 524288.0 / 2e-4,
    "unit": "flop/s",
}

RUN: dict[str, Any] = {
    "schema": "dcbench.run",
    "version": 1,
    "environment": {
        "created_at": WHEN,
        "dcbench_version": "0.1.0",
        "command": "dcbench run",
        "hostname": "node1",
        "operating_system": "Linux",
        "kernel": "6.1",
        "python": "3.11.7",
        "cpu_model": "a CPU",
        "cpu_cores": 2,
        "memory_bytes": 2**34,
        "packages": {"torch": "2.13.0"},
        "variables": {},
    },
    "devices": [{"index": 0, "kind": "cpu", "name": "a CPU", "memory_bytes": 2**34}],
    "suite": "quick",
    "cases": [CASE],
}

CALIBRATION: dict[str, Any] = {
    "schema": "dcbench.calibration",
    "version": 1,
    "created_at": WHEN,
    "dcbench_version": "0.1.0",
    "sources": ["run.json 2026-01-02 abc"],
    "devices": [
        {
            "name": "a CPU",
            "kind": "cpu",
            "num_devices": 1,
            "memory_bytes": 2**34,
            "curves": [
                {
                    "key": {"op": "matmul", "dtype": "fp32"},
                    "work_unit": "flop",
                    "latency_s": 1e-6,
                    "rate_per_s": 1e11,
                    "work_min": 1e6,
                    "work_max": 1e9,
                    "residuals": [
                        {"key": CASE["key"], "work": 1e6, "measured_s": 1e-5, "fitted_s": 1.1e-5}
                    ],
                    "median_abs_error": 0.1,
                }
            ],
        }
    ],
}

SCENARIO: dict[str, Any] = {
    "schema": "dcbench.scenario",
    "version": 1,
    "params": 7e9,
    "tokens": 1.4e11,
    "site": "ashburn",
    "assumptions": {"price": 1.0},
}

_SOURCE = {"unit": "s", "provenance": "assumed", "source": "example"}
_ASSUMPTION = {
    "key": "price", "value": 1.0, "unit": "USD", "provenance": "assumed", "source": "example",
    "low": 0.5, "high": 2.0,
}  # fmt: skip

_PARTS: dict[str, Any] = {
    "model": {
        "name": "example", "params_total": 7e9, "params_active": 7e9, "n_layers": 32,
        "d_model": 4096, "n_heads": 32, "n_kv_heads": 8, "d_ff": 11008, "vocab": 32000,
        "sequence_length": 4096, "tokens": 1.4e11, "shape_source": "example",
    },
    "layout": {
        "tp": 1, "pp": 1, "dp": 8, "zero": 3, "micro_batch": 1, "global_batch": 256,
        "recompute": "none",
    },
    "step": {
        "time_s": 1.0, "mfu": 0.4, "hfu": 0.4, "tokens_per_s_per_gpu": 1e4,
        "model_tflops_per_gpu": 400.0, "breakdown_s": {"compute": 1.0},
    },
    "memory": {
        "peak_bytes": 6e10, "capacity_bytes": 8e10, "breakdown_bytes": {"weights": 6e10},
    },
    "schedule": {
        "steps": 1000, "training_days": 20.0, "calendar_days": 21.0, "goodput": 0.95,
        "job_mttf_hours": 500.0, "checkpoint_interval_s": 1800.0, "checkpoint_write_s": 20.0,
    },
    "cluster": {
        "accelerator": "h100-sxm", "node": "dgx-h100", "accelerators": 8, "nodes": 1,
        "spare_nodes": 0, "racks": 1, "leaf_switches": 0, "spine_switches": 0,
        "core_switches": 0, "cables": 0, "storage_bytes": 1e14, "checkpoint_bytes": 1e11,
    },
    "power": {
        "it_avg_kw": 8.0, "it_peak_kw": 10.0, "facility_avg_kw": 10.0, "facility_peak_kw": 13.0,
        "node_avg_kw": 8.0, "network_kw": 0.0, "storage_kw": 0.0,
    },
    "facility": {
        "site": "ashburn", "cooling": "air-economizer", "redundancy": "N+1", "dpue_annual": 1.2,
        "dpue_peak": 1.4, "wue_site_l_per_kwh": 0.5, "cue_kgco2e_per_kwh": 0.4,
        "basis": "colocation",
    },
    "energy": {"it_kwh": 4000.0, "total_kwh": 5000.0, "water_site_l": 2000.0},
    "carbon": {"operational_kgco2e": 1600.0, "embodied_kgco2e": 100.0, "basis": "example"},
    "cost": {
        "capex_usd": 3e5, "opex_usd_per_year": 5e4, "usd_per_gpu_hour": 2.0, "run_usd": 8000.0,
        "usd_per_million_tokens": 0.06, "capex_breakdown_usd": {"nodes": 3e5},
        "opex_breakdown_usd_per_year": {"power": 5e4}, "basis": "example",
    },
}  # fmt: skip

PLAN: dict[str, Any] = {
    "schema": "dcbench.plan",
    "version": 1,
    "created_at": WHEN,
    "dcbench_version": "0.1.0",
    "scenario": SCENARIO,
    **_PARTS,
    "bands": {"step.time_s": {"p10": 0.9, "p50": 1.0, "p90": 1.2}},
    "alternatives": [{**copy.deepcopy(_PARTS), "why": "cheaper and slower"}],
    "token_variants": [
        {
            "tokens": 1e12, "accelerators": 64, "calendar_days": 30.0, "run_usd": 1e5,
            "total_kwh": 4e4, "operational_kgco2e": 1e4,
        }
    ],
    "assumptions": [_ASSUMPTION],
    "provenance": {"step": _SOURCE},
}  # fmt: skip

FACILITY: dict[str, Any] = {
    "schema": "dcbench.facility",
    "version": 1,
    "created_at": WHEN,
    "dcbench_version": "0.1.0",
    "it_kw": 1000.0,
    "load_factor": 0.8,
    "site": "ashburn",
    "cooling": "air-economizer",
    "redundancy": "N+1",
    "dpue_annual": 1.2,
    "dpue_peak": 1.4,
    "dpue_monthly": [1.2] * 12,
    "wue_site_l_per_kwh": 0.5,
    "cue_kgco2e_per_kwh": 0.4,
    "facility_kwh_per_year": 8.4e6,
    "facility_peak_kw": 1400.0,
    "breakdown_kwh_per_year": {"it": 7e6, "cooling": 1.4e6},
    "plant": {"chillers": {"units": 3, "rating": 500.0, "rating_unit": "kW", "redundant_units": 1}},
    "assumptions": [_ASSUMPTION],
    "provenance": {"dpue_annual": _SOURCE},
}

OPERATORS: dict[str, Any] = {
    "schema": "dcbench.operators",
    "version": 1,
    "created_at": WHEN,
    "dcbench_version": "0.1.0",
    "torch_version": "2.13.0",
    "name": "linear",
    "source": "models:linear()",
    "unit": "sample",
    "inputs": [{"shape": [32], "dtype": "float32"}],
    "batch_sizes": [2, 3, 4],
    "parameters": {"total": 320, "trainable": 320, "largest": 320},
    "buffers": 0,
    "operators": [
        {
            "kind": "gemm",
            "name": "aten.mm",
            "phase": "forward",
            "count": 1,
            "shapes": [[2, 32], [32, 10]],
            "flops": {"per_sample": 640.0, "fixed": 0.0},
            "elements": {"per_sample": 42.0, "fixed": 320.0},
            "other_bytes": {"per_sample": 0.0, "fixed": 0.0},
        },
        {
            "kind": "gemm",
            "name": "aten.mm",
            "phase": "weight_gradient",
            "count": 1,
            "shapes": [[10, 2], [2, 32]],
            "flops": {"per_sample": 640.0, "fixed": 0.0},
            "elements": {"per_sample": 42.0, "fixed": 320.0},
            "other_bytes": {"per_sample": 0.0, "fixed": 0.0},
        },
    ],
    "saved": {
        "elements": {"per_sample": 32.0, "fixed": 0.0},
        "other_bytes": {"per_sample": 0.0, "fixed": 0.0},
    },
}

_PERIOD = {
    "name": "2025-01", "start": "2025-01-01T00:00", "end": "2025-02-01T00:00", "label": "iPUE",
    "coverage": 1.0, "it_kwh": 100.0, "total_kwh": 120.0, "pue": 1.2, "dcie": 100.0 / 120.0,
}  # fmt: skip

AUDIT: dict[str, Any] = {
    "schema": "dcbench.audit",
    "version": 1,
    "created_at": WHEN,
    "dcbench_version": "0.1.0",
    "file": "meter.csv",
    "is_synthetic": False,
    "label": "iPUE",
    "category": "3",
    "resolution": "advanced",
    "headline": _PERIOD,
    "pue_by_category": {"3": 1.2},
    "meter": {
        "rows": 2976, "first": "2025-01-01T00:00", "last": "2025-02-01T00:00",
        "interval_s": 900.0, "days": 31.0, "coverage": 1.0, "has_offset": False,
        "columns": [
            {"name": "it_kwh", "quantity": "it", "unit": "kwh", "kind": "energy", "coverage": 1.0}
        ],
    },
    "months": [_PERIOD],
    "assumptions": [_ASSUMPTION],
    "provenance": {"headline": _SOURCE},
}  # fmt: skip

EXAMPLES: dict[str, dict[str, Any]] = {
    "run": RUN,
    "calibration": CALIBRATION,
    "scenario": SCENARIO,
    "plan": PLAN,
    "facility": FACILITY,
    "operators": OPERATORS,
    "audit": AUDIT,
}
