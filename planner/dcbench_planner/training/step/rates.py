"""What one accelerator reaches inside a training step, published or calibrated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dcbench.catalog import load_catalog
from dcbench.catalog.rows import Accelerator, Node
from dcbench.errors import Fault, InputError
from dcbench.records.base import Provenance
from dcbench.units import GB, MIB
from dcbench_planner.training.columns import Column
from dcbench_planner.training.step.errors import step_error
from dcbench_planner.training.step.rate_tables import published_rate

if TYPE_CHECKING:
    from dcbench.records.calibration import DeviceCalibration

PRECISIONS = {
    "bf16": "bf16", "fp16": "bf16", "fp8": "fp8", "mxfp8": "fp8", "nvfp4": "fp4", "fp4": "fp4",
    "tf32": "tf32", "fp32": "fp32", "int8": "int8",
}  # fmt: skip
"""Number formats that are modelled, and the row of `data/rates.csv` each uses."""
PEAKS = {"mxfp8": "fp8", "nvfp4": "fp4"}
BLOCK_SCALED = frozenset({"mxfp8", "nvfp4", "fp4"})

CALIBRATED_LOG_SD = 0.15
"""A prototype of this model was 6-9 % off in the median on dense runs of a GPU generation that it
had seen, which is a standard deviation of 0.09-0.13; the network is still not measured."""


@dataclass(frozen=True, kw_only=True)
class RateColumns:
    """Rates as columns; fields as in `DeviceRates`."""

    peak_flops_per_s: Column
    gemm_flops_per_s: Column
    gemm_latency_s: Column
    gemm16_flops_per_s: Column
    attention_flops_per_s: Column
    attention_pytorch_flops_per_s: Column
    memory_bytes_per_s: Column
    scaleup_bytes_per_s: Column
    scaleout_bytes_per_s: Column
    domain: Column
    memory_bytes: Column
    element_bytes: Column
    quantised: Column
    block_scaled: Column
    four_bit: Column


@dataclass(frozen=True, kw_only=True)
class DeviceRates:
    """Rates of one accelerator in one number format, each measured on its own.

    What a step reaches of them is in `data/step_constants.csv`.
    """

    accelerator: str
    precision: str
    provenance: Provenance
    source: str
    step_error_log_sd: float
    """Least standard deviation of ln(predicted / actual step time) with these rates."""
    peak_flops_per_s: float
    """Dense peak of the number format, the denominator of MFU."""
    gemm_flops_per_s: float
    """Large matrix products in the number format."""
    gemm_latency_s: float
    """Start of one matrix product; 0 where the host time per layer stands for it."""
    gemm16_flops_per_s: float
    """Matrix products that stay in 16 bit (logits)."""
    attention_flops_per_s: float
    """Fused causal attention, best forward."""
    attention_pytorch_flops_per_s: float
    """The same through the kernels PyTorch ships."""
    memory_bytes_per_s: float
    scaleup_bytes_per_s: float
    """Per accelerator and direction inside the scale-up domain."""
    scaleout_bytes_per_s: float
    """Per accelerator and direction between domains."""
    domain: int
    """Accelerators in one scale-up domain."""
    memory_bytes: float
    element_bytes: float
    """Bytes of an activation: 2, or 4 in fp32 and tf32."""
    quantised: float
    """1 where matrix inputs are quantised to 8 or 4 bits."""
    block_scaled: float

    @property
    def four_bit(self) -> float:
        """1 where matrix inputs are quantised to 4 bits."""
        return float(PRECISIONS[self.precision] == "fp4")


def published_rates(
    accelerator: Accelerator,
    precision: str,
    *,
    year: float = 9999,
    scaleout_bytes_per_s: float | None = None,
    nodes: Iterable[Node] | None = None,
) -> DeviceRates:
    """Give rates from datasheets and published benchmarks.

    Args:
        accelerator: a row of `Catalog.accelerators`.
        precision: one of `PRECISIONS`.
        year: year of the software; attention kernels got faster.
        scaleout_bytes_per_s: line rate of the network per accelerator; by default that of the
            accelerator's node.
        nodes: where to look that node up; the packaged catalog by default.

    Raises:
        InputError: unknown precision, or the accelerator has no peak for it.
    """
    peak = _peak(accelerator, precision)
    name = accelerator.id
    gemm = published_rate(name, "gemm", PRECISIONS[precision], year)
    peak16 = accelerator.peak_flops("bf16") or accelerator.peak_flops("fp16") or peak
    gemm16 = published_rate(name, "gemm", "bf16", year).value
    known = gemm.family != "*"
    if scaleout_bytes_per_s is None:
        scaleout_bytes_per_s = _node_scaleout(accelerator, nodes)
    return DeviceRates(
        accelerator=name, precision=precision,
        provenance="published" if known else "assumed",
        source=f"published rates: {gemm.source} ({gemm.evidence})",
        step_error_log_sd=published_rate(name, "step_error_log_sd").value,
        peak_flops_per_s=peak, gemm_flops_per_s=peak * gemm.value, gemm_latency_s=0.0,
        gemm16_flops_per_s=peak16 * gemm16,
        attention_flops_per_s=peak16 * published_rate(name, "attention", "bf16", year).value,
        attention_pytorch_flops_per_s=peak16
        * published_rate(name, "attention_pytorch", "bf16", year).value,
        memory_bytes_per_s=accelerator.memory_gbps * GB * published_rate(name, "memory").value,
        scaleup_bytes_per_s=_scaleup(accelerator) * published_rate(name, "scaleup").value,
        scaleout_bytes_per_s=scaleout_bytes_per_s * published_rate(name, "scaleout").value,
        domain=max(1, int(accelerator.scaleup_domain_size or 1)),
        memory_bytes=memory_bytes(accelerator),
        element_bytes=4.0 if precision in ("fp32", "tf32") else 2.0,
        quantised=float(PRECISIONS[precision] in ("fp8", "fp4")),
        block_scaled=float(precision in BLOCK_SCALED),
    )  # fmt: skip


def calibrated_rates(
    accelerator: Accelerator,
    precision: str,
    calibration: DeviceCalibration,
    *,
    scaleout_bytes_per_s: float | None = None,
) -> DeviceRates:
    """Replace published rates by the curves measured on this kind of device.

    The matmul curve gives rate and latency of matrix products, the memory curve that of traffic,
    and the all-reduce curve, as bus bandwidth, that of the scale-up network. What has no curve
    (attention, network between nodes) stays published.

    Args:
        accelerator: a row of `Catalog.accelerators`.
        precision: one of `PRECISIONS`.
        calibration: curves of one device.
        scaleout_bytes_per_s: as in `published_rates`.

    Returns:
        Published rates, with the reason in `source`, when the curves are of another accelerator
        or have no matmul in this precision.

    Raises:
        InputError: unknown precision, or the accelerator has no peak for it.
    """
    rates = published_rates(accelerator, precision, scaleout_bytes_per_s=scaleout_bytes_per_s)
    if calibration.accelerator_id != accelerator.id:
        reason = f"the calibration is of {calibration.name}, not of {accelerator.id}"
        return replace(rates, source=f"{rates.source}; {reason}")
    gemm = calibration.curve(op="matmul", dtype=precision)
    if gemm is None:
        return replace(rates, source=f"{rates.source}; the calibration has no {precision} matmul")
    gemm16 = calibration.curve(op="matmul", dtype="bf16") or gemm
    memory = calibration.curve(op="memory_copy")
    bus = _bus_bandwidth(calibration)
    used = [name for name, found in (("matmul", gemm), ("memory_copy", memory), ("all_reduce", bus))
            if found]  # fmt: skip
    return replace(
        rates, provenance="calibrated", step_error_log_sd=CALIBRATED_LOG_SD,
        source=f"calibrated on {calibration.name}: {', '.join(used)}; the rest {rates.source}",
        gemm_flops_per_s=gemm.rate_per_s, gemm_latency_s=gemm.latency_s,
        gemm16_flops_per_s=gemm16.rate_per_s,
        memory_bytes_per_s=memory.rate_per_s if memory else rates.memory_bytes_per_s,
        scaleup_bytes_per_s=bus or rates.scaleup_bytes_per_s,
    )  # fmt: skip


def error_log_sd(rates: DeviceRates, *, is_moe: bool) -> float:
    """Give the standard deviation of ln(predicted / actual step time) for a model.

    With published rates that of the nearest class of published runs (`data/step_errors.csv`). A
    calibration narrows it, not below its own residuals; a device without published rates widens it.
    """
    seen = step_error(rates.precision, is_moe=is_moe).log_sd
    if rates.provenance == "calibrated":
        return max(rates.step_error_log_sd, seen) if is_moe else rates.step_error_log_sd
    return max(rates.step_error_log_sd, seen)


def _bus_bandwidth(calibration: DeviceCalibration) -> float | None:
    """Per-rank traffic of the widest measured ring: 2 (n - 1) / n of the message (nccl-tests)."""
    curves = [c for c in calibration.curves if c.key.get("op") == "all_reduce"]
    wide = [c for c in curves if int(c.key.get("ranks", 1)) > 1]
    if not wide:
        return None
    curve = max(wide, key=lambda c: int(c.key["ranks"]))
    ranks = int(curve.key["ranks"])
    return curve.rate_per_s * 2 * (ranks - 1) / ranks


def _peak(accelerator: Accelerator, precision: str) -> float:
    known = precision in PRECISIONS
    peak = accelerator.peak_flops(PEAKS.get(precision, precision)) if known else None
    if not peak:
        problem = f"{accelerator.id} has no {precision} rate" if known else "unknown precision"
        fix = (
            "choose another precision or accelerator"
            if known
            else f"known: {', '.join(PRECISIONS)}"
        )
        raise InputError(Fault(where="precision", value=precision, problem=problem, fix=fix))
    return float(peak)


def _scaleup(accelerator: Accelerator) -> float:
    link = accelerator.scaleup_gbps_per_direction or accelerator.pcie_gbps_per_direction or 32
    return float(link) * GB


def memory_bytes(accelerator: Accelerator) -> float:
    """Give the memory the driver reports, else that of the datasheet."""
    reported = accelerator.memory_mib_reported
    return float(reported * MIB if reported else accelerator.memory_gb * GB)


def _node_scaleout(accelerator: Accelerator, nodes: Iterable[Node] | None) -> float:
    """Line rate per accelerator of its first system in the catalog, in B/s."""
    names = {accelerator.id, accelerator.name, *accelerator.aliases}
    for node in load_catalog().nodes if nodes is None else nodes:
        if node.accelerator in names and node.scaleout_gbps_total:
            return float(node.scaleout_gbps_total / node.accelerators_per_node) * GB / 8
    return published_rate(accelerator.id, "scaleout_gbps").value * GB / 8
