"""The `dcbench` command: registers the commands and turns errors into one line and an exit code."""

from __future__ import annotations

import contextlib
import errno
import io
import sys
import traceback
from importlib import import_module

import typer

from dcbench.errors import DcbenchError, one_line

COMMANDS = (
    "run", "calibrate", "trace", "plan", "predict", "facility", "validate", "report", "catalog",
    "doctor", "schema",
)  # fmt: skip
"""In the order of the chain; `dcbench.cli.<name>_command` registers each."""

USAGE, TOOL_FAULT, INTERRUPTED, PIPE_CLOSED = 2, 4, 130, 141
"""Exit codes that no `DcbenchError` carries; the last two are those of a shell for a signal."""

MAX_LINES = 40
"""Faults of one input that are printed; a foreign file can have a million."""

app = typer.Typer(
    name="dcbench",
    help="Measure GPUs, calibrate, plan the cluster and its data centre, report.",
    epilog="Example: dcbench plan --params 7e9",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"dcbench {metadata.version('gpu-dcbench')}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
    debug: bool = typer.Option(False, "--debug", help="Show a traceback when something fails."),
) -> None:
    del version, debug


for _name in COMMANDS:
    import_module(f"dcbench.cli.{_name}_command").register(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with a code: 0 ok, 1 no, 2 bad input, 3 unfit machine, ..."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _never_fail_to_print()
    code = _run(arguments)
    with contextlib.suppress(BrokenPipeError):
        sys.exit(code)


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    try:
        return _exit_code([argument for argument in arguments if argument != "--debug"])
    except SystemExit as stop:
        # typer answers a closed pipe with exit code 1, which here would mean "the answer is no".
        return PIPE_CLOSED if isinstance(stop.__context__, BrokenPipeError) else _as_code(stop.code)
    except BrokenPipeError:
        return PIPE_CLOSED
    except (KeyboardInterrupt, typer.Abort):
        return _say(["interrupted"], INTERRUPTED)
    except typer.TyperException as error:
        return _refuse(error)
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback reaches a user
        if debug:
            traceback.print_exc()
        return _say(*_explained(error))


def _exit_code(arguments: list[str]) -> int:
    result = app(arguments, prog_name="dcbench", standalone_mode=False)
    if result == INTERRUPTED:  # typer turns Ctrl-C into this exit code
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def _as_code(code: object) -> int:
    return code if isinstance(code, int) else USAGE


def _explained(error: Exception) -> tuple[list[str], int]:
    """Give the lines to print and the exit code."""
    if isinstance(error, DcbenchError):
        return str(error).splitlines(), error.exit_code
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        where = error.filename or "what stdout goes to"
        return [f"{where}: cannot be written: no space is left; free some"], USAGE
    message = " ".join(str(error).split())[:300] or "no message"
    text = f"internal error: {type(error).__name__}: {message}; run again with --debug"
    return [text], TOOL_FAULT


def _refuse(error: typer.TyperException) -> int:
    """Answer wrong usage with one line; a group without a command answers with its help."""
    message = error.format_message()
    if message.startswith("Usage: "):
        typer.echo(message, err=True)
        return USAGE
    close = getattr(error, "possibilities", None)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "dcbench"
    if close:
        message = f"{error.message}; did you mean {', '.join(close)}?"
    return _say([f"{' '.join(message.split()).rstrip('.')}; see `{command} --help`"], USAGE)


def _say(lines: list[str], code: int) -> int:
    """Print on stderr, every line named after the program, and give the exit code back."""
    with contextlib.suppress(OSError):
        for line in lines[:MAX_LINES]:
            typer.echo(f"dcbench: {one_line(line)}", err=True)
        if len(lines) > MAX_LINES:
            typer.echo(f"dcbench: ... and {len(lines) - MAX_LINES} more", err=True)
    return code


def _never_fail_to_print() -> None:
    """Let a terminal without Unicode show an escape instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
