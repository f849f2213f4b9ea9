"""`dcbench validate`: the planner against published measurements."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dcbench.catalog import Catalog
    from dcbench_planner.validation.record import Record


class Part(StrEnum):
    """What is validated."""

    TRAINING = "training"
    FACILITY = "facility"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate", epilog="Example: dcbench validate facility")(validate)


def validate(
    part: Part = typer.Argument(Part.ALL, help="What to validate."),
    data: Path | None = typer.Option(
        None,
        help="Your own table: runs with training, annual PUE with facility. It is scored with "
        "what is shipped, without bounds.",
    ),
    rows: bool = typer.Option(False, "--rows", help="Print every row too; JSON always has them."),
    catalog: Path | None = typer.Option(
        None, help="Your own accelerators, models and sites on top."
    ),
    json: bool = typer.Option(False, "--json", help="Print every figure and every row as JSON."),
) -> None:
    """Compare the planner with published measurements; exit 1 past the stated bounds."""
    from dataclasses import asdict

    from dcbench.catalog import load_catalog
    from dcbench.cli.output import print_json
    from dcbench.cli.validate_text import scoreboard_lines

    records = _records(part, load_catalog(catalog), data)
    if json:
        print_json([asdict(record) for record in records])
    else:
        typer.echo("\n".join(scoreboard_lines(records, rows=rows)))
    if any(record.ok is False for record in records):
        raise typer.Exit(1)


def _records(part: Part, catalog: Catalog, data: Path | None) -> list[Record]:
    from dcbench.errors import Fault, InputError
    from dcbench_planner.validation.facility.scoreboard import validate_facility
    from dcbench_planner.validation.training.scoreboard import validate_training

    if data is not None and part is Part.ALL:
        fix = "name the part: dcbench validate training, or facility"
        raise InputError(Fault(where="--data", problem="is a table of one part", fix=fix))
    records = [] if part is Part.FACILITY else validate_training(catalog, data)
    return records if part is Part.TRAINING else [*records, *validate_facility(catalog, data)]
