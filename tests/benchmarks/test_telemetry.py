from __future__ import annotations

import io
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dcbench_benchmarks.nvml import Nvml, Unavailable, reason_names
from dcbench_benchmarks.probe import list_by_nvml
from dcbench_benchmarks.telemetry import Sampler, energy_j, parse, summarise
from dcbench_benchmarks.telemetry_sampler import sample
from tests.benchmarks.examples import CPU, gpu

FAKE_PYNVML = """
import os, time
NVML_CLOCK_SM, NVML_CLOCK_MEM, NVML_TEMPERATURE_GPU = 1, 2, 0
class NVMLError(Exception): pass
MODE = "{mode}"
def nvmlInit():
    if MODE == "absent": raise NVMLError("Driver Not Loaded")
    if MODE == "hang": time.sleep(600)
    if MODE == "crash": os.abort()
def nvmlDeviceGetHandleByUUID(uuid): return uuid
def nvmlDeviceGetPowerUsage(h): return 700_000
def nvmlDeviceGetClockInfo(h, which): return 1980 if which == NVML_CLOCK_SM else 2619
def nvmlDeviceGetTemperature(h, which): return 61
def nvmlDeviceGetCurrentClocksEventReasons(h): return 0x4
def nvmlDeviceGetTotalEnergyConsumption(h): raise NVMLError("Not Supported")
"""


def readings(count: int = 5, period_s: float = 1.0, **changes: object) -> list[dict[str, Any]]:
    return [
        {"t": i * period_s, "gpu": 0, "power_mw": 500e3, "sm_mhz": 1500.0 + i, "reasons": 0,
         "energy_mj": i * period_s * 500e3, "temperature_c": 50.0 + i} | changes
        for i in range(count)
    ]  # fmt: skip


def test_only_the_timed_window_counts() -> None:
    telemetry = summarise(readings(10), window=(2.0, 4.0))
    assert (telemetry.source, telemetry.num_samples) == ("nvml", 3)
    assert telemetry.sm_clock_mhz_median == 1503
    assert telemetry.temperature_c_max == 54
    assert telemetry.power_w_mean == 500


def test_reasons_of_all_readings_are_kept_and_idleness_is_none() -> None:
    seen = [*readings(2, reasons=0x1), *readings(1, reasons=0x44)]
    assert summarise(seen, (0, 9)).throttle_reasons == ("sw_power_cap", "hw_thermal_slowdown")
    assert reason_names(0x1) == ()


def test_energy_is_the_counters_difference_from_five_seconds_on() -> None:
    assert energy_j(readings(7)) == pytest.approx(6 * 500)  # 500 W for 6 s
    assert energy_j(readings(5)) is None  # 4 s
    two = readings(7) + readings(7, gpu=1)
    assert energy_j(two) == pytest.approx(2 * 6 * 500)


def test_a_counter_that_stands_still_or_runs_backwards_gives_no_energy() -> None:
    assert energy_j(readings(7, energy_mj=5.0)) is None
    backwards = readings(7)
    backwards[-1]["energy_mj"] = -1.0
    assert energy_j(backwards) is None


def test_what_the_driver_does_not_tell_is_absent_and_named() -> None:
    bare = [{"t": 1.0, "gpu": 0, "temperature_c": 40.0}]
    telemetry = summarise(bare, (0, 2))
    assert telemetry.power_w_mean is None
    assert telemetry.reason == "the driver does not tell: power_mw, sm_mhz, reasons"


def test_a_torn_last_line_is_dropped() -> None:
    assert parse(b'{"t": 1, "gpu": 0}\n{"t": 2, "gp') == [{"t": 1, "gpu": 0}]


