"""`dcbench calibrate RUN... --out FILE.json`: curves fitted to run records."""

from __future__ import annotations

from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("calibrate", epilog="Example: dcbench calibrate r/run.json --out c.json")(calibrate)


def calibrate(
    runs: list[Path] = typer.Argument(metavar="RUN...", help="Run records, or their folders."),
    out: Path = typer.Option(..., "--out", metavar="FILE.json", help="Where the curves go."),
    as_json: bool = typer.Option(False, "--json", help="Print the calibration as JSON."),
) -> None:
    """Fit time = latency + work / rate to what was measured, and say what it leaves unexplained."""
    from dcbench.cli.output import note, overwriting, print_json
    from dcbench.errors import InputError
    from dcbench.records.files import write_record
    from dcbench_benchmarks.calibration import calibrate as fit
    from dcbench_benchmarks.calibration.summary import summary_lines

    faults = overwriting(out, [run / "run.json" if run.is_dir() else run for run in runs])
    if faults:
        raise InputError(faults)
    calibration = fit(runs)
    write_record(out, calibration)
    if as_json:
        print_json(calibration)
    else:
        for line in summary_lines(calibration):
            typer.echo(line)
    note(f"calibration written to {out}")
