from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dcbench.errors import EnvironmentUnfitError, InputError
from dcbench.records.files import read_record
from dcbench.records.journal import read_journal
from dcbench.records.run import Case, RunRecord
from dcbench_benchmarks import run, runner
from dcbench_benchmarks.case_plan import PlannedCase
from dcbench_benchmarks.runner import RunPlan, plan
from tests.benchmarks.examples import DOUBLE, double

SUITE = """
schema = "dcbench.suite"
version = 1
name = "tiny"
timeout_s = 60.0
[timing.cpu]
warmup_min_s = 0.0
warmup_max_s = 0.05
drift = 0.5
batch_min_s = 0.0005
min_batches = 6
min_s = 0.0
budget_s = 0.2
interval = 0.5
"""
MATMUL = '[[case]]\nop = "matmul"\ndevice = "cpu"\ndtype = "fp32"\nm = 64\nn = 64\nk = 64\n'
COPY = '[[case]]\nop = "memory_copy"\ndevice = "cpu"\nbytes = 65536\n'
REDUCE = '[[case]]\nop = "all_reduce"\ndevice = "cpu"\nbytes = 4096\nranks = 2\n'
STEP = """[[case]]
op = "train_step"
device = "cpu"
dtype = "fp32"
[[case.shapes]]
layers = 1
d_model = 32
heads = 2
kv_heads = 1
d_ff = 64
vocab = 64
sequence = 16
micro_batch = 1
"""


class Watching:
    """Keeps what a run tells, and what was on disk at that moment."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self.finished_cases: list[tuple[int, str]] = []
        self.kept: list[int] = []

    def planned(self, plan: RunPlan) -> None:
        pass

    def started(self, number: int, case: PlannedCase) -> None:
        pass

    def finished(self, number: int, case: Case) -> None:
        self.finished_cases.append((number, case.status))
        self.kept.append(len(read_journal(self._journal)[0]) - 1)


@pytest.fixture
def suite(tmp_path: Path) -> str:
    return _suite(tmp_path, 3 * MATMUL)


def _suite(folder: Path, cases: str) -> str:
    file = folder / "suite.toml"
    file.write_text(SUITE + cases)
    return str(file)


def test_a_real_run_on_the_cpu_measures_every_kind_of_case(tmp_path: Path) -> None:
    out = tmp_path / "out"
    record = run(
        gpus="none", suite=_suite(tmp_path, MATMUL + COPY + REDUCE + STEP), out=out, timeout_s=60
    )
    assert [case.key["op"] for case in record.cases] == [
        "matmul", "memory_copy", "all_reduce", "train_step",
    ]  # fmt: skip
    for case in record.cases:
        assert case.status in {"ok", "noisy", "not_steady"}, case.reason
        assert case.value
        assert case.devices == (0,)
    reduce = record.cases[2]
    assert (reduce.unit, reduce.checks["elements_wrong"]) == ("s", 0)
    assert reduce.derived["busbw_bytes_per_s"] == pytest.approx(4096 / reduce.value)
    assert record.cases[3].derived["loss_last"] < record.cases[3].derived["loss_first"]
    assert read_record(out / "run.json", RunRecord) == record


@pytest.mark.parametrize(
    ("mode", "status"),
    [("crash", "crashed"), ("garbage", "failed"), ("nan", "failed"), ("oom", "oom"),
     ("exit", "failed"), ("flood", "ok"), ("killed", "crashed")],
)  # fmt: skip
def test_a_bad_case_does_not_stop_the_next(
    mode: str, status: str, suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = iter(["good", mode, "good"])
    monkeypatch.setattr(runner, "module_argv", lambda _: double(next(modes)))
    watch = Watching(tmp_path / "out" / "journal.jsonl")
    record = run(gpus="none", suite=suite, out=tmp_path / "out", observer=watch)
    assert [case.status for case in record.cases] == ["ok", status, "ok"]
    assert watch.finished_cases == [(0, "ok"), (1, status), (2, "ok")]
    assert watch.kept == [1, 2, 3]  # each was in the journal before it was told
    entries, damaged = read_journal(tmp_path / "out" / "journal.jsonl")
    assert damaged == 0
    assert [Case.model_validate_json(json.dumps(e["case"])) for e in entries[1:]] == list(
        record.cases
    )


def test_a_case_that_hangs_ends_with_its_time_limit(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = iter(["slow", "good", "good"])
    monkeypatch.setattr(runner, "module_argv", lambda _: double(next(modes)))
    record = run(gpus="none", suite=suite, out=tmp_path / "out", timeout_s=1.5)
    assert [case.status for case in record.cases] == ["timeout", "ok", "ok"]


def test_no_gpu_is_noted_in_the_record(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "module_argv", lambda _: double("good"))
    monkeypatch.setattr(runner, "search_gpus", lambda _: runner_search())
    record = run(gpus="all", suite=suite, out=tmp_path / "out")
    assert "CPU is measured instead" in record.environment.notes[0]


def runner_search():
    from dcbench_benchmarks.devices import Search

    return Search(reason="no driver")


def test_without_torch_nothing_can_be_measured(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "torch_build", lambda: None)
    with pytest.raises(EnvironmentUnfitError, match="torch is not installed"):
        run(gpus="none", suite=suite, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("limit", [0, -1.0, float("nan"), float("inf"), 1e9])
def test_time_limits_that_are_none_are_refused(limit: float) -> None:
    with pytest.raises(InputError, match="--timeout-s"):
        plan(gpus="none", timeout_s=limit)


def test_a_failing_disk_ends_the_run_with_a_reason(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "module_argv", lambda _: double("good"))
    calls = []

    def fsync(_: int) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(EnvironmentUnfitError, match="No space left"):
        run(gpus="none", suite=suite, out=tmp_path / "out")
    assert len(read_journal(tmp_path / "out" / "journal.jsonl")[0]) >= 2


STARTER = """
import sys
from pathlib import Path
from dcbench_benchmarks import run, runner
modes = iter(["good", "{mode}", "good"])
runner.module_argv = lambda _: [sys.executable, {double!r}, next(modes)]
class Watch(runner.Silent):
    def started(self, number, case):
        print("started", number, flush=True)
