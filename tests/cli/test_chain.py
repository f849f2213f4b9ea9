"""The whole chain as a user types it: measure this machine, calibrate, plan, predict, report."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dcbench.records.files import read_any
from dcbench.records.journal import read_journal

TIMING = """
schema = "dcbench.suite"
version = 1
name = "tiny"
timeout_s = 60.0

[timing.cpu]
warmup_min_s = 0.0
warmup_max_s = 0.05
drift = 0.5
batch_min_s = 0.001
min_batches = 6
min_s = 0.02
budget_s = 0.2
interval = 0.5
"""
MATMUL = """
[[case]]
op = "matmul"
device = "cpu"
dtype = "fp32"
m = {size}
n = {size}
k = {size}
"""
CASES = """
id,accelerator,accel_mem_gb,n_accelerators,per_node,model_name,seq_len,global_batch,micro_batch,dtype
a,H100-SXM,80,64,8,llama-3.1-8b,8192,512,1,bf16
b,H100-SXM,80,64,8,no-such-model,8192,512,1,bf16
"""


def dcbench(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run a command in a folder, insist on its exit code, and give its standard output."""
    result = subprocess.run(
        [sys.executable, "-m", "dcbench", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> Path:
    """Give a folder with a suite, a run and its calibration."""
    folder = tmp_path_factory.mktemp("chain")
    suite = TIMING + "".join(MATMUL.format(size=size) for size in (64, 128, 256))
    (folder / "tiny.toml").write_text(suite)
    dcbench(folder, "run", "--gpus", "none", "--suite", "tiny.toml", "--out", "r", "--json")
    dcbench(folder, "calibrate", "r/run.json", "--out", "c.json")
    return folder


def test_run_and_calibration_are_records(measured):
    run, calibration = read_any(measured / "r" / "run.json"), read_any(measured / "c.json")

    assert [case.status in {"ok", "noisy", "not_steady"} for case in run.cases] == [True] * 3
    assert calibration.devices[0].kind == "cpu"


def test_plan_with_a_calibration_and_report(measured):
    arguments = ["plan", "--params", "7e9", "--calibration", "c.json", "--out", "p.json"]
    dcbench(measured, *arguments, "--report", "p.html")
    dcbench(measured, "report", "r/run.json", "c.json", "p.json", "--out", "all.html")

    plan = read_any(measured / "p.json")
    assert plan.scenario.params == 7e9
    for page in ("p.html", "all.html"):
        text = (measured / page).read_text()
        assert text.lower().startswith("<!doctype html>")
        assert text.rstrip().endswith("</html>")


def test_json_is_the_only_thing_on_stdout(measured):
    plan = json.loads(dcbench(measured, "plan", "--params", "7e9", "--json"))
    facility = json.loads(
        dcbench(measured, "facility", "--it-kw", "1000", "--site", "ashburn", "--json")
    )

    assert plan["schema"] == "dcbench.plan"
    assert facility["schema"] == "dcbench.facility"


def test_predict_answers_each_row_and_fails_none_of_the_others(measured):
    (measured / "cases.csv").write_text(CASES.lstrip())

    dcbench(measured, "predict", "cases.csv", "--out", "pred.csv")

    lines = (measured / "pred.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["id", "a", "b"]
    assert lines[1].split(",")[1] == "ok"
    assert lines[2].split(",")[1] in {"invalid", "unsupported"}


def test_facility_writes_a_record(measured):
    dcbench(measured, "facility", "--it-kw", "1000", "--site", "ashburn", "--out", "f.json")

    assert read_any(measured / "f.json").it_kw == 1000


@pytest.mark.parametrize(
    ("flag", "arguments"),
    [
        ("--out", ["calibrate", "r", "--out", "r/run.json"]),
        ("--out", ["report", "r/run.json", "--out", "r/run.json"]),
        ("--out", ["plan", "--params", "7e9", "--calibration", "c.json", "--out", "c.json"]),
        ("--report", ["plan", "--params", "7e9", "--out", "one", "--report", "one"]),
    ],
)
def test_no_command_overwrites_a_file_of_its_own(measured, flag, arguments):
    before = {path: path.read_bytes() for path in measured.rglob("*") if path.is_file()}

    result = subprocess.run(
        [sys.executable, "-m", "dcbench", *arguments],
        cwd=measured, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 2
    assert result.stderr.startswith(f"dcbench: {flag}: ")
    assert {path: path.read_bytes() for path in measured.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--params", "0"],
        ["--params", "-1"],
        ["--params", "nan"],
        ["--params", "1e30"],
        ["--params", "7b"],
        ["--params", "7e9", "--accelerator", "H1000"],
        ["--params", "7e9", "--site", "atlantis"],
        ["--params", "7e9", "--deadline", "30"],
        ["--params", "7e9", "--gpus", "0"],
        ["--params", "7e9", "--model", "gpt-3-175b"],
        ["--model", "no-such-model"],
        ["--params", "7e9", "--objective", "fame"],
        ["--params", "7e9", "--scenario", "missing.toml"],
        ["--params", "7e9", "--calibration", "/dev/zero"],
        ["--params", "7e9", "--catalog", "missing.toml"],
        ["--params", "7e9", "--out", "no/such/folder/p.json"],
        ["--parms", "7e9"],
    ],
)
def test_bad_plan_input_is_one_line_and_exit_code_2(tmp_path, arguments):
    result = subprocess.run(
        [sys.executable, "-m", "dcbench", "plan", *arguments],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 2, result.stderr
    assert result.stderr.splitlines()[-1].startswith("dcbench: ")
    assert len([line for line in result.stderr.splitlines() if line.startswith("dcbench: ")]) == 1
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_is_not_there_is_exit_code_3(tmp_path):
    assert dcbench(tmp_path, "run", "--gpus", "63", "--out", "r", code=3) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path):
    (tmp_path / "file").write_text("")
    start = time.monotonic()

    dcbench(tmp_path, "run", "--gpus", "none", "--out", "file/run", code=2)

    assert time.monotonic() - start < 20


def test_interrupted_run_keeps_what_was_measured(tmp_path):
    suite = TIMING + MATMUL.format(size=64)
    many = suite + "".join(MATMUL.format(size=128 + step) for step in range(40))
    (tmp_path / "many.toml").write_text(many)
    command = [sys.executable, "-m", "dcbench", "run", "--gpus", "none", "--suite", "many.toml"]
    run = subprocess.Popen(
        [*command, "--out", "r"],
        cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not finished_cases(tmp_path / "r"):
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    _, stderr = run.communicate(timeout=60)

    assert run.returncode == 130, stderr
    assert "Traceback" not in stderr
    record = read_any(tmp_path / "r" / "run.json")
    assert any(case.samples for case in record.cases)


def finished_cases(folder: Path) -> int:
    """Count the cases in the journal of a run that goes on."""
    path = folder / "journal.jsonl"
    entries = read_journal(path)[0] if path.exists() else []
    return len([entry for entry in entries if "case" in entry])
