"""Which rates the step time rests on, and how each is known."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.records.base import Provenance
from dcbench.records.calibration import Curve, DeviceCalibration
from dcbench.records.plan import LayoutPart
from dcbench.records.plan_explain import CurveSource
from dcbench_planner.training.step.rate_tables import PublishedRate, published_rate
from dcbench_planner.training.step.rates import PRECISIONS, DeviceRates

PROVENANCE: dict[str, Provenance] = {
    "read": "published", "computed": "published", "recalled": "assumed", "assumed": "assumed",
}  # fmt: skip
"""By evidence of a row: read from its source, fitted to published runs, from memory, guessed."""


@dataclass(frozen=True, kw_only=True)
class UsedRate:
    """A rate of `DeviceRates` and where to look up how it is known."""

    field: str
    label: str
    unit: str
    quantity: str
    """In `data/rates.csv`."""
    precision: str = "*"
    measured_by: tuple[tuple[str, str], ...] = ()
    """Key of the calibration curve that replaces it."""


def curves(
    rates: DeviceRates, layout: LayoutPart, device: DeviceCalibration | None
) -> tuple[CurveSource, ...]:
    """List the rates that this layout uses, with value, provenance and source.

    Args:
        rates: what the accelerator reaches.
        layout: tensor, pipeline and data parallelism use links, FSDP another attention kernel.
        device: the calibration that the rates come from; None for published ones.
    """
    measured = device if rates.provenance == "calibrated" else None
    return tuple(
        _curve_source(rates, rate, _curve(measured, rate)) for rate in _used(rates, layout)
    )


def _used(rates: DeviceRates, layout: LayoutPart) -> list[UsedRate]:
    family = PRECISIONS[rates.precision]
    flash = "attention_pytorch" if layout.zero == 3 else "attention"
    accelerators = layout.tp * layout.pp * layout.cp * layout.dp
    used = [
        UsedRate(
            field="gemm_flops_per_s", label=f"matrix products, {rates.precision}", unit="flop/s",
            quantity="gemm", precision=family,
            measured_by=(("op", "matmul"), ("dtype", rates.precision)),
        ),
        UsedRate(
            field=f"{flash}_flops_per_s", label="attention", unit="flop/s", quantity=flash,
            precision="bf16",
        ),
        UsedRate(
            field="memory_bytes_per_s", label="memory traffic", unit="B/s", quantity="memory",
            measured_by=(("op", "memory_copy"),),
        ),
    ]  # fmt: skip
    if accelerators > 1 and rates.domain > 1:
        used.append(UsedRate(
            field="scaleup_bytes_per_s", label="scale-up links", unit="B/s", quantity="scaleup",
            measured_by=(("op", "all_reduce"),),
        ))  # fmt: skip
    if accelerators > rates.domain:
        used.append(UsedRate(
            field="scaleout_bytes_per_s", label="network", unit="B/s", quantity="scaleout",
        ))  # fmt: skip
    return used


def _curve(device: DeviceCalibration | None, rate: UsedRate) -> Curve | None:
    if device is None or not rate.measured_by:
        return None
    return device.curve(**dict(rate.measured_by))


def _curve_source(rates: DeviceRates, rate: UsedRate, curve: Curve | None) -> CurveSource:
    value: float = getattr(rates, rate.field)
    if curve is not None:
        return CurveSource(
            key=rate.quantity, label=rate.label, value=value, unit=rate.unit,
            provenance="calibrated", evidence="measured",
            source=f"fitted to {len(curve.residuals)} points, median error "
            f"{curve.median_abs_error:.1%}",
        )  # fmt: skip
    row = published_rate(rates.accelerator, rate.quantity, rate.precision)
    return CurveSource(
        key=rate.quantity, label=rate.label, value=value, unit=rate.unit,
        provenance=PROVENANCE.get(row.evidence, "assumed"), evidence=row.evidence,
        source=f"{row.value:g} of the datasheet: {_cited(row)}",
    )  # fmt: skip


def _cited(row: PublishedRate) -> str:
    """Give the source, and say where it is one for all devices."""
    return f"for any device, {row.source}" if row.family == "*" else row.source
