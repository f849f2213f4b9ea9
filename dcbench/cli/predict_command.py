"""`dcbench predict`: step time and memory of given training configurations."""

from __future__ import annotations

from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict", epilog="Example: dcbench predict cases.csv --out predictions.csv")(
        predict
    )


def predict(
    cases: Path = typer.Argument(help="CSV with one training configuration a row."),
    out: Path = typer.Option(help="CSV to write, one row each."),
    catalog: Path | None = typer.Option(None, help="Your own accelerators and models on top."),
    json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Predict step time, throughput and peak memory of training configurations."""
    from dataclasses import asdict

    from dcbench.catalog import load_catalog
    from dcbench.cli.output import note, print_json
    from dcbench_planner.prediction.predict import predict_file

    summary = predict_file(cases, out, load_catalog(catalog))
    counts = ", ".join(f"{count} {status}" for status, count in sorted(summary.statuses.items()))
    note(f"{summary.rows} rows: {counts or 'none'}; written to {summary.out}")
    if json:
        print_json(asdict(summary))
