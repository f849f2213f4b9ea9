"""`dcbench facility`: power, cooling, water and carbon of one facility at one site."""

from __future__ import annotations

from pathlib import Path

import typer

EXAMPLES = {"--it-kw": "1000", "--load-factor": "0.8"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("facility", epilog="Example: dcbench facility --it-kw 1000 --site ashburn")(
        facility
    )


def facility(
    *,
    it_kw: str = typer.Option(..., "--it-kw", metavar="KW", help="Design peak of the IT load."),
    site: str = typer.Option(..., help="Site in the catalog."),
    cooling: str | None = typer.Option(
        None, metavar="ID",
        help="air-economizer, indirect-evaporative, water-economizer, water-chiller, air-chiller, "
        "dlc-dry, dlc-adiabatic, dlc-tower, rear-door, immersion, seawater or dx; "
        "by climate for air-cooled racks when left out.",
    ),
    redundancy: str = typer.Option("N+1", help="N, N+1, 2N or 4N/3 (four blocks for three)."),
    load_factor: str = typer.Option("0.8", metavar="X", help="Average over peak IT load."),
    catalog: Path | None = typer.Option(None, help="Your own sites on top."),
    out: Path | None = typer.Option(None, metavar="FILE.json", help="Where the record goes."),
    as_json: bool = typer.Option(False, "--json", help="Print the record as JSON."),
) -> None:  # fmt: skip
    """Size a facility and simulate its typical year."""
    from dcbench.catalog import load_catalog
    from dcbench.cli.facility_text import lines
    from dcbench.cli.output import note, overwriting, print_json
    from dcbench.errors import InputError
    from dcbench.records.files import write_record
    from dcbench_planner.assumptions import load_assumptions
    from dcbench_planner.facility.design import default_cooling
    from dcbench_planner.facility.record import design_facility

    faults = overwriting(out, [catalog])
    if faults:
        raise InputError(faults)
    rows = load_catalog(catalog)
    kilowatts, factor = _numbers({"--it-kw": it_kw, "--load-factor": load_factor})
    row = rows.sites.resolve(site, where="--site")
    record = design_facility(
        it_kw=kilowatts, load_factor=factor, site=row, redundancy=redundancy,
        cooling=cooling or default_cooling(liquid_cooled=False, rack_kw=0, site=row),
        book=load_assumptions(), catalog=rows,
    )  # fmt: skip
    if out is not None:
        write_record(out, record)
    if as_json:
        print_json(record)
    else:
        typer.echo("\n".join(lines(record)))
    if cooling is None:
        note(f"cooling: {record.cooling}, chosen by climate for air-cooled racks; see --cooling")
    if out is not None:
        note(f"facility record written to {out}")


def _numbers(texts: dict[str, str]) -> list[float]:
    """Read numbers by flag; all that are none are faults."""
    from dcbench.errors import Fault, InputError
    from dcbench.units import parse_number

    numbers, faults = [], []
    for flag, text in texts.items():
        try:
            numbers.append(parse_number(text))
        except ValueError as error:
            fix = f"give a number such as {EXAMPLES[flag]}"
            faults.append(Fault(where=flag, value=text, problem=str(error), fix=fix))
    if faults:
        raise InputError(faults)
    return numbers
