"""Measuring: what this machine really does, and curves fitted to it.

The chain of `dcbench run`, in the order in which it works:

    suite         which cases, as a data file (`suites/quick.toml`)
    devices       what this machine has, found by `probe` in a process of its own
    case_plan     suite x devices -> planned cases, or the reason why one is skipped
    supervise     one process, from start to end, whatever it does
    worker        inside that process: `kernels` run under `timing`; an all-reduce starts `rank`s
    disturbance   whether other programs used the CPU meanwhile
    telemetry     power, clocks and heat meanwhile, read by `telemetry_sampler`
    outcomes      how the process ended -> status and case
    runner        all of the above, journal and run record
    frames        run records as pandas tables, for notebooks

The public functions are loaded when first used: importing this package imports nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dcbench_benchmarks.calibration import calibrate
    from dcbench_benchmarks.frames import cases_frame
    from dcbench_benchmarks.runner import run

__all__ = ["calibrate", "cases_frame", "run"]

_HOME = {
    "run": "dcbench_benchmarks.runner",
    "calibrate": "dcbench_benchmarks.calibration",
    "cases_frame": "dcbench_benchmarks.frames",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol of PEP 562
    """Load a public function when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - keeps the import of the package free

    return getattr(import_module(_HOME[name]), name)
