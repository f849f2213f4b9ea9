"""A calibration in lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from dcbench.records.calibration import Calibration, Curve, DeviceCalibration, StepCheck
from dcbench.units import rounded, with_prefix
from dcbench_benchmarks.calibration.operations import label


def summary_lines(calibration: Calibration) -> list[str]:
    """Give one line per curve, the step check, and every case that was not used."""
    lines = [line for device in calibration.devices for line in _device_lines(device)]
    if calibration.excluded:
        lines.append(f"not used ({len(calibration.excluded)}):")
        lines += [f"  {reason}" for reason in calibration.excluded]
    return lines


def _device_lines(device: DeviceCalibration) -> Iterator[str]:
    count = f"{device.num_devices} x " if device.num_devices > 1 else ""
    yield f"{count}{device.name} ({device.kind})"
    for curve in device.curves:
        yield f"  {_curve_line(curve)}"
        yield from (f"    note: {note}" for note in curve.notes)
    yield from _step_lines(device.step)


def _curve_line(curve: Curve) -> str:
    unit = "FLOP" if curve.work_unit == "flop" else "B"
    low, high = (with_prefix(work, unit) for work in (curve.work_min, curve.work_max))
    held_back = curve.held_back_abs_error
    parts = [
        with_prefix(curve.rate_per_s, f"{unit}/s"),
        f"latency {with_prefix(curve.latency_s, 's')}",
        f"range {low} to {high}" if curve.work_min < curve.work_max else f"only {low}",
        f"median residual {_percent(curve.median_abs_error)}",
        "held-back error " + ("n/a" if held_back is None else _percent(held_back)),
        f"{len(curve.residuals)} point{'' if len(curve.residuals) == 1 else 's'}",
    ]
    return f"{label(curve.key)}: {', '.join(parts)}"


def _step_lines(step: StepCheck | None) -> Iterator[str]:
    if step is None:
        yield "  training step: not checked"
        return
    times = f"measured {with_prefix(step.measured_s, 's')}"
    sums = f"sum of its operators on the curves {with_prefix(step.predicted_s, 's')}"
    yield f"  training step: {times}, {sums} ({_percent(step.efficiency)} of it)"
    yield "    " + ", ".join(
        f"{part} {with_prefix(time_s, 's')}" for part, time_s in step.breakdown_s.items()
    )
    if step.extrapolated_share > 0:
        share = _percent(step.extrapolated_share)
        yield f"    {share} of the sum lies outside the measured range of its curve"


def _percent(share: float) -> str:
    return "< 0.01 %" if 0 < share < 1e-4 else f"{rounded(100 * share)} %"
