"""`dcbench plan`: from a model to layout, cluster, facility, carbon and money."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dcbench.records.calibration import Calibration
    from dcbench.records.plan import Plan


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", epilog="Example: dcbench plan --params 7e9")(plan)


def plan(
    *,
    params: str | None = typer.Option(
        None, metavar="N", help="Model size, such as 7e9, or max for the largest."
    ),
    model: str | None = typer.Option(
        None, metavar="NAME", help="Catalog model, config.json or operators.json, not --params."
    ),
    tokens: str | None = typer.Option(
        None, metavar="N", help="Training tokens, or max. [default: 20 per parameter]"
    ),
    deadline: str | None = typer.Option(
        None, metavar="TIME", help="Calendar time for the run. [default: 30d]"
    ),
    accelerator: str | None = typer.Option(
        None, metavar="NAME", help="Catalog accelerator, or any. [default: H100-SXM]"
    ),
    gpus: str | None = typer.Option(
        None, metavar="N", help="Number of accelerators. [default: fewest by the deadline]"
    ),
    power_kw: str | None = typer.Option(None, metavar="KW", help="Most peak facility power."),
    power_cap_w: str | None = typer.Option(
        None, metavar="W", help="Power limit of each accelerator. [default: rated power]"
    ),
    budget_usd: str | None = typer.Option(None, metavar="USD", help="Most the run may cost."),
    site: str | None = typer.Option(
        None, metavar="NAME", help="Catalog site, or any. [default: ashburn]"
    ),
    objective: str | None = typer.Option(
        None, metavar="NAME", help="cost, time, energy or carbon. [default: cost]"
    ),
    precision: str | None = typer.Option(
        None,
        metavar="NAME",
        help="bf16, fp16, fp8, mxfp8, nvfp4, fp32, tf32 or any. [default: bf16]",
    ),
    sequence_length: str | None = typer.Option(
        None, metavar="N", help="Tokens per sequence. [default: 8192]"
    ),
    global_batch_tokens: str | None = typer.Option(
        None, metavar="N", help="Tokens per step. [default: by training compute]"
    ),
    weather: Path | None = typer.Option(
        None, metavar="FILE", help="The site's hours: EPW, TMY3 or CSV; generated when left out."
    ),
    cooling: str | None = typer.Option(
        None, metavar="ID", help="As in `dcbench facility`. [default: by rack and climate]"
    ),
    redundancy: str | None = typer.Option(
        None, metavar="NAME", help="N, N+1, 2N or 4N/3. [default: N+1]"
    ),
    method: str | None = typer.Option(
        None, metavar="NAME", help="full, lora or qlora. [default: full]"
    ),
    lora_rank: str | None = typer.Option(None, metavar="N", help="Of the adapter. [default: 16]"),
    optimizer: str | None = typer.Option(
        None, metavar="NAME", help="adamw, adamw-8bit, sgd-momentum, lion, muon. [default: adamw]"
    ),
    teacher: str | None = typer.Option(
        None, metavar="NAME", help="Distil from a catalog model, or one of so many parameters."
    ),
    settings: list[str] = typer.Option(
        [], "--set", metavar="KEY=VALUE", help="Replace an assumption; may be repeated."
    ),
    scenario: Path | None = typer.Option(None, help="Scenario file (TOML); flags override it."),
    catalog: Path | None = typer.Option(None, help="Your own facts on top of the catalog."),
    calibration: Path | None = typer.Option(None, help="Curves from `dcbench calibrate`."),
    out: Path | None = typer.Option(None, metavar="FILE.json", help="Where the plan goes."),
    report: Path | None = typer.Option(None, metavar="FILE.html", help="Where a report goes."),
    as_json: bool = typer.Option(False, "--json", help="Print the plan as JSON."),
) -> None:
    """Plan a training run: GPUs, layout, nodes, power, cooling, carbon and money, with bands."""
    from dcbench.catalog import load_catalog
    from dcbench.cli.output import overwriting
    from dcbench.cli.plan_scenario import Flags, build_scenario
    from dcbench.errors import InputError
    from dcbench.records.calibration import Calibration
    from dcbench.records.files import read_record
    from dcbench_planner import plan as make_plan

    numbers = {
        "params": params, "tokens": tokens, "gpus": gpus, "power_kw": power_kw,
        "power_cap_w": power_cap_w, "budget_usd": budget_usd, "sequence_length": sequence_length,
        "global_batch_tokens": global_batch_tokens,
    }  # fmt: skip
    names = {
        "model": model, "accelerator": accelerator, "site": site, "objective": objective,
        "precision": precision, "cooling": cooling, "redundancy": redundancy,
        "weather": str(weather) if weather else None,
    }  # fmt: skip
    trained = {"kind": method, "optimizer": optimizer, "rank": lora_rank, "teacher": teacher}
    read = [scenario, catalog, calibration, model, weather]
    faults = overwriting(out, read) + overwriting(report, [*read, out], flag="--report")
    if faults:
        raise InputError(faults)
    flags = Flags(
        numbers=numbers, names=names, method=trained, deadline=deadline, settings=tuple(settings)
    )
    asked = build_scenario(flags, scenario)
    curves = read_record(calibration, Calibration) if calibration else None
    _deliver(make_plan(asked, load_catalog(catalog), curves), curves, out, report, as_json=as_json)


def _deliver(
    record: Plan,
    curves: Calibration | None,
    out: Path | None,
    report: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write the files that were asked for, then print."""
    from dcbench.cli.output import note, print_json
    from dcbench.cli.plan_text import lines
    from dcbench.records.files import write_record

    if out is not None:
        write_record(out, record)
        note(f"written to {out}")
    if report is not None:
        from dcbench_reports import render

        render([curves, record] if curves else [record], report)
        note(f"written to {report}")
    if as_json:
        print_json(record)
    else:
        typer.echo("\n".join(lines(record)))
