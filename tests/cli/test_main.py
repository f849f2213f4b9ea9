"""The command line as a shell sees it: exit codes, one line on stderr, nothing else."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from dcbench.cli import main as front
from dcbench.errors import (
    DcbenchError,
    EnvironmentUnfitError,
    Fault,
    InputError,
    NoAnswerError,
    PartialError,
)

INTERNAL = "dcbench: internal error:"


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dcbench", *arguments],
        capture_output=True, text=True, check=False, **options,
    )  # fmt: skip


def outcome(monkeypatch, capsys, error: BaseException, *arguments: str) -> tuple[int, str]:
    """Give the exit code and stderr when the command raises this."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(front, "app", fail)
    with pytest.raises(SystemExit) as stop:
        front.main(list(arguments))
    captured = capsys.readouterr()
    assert captured.out == ""
    return stop.value.code, captured.err


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (NoAnswerError("no plan fits"), 1, "dcbench: no plan fits\n"),
        (InputError(Fault(where="f", problem="bad")), 2, "dcbench: f: bad\n"),
        (EnvironmentUnfitError("no GPU 0"), 3, "dcbench: no GPU 0\n"),
        (DcbenchError("broken"), 4, "dcbench: broken\n"),
        (PartialError("2 of 9 failed"), 5, "dcbench: 2 of 9 failed\n"),
        (KeyboardInterrupt(), 130, "dcbench: interrupted\n"),
        (
            ZeroDivisionError("division by zero\nmore"),
            4,
            f"{INTERNAL} ZeroDivisionError: division by zero more; run again with --debug\n",
        ),
        (
            ValueError(),
            4,
            f"{INTERNAL} ValueError: no message; run again with --debug\n",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            2,
            "dcbench: what stdout goes to: cannot be written: no space is left; free some\n",
        ),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_each_end_has_its_code_and_line(monkeypatch, capsys, error, code, line):
    assert outcome(monkeypatch, capsys, error) == (code, line)


def test_debug_adds_the_traceback_and_keeps_the_code(monkeypatch, capsys):
    code, text = outcome(monkeypatch, capsys, NoAnswerError("no plan fits"), "--debug")

    assert code == 1
    assert text.startswith("Traceback")
    assert text.endswith("dcbench: no plan fits\n")


def test_a_million_faults_are_not_a_million_lines(monkeypatch, capsys):
    faults = [Fault(where="f", problem=str(number)) for number in range(1000)]

    code, text = outcome(monkeypatch, capsys, InputError(faults))

    assert code == 2
    assert len(text.splitlines()) == front.MAX_LINES + 1
    assert text.endswith("dcbench: ... and 960 more\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["scema"], "did you mean 'schema'"),
        (["--nope"], "--nope"),
        (["schema"], "missing argument 'name'"),
        (["schema", "pla"], "did you mean plan"),
        (["schema", "zzz"], "one of run, calibration"),
        (["schema", "plan", "extra"], "extra"),
        (["schema", "a\nb\x1b[31m"], "a\\nb"),
    ],
)
def test_wrong_usage_is_one_line_with_a_way_on(arguments, expected):
    result = run(*arguments)

    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("dcbench: ")
    assert expected in result.stderr.lower()


def test_no_argument_prints_help_and_is_wrong_usage():
    result = run()

    assert result.returncode == 2
    assert result.stderr.startswith("Usage: dcbench")


def test_version_and_help_are_asked_for_and_therefore_right():
    assert run("--version").stdout.startswith("dcbench ")
    assert "Commands:" in run("--help").stdout


def test_closed_pipe_and_closed_streams_are_quiet():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as nobody:
        result = subprocess.run(
            [sys.executable, "-m", "dcbench", "schema", "plan"],
            stdout=nobody, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (result.returncode, result.stderr) == (141, "")

    for redirection, code in ((">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)):
        shell = ["bash", "-c", f'"$0" -m dcbench --version {redirection}', sys.executable]
        result = subprocess.run(shell, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (code, "")


def test_a_terminal_without_unicode_gets_escapes_instead_of_a_crash():
    script = (
        "import typer; from dcbench.cli import main; main._never_fail_to_print(); typer.echo('5 ☃')"
    )
    environment = os.environ | {"PYTHONIOENCODING": "latin-1:strict"}
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, env=environment
    )

    assert result.stdout == b"5 \\u2603\n"


def test_a_file_name_that_is_not_text_is_a_fault_and_no_crash():
    result = subprocess.run(
        [sys.executable, "-m", "dcbench", "schema", b"\xff"], capture_output=True, check=False
    )

    assert result.returncode == 2
    assert result.stderr.startswith(b"dcbench: ")
