from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from dcbench_benchmarks.disturbance import OtherLoad, busy_s
from dcbench_benchmarks.jobs import result_of
from dcbench_benchmarks.kernels.prepared import Checked, Prepared
from dcbench_benchmarks.timing import Timed, Workload


@pytest.fixture
def stat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2})
    return tmp_path / "stat"


def write(stat: Path, busy_ticks: int) -> None:
    # proc(5): user nice system idle iowait irq softirq steal guest guest_nice
    lines = ["cpu 9 9 9 9 9 9 9 9", f"cpu0 {busy_ticks} 0 1 500 7 0 0 2 0 0"]
    stat.write_text(
        "\n".join([*lines, "cpu1 900 0 0 0 0 0 0 0", "cpu2 10 0 0 5 0 0 0 0", "intr 1"])
    )


def test_only_our_cores_count_and_idling_does_not(stat: Path) -> None:
    write(stat, busy_ticks=100)
    assert busy_s(stat) == pytest.approx((100 + 1 + 2 + 10) / os.sysconf("SC_CLK_TCK"))


def test_what_is_busy_and_not_ours_is_others(stat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 11.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    ours = iter([5.0, 5.5])
    load = OtherLoad(own_s=lambda: next(ours), stat=stat)
    write(stat, busy_ticks=0)
    load.start()
    write(stat, busy_ticks=os.sysconf("SC_CLK_TCK"))  # one busy second on one of two cores
    assert load.share() == pytest.approx((1.0 - 0.5) / 2)


def test_a_kernel_that_tells_nothing_gives_no_share(tmp_path: Path) -> None:
    load = OtherLoad(stat=tmp_path / "none")
    load.start()
    assert load.share() == 0


@pytest.mark.parametrize(("share", "status"), [(None, "ok"), (0.04, "ok"), (0.3, "noisy")])
def test_a_tight_case_on_a_busy_host_is_noisy(share: float | None, status: str) -> None:
    prepared = Prepared(
        workload=Workload(iterate=lambda _: None), work=1.0, work_unit="B",
        check=lambda _: Checked(passed=True),
    )  # fmt: skip
    timed = Timed(
        samples=(0.5,) * 6, iterations_per_batch=1, warmup_s=0.0, steady=True, precise=True,
        window=(0.0, 1.0),
    )  # fmt: skip
    result = result_of(prepared, timed, Checked(passed=True), 0.05, share)
    assert result.status == status
    assert result.derived.get("other_cpu_share") == share
