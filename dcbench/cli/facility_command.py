"""`dcbench facility`: power, cooling, water and carbon of one facility at one site."""

from __future__ import annotations

from pathlib import Path

import typer

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
    distribution: str | None = typer.Option(
        None, metavar="KIND", help="busway or pdu-transformer. [default: busway]"
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
    from dcbench.cli.facility_audit import AuditFlags, audit_and_deliver
    from dcbench.cli.facility_delivery import Delivery
    from dcbench.cli.facility_design import design_and_deliver
    from dcbench.cli.facility_flags import FacilityFlags

    given = Delivery(out=out, report=report, hourly=hourly, as_json=as_json)
    given.check([catalog, weather, site_risk, risk_register, meter])
    numbers = {
        "--it-kw": it_kw, "--load-factor": load_factor, "--reuse-share": reuse_share,
        "--reuse-supply-c": reuse_supply_c, "--seismic-limit": seismic_limit, "--pv-kw": pv_kw,
        "--pv-yield": pv_yield, "--wind-kw": wind_kw, "--wind-speed": wind_speed,
        "--ppa-kw": ppa_kw, "--battery-kwh": battery_kwh, "--battery-kw": battery_kw,
    }  # fmt: skip
    texts = {
        "site": site, "cooling": cooling, "redundancy": redundancy, "weather": weather,
        "air_class": air_class, "water_class": water_class, "saving_target": saving_target,
        "weights": weights, "risk_register": risk_register,
    }  # fmt: skip
    flags = FacilityFlags(
        numbers=numbers, taken=texts | {"compressors": compressors}, ppa_shape=ppa_shape,
        allow_moratorium=allow_moratorium, data_law=data_law, ups=ups,
        distribution=distribution, settings=tuple(settings),
        site_risk=site_risk,
    )  # fmt: skip
    if meter is None:
        design_and_deliver(flags, change_date, load_catalog(catalog), given)
    else:
        audited = AuditFlags(meter=meter, change_date=change_date, design=flags)
        audit_and_deliver(audited, load_catalog(catalog), given)
