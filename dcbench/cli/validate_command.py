"""`dcbench validate`: the planner against published measurements."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer


class Part(StrEnum):
    """What is validated."""

    TRAINING = "training"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate", epilog="Example: dcbench validate training")(validate)


def validate(
    part: Part = typer.Argument(Part.ALL, help="What to validate; all is training for now."),
    data: Path | None = typer.Option(
        None, help="Your own table of runs, scored with the shipped constants; no bounds."
    ),
    rows: bool = typer.Option(False, "--rows", help="Print every run too; JSON always has them."),
    catalog: Path | None = typer.Option(None, help="Your own accelerators and models on top."),
    json: bool = typer.Option(False, "--json", help="Print every figure and every run as JSON."),
) -> None:
    """Compare the planner with published measurements; exit 1 past the stated bounds."""
    from dataclasses import asdict

    from dcbench.catalog import load_catalog
    from dcbench.cli.output import print_json
    from dcbench.cli.validate_text import scoreboard_lines
    from dcbench_planner.validation.training.scoreboard import validate_training

    del part
    records = validate_training(load_catalog(catalog), data)
    if json:
        print_json([asdict(record) for record in records])
    else:
        typer.echo("\n".join(scoreboard_lines(records, runs=rows)))
    if any(record.ok is False for record in records):
        raise typer.Exit(1)
