"""`dcbench facility`: power, cooling, water and carbon of one facility at one site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dcbench_planner.facility.answer import Answer

SITES, SUPPLY, CLASSES = "Choosing a site", "Renewable supply", "Cooling in detail"
METER = "Metered energy"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("facility", epilog="Example: dcbench facility --it-kw 1000 --site ashburn")(
        facility
    )


def facility(
    *,
    it_kw: str | None = typer.Option(
        None, "--it-kw", metavar="KW", help="Design peak of the IT load; needed without --meter."
    ),
    site: str | None = typer.Option(
        None, help="Site in the catalog, or any to rank all; needed without --meter."
    ),
    cooling: str | None = typer.Option(
        None, metavar="ID",
        help="air-economizer, indirect-evaporative, water-economizer, water-chiller, air-chiller, "
        "dlc-dry, dlc-adiabatic, dlc-tower, rear-door, immersion, seawater or dx; "
        "by climate for air-cooled racks when left out.",
    ),
    redundancy: str = typer.Option("N+1", help="N, N+1, 2N or 4N/3 (four blocks for three)."),
    load_factor: str = typer.Option("0.8", metavar="X", help="Average over peak IT load."),
    weather: Path | None = typer.Option(
        None, metavar="FILE", help="Your hours: EPW, TMY3 or CSV; generated when left out."
    ),
    ups: str | None = typer.Option(
        None, metavar="KIND", help="modern, sic, legacy or eco. [default: modern]"
    ),
    saving_target: str | None = typer.Option(
        None, metavar="SHARE", help="Energy to save, such as 20%, with the best package for it."
    ),
    settings: list[str] = typer.Option(
        [], "--set", metavar="KEY=VALUE", help="Replace an assumption; may be repeated."
    ),
    air_class: str | None = typer.Option(
        None, metavar="CLASS", help="ASHRAE class of the IT: A1-A4 or H1.",
        rich_help_panel=CLASSES,
    ),
    water_class: str | None = typer.Option(
        None, metavar="CLASS", help="ASHRAE class of liquid-cooled IT: W17-W45, W+, S30-S50.",
        rich_help_panel=CLASSES,
    ),
    compressors: bool = typer.Option(
        True, "--compressors/--no-compressors", help="Chillers may help; hours without are stated.",
        rich_help_panel=CLASSES,
    ),
    reuse_share: str | None = typer.Option(
        None, metavar="X", help="Share of the water loop's heat that is handed over.",
        rich_help_panel=CLASSES,
    ),
    reuse_supply_c: str | None = typer.Option(
        None, metavar="C", help="Temperature the taker needs. [default: 60]",
        rich_help_panel=CLASSES,
    ),
    weights: str | None = typer.Option(
        None, metavar="LIST", help="Such as cost=0.5,carbon=0.5 (cost, carbon, water, pue, risk).",
        rich_help_panel=SITES,
    ),
    site_risk: Path | None = typer.Option(
        None, metavar="FILE.csv", help="Your own risks of sites.", rich_help_panel=SITES
    ),
    risk_register: Path | None = typer.Option(
        None, "--register", metavar="FILE", help="Your answers to the risk register.",
        rich_help_panel=SITES,
    ),
    seismic_limit: str | None = typer.Option(
        None, metavar="CLASS", help="Highest seismic class, 0-4.", rich_help_panel=SITES
    ),
    allow_moratorium: bool = typer.Option(
        False, "--allow-moratorium", help="Keep sites with a stop on new data centres.",
        rich_help_panel=SITES,
    ),
    data_law: str | None = typer.Option(
        None, metavar="WORD", help="Law that the site must be under, such as GDPR.",
        rich_help_panel=SITES,
    ),
    pv_kw: str | None = typer.Option(
        None, metavar="KW", help="Photovoltaics on site.", rich_help_panel=SUPPLY
    ),
    pv_yield: str | None = typer.Option(
        None, metavar="KWH", help="Known kWh per kW and year.", rich_help_panel=SUPPLY
    ),
    wind_kw: str | None = typer.Option(
        None, metavar="KW", help="Wind turbines on site.", rich_help_panel=SUPPLY
    ),
    wind_speed: str | None = typer.Option(
        None, metavar="M/S", help="Annual mean at hub height.", rich_help_panel=SUPPLY
    ),
    ppa_kw: str | None = typer.Option(
        None, metavar="KW", help="Mean power of a purchase contract.", rich_help_panel=SUPPLY
    ),
    ppa_shape: str = typer.Option(
        "flat", metavar="NAME", help="flat, pv or wind.", rich_help_panel=SUPPLY
    ),
    battery_kwh: str | None = typer.Option(
        None, metavar="KWH", help="Battery for the surplus.", rich_help_panel=SUPPLY
    ),
    battery_kw: str | None = typer.Option(
        None, metavar="KW", help="Its power.", rich_help_panel=SUPPLY
    ),
    meter: Path | None = typer.Option(
        None, metavar="FILE.csv", help="Audit this meter's energy instead of designing.",
        rich_help_panel=METER,
    ),
    change_date: str | None = typer.Option(
        None, metavar="DATE", help="Verify the saving since this day, such as 2026-03-01.",
        rich_help_panel=METER,
    ),
    catalog: Path | None = typer.Option(None, help="Your own sites on top."),
    hourly: Path | None = typer.Option(
        None, metavar="FILE.csv", help="Where the 8760 hours go."
    ),
    out: Path | None = typer.Option(None, metavar="FILE.json", help="Where the record goes."),
    report: Path | None = typer.Option(None, metavar="FILE.html", help="Where a report goes."),
    as_json: bool = typer.Option(False, "--json", help="Print the record as JSON."),
) -> None:  # fmt: skip
    """Size a facility and simulate its year: power, PUE, water, carbon, plant, ways to save."""
    from dcbench.catalog import load_catalog
    from dcbench.catalog.site_risk_file import with_site_risk
    from dcbench.cli.facility_audit import AuditFlags, audit, deliver
    from dcbench.cli.facility_flags import FacilityFlags, build_question, with_kinds_and_values
    from dcbench.cli.output import overwriting
    from dcbench.errors import InputError
    from dcbench_planner.assumptions import load_assumptions
    from dcbench_planner.facility.answer import answer

    read = [catalog, weather, site_risk, risk_register, meter]
    faults = overwriting(out, read) + overwriting(hourly, [*read, out], flag="--hourly")
    faults += overwriting(report, [*read, out, hourly], flag="--report")
    if faults:
        raise InputError(faults)
    rows = load_catalog(catalog)
    if meter is not None:
        asked = AuditFlags(
            meter=meter,
            change_date=change_date,
            it_kw=it_kw,
            site=site,
            cooling=cooling,
            redundancy=redundancy,
            weather=weather,
            ups=ups,
            settings=tuple(settings),
        )
        deliver(audit(asked, rows), out, report, as_json=as_json)
        return
    flags = FacilityFlags(
        numbers={
            "--it-kw": it_kw, "--load-factor": load_factor, "--reuse-share": reuse_share,
            "--reuse-supply-c": reuse_supply_c, "--seismic-limit": seismic_limit,
            "--pv-kw": pv_kw, "--pv-yield": pv_yield, "--wind-kw": wind_kw,
            "--wind-speed": wind_speed, "--ppa-kw": ppa_kw, "--battery-kwh": battery_kwh,
            "--battery-kw": battery_kw,
        },
        taken={
            "site": site, "cooling": cooling, "redundancy": redundancy, "weather": weather,
            "air_class": air_class, "water_class": water_class, "compressors": compressors,
            "saving_target": saving_target, "weights": weights, "risk_register": risk_register,
        },
        ppa_shape=ppa_shape, allow_moratorium=allow_moratorium,
        data_law=data_law,
    )  # fmt: skip
    question = build_question(flags)
    rows = with_site_risk(rows, site_risk) if site_risk else rows
    found = answer(
        question, rows, with_kinds_and_values(load_assumptions(), ups, tuple(settings), rows)
    )
    _deliver(found, hourly, out, report, as_json=as_json, chosen=cooling is None)


def _deliver(
    found: Answer, hourly: Path | None, out: Path | None, report: Path | None,
    *, as_json: bool, chosen: bool,
) -> None:  # fmt: skip
    """Write the files that were asked for, then print."""
    from dcbench.cli.facility_text import lines
    from dcbench.cli.output import note, print_json
    from dcbench.records.files import write_record

    record = found.record
    if hourly is not None:
        from dcbench_planner.facility.hourly_table import write_hourly_table

        write_hourly_table(hourly, found.simulation)
        note(f"hours written to {hourly}")
    if out is not None:
        write_record(out, record)
        note(f"facility record written to {out}")
    if report is not None:
        from dcbench_reports import render

        render([record], report)
        note(f"report written to {report}")
    if as_json:
        print_json(record)
    else:
        typer.echo("\n".join(lines(record)))
    if chosen:
        why = "the best of those compared" if record.sites else "by climate for air-cooled racks"
        note(f"cooling: {record.cooling}, {why}; see --cooling")
