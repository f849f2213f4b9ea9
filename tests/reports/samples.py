"""Realistic records, made by hand: the numbers are plausible, none is a measurement."""

from __future__ import annotations

import json
from typing import Any

from dcbench.records.calibration import Calibration
from dcbench.records.facility import FacilityRecord
from dcbench.records.plan import Plan
from dcbench.records.run import RunRecord, headline, headline_interval

WHEN = "2026-03-02T09:30:00Z"
GPU = "NVIDIA H100 80GB HBM3"
BASE = {"created_at": WHEN, "dcbench_version": "0.1.0"}


def case(key: dict[str, Any], centre_s: float, work: float, unit: str, **extra) -> dict:
    """Make a measured case whose 20 samples scatter about a centre."""
    samples = tuple(centre_s * scatter(place, 0.03) for place in range(20))
    rated = None if unit == "s" else work
    interval = headline_interval(samples, rated)
    return {
        "key": key, "status": "ok", "samples": list(samples), "work": work,
        "work_unit": {"flop/s": "flop", "B/s": "B", "s": "B", "token/s": "token"}[unit],
        "value": headline(samples, rated), "unit": unit, "ci95": list(interval or ()) or None,
        "telemetry": {
            "source": "nvml", "num_samples": 40, "power_w_mean": 610.0,
            "power_w_max": 699.0, "sm_clock_mhz_median": 1755.0, "temperature_c_max": 64.0,
            "throttle_reasons": ["sw_power_cap"] if centre_s > 1e-3 else [],
        },
        **extra,
    }  # fmt: skip


def scatter(place: int, width: float) -> float:
    """Give factors that lie evenly about 1 in no visible order (multiples of the golden ratio)."""
    return 1 + width * (place * 0.6180339887 % 1 - 0.5)


def matmul(dtype: str, size: int, peak: float) -> dict:
    """Make a matmul case on the curve latency 5 µs, given peak."""
    key = {"op": "matmul", "dtype": dtype, "m": size, "n": size, "k": size, "layout": "NN",
           "data": "normal", "cache": "cold", "launch": "eager"}  # fmt: skip
    return case(key, 5e-6 + 2.0 * size**3 / peak, 2.0 * size**3, "flop/s")


def all_reduce(size: int) -> dict:
    """Make an all-reduce case on the curve latency 20 µs, algbw 180 GB/s."""
    key = {"op": "all_reduce", "dtype": "fp32", "bytes": size, "ranks": 8, "backend": "nccl"}
    made = case(key, 2e-5 + size / 1.8e11, float(size), "s")
    algbw = size / made["value"]
    made["derived"] = {
        "algbw_bytes_per_s": algbw, "busbw_bytes_per_s": algbw * 2 * 7 / 8,
    }  # fmt: skip
    return made


def memory_copy(size: int) -> dict:
    """Make a memory copy case on the curve latency 4 µs, 2.9 TB/s."""
    key = {"op": "memory_copy", "dtype": "fp32", "bytes": size, "cache": "cold"}
    return case(key, 4e-6 + 2.0 * size / 2.9e12, 2.0 * size, "B/s")


def train_step() -> dict:
    """Make a training step of a small transformer."""
    key = {"op": "train_step", "dtype": "bf16", "layers": 16, "d_model": 2048, "heads": 16,
           "kv_heads": 8, "d_ff": 5632, "vocab": 32000, "sequence": 2048, "micro_batch": 4,
           "ranks": 1, "optimizer": "adamw"}  # fmt: skip
    derived = {
        "step_s": 0.182, "model_flop": 6.1e13, "model_flop_per_s": 3.35e14, "params": 8.6e8,
        "peak_memory_bytes": 4.1e10, "loss_first": 10.41, "loss_last": 9.87,
    }  # fmt: skip
    return case(key, 0.182, 8192.0, "token/s", derived=derived)


def failed_cases() -> list[dict]:
    """Make cases that ended otherwise."""
    key = {"op": "matmul", "dtype": "fp8", "m": 8192, "n": 8192, "k": 8192}
    big = {"op": "memory_copy", "dtype": "fp32", "bytes": 2**36, "cache": "cold"}
    return [
        {"key": key, "status": "skipped", "unit": "flop/s", "reason": "fp8 needs torchao"},
        {"key": big, "status": "oom", "unit": "B/s", "reason": "asked for 137 GB, 80 GB are there"},
    ]


