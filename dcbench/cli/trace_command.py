"""`dcbench trace MODULE:CALLABLE`: the operators of a torch model, for `plan --model`."""

from __future__ import annotations

from pathlib import Path

import typer

EXAMPLE = (
    "dcbench trace torch.nn:LSTM --arg input_size=64 --arg hidden_size=256 --arg batch_first=True "
    "--input 20x64 --unit sequence --out lstm.operators.json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trace", epilog=f"Example: {EXAMPLE}")(trace)


def trace(
    *,
    target: str = typer.Argument(
        metavar="MODULE:CALLABLE", help="Gives a torch.nn.Module, or (module, example inputs)."
    ),
    out: Path = typer.Option(..., "--out", metavar="FILE.json", help="Where the operators go."),
    inputs: list[str] = typer.Option(
        [], "--input", metavar="SHAPE", help="Of one sample: 3x224x224, or 77:int; repeatable."
    ),
    arguments: list[str] = typer.Option(
        [], "--arg", metavar="KEY=VALUE", help="Argument of the callable; repeatable."
    ),
    unit: str = typer.Option("sample", help="What a sample is: image, sequence, pair."),
    as_json: bool = typer.Option(False, "--json", help="Print the operators as JSON."),
) -> None:
    """Trace a torch model without a device: imports and runs YOUR code to build the model."""
    from dcbench.cli.output import note, print_json
    from dcbench.records.files import write_record
    from dcbench_benchmarks.trace import trace as trace_model
    from dcbench_benchmarks.trace.request import parse_request
    from dcbench_benchmarks.trace.summary import summary_lines

    record = trace_model(parse_request(target, inputs, arguments, unit))
    write_record(out, record)
    if as_json:
        print_json(record)
    else:
        typer.echo("\n".join(summary_lines(record)))
    note(f"operators written to {out}")
