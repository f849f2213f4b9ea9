"""`dcbench report FILE...`: one HTML file from any records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dcbench.errors import Fault
    from dcbench.records.base import FileFormat


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report", epilog="Example: dcbench report plan.json --out report.html")(report)


def report(
    files: list[Path] = typer.Argument(
        metavar="FILE...", help="Run, calibration, plan or facility files, any number of each."
    ),
    out: Path = typer.Option(Path("report.html"), "--out", help="HTML file to write."),
    json: bool = typer.Option(False, "--json", help="Print the path and what was read as JSON."),
) -> None:
    """Write one self-contained HTML page about records: it opens offline."""
    import dcbench_reports
    from dcbench.cli.output import overwriting, print_json
    from dcbench.errors import InputError

    records, faults = _read(files)
    faults += overwriting(out, files)
    if faults:
        raise InputError(faults)
    dcbench_reports.render(records, out)
    if json:
        schemas = [record.model_dump(by_alias=True)["schema"] for record in records]
        print_json({"report": str(out), "records": schemas, "bytes": out.stat().st_size})
    else:
        typer.echo(str(out))


def _read(files: list[Path]) -> tuple[list[FileFormat], list[Fault]]:
    """Read every file, and give the faults of all that cannot be shown."""
    from dcbench.errors import Fault, InputError
    from dcbench.records.files import read_any
    from dcbench.records.operators import Operators
    from dcbench.records.scenario import Scenario

    records: list[FileFormat] = []
    faults: list[Fault] = []
    for file in files:
        try:
            records.append(read_any(file))
        except InputError as error:
            faults += error.faults
            continue
        if isinstance(records[-1], Scenario):
            fix = f"answer it first: dcbench plan --scenario {file} --out plan.json"
            faults.append(Fault(where=str(file), problem="is a question, not a result", fix=fix))
        elif isinstance(records[-1], Operators):
            fix = f"plan with it: dcbench plan --model {file} --tokens N --global-batch-tokens N"
            faults.append(Fault(where=str(file), problem="is a model, not a result", fix=fix))
    return records, faults
