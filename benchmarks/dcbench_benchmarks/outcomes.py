"""How a worker process ended -> status and reason of its case. Statuses are never merged.

    exited, report complete   what the worker says: ok, noisy, not_steady, invalid, failed, oom
    exited without report     failed; killed by a signal: crashed, or oom if the kernel did it
    time limit reached        timeout
    interrupted               not_run
A measured case above the published peak becomes invalid, one slowed by heat or power throttled.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from dcbench.records.run import (
    MEASURED,
    Case,
    Status,
    Telemetry,
    headline,
    headline_interval,
)  # fmt: skip
from dcbench_benchmarks.case_plan import PlannedCase
from dcbench_benchmarks.jobs import CaseResult
from dcbench_benchmarks.limits import above_peak
from dcbench_benchmarks.supervise import Ended
from dcbench_benchmarks.telemetry import SLOWDOWNS

REASON_LIMIT = 1000


def report_of(ended: Ended) -> CaseResult | None:
    """Give the worker's report if it is complete and well-formed."""
    if ended.cause != "exited" or ended.returncode != 0:
        return None
    try:
        return CaseResult.model_validate_json(ended.result)
    except ValidationError:
        return None


def case_of(
    planned: PlannedCase, ended: Ended, telemetry: Telemetry | None, started_at: str
) -> Case:
    """Give the case of a process that has ended."""
    report = report_of(ended)
    common = {
        "started_at": started_at, "duration_s": ended.duration_s, "telemetry": telemetry,
    }  # fmt: skip
    if report is None:
        status, reason = _without_report(ended, planned.timeout_s)
        return unmeasured(planned, status, reason, **common)
    status, reason = _judged(planned, report, telemetry)
    if not report.samples:
        return unmeasured(planned, status, reason, **common)
    return _measured(planned, report, status, reason, common)


def unmeasured(planned: PlannedCase, status: Status, reason: str, **more: Any) -> Case:  # noqa: ANN401
    """Give a case without samples."""
    return Case(
        key=planned.key, status=status, reason=reason[:REASON_LIMIT], unit=planned.unit,
        devices=_indices(planned), **more,
    )  # fmt: skip


def skipped(planned: PlannedCase) -> Case:
    """Give a case that this device cannot do."""
    return unmeasured(planned, "skipped", planned.skip)


def not_run(planned: PlannedCase) -> Case:
    """Give a case that an interruption came before."""
    return unmeasured(planned, "not_run", "interrupted before this case was finished")


def is_failure(case: Case) -> bool:
    """Tell whether a case should have been measured and was not."""
    return case.status not in MEASURED | {"skipped", "not_run"}


def _measured(
    planned: PlannedCase, report: CaseResult, status: Status, reason: str, common: dict[str, Any]
) -> Case:
    work = None if planned.unit == "s" else report.work
    return Case(
        key=planned.key, status=status, reason=reason[:REASON_LIMIT], samples=report.samples,
        work=report.work, work_unit=report.work_unit, value=headline(report.samples, work),
        unit=planned.unit, ci95=headline_interval(report.samples, work),
        derived=report.derived, checks=report.checks, devices=_indices(planned), **common,
    )  # fmt: skip


def _judged(
    planned: PlannedCase, report: CaseResult, telemetry: Telemetry | None
) -> tuple[Status, str]:
    if report.status not in MEASURED:
        return report.status, report.reason
    clock_mhz = telemetry.sm_clock_mhz_median if telemetry else None
    beyond = above_peak(planned.job.spec, planned.devices[0], report, clock_mhz)
    if beyond:
        return "invalid", beyond
    slowed = [r for r in telemetry.throttle_reasons if r in SLOWDOWNS] if telemetry else []
    if slowed:
        return "throttled", f"clocks were lowered: {', '.join(slowed)}"
    return report.status, report.reason


def _without_report(ended: Ended, timeout_s: float) -> tuple[Status, str]:
    said = last_line(ended.stderr)
    if ended.cause == "timeout":
        stuck = "" if ended.returncode is not None else "; the process cannot be killed"
        return "timeout", f"not finished after {timeout_s:g} s{stuck}"
    if ended.cause == "interrupted":
        return "not_run", "interrupted before this case was finished"
    if ended.returncode is not None and ended.returncode < 0:
        name = signal_name(-ended.returncode)
        if ended.oom_killed and -ended.returncode == signal.SIGKILL:
            return "oom", "killed by the kernel, out of memory"
        return "crashed", f"killed by {name}{said}"
    if ended.returncode:
        return "failed", f"ended with exit code {ended.returncode}{said}"
    return "failed", f"reported no result that can be read{said}"


def signal_name(number: int) -> str:
    """Name a signal; real-time ones have numbers only."""
    known: Sequence[int] = [entry.value for entry in signal.Signals]
    return signal.Signals(number).name if number in known else f"signal {number}"


def last_line(text: str) -> str:
    """Give the last line that a process printed, ready to be appended; empty if there is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    printable = "".join(c if c.isprintable() else "?" for c in lines[-1]) if lines else ""
    return f": {printable[:300]}" if printable else ""


def _indices(planned: PlannedCase) -> tuple[int, ...]:
    return tuple(device.index for device in planned.devices)
