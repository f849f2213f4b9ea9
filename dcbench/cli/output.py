"""Printing results: JSON for programs on stdout, everything else for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from dcbench.records.base import FileFormat


def print_json(result: FileFormat | list[dict[str, Any]] | dict[str, Any]) -> None:
    """Print one JSON document on stdout."""
    from pydantic import BaseModel

    from dcbench.records.files import to_json

    if isinstance(result, BaseModel):
        typer.echo(to_json(result), nl=False)
    else:
        typer.echo(json.dumps(result, indent=2, allow_nan=False))


def note(line: str) -> None:
    """Print a line for people on stderr, so that stdout stays machine-readable."""
    typer.echo(line, err=True)
