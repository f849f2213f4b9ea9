"""Where the results of `dcbench facility` go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from dcbench.cli.output import note, overwriting, print_json
from dcbench.errors import InputError
from dcbench.records.base import FileFormat
from dcbench.records.files import write_record


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The files that were asked for; None where a flag was left out."""

    out: Path | None
    report: Path | None
    hourly: Path | None
    as_json: bool

    def check(self, read: Sequence[Path | None]) -> None:
        """Refuse a file that would overwrite another of this command.

        Raises:
            InputError: with every such file.
        """
        faults = [
            *overwriting(self.out, read),
            *overwriting(self.hourly, [*read, self.out], flag="--hourly"),
            *overwriting(self.report, [*read, self.out, self.hourly], flag="--report"),
        ]
        if faults:
            raise InputError(faults)

    def deliver(self, record: FileFormat, lines: Sequence[str]) -> None:
        """Write the record and the report, then print the record or its lines."""
        if self.out is not None:
            write_record(self.out, record)
            note(f"record written to {self.out}")
        if self.report is not None:
            from dcbench_reports import render

            render([record], self.report)
            note(f"report written to {self.report}")
        if self.as_json:
            print_json(record)
        else:
            typer.echo("\n".join(lines))
