"""`calibrate`: run records in, one calibration out."""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from dcbench.errors import Fault, InputError, NoAnswerError
from dcbench.records.calibration import Calibration, Curve, DeviceCalibration
from dcbench.records.files import read_record
from dcbench.records.run import Case, RunRecord
from dcbench_benchmarks.calibration.curves import fit_curve
from dcbench_benchmarks.calibration.points import Collected, DeviceId, DevicePoints, short_name
from dcbench_benchmarks.calibration.step_check import check_step


def calibrate(paths: Sequence[Path]) -> Calibration:
    """Fit curves to run records: runs of one device pool, different devices stay apart.

    Args:
        paths: files in the run format, or folders that hold a `run.json`.

    Returns:
        Curves by device, each with residuals and held-back errors; a check of a training step
        where one was measured; every case that was not used, and why.

    Raises:
        InputError: a file is no run record, is given twice, or holds work in a wrong unit.
        NoAnswerError: no case of the runs can calibrate.
    """
    runs, sources = _read(paths)
    collected = Collected()
    for path, run in runs:
        collected.add(path, run)
    if collected.faults:
        raise InputError(collected.faults)
    devices = tuple(_devices(collected))
    if not devices:
        raise NoAnswerError(_why_none(collected))
    return Calibration(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dcbench_version=metadata.version("gpu-dcbench"),
        sources=tuple(sources),
        devices=devices,
        excluded=tuple(collected.excluded),
    )


def _read(paths: Sequence[Path]) -> tuple[list[tuple[Path, RunRecord]], list[str]]:
    runs: list[tuple[Path, RunRecord]] = []
    faults: list[Fault] = []
    first: dict[str, Path] = {}
    sources = []
    for given in paths:
        path = given / "run.json" if given.is_dir() else given
        try:
            run = read_record(path, RunRecord)
        except InputError as error:
            faults += error.faults
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in first:
            problem = f"holds the same run as {first[digest]}"
            faults.append(Fault(where=str(path), problem=problem, fix="give each run once"))
        first.setdefault(digest, path)
        runs.append((path, run))
        sources.append(f"{short_name(path)}, {run.environment.created_at}, sha256 {digest}")
    if faults:
        raise InputError(faults)
    return runs, sources


def _devices(collected: Collected) -> list[DeviceCalibration]:
    fitted = []
    for device_id, points in sorted(collected.by_device.items()):
        curves = tuple(fit_curve(group) for group in points.curves.values())
        step, unused = check_step(points.steps, curves)
        collected.excluded += unused
        if curves:
            fitted.append(_device(device_id, points, curves).model_copy(update={"step": step}))
        else:
            collected.excluded.append(f"{device_id[1]}: no case that a curve can be fitted to")
    return fitted


def _device(
    device_id: DeviceId, points: DevicePoints, curves: tuple[Curve, ...]
) -> DeviceCalibration:
    kind, name = device_id
    known = [device.accelerator_id for device in points.devices if device.accelerator_id]
    return DeviceCalibration(
        name=name,
        kind=kind,
        accelerator_id=known[0] if known else None,
        num_devices=len(points.devices),
        memory_bytes=min(device.memory_bytes for device in points.devices),
        curves=curves,
        power_w=_power_w(points.cases),
        temperature_c_max=_temperature_c_max(points.cases),
    )


def _power_w(cases: Sequence[Case]) -> dict[str, float]:
    by_op: dict[str, list[float]] = {}
    for case in cases:
        power = case.telemetry.power_w_mean if case.telemetry else None
        if power is not None:
            by_op.setdefault(str(case.key["op"]), []).append(power)
    return {op: statistics.fmean(powers) for op, powers in by_op.items()}


def _temperature_c_max(cases: Sequence[Case]) -> float | None:
    seen = [case.telemetry.temperature_c_max for case in cases if case.telemetry]
    return max((value for value in seen if value is not None), default=None)


def _why_none(collected: Collected) -> str:
    reasons = collected.excluded[:3]
    more = len(collected.excluded) - len(reasons)
    listed = "; ".join([*reasons, *([f"and {more} more"] if more > 0 else [])])
    return f"no case can calibrate: {listed or 'the runs hold no cases'}"