run(gpus="none", suite={suite!r}, out=Path({out!r}), observer=Watch())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_what_was_measured(
    number: signal.Signals, suite: str, tmp_path: Path
) -> None:
    out, double_here = tmp_path / "out", tmp_path / "double.py"
    shutil.copy(DOUBLE, double_here)
    code = STARTER.format(mode="hang", double=str(double_here), suite=suite, out=str(out))
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while "started 1" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.3)
    begin = time.monotonic()
    process.send_signal(number)
    _, stderr = process.communicate(timeout=20)
    assert time.monotonic() - begin < 5
    assert "KeyboardInterrupt" in stderr
    record = read_record(out / "run.json", RunRecord)
    assert [case.status for case in record.cases] == ["ok", "not_run", "not_run"]
    assert _commands_running(f"{double_here}\0hang") == []


def test_killing_the_run_leaves_no_process(tmp_path: Path) -> None:
    suite = _suite(tmp_path, REDUCE)
    code = (
        "from pathlib import Path; from dcbench_benchmarks import run\n"
        f"run(gpus='none', suite={suite!r}, out=Path({str(tmp_path / 'out')!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"TMPDIR": tmp_path})
    ranks = f"dcbench_benchmarks.rank\x000\x00{tmp_path}"
    _wait_until(lambda: _commands_running(ranks), limit_s=20)
    process.kill()
    process.wait()
    _wait_until(lambda: not _commands_running(str(tmp_path)), limit_s=5)


def _wait_until(condition: Callable[[], object], limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _commands_running(text: str) -> list[str]:
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = file.read_bytes().decode(errors="replace")
            found += [command] if text in command else []
    return found


def test_planning_and_measuring_do_not_import_torch_here(suite: str, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from dcbench_benchmarks import run, runner\n"
        f"runner.module_argv = lambda _: [sys.executable, {str(DOUBLE)!r}, 'good']\n"
        f"run(gpus='none', suite={suite!r}, out=Path({str(tmp_path / 'out')!r}))\n"
        "sys.exit('torch' in sys.modules or 'pynvml' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