def environment(**extra) -> dict[str, Any]:
    """Make the environment of a run."""
    return {
        **BASE, "command": "dcbench run --gpus all --suite quick --out r", "hostname": "node-17",
        "operating_system": "Ubuntu 24.04.2 LTS", "kernel": "6.8.0-55-generic", "python": "3.12.9",
        "cpu_model": "INTEL(R) XEON(R) PLATINUM 8570", "cpu_cores": 112, "memory_bytes": 2 * 2**40,
        "packages": {"torch": "2.13.0+cu130", "numpy": "2.3.1", "cuda": "13.0", "nccl": "2.28.9"},
        "variables": {"NCCL_DEBUG": "WARN"}, **extra,
    }  # fmt: skip


def run_record(**changes) -> RunRecord:
    """Make a run on eight GPUs."""
    cases = [matmul(dtype, size, peak) for dtype, peak in (("bf16", 7.2e14), ("fp32", 4.8e13))
             for size in (512, 1024, 2048, 4096, 8192)]  # fmt: skip
    cases += [memory_copy(2**power) for power in (20, 22, 24, 26, 28, 30)]
    cases += [all_reduce(2**power) for power in (12, 16, 20, 24, 28, 30)]
    cases += [train_step(), *failed_cases()]
    device = {
        "kind": "cuda", "name": GPU, "accelerator_id": "h100-sxm", "memory_bytes": 85_520_809_984,
        "compute_capability": "9.0", "driver": "580.82.07", "power_limit_w": 700.0,
    }  # fmt: skip
    data = {
        "environment": environment(), "devices": [{"index": i, **device} for i in range(8)],
        "suite": "quick", "cases": cases, **changes,
    }  # fmt: skip
    return RunRecord.model_validate_json(_json(data))


def cpu_run_record() -> RunRecord:
    """Make a run without a GPU: no telemetry, few samples, one size."""
    key = {"op": "matmul", "dtype": "fp32", "m": 1024, "n": 1024, "k": 1024}
    samples = [0.021, 0.02, 0.024]
    one = {
        "key": key, "status": "noisy", "reason": "spread is 17 % of the median",
        "samples": samples, "work": 2.0 * 1024**3, "work_unit": "flop", "unit": "flop/s",
        "value": 2.0 * 1024**3 / 0.021,
        "telemetry": {"source": "none", "reason": "no NVIDIA driver"},
    }  # fmt: skip
    notes = ["No GPU was found: the CPU was measured."]
    device = {"index": 0, "kind": "cpu", "name": "AMD EPYC 7B13", "memory_bytes": 8 * 2**30}
    return run_record(environment=environment(notes=notes), devices=[device], cases=[one])


def _curve(key: dict, unit: str, latency_s: float, rate: float, works: list[float]) -> dict:
    residuals = []
    for place, work in enumerate(works):
        fitted = latency_s + work / rate
        measured = fitted * scatter(place, 0.1)
        residuals.append(
            {"key": key, "work": work, "measured_s": measured, "fitted_s": fitted,
             "held_back_s": fitted * 1.02}
        )  # fmt: skip
    return {
        "key": key, "work_unit": unit, "latency_s": latency_s, "rate_per_s": rate,
        "work_min": min(works), "work_max": max(works), "residuals": residuals,
        "median_abs_error": 0.0213, "held_back_abs_error": 0.0377,
    }  # fmt: skip


def calibration() -> Calibration:
    """Make a calibration of the GPUs of `run_record`."""
    edges = [2.0 * size**3 for size in (512, 1024, 2048, 4096, 8192)]
    sizes = [float(2**power) for power in (12, 16, 20, 24, 28, 30)]
    curves = [
        _curve({"op": "matmul", "dtype": "bf16"}, "flop", 5e-6, 7.2e14, edges),
        _curve({"op": "matmul", "dtype": "fp32"}, "flop", 5e-6, 4.8e13, edges),
        _curve({"op": "memory_copy", "dtype": "fp32"}, "B", 4e-6, 2.9e12, [2 * s for s in sizes]),
        _curve({"op": "all_reduce", "ranks": 8, "backend": "nccl"}, "B", 2e-5, 1.8e11, sizes),
    ]
    step = {
        "key": train_step()["key"], "measured_s": 0.1823, "predicted_s": 0.1701,
        "breakdown_s": {"matmul": 0.12, "attention": 0.021, "memory": 0.0211, "optimizer": 0.008},
        "efficiency": 0.933,
    }  # fmt: skip
    device = {
        "name": GPU, "kind": "cuda", "accelerator_id": "h100-sxm", "num_devices": 8,
        "memory_bytes": 85_520_809_984, "curves": curves, "step": step,
    }  # fmt: skip
    data = {
        **BASE, "devices": [device], "sources": [f"r/run.json, {WHEN}, sha256 9b1c…e4"],
        "excluded": ["memory_copy fp32 64 GiB: status oom"],
    }  # fmt: skip
    return Calibration.model_validate_json(_json(data))


