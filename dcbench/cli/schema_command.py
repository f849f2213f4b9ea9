"""`dcbench schema NAME`: the JSON Schema of a file format."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", epilog="Example: dcbench schema plan")(schema)


def schema(
    name: str = typer.Argument(help="run, calibration, scenario, plan, facility or operators."),
) -> None:
    """Print the JSON Schema of a file format."""
    import json

    from dcbench.errors import InputError, unknown_name
    from dcbench.records.files import FORMATS

    if name not in FORMATS:
        raise InputError(unknown_name("NAME", "file format", name, list(FORMATS)))
    typer.echo(json.dumps(FORMATS[name].model_json_schema(by_alias=True), indent=2))
