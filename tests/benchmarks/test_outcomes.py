from __future__ import annotations

from typing import Any

import pytest

from dcbench.records.run import Telemetry
from dcbench_benchmarks.jobs import CaseResult, failure
from dcbench_benchmarks.outcomes import case_of, is_failure, not_run, skipped
from dcbench_benchmarks.supervise import Ended
from tests.benchmarks.examples import gpu, planned

REPORT = CaseResult(
    status="ok", samples=(0.5, 0.4, 0.5, 0.5, 0.5, 0.6), work=1e9, work_unit="flop",
    window=(0.0, 1.0),
)  # fmt: skip


def ended(**changes: object) -> Ended:
    facts: dict[str, Any] = {
        "cause": "exited", "returncode": 0, "result": REPORT.model_dump_json().encode(),
        "stdout": "", "stderr": "", "duration_s": 1.0, "oom_killed": False,
    }  # fmt: skip
    return Ended(**(facts | changes))


def status_of(**changes: object) -> tuple[str, str]:
    case = case_of(planned(), ended(**changes), None, "now")
    return case.status, case.reason


def test_a_good_report_becomes_value_and_interval() -> None:
    case = case_of(planned(), ended(), None, "now")
    assert case.status == "ok"
    assert case.value == 2e9  # 1e9 FLOP in the median 0.5 s
    assert case.ci95 == pytest.approx((1e9 / 0.6, 1e9 / 0.4))  # n = 6: smallest to largest
    assert case.devices == (0,)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"returncode": -11, "result": b""}, "crashed", "SIGSEGV"),
        ({"returncode": -11}, "crashed", "SIGSEGV"),  # after a whole report: not trusted
        ({"returncode": -9, "result": b""}, "crashed", "SIGKILL"),
        ({"returncode": -9, "result": b"", "oom_killed": True}, "oom", "kernel"),
        ({"returncode": -40, "result": b""}, "crashed", "signal 40"),
        ({"returncode": 3, "result": b"", "stderr": "a\nError: b\n"}, "failed", "3: Error: b"),
        ({"result": b""}, "failed", "no result"),
        ({"result": b"\xff{"}, "failed", "no result"),
        ({"result": b'{"status":"ok","samples":[NaN]}'}, "failed", "no result"),
        ({"cause": "timeout", "returncode": -9, "result": b""}, "timeout", "after 20 s"),
        ({"cause": "timeout", "returncode": None, "result": b""}, "timeout", "cannot be killed"),
        ({"cause": "interrupted", "returncode": -15, "result": b""}, "not_run", "interrupted"),
    ],
)
def test_every_way_to_end_has_its_status(changes: dict[str, Any], status: str, words: str) -> None:
    found, reason = status_of(**changes)
    assert found == status
    assert words in reason


@pytest.mark.parametrize("status", ["noisy", "not_steady", "invalid", "failed", "oom", "hw_fault"])
def test_what_the_worker_says_is_kept(status: str) -> None:
    report = REPORT.model_copy(update={"status": status, "reason": "because"})
    assert status_of(result=report.model_dump_json().encode()) == (status, "because")


def test_slowing_down_by_heat_is_throttled_and_the_power_cap_is_not() -> None:
    hot = Telemetry(source="nvml", throttle_reasons=("sw_power_cap", "hw_thermal_slowdown"))
    case = case_of(planned(), ended(), hot, "now")
    assert (case.status, case.samples) == ("throttled", REPORT.samples)
    capped = Telemetry(source="nvml", throttle_reasons=("sw_power_cap",))
    assert case_of(planned(), ended(), capped, "now").status == "ok"


def test_more_than_the_published_peak_is_invalid() -> None:
    fast = REPORT.model_copy(update={"work": 1e15})  # 2 PFLOP/s of fp32 on an H100
    case = case_of(
        planned(devices=(gpu(),)), ended(result=fast.model_dump_json().encode()), None, "now"
    )
    assert case.status == "invalid"
    assert "above physics" in case.reason
    assert case.samples


def test_only_what_should_have_been_measured_and_was_not_is_a_failure() -> None:
    assert not is_failure(case_of(planned(), ended(), None, "now"))
    assert is_failure(case_of(planned(), ended(result=b""), None, "now"))
    assert not is_failure(not_run(planned()))


def test_skipped_cases_carry_the_reason() -> None:
    from dataclasses import replace

    case = skipped(replace(planned(), skip="no such dtype here"))
    assert (case.status, case.reason) == ("skipped", "no such dtype here")
    assert not is_failure(case)


class OutOfMemoryError(RuntimeError):
    """Named as torch's is."""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MemoryError(), "oom"),
        (OutOfMemoryError("CUDA out of memory"), "oom"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "oom"),
        (RuntimeError("CUDA error: out of memory"), "oom"),  # a new context, AcceleratorError
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), "oom"),
        (RuntimeError("CUDA error: uncorrectable ECC error encountered"), "hw_fault"),
        (ValueError("shapes\ndiffer"), "failed"),
    ],
)
def test_exceptions_of_a_worker_have_their_status(error: Exception, status: str) -> None:
    result = failure(error)
    assert result.status == status
    assert "\n" not in result.reason
    assert type(error).__name__ in result.reason
