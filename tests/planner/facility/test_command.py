"""`dcbench facility` from outside: output, files, one-line errors."""

from __future__ import annotations

import json

import pytest

from dcbench.cli.main import main


def run(capsys, *arguments: str):
    with pytest.raises(SystemExit) as stop:
        main(["facility", *arguments])
    captured = capsys.readouterr()
    return stop.value.code, captured.out, captured.err


def test_json_on_stdout_and_the_same_in_the_file(capsys, tmp_path):
    out = tmp_path / "f.json"
    code, stdout, _ = run(
        capsys, "--it-kw", "1000", "--site", "Ashburn", "--cooling", "dlc-dry", "--json",
        "--out", str(out),
    )  # fmt: skip
    assert code == 0
    assert json.loads(stdout) == json.loads(out.read_text())
    assert json.loads(stdout)["cooling"] == "dlc-dry"


def test_text_shows_the_numbers_of_the_record(capsys):
    code, stdout, err = run(capsys, "--it-kw", "1e3", "--site", "singapore")
    assert code == 0
    _, as_json, _ = run(capsys, "--it-kw", "1e3", "--site", "singapore", "--json")
    assert f"{json.loads(as_json)['dpue_annual']:.3f}" in stdout
    assert "kWh/year" in stdout
    assert "cooling: water-economizer" in err


@pytest.mark.parametrize("value", ["0", "-1", "nan", "1e30", "inf", "ten", "1_000"])
def test_bad_power_is_one_line_and_exit_2(capsys, value):
    code, stdout, err = run(capsys, f"--it-kw={value}", "--site", "ashburn")
    assert (code, stdout) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "--it-kw" in err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--site", "ashbrun"], "did you mean ashburn"),
        (["--site", "ashburn", "--cooling", "ice"], "one of air-economizer"),
        (["--site", "ashburn", "--redundancy", "N+2"], "one of N, N+1, 2N, 4N/3"),
        (["--site", "ashburn", "--load-factor", "1.5"], "0.05 to 1"),
        (["--site", "ashburn", "--out", "/proc/nowhere/f.json"], "cannot be written"),
        (["--site", "ashburn", "--catalog", "/nowhere.toml"], "/nowhere.toml"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(capsys, arguments, expected):
    code, stdout, err = run(capsys, "--it-kw", "1000", *arguments)
    assert (code, stdout) == (2, "")
    assert len([line for line in err.strip().splitlines() if expected in line]) == 1
    assert "Traceback" not in err


def test_help_has_an_example(capsys):
    code, stdout, _ = run(capsys, "--help")
    assert code == 0
    assert "dcbench facility --it-kw 1000 --site ashburn" in stdout