def assumptions() -> list[dict]:
    """Make the assumptions of a plan."""
    rows = [
        ("node_price_usd", 285000.0, 240000.0, 340000.0, "USD", "published", "Reseller quotes"),
        ("electricity_usd_per_kwh", 0.094, 0.08, 0.12, "USD/kWh", "published", "EIA Table 5.6.A"),
        ("gpu_annual_failure_rate", 0.06, 0.03, 0.09, "1/year", "published",
         "Grattafiori et al., The Llama 3 Herd of Models, arXiv 2407.21783, Table 5"),
        ("utilisation_of_owned_hours", 0.8, 0.6, 0.9, "share", "assumed", "House default"),
        ("discount_rate", 0.08, 0.08, 0.08, "1/year", "user", "--scenario scenario.toml"),
        ("matmul_efficiency", 0.74, 0.7, 0.78, "share", "calibrated", "c.json, h100-sxm"),
    ]  # fmt: skip
    names = ("key", "value", "low", "high", "unit", "provenance", "source")
    return [dict(zip(names, row, strict=True)) for row in rows]


def parts(accelerator: str = "H100-SXM", count: int = 64, days: float = 27.43) -> dict[str, Any]:
    """Make the chain of one plan; parts add up."""
    step_s = 2.914
    return {
        "model": {
            "name": "7B dense", "params_total": 6.98e9, "params_active": 6.98e9, "n_layers": 32,
            "d_model": 4096, "n_heads": 32, "n_kv_heads": 8, "d_ff": 11264, "vocab": 128256,
            "sequence_length": 8192, "tokens": 1.396e11,
            "shape_source": "scaled from Llama 3.1 8B (arXiv 2407.21783, Table 3)",
        },
        "layout": {"tp": 1, "pp": 1, "dp": count, "zero": 2, "micro_batch": 1,
                   "global_batch": 512, "recompute": "selective"},
        "step": {
            "time_s": step_s, "mfu": 0.4127, "hfu": 0.4391, "tokens_per_s_per_gpu": 9870.0,
            "model_tflops_per_gpu": 408.3,
            "breakdown_s": {"matmul": 1.92, "attention": 0.41, "memory_bound": 0.31,
                            "dp_communication": 0.184, "optimizer": 0.06, "other": 0.03},
        },
        "memory": {
            "peak_bytes": 6.12e10, "capacity_bytes": 8.0e10,
            "breakdown_bytes": {"weights": 1.4e10, "gradients": 1.4e10, "optimizer": 1.3e9,
                                "activations": 2.89e10, "workspace": 3e9},
        },
        "schedule": {
            "steps": 33284, "training_days": 24.61, "calendar_days": days, "goodput": 0.897,
            "job_mttf_hours": 812.0, "checkpoint_interval_s": 3480.0, "checkpoint_write_s": 7.4,
        },
        "cluster": {
            "accelerator": accelerator, "node": "dgx-h100", "accelerators": count,
            "nodes": count // 8, "spare_nodes": 1, "racks": 3, "leaf_switches": 8,
            "spine_switches": 0, "core_switches": 0, "cables": 128, "storage_bytes": 1.1e15,
            "checkpoint_bytes": 9.8e10,
        },
        "power": {
            "it_avg_kw": 71.4, "it_peak_kw": 96.2, "facility_avg_kw": 91.3,
            "facility_peak_kw": 131.7, "node_avg_kw": 8.07, "network_kw": 4.1, "storage_kw": 2.7,
            "it_idle_kw": 22.4, "swing_kw": 31.6, "ramp_kw_per_s": 316.0, "swing_hz": 0.343,
        },
        "facility": {
            "site": "ashburn", "cooling": "air-economizer", "redundancy": "N+1",
            "dpue_annual": 1.279, "dpue_peak": 1.413, "wue_site_l_per_kwh": 0.31,
            "wue_source_l_per_kwh": 1.8, "cue_kgco2e_per_kwh": 0.403, "basis": "colocation",
        },
        "energy": {"it_kwh": 47000.0, "total_kwh": 60110.0, "water_site_l": 14570.0},
        "carbon": {"operational_kgco2e": 18950.0, "embodied_kgco2e": 1412.0,
                   "basis": "Location based: eGRID 2023, SRVC; 5-year life of the hardware."},
        "cost": {
            "capex_usd": 3.42e6, "opex_usd_per_year": 2.61e5, "usd_per_gpu_hour": 2.31,
            "run_usd": 97300.0, "cloud_usd_per_gpu_hour": 2.99, "cloud_run_usd": 126000.0,
            "usd_per_million_tokens": 0.697,
            "capex_breakdown_usd": {"nodes": 2.56e6, "network": 2.9e5, "storage": 1.7e5,
                                    "facility": 4e5},
            "opex_breakdown_usd_per_year": {"electricity": 7.5e4, "colocation": 9.1e4,
                                            "staff": 6e4, "maintenance": 3.5e4},
            "basis": "US dollars of 2025, real; 5 years, 8 % a year.",
        },
    }  # fmt: skip


