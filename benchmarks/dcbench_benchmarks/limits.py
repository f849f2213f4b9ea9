"""No number above physics: a result beyond the device's published peak is invalid."""

from __future__ import annotations

from dcbench.catalog import Accelerator, load_catalog
from dcbench.records.run import Device
from dcbench.units import with_prefix
from dcbench_benchmarks.jobs import CaseResult
from dcbench_benchmarks.suite import AllReduceSpec, MemoryCopySpec, Spec

TOLERANCE = 1.01
"""Clocks and printed peaks are rounded; more than one per cent is a fault of the measurement."""


def above_peak(
    spec: Spec, device: Device, result: CaseResult, sm_clock_mhz: float | None = None
) -> str:
    """Say by how much a result beats the published peak; empty when it does not or none is known.

    Many GPUs run above the clock for which their peak FLOP/s is printed; it is scaled up to theirs.

    Args:
        spec: of the case.
        device: on which it ran.
        result: of the worker, with samples.
        sm_clock_mhz: of the device meanwhile; None when it is not known.
    """
    if device.accelerator_id is None or not result.samples or not result.work:
        return ""
    accelerator = load_catalog().accelerators.resolve(device.accelerator_id)
    peak, unit = _peak(spec, accelerator, sm_clock_mhz)
    rate = _rate(result)
    if peak is None or rate <= TOLERANCE * peak:
        return ""
    shown, limit = with_prefix(rate, unit), with_prefix(peak, unit)
    return f"above physics: {shown}, but {accelerator.name} has a peak of {limit}"


def _peak(
    spec: Spec, accelerator: Accelerator, sm_clock_mhz: float | None
) -> tuple[float | None, str]:
    if isinstance(spec, MemoryCopySpec):
        return accelerator.memory_gbps * 1e9, "B/s"
    if isinstance(spec, AllReduceSpec):
        return None, ""
    peak = accelerator.peak_flops(spec.dtype)
    printed_for = accelerator.boost_mhz
    if spec.dtype != "fp32":
        printed_for = accelerator.tensor_peak_clock_mhz or printed_for
    if peak is not None and sm_clock_mhz and printed_for:
        peak *= max(1.0, sm_clock_mhz / printed_for)
    return peak, "FLOP/s"


def _rate(result: CaseResult) -> float:
    """Work per second at the median; for a training step its FLOP."""
    samples = sorted(result.samples)
    middle = len(samples) // 2
    median = samples[middle] if len(samples) % 2 else (samples[middle - 1] + samples[middle]) / 2
    return result.derived.get("model_flop", result.work or 0.0) / median
