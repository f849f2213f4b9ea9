"""The points of a fit: usable cases of run records, by device and curve."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dcbench.errors import Fault
from dcbench.records.intervals import median_interval
from dcbench.records.run import Case, CaseKey, Device, RunRecord, Status
from dcbench_benchmarks.calibration.operations import OPERATIONS, curve_key, label

USABLE: frozenset[Status] = frozenset({"ok", "noisy"})
"""Other statuses say that the device was not in the state that is to be described."""

BETWEEN_RUNS_LOG_SD = 0.02
"""Added to the spread inside a case; assumed. Two runs on one device differ by about 2 % however
quiet each was, because samples of one process are correlated. Without it one quiet point would
outweigh all others."""
UNKNOWN_LOG_SD = 0.05
"""Where a case has fewer than six samples and so no 95 % interval of its median."""
HALF_WIDTHS_PER_SD = 1.96
"""Half-width of a 95 % interval over the standard deviation, normal."""

DeviceId = tuple[Literal["cuda", "cpu"], str]
"""Kind and name: what pools and what stays apart."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One usable case as a fit sees it."""

    key: CaseKey
    work: float
    time_s: float
    """Median of the samples."""
    log_sd: float
    """Standard deviation of ln(time_s); on a busy CPU the share that others took counts in full,
    because a tight interval does not show that every sample waited."""


@dataclass(kw_only=True)
class DevicePoints:
    """Everything usable that was measured on one kind of device."""

    devices: list[Device] = field(default_factory=list)
    """Of the run with most of them."""
    curves: dict[tuple[tuple[str, object], ...], list[Point]] = field(default_factory=dict)
    """By curve key, in the order first met."""
    steps: list[Case] = field(default_factory=list)
    """Training steps; they check the curves and are not fitted."""
    cases: list[Case] = field(default_factory=list)
    """All of the above, for power and temperature."""


@dataclass(kw_only=True)
class Collected:
    """Run records sorted into points."""

    by_device: dict[DeviceId, DevicePoints] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, path: Path, run: RunRecord) -> None:
        """Sort the cases of one run record."""
        for number, case in enumerate(run.cases):
            ids = _device_ids(run, case)
            reason = _unusable(case, ids)
            if reason:
                self.excluded.append(f"{short_name(path)}: {label(case.key)}: {reason}"[:2000])
                continue
            faults = list(_faults(path, number, case))
            self.faults += faults
            if not faults:
                self._take(ids[0], run, case)

    def _take(self, device_id: DeviceId, run: RunRecord, case: Case) -> None:
        points = self.by_device.setdefault(device_id, DevicePoints())
        like = [device for device in run.devices if (device.kind, device.name) == device_id]
        points.devices = max(points.devices, like, key=len)
        points.cases.append(case)
        if case.key["op"] == "train_step":
            points.steps.append(case)
            return
        group = tuple(sorted(curve_key(case.key).items()))
        points.curves.setdefault(group, []).append(point(case))


def short_name(path: Path) -> str:
    """Give folder and name of a file: enough to tell runs apart, and no more of the user's disk."""
    return "/".join(path.parts[-2:])


def point(case: Case) -> Point:
    """Give the point of a case that has samples and work."""
    return Point(
        key=case.key,
        work=case.work or 0.0,
        time_s=statistics.median(case.samples),
        log_sd=math.hypot(log_sd(case.samples), case.derived.get("other_cpu_share", 0.0)),
    )


def log_sd(samples: tuple[float, ...]) -> float:
    """Give the standard deviation of ln(median): 95 % interval and spread between runs."""
    interval = median_interval(samples)
    if interval is None:
        return UNKNOWN_LOG_SD
    low, high = interval
    return math.hypot(math.log(high / low) / (2 * HALF_WIDTHS_PER_SD), BETWEEN_RUNS_LOG_SD)


def _device_ids(run: RunRecord, case: Case) -> list[DeviceId]:
    """Give kind and name of the devices of a case, each once; of all where it names none."""
    took_part = [d for d in run.devices if not case.devices or d.index in case.devices]
    return sorted({(device.kind, device.name) for device in took_part})


def _unusable(case: Case, ids: Sequence[DeviceId]) -> str:
    op = case.key["op"]
    if case.status not in USABLE:
        return f"{case.status}: {case.reason}"
    if not case.samples:
        return f"status {case.status} but no samples"
    if op != "train_step" and op not in OPERATIONS:
        return f"no curve is fitted to {op}"
    if op == "all_reduce" and case.key.get("ranks") == 1:
        return "one rank: nothing moves between devices"
    if len(ids) != 1:
        names = ", ".join(name for _, name in ids)
        return f"not of one kind of device: {names or 'the run lacks the devices it names'}"
    return ""


def _faults(path: Path, number: int, case: Case) -> Iterator[Fault]:
    operation = OPERATIONS.get(str(case.key["op"]))
    if operation is None:
        return
    where, field_ = str(path), f"cases.{number}"
    if case.work_unit != operation.work_unit:
        problem = f"{case.key['op']} is counted in {operation.work_unit}"
        yield Fault(
            where=where, field=f"{field_}.work_unit", value=case.work_unit or "none",
            problem=problem, fix="measure again with `dcbench run`",
        )  # fmt: skip
        return
    expected = operation.work(case.key)
    if expected is None:
        problem = f"has no size: {', '.join(sorted(operation.size_names))} as whole numbers"
        yield Fault(where=where, field=f"{field_}.key", problem=problem, fix="see `dcbench schema`")
    elif case.work is None or not math.isclose(case.work, expected, rel_tol=1e-6):
        problem = f"its key says {expected:g} {operation.work_unit}"
        yield Fault(
            where=where, field=f"{field_}.work", value=case.work, problem=problem,
            fix="measure again with `dcbench run`",
        )  # fmt: skip
