"""`dcbench run`: measure this machine."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", epilog="Example: dcbench run --gpus none --only matmul --out my-run")(run)


def run(
    *,
    gpus: str = typer.Option("all", help="all, none (the CPU), or indices such as 0,1."),
    suite: str = typer.Option("quick", help="Name of a suite, or path of a suite file (TOML)."),
    only: str = typer.Option("", help="Kinds of cases to keep, such as matmul,all_reduce."),
    out: str = typer.Option("", help="Folder for the results. [default: dcbench-run-TIME]"),
    timeout_s: float | None = typer.Option(None, help="Time limit per case, in seconds."),
    dry_run: bool = typer.Option(False, "--dry-run", help="List the cases, measure nothing."),
    as_json: bool = typer.Option(False, "--json", help="Print the run record on stdout."),
) -> int:
    """Measure GPUs, or the CPU where there is none; results go to OUT/run.json."""
    from datetime import UTC, datetime
    from pathlib import Path

    from dcbench.cli.output import note, print_json
    from dcbench.cli.run_progress import observer
    from dcbench.cli.run_view import failures, plan_lines, plan_rows, result_lines
    from dcbench_benchmarks import run as measure
    from dcbench_benchmarks.runner import plan

    kinds = [part.strip() for part in only.split(",") if part.strip()]
    if dry_run:
        planned = plan(gpus=gpus, suite=suite, only=kinds, timeout_s=timeout_s)
        for line in planned.selection.notes:
            note(line)
        if as_json:
            print_json(plan_rows(planned))
        else:
            typer.echo("\n".join(plan_lines(planned)))
        return 0
    folder = Path(out or f"dcbench-run-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    try:
        with observer() as watch:
            record = measure(
                out=folder, gpus=gpus, suite=suite, only=kinds, timeout_s=timeout_s, observer=watch
            )
    except KeyboardInterrupt:
        if (folder / "run.json").exists():
            note(f"what was measured is kept in {folder / 'run.json'}")
        raise
    if as_json:
        print_json(record)
    else:
        typer.echo("\n".join(result_lines(record)))
    note(f"written: {folder / 'run.json'}")
    return failures(record, folder)