def explain() -> dict[str, Any]:
    """Make the reasons of the plan of `parts`; the waterfalls add up to its step and its peak."""
    times = [
        ("ideal", "ideal", 1.2026), ("gemm", "matrix products", 0.7174),
        ("attention", "attention", 0.41), ("elementwise", "element-wise", 0.31),
        ("data_parallel", "data parallel", 0.184), ("optimizer", "optimizer", 0.06),
        ("constant", "constant", 0.03),
    ]  # fmt: skip
    sizes = [
        ("weights", "weights", 1.4e10), ("gradients", "gradients", 1.4e10),
        ("optimizer", "optimizer states", 1.3e9), ("activations", "activations", 2.89e10),
        ("workspace", "workspace", 3e9),
    ]  # fmt: skip
    return {
        "time_waterfall": [
            {"key": key, "label": name, "time_s": size, "share": size / 2.914, "note": "what it is"}
            for key, name, size in times
        ],
        "memory_waterfall": [
            {"key": key, "label": name, "size_bytes": size, "share": size / 8e10, "note": "why"}
            for key, name, size in sizes
        ],
        "memory_by_stage": [
            {"stage": 0, "peak_bytes": 6.12e10}, {"stage": 1, "peak_bytes": 5.4e10},
        ],
        "usable_bytes": 7.52e10, "headroom_bytes": 1.4e10,
        "limits": [
            {"key": "compute", "label": "compute", "change": "twice the rate", "gain": 0.61},
            {"key": "memory", "label": "memory capacity", "change": "twice the memory",
             "gain": 0.034, "layout": "DP 64, ZeRO-1"},
            {"key": "host", "label": "host", "change": "half the launch time", "gain": 1e-7},
        ],
        "binding": "Compute: twice the rate +61 %; then twice the memory +3.4 %.",
        "curves": [
            {"key": "gemm", "label": "matrix products, bf16", "value": 7.2e14, "unit": "flop/s",
             "provenance": "calibrated", "evidence": "measured", "source": "five points"},
            {"key": "attention", "label": "attention", "value": 6.9e14, "unit": "flop/s",
             "provenance": "assumed", "evidence": "recalled", "source": "a paper"},
            {"key": "overlap_norm", "label": "overlap", "value": 1.25, "unit": "exponent",
             "provenance": "assumed", "evidence": "assumed", "source": "a guess"},
        ],
        "interval": {
            "p10_s": 2.54, "p50_s": 2.914, "p90_s": 3.34, "log_sd": 0.107,
            "kind": "dense, calibrated rates", "runs": 156, "median_error": 0.061, "source": "runs",
        },
    }  # fmt: skip


