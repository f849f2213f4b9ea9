"""Power, clocks, temperature and throttling while a case was timed.

The readings come from a process of their own (`telemetry_sampler`); times are the host's monotonic
clock, which all its processes share. Without NVML there is no telemetry and the record says why.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from typing import IO, Any, Self

from dcbench.records.run import Device, Telemetry
from dcbench_benchmarks.nvml import reason_names
from dcbench_benchmarks.processes import child_environment, module_argv

ENERGY_WINDOW_S = 5.0
"""Below this the steps of the energy counter (about 100 ms) are more than 2 % of the window."""
STOP_S = 1.0
SLOWDOWNS = frozenset(
    {"hw_slowdown", "sw_thermal_slowdown", "hw_thermal_slowdown", "hw_power_brake"}
)
"""Reasons that make a case `throttled`. The power cap is not among them: a large matrix product at
the power limit is the steady state of such a GPU, not a fault of it."""

Reading = dict[str, Any]


class Sampler:
    """Samples the GPUs of a case while entered; does nothing for CPUs."""

    def __init__(self, devices: Sequence[Device], module: str = "telemetry_sampler") -> None:
        self._uuids = [device.uuid for device in devices if device.uuid]
        self._is_cpu = all(device.kind == "cpu" for device in devices)
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the sampler."""
        if self._uuids:
            self._output = tempfile.TemporaryFile()
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*module_argv(self._module), *self._uuids],
                stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.DEVNULL,
                env=child_environment(), start_new_session=True,
            )  # fmt: skip
        return self

    def __exit__(self, *failure: object) -> None:
        """End the sampler, hanging or not."""
        self._stop()
        if self._output:
            self._output.close()

    def telemetry(self, window: tuple[float, float] | None) -> Telemetry:
        """End the sampler and sum up what it saw between the two times."""
        if self._is_cpu:
            return Telemetry(source="none", reason="CPU: no telemetry is read")
        if not self._output:
            return Telemetry(source="none", reason="no NVML identity of the GPU")
        if window is None:
            return Telemetry(source="none", reason="nothing was timed")
        code = self._stop()
        self._output.seek(0)
        return summarise(parse(self._output.read()), window, code)

    def _stop(self) -> int | None:
        """Give the exit code if it had ended by itself, else end it and give None."""
        if self._process is None:
            return None
        code = self._process.poll()
        if code is None:
            self._process.kill()
            # One that hangs in the driver dies when that call returns.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
        return code


def parse(data: bytes) -> list[Reading]:
    """Read the sampler's lines; the last may be torn."""
    readings = []
    for line in data.splitlines():
        try:
            reading = json.loads(line)
        except ValueError:
            continue
        if isinstance(reading, dict):
            readings.append(reading)
    return readings


def summarise(
    readings: Sequence[Reading], window: tuple[float, float], exit_code: int | None = None
) -> Telemetry:
    """Sum up the readings of a window.

    Powers and clocks are per GPU (mean and median over GPUs and time), energy is the sum over
    GPUs.

    Args:
        readings: of the sampler, in order.
        window: first and last monotonic time, in seconds.
        exit_code: of a sampler that ended by itself; None otherwise.
    """
    error = next((reading["error"] for reading in readings if "error" in reading), "")
    inside = [r for r in readings if "t" in r and window[0] <= r["t"] <= window[1]]
    if not inside:
        reason = error or _silence(exit_code)
        return Telemetry(source="none", reason=reason)
    power_w = [r["power_mw"] / 1e3 for r in inside if "power_mw" in r]
    bits = 0
    for reading in inside:
        bits |= int(reading.get("reasons", 0))
    return Telemetry(
        source="nvml", num_samples=len(inside), reason=_gaps(inside, exit_code),
        power_w_mean=statistics.fmean(power_w) if power_w else None,
        power_w_max=max(power_w, default=None), energy_j=energy_j(inside),
        sm_clock_mhz_median=_median(inside, "sm_mhz"),
        memory_clock_mhz_median=_median(inside, "memory_mhz"),
        temperature_c_max=max((r["temperature_c"] for r in inside if "temperature_c" in r),
                              default=None),
        throttle_reasons=reason_names(bits),
    )  # fmt: skip


def energy_j(readings: Sequence[Reading]) -> float | None:
    """Energy between first and last reading, summed over GPUs, in joules.

    None when the window is shorter than 5 s or a counter is missing, stood still or ran backwards.
    """
    total = 0.0
    for gpu in {reading["gpu"] for reading in readings}:
        counted = [r for r in readings if r["gpu"] == gpu and "energy_mj" in r]
        if len(counted) < 2 or counted[-1]["t"] - counted[0]["t"] < ENERGY_WINDOW_S:
            return None
        used_mj = counted[-1]["energy_mj"] - counted[0]["energy_mj"]
        if used_mj <= 0:
            return None
        total += used_mj / 1e3
    return total


def _median(readings: Sequence[Reading], name: str) -> float | None:
    values = [reading[name] for reading in readings if name in reading]
    return statistics.median(values) if values else None


def _gaps(inside: Sequence[Reading], exit_code: int | None) -> str:
    if exit_code is not None:
        return f"{_silence(exit_code)} after {len(inside)} readings"
    missing = [name for name in ("power_mw", "sm_mhz", "reasons") if name not in inside[-1]]
    return f"the driver does not tell: {', '.join(missing)}" if missing else ""


def _silence(exit_code: int | None) -> str:
    if exit_code is None:
        return "the sampler gave no reading in the timed window"
    how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
    return f"the sampler ended by itself ({how})"
