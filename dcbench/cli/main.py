"""The `dcbench` command: registers the commands and turns errors into one line and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module, metadata

import typer

from dcbench.errors import DcbenchError

COMMANDS = (
    "run", "calibrate", "plan", "predict", "facility", "report", "catalog", "doctor", "schema",
)  # fmt: skip
"""In the order of the chain; each is a function or `app` in a module `dcbench.cli.<name>_command`."""

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
    """Run the command line and exit with the code of DESIGN: 0 ok, 1 no, 2 bad input, ..."""
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(arguments))


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        result = app(arguments, prog_name="dcbench", standalone_mode=False)
    except DcbenchError as error:
        if debug:
            raise
        for line in str(error).splitlines():
            typer.echo(f"dcbench: {line}", err=True)
        return error.exit_code
    except KeyboardInterrupt:
        typer.echo("dcbench: interrupted", err=True)
        return 130
    return result if isinstance(result, int) else 0
