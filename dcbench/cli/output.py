"""Printing results: JSON for programs on stdout, everything else for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dcbench.errors import Fault
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


def overwriting(
    out: Path | None, others: Iterable[Path | str | None], *, flag: str = "--out"
) -> list[Fault]:
    """Give a fault when writing `out` would destroy a file that is read or written otherwise.

    Args:
        out: what the flag names; None when it was left out.
        others: the files that are read or written besides; None where a flag was left out.
        flag: the flag that names `out`.
    """
    from dcbench.errors import Fault

    taken = {Path(path).resolve() for path in others if path is not None}
    if out is None or out.resolve() not in taken or out.is_char_device():
        return []
    problem = "names another file of this command"
    return [Fault(where=flag, value=str(out), problem=problem, fix="choose another name")]
