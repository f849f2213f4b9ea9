from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dcbench.cli import doctor_command, run_command
from dcbench.errors import InputError, PartialError
from dcbench_benchmarks import doctor, runner
from tests.benchmarks.examples import double
from tests.benchmarks.test_runner import MATMUL, SUITE

app = typer.Typer()
run_command.register(app)
doctor_command.register(app)


def invoke(*arguments: str):
    return CliRunner().invoke(app, list(arguments), standalone_mode=False)


@pytest.fixture
def suite(tmp_path: Path) -> str:
    file = tmp_path / "suite.toml"
    file.write_text(SUITE + MATMUL)
    return str(file)


def test_a_dry_run_lists_the_cases_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke("run", "--gpus", "none", "--dry-run", "--only", "all_reduce")
    assert result.stdout.splitlines()[0] == "all_reduce fp32 4 KiB 2 ranks    CPU 0"
    assert not list(tmp_path.iterdir())


def test_a_dry_run_as_json_gives_the_keys() -> None:
    result = invoke("run", "--gpus", "none", "--dry-run", "--only", "train_step", "--json")
    (row,) = json.loads(result.stdout)
    assert row["key"]["op"] == "train_step"
    assert row["skip"] == ""


def test_results_are_a_table_or_the_record(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "module_argv", lambda _: double("good"))
    shown = invoke("run", "--gpus", "none", "--suite", suite, "--out", str(tmp_path / "a"))
    assert "matmul fp32 64x64x64  2 GFLOP/s  -0.0% +0.0%    CPU 0   ok" in shown.stdout
    assert "[1/1] matmul fp32 64x64x64  2 GFLOP/s  ok" in shown.stderr
    out = tmp_path / "b"
    printed = invoke("run", "--gpus", "none", "--suite", suite, "--out", str(out), "--json")
    assert json.loads(printed.stdout) == json.loads((out / "run.json").read_text())


def test_failed_cases_make_the_run_partial(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "module_argv", lambda _: double("crash"))
    out = tmp_path / "out"
    result = invoke("run", "--gpus", "none", "--suite", suite, "--out", str(out))
    assert isinstance(result.exception, PartialError)
    assert "1 of 1 cases failed: matmul fp32 64x64x64 (crashed)" in str(result.exception)
    assert (out / "run.json").exists()


def test_a_second_run_into_the_same_folder_is_refused(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "module_argv", lambda _: double("good"))
    arguments = ("run", "--gpus", "none", "--suite", suite, "--out", str(tmp_path / "out"))
    assert invoke(*arguments).exception is None
    before = (tmp_path / "out" / "run.json").read_bytes()
    assert isinstance(invoke(*arguments).exception, InputError)
    assert (tmp_path / "out" / "run.json").read_bytes() == before


TORCH = {"version": "2.13.0", "cuda": "13.0", "gpus": 1, "gloo": True, "nccl": True}
GPU = {"index": 0, "name": "NVIDIA H100", "memory_bytes": 80 * 10**9, "persistence": 1}


@pytest.mark.parametrize(
    ("answers", "code", "line"),
    [
        ({"torch_facts": {"error": "code 1: No module named 'torch'"}}, 3, "problem  torch "),
        ({}, 0, "note     GPUs "),
        ({"probe": {"gpus": [GPU], "reason": ""}}, 0, "ok       GPU 0 "),
        ({"probe": {"gpus": [GPU | {"persistence": 0}], "reason": ""}}, 0, "note     GPU 0 "),
        ({"probe": {"gpus": [GPU | {"mig": True}], "reason": ""}}, 0, "problem  GPU 0 "),
        ({"probe": {"gpus": [GPU], "reason": "NVML: lost"}}, 0, "note     NVML "),
        ({"probe": {"gpus": [GPU], "unreachable": ["GPU 1: lost"]}}, 0, "problem  GPUs "),
        ({"torch_facts": TORCH | {"gpus": 0}, "probe": {"gpus": [GPU]}}, 0, "problem  CUDA "),
        ({"torch_facts": TORCH | {"gloo": False}}, 0, "problem  torch backends "),
    ],
)
def test_the_doctor_finds_what_is_in_the_way(
    answers: dict, code: int, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy = {"torch_facts": TORCH, "probe": {"gpus": [], "reason": "no driver"}}
    monkeypatch.setattr(doctor, "ask", lambda module: (healthy | answers)[module])
    result = invoke("doctor")
    assert result.return_value == code
    assert any(text.startswith(line) for text in result.stdout.splitlines())


def test_every_problem_and_note_of_the_doctor_has_a_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ask", lambda _: {"error": "broken"})
    for finding in json.loads(invoke("doctor", "--json").stdout):
        assert finding["level"] == "ok" or finding["fix"]


def test_a_module_that_cannot_answer_is_reported() -> None:
    assert "code 1" in doctor.ask("no_such_module")["error"]
    assert doctor.ask("probe").keys() == {"source", "gpus", "reason"}
