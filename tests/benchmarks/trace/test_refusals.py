"""What cannot be traced is refused in one line that says what to do."""

from __future__ import annotations

import json
import sys
from importlib import util

import pytest
import typer
from typer.testing import CliRunner

from dcbench.cli import trace_command
from dcbench.errors import EnvironmentUnfitError, InputError
from dcbench.records.files import read_any
from dcbench_benchmarks.trace import trace
from dcbench_benchmarks.trace.request import parse_request

HERE = "tests.benchmarks.trace.models"
app = typer.Typer()
trace_command.register(app)


@app.command("other")
def other() -> None:
    """Make `trace` a command of several, as it is in `dcbench`."""


def invoke(*arguments: str):
    return CliRunner().invoke(app, ["trace", *arguments], standalone_mode=False)


@pytest.mark.parametrize(
    ("target", "inputs", "reason"),
    [
        ("Pairs", ["32"], "aten.mm does not grow in proportion to the batch"),
        ("ByValue", ["32"], "cannot be called on meta tensors"),
        ("Spectrum", ["32"], "'aten::_fft_r2c': unsupported operator"),
        ("Checkpointed", ["32"], "computes activations again in its backward pass"),
        ("Echo", ["32"], "no tensor that depends on a weight"),
        ("on_cpu", ["4"], "2 of 2 weights are on cpu"),
        ("a_number", ["4"], "gives int; return a torch.nn.Module"),
        ("failing", ["4"], "fails: RuntimeError: this model"),
        ("NO_CALL", ["4"], "is int, not callable"),
        ("absent", ["4"], "has no attribute 'absent'"),
        ("nothing_to_train", ["4"], "has no weight to train"),
        ("mlp", [], "has no example input; give --input"),
        ("mlp", ["5"], "RuntimeError: "),
    ],
)
def test_one_line_says_what_is_wrong(target, inputs, reason):
    with pytest.raises(InputError) as caught:
        trace(parse_request(f"{HERE}:{target}", inputs, []))

    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{HERE}:{target}()") for line in lines)
    assert any(reason in line for line in lines)


def test_a_module_that_does_not_import_is_named():
    with pytest.raises(InputError, match="ModuleNotFoundError: No module named 'no_such_module'"):
        trace(parse_request("no_such_module:build", [], []))


def test_everything_unreadable_on_the_command_line_is_told_at_once():
    with pytest.raises(InputError) as caught:
        parse_request("no-colon", ["3xx", "7:double", "", "0x3"], ["width"])

    assert len(caught.value.faults) == 6


@pytest.mark.parametrize(
    ("text", "value"), [("8", 8), ("0.5", 0.5), ("True", True), ("gelu", "gelu"), ("", "")]
)
def test_arguments_are_literals_or_text(text, value):
    assert parse_request("m:f", [], [f"key={text}"]).arguments == {"key": value}


def test_without_torch_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda _: None)

    with pytest.raises(EnvironmentUnfitError, match="torch is not installed"):
        trace(parse_request("m:f", [], []))


def test_the_command_writes_a_record_and_what_the_code_prints_goes_to_stderr(tmp_path, monkeypatch):
    (tmp_path / "noisy_model.py").write_text(
        "from torch import nn\nprint('hello')\ndef build():\n    return nn.Linear(4, 2)\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])

    result = invoke("noisy_model:build", "--input", "4", "--unit", "row", "--out", "o.json",
                    "--json")  # fmt: skip

    record = read_any(tmp_path / "o.json")
    assert (record.name, record.unit, record.parameters.total) == ("build", "row", 10)
    assert json.loads(result.stdout)["source"] == "noisy_model:build()"
    assert "hello" in result.stderr
    assert result.return_value in {None, 0}


def test_the_summary_names_the_unit(tmp_path):
    out = str(tmp_path / "o.json")
    lines = invoke(f"{HERE}:mlp", "--input", "32", "--out", out).stdout.splitlines()

    assert lines[0] == "mlp: 2.76 k parameters, 2.76 k trained"
    assert lines[1].startswith("per sample: 5.38 kFLOP forward, 6.66 kFLOP backward, 96 elements")