def plan(**changes) -> Plan:
    """Make a plan with bands, alternatives, variants, assumptions and sources."""
    source = {"unit": "s", "provenance": "calibrated", "source": "c.json: curves of h100-sxm"}
    published = {"unit": "-", "provenance": "published", "source": "ASHRAE 90.4-2022; TMY"}
    assumed = {"unit": "USD", "provenance": "assumed", "source": "see the assumptions"}
    scenario = {"schema": "dcbench.scenario", "version": 1, "params": 7e9, "deadline_days": 30.0,
                "assumptions": {"discount_rate": 0.08}}  # fmt: skip
    bands = {
        "step.time_s": {"p10": 2.61, "p50": 2.93, "p90": 3.4},
        "schedule.calendar_days": {"p10": 24.3, "p50": 27.6, "p90": 32.8},
        "power.facility_peak_kw": {"p10": 121.0, "p50": 131.0, "p90": 147.0},
        "energy.total_kwh": {"p10": 51200.0, "p50": 60300.0, "p90": 72900.0},
        "carbon.operational_kgco2e": {"p10": 15300.0, "p50": 19000.0, "p90": 24100.0},
        "cost.capex_usd": {"p10": 2.9e6, "p50": 3.4e6, "p90": 4.1e6},
        "cost.run_usd": {"p10": 7.7e4, "p50": 9.8e4, "p90": 1.31e5},
    }
    variants = [
        {"tokens": 1e12, "accelerators": 448, "calendar_days": 29.1, "run_usd": 7.1e5,
         "total_kwh": 4.31e5, "operational_kgco2e": 1.36e5},
        {"tokens": 1.5e13, "accelerators": 7168, "calendar_days": 29.7, "run_usd": 1.13e7,
         "total_kwh": 6.9e6, "operational_kgco2e": 2.17e6},
    ]  # fmt: skip
    data = {
        "schema": "dcbench.plan", "version": 1, **BASE, "scenario": scenario, **parts(),
        "bands": bands, "token_variants": variants, "assumptions": assumptions(),
        "alternatives": [
            {**parts("H200-SXM", 56, 29.2), "why": "12 % dearer for the same deadline"},
            {**parts("A100-SXM-80GB", 144, 29.9), "why": "cheaper to buy, twice the energy"},
        ],
        "provenance": {"step": source, "memory": source, "facility": published, "power": assumed,
                       "cost": assumed, "energy": assumed, "schedule": source},
        "notes": ["Calibrated on one node; links between nodes are published values."],
        "explain": explain(),
        **changes,
    }  # fmt: skip
    return Plan.model_validate_json(_json(data))


def facility() -> FacilityRecord:
    """Make a facility record; the parts add up to the total."""
    data = {
        **BASE, "it_kw": 10000.0, "load_factor": 0.8, "site": "Ashburn, Virginia",
        "cooling": "water-economizer", "redundancy": "N+1", "dpue_annual": 1.214,
        "dpue_peak": 1.388,
        "dpue_monthly": [1.171, 1.174, 1.186, 1.203, 1.226, 1.249, 1.268, 1.262, 1.239, 1.208,
                         1.189, 1.174],
        "wue_site_l_per_kwh": 1.12, "wue_source_l_per_kwh": 1.83, "cue_kgco2e_per_kwh": 0.381,
        "facility_kwh_per_year": 85_077_120.0, "facility_peak_kw": 13880.0, "availability": 0.99995,
        "breakdown_kwh_per_year": {"it": 70_080_000.0, "chillers": 5_200_000.0,
                                   "fans": 4_300_000.0, "pumps": 1_600_000.0,
                                   "electrical_losses": 3_400_000.0, "lighting": 497_120.0},
        "plant": {
            "chillers": {"units": 5, "rating": 3500.0, "rating_unit": "kW", "redundant_units": 1},
            "generators": {"units": 7, "rating": 2500.0, "rating_unit": "kW", "redundant_units": 1},
            "ups_modules": {"units": 12, "rating": 1.25, "rating_unit": "MW", "redundant_units": 1},
        },
        "assumptions": assumptions()[:3],
        "provenance": {"dpue_annual": {"unit": "1", "provenance": "published", "source": "TMY"}},
        "notes": ["Monthly weather from 30-year normals; hourly weather was not given."],
    }  # fmt: skip
    return FacilityRecord.model_validate_json(_json(data))


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data)