@pytest.mark.parametrize(
    ("mode", "source", "words"),
    [
        ("works", "nvml", ""),
        ("absent", "none", "Driver Not Loaded"),
        ("hang", "none", "no reading"),
        ("crash", "none", "signal 6"),
    ],
)
def test_the_sampler_process_survives_every_nvml(
    mode: str, source: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pynvml.py").write_text(FAKE_PYNVML.replace("{mode}", mode))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    begin = time.monotonic()
    with Sampler([gpu()]) as sampler:
        _wait_for_output(sampler, 0.5 if mode == "hang" else 10)
        telemetry = sampler.telemetry((begin, time.monotonic()))
    assert telemetry.source == source
    assert words in telemetry.reason
    if mode == "works":
        assert telemetry.power_w_mean == 700
        assert telemetry.throttle_reasons == ("sw_power_cap",)
        assert telemetry.energy_j is None


def _wait_for_output(sampler: Sampler, limit_s: float) -> None:
    """Wait for two readings, the end of the sampler, or the limit."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if sampler._process is None or sampler._process.poll() is not None:
            return
        if sampler._output and sampler._output.seek(0, 2) > 200:
            return
        time.sleep(0.02)


def test_a_cpu_has_no_telemetry_and_starts_no_process() -> None:
    with Sampler([CPU]) as sampler:
        assert sampler._process is None
        assert sampler.telemetry((0, 1)).source == "none"


class FakeNvmlError(Exception):
    pass


def fake_library(**changes: object) -> SimpleNamespace:
    def refuse(*_: object) -> None:
        raise FakeNvmlError

    answers: dict[str, Any] = {
        "nvmlInit": lambda: None, "NVMLError": FakeNvmlError, "nvmlDeviceGetCount": lambda: 2,
        "nvmlSystemGetDriverVersion": lambda: "580.1", "nvmlDeviceGetHandleByIndex": lambda i: i,
        "nvmlDeviceGetName": lambda _: b"NVIDIA H100 80GB HBM3",
        "nvmlDeviceGetUUID": lambda i: f"GPU-{i}",
        "nvmlDeviceGetMemoryInfo": lambda _: SimpleNamespace(total=85 * 10**9),
        "nvmlDeviceGetCudaComputeCapability": lambda _: (9, 0),
        "nvmlDeviceGetEnforcedPowerLimit": lambda _: 700_000,
        "nvmlDeviceGetPciInfo": lambda _: SimpleNamespace(busId="00000000:01:00.0"),
        "nvmlDeviceGetMigMode": refuse, "nvmlDeviceGetPersistenceMode": lambda _: 1,
        "nvmlDeviceGetHandleByUUID": lambda uuid: uuid, "nvmlDeviceGetPowerUsage": lambda _: 1000,
        "nvmlDeviceGetClockInfo": lambda *_: 1000, "NVML_CLOCK_SM": 1, "NVML_CLOCK_MEM": 2,
        "nvmlDeviceGetTemperature": lambda *_: 30, "NVML_TEMPERATURE_GPU": 0,
        "nvmlDeviceGetCurrentClocksThrottleReasons": lambda _: 0x8,
        "nvmlDeviceGetTotalEnergyConsumption": refuse,
    }  # fmt: skip
    return SimpleNamespace(**(answers | changes))


def test_gpus_are_described_and_unanswered_questions_left_out() -> None:
    (first, second), unreachable = list_by_nvml(Nvml(fake_library()))
    assert not unreachable
    assert first == {
        "index": 0, "name": "NVIDIA H100 80GB HBM3", "uuid": "GPU-0", "memory_bytes": 85 * 10**9,
        "compute_capability": "9.0", "power_limit_w": 700.0, "pci_bus_id": "00000000:01:00.0",
        "persistence": 1, "mig": False, "driver": "580.1",
    }  # fmt: skip
    assert second["index"] == 1


def test_a_gpu_that_cannot_be_opened_is_named_and_hides_no_other() -> None:
    def opened(index: int) -> int:
        if index == 0:
            raise FakeNvmlError("GPU is lost")
        return index

    gpus, unreachable = list_by_nvml(Nvml(fake_library(nvmlDeviceGetHandleByIndex=opened)))
    assert [(gpu["index"], gpu["uuid"]) for gpu in gpus] == [(0, "GPU-1")]
    assert unreachable == ["GPU 0 of the driver: NVML: GPU is lost"]


@pytest.mark.parametrize(
    ("status", "instant_mw", "expected"),
    [(0, 650_000, 650_000), (3, 650_000, 1000), (0, 0, 1000)],  # 3: NVML_ERROR_NOT_SUPPORTED
)
def test_power_is_that_of_the_moment_where_the_driver_tells_it(
    status: int, instant_mw: int, expected: int
) -> None:
    # From Ampere on nvmlDeviceGetPowerUsage, here 1000 mW, is the mean of the last second (nvml.h).
    value = SimpleNamespace(nvmlReturn=status, value=SimpleNamespace(uiVal=instant_mw))
    library = fake_library(
        NVML_FI_DEV_POWER_INSTANT=186, nvmlDeviceGetFieldValues=lambda _handle, _fields: [value]
    )
    assert Nvml(library).read("GPU-0")["power_mw"] == expected


def test_a_sampled_gpu_that_is_lost_says_so() -> None:
    def lost(_: str) -> None:
        raise FakeNvmlError("GPU is lost")

    with pytest.raises(Unavailable, match="GPU is lost"):
        Nvml(fake_library(nvmlDeviceGetHandleByUUID=lost)).handle("GPU-0")


def test_old_libraries_without_event_reasons_answer_by_their_old_name() -> None:
    output = io.StringIO()
    turns = iter([True, False])
    sample(Nvml(fake_library()), ["GPU-0"], output, more=lambda: next(turns))
    (reading,) = parse(output.getvalue().encode())
    assert reading["reasons"] == 8
    assert "energy_mj" not in reading


def test_a_library_that_cannot_start_says_why() -> None:
    def refuse() -> None:
        raise FakeNvmlError("Driver/library version mismatch")

    with pytest.raises(Unavailable, match="version mismatch"):
        Nvml(fake_library(nvmlInit=refuse))
