"""From run records to curves: `calibrate(paths)` reads, fits and checks."""

from __future__ import annotations

from dcbench_benchmarks.calibration.calibrating import calibrate

__all__ = ["calibrate"]
