"""`dcbench catalog`: look up the facts that dcbench comes with, and their sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from dcbench.catalog import Catalog, Row

OVERVIEW = {
    "accelerators": ("id", "memory_gb", "memory_gbps", "peak_tflops_bf16", "tdp_w", "evidence"),
    "models": ("id", "params_total", "params_active", "evidence"),
    "nodes": ("id", "accelerators_per_node", "accelerator", "max_power_kw", "evidence"),
    "networks": ("id", "category", "ports", "gbps_per_port", "power_w_max", "evidence"),
    "sites": ("id", "country", "elec_price_industrial_usd_kwh", "grid_ci_gco2_kwh", "evidence"),
    "site_risk": (
        "id", "grid_saidi_min_per_year", "seismic_class", "flood_class", "tropical_cyclone_class",
        "wildfire_class", "tornado_class", "water_stress_class", "carriers_class",
        "rtt_ms_to_nearest_hub",
    ),
    "prices": ("id", "value", "year", "evidence", "unit"),
    "failures": ("id", "n_gpus", "per_1000_gpu_days", "evidence", "accelerator"),
    "equipment": ("id", "mid", "evidence", "unit"),
    "assumptions": ("key", "value", "unit", "provenance", "low", "high", "source"),
}  # fmt: skip
"""Columns of `catalog list TABLE`; `--json` gives them all."""

_OVERLAY = typer.Option(None, "--catalog", help="TOML file with your own rows and fields.")
_JSON = typer.Option(False, "--json", help="Print JSON.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    catalog = typer.Typer(
        help="Look up accelerators, models, sites, prices ... and their sources.",
        epilog="Example: dcbench catalog show H100-SXM",
        no_args_is_help=True,
    )
    catalog.command("list", epilog="Example: dcbench catalog list accelerators")(list_table)
    catalog.command("show", epilog="Example: dcbench catalog show H100-SXM")(show)
    app.add_typer(catalog, name="catalog")


def list_table(
    table: str | None = typer.Argument(None, help="Table; without it, the tables are listed."),
    overlay: Path | None = _OVERLAY,
    as_json: bool = _JSON,
) -> None:
    """List the tables, or the rows of one table."""
    from dcbench.catalog import load_catalog
    from dcbench.cli.catalog_text import aligned
    from dcbench.cli.output import print_json

    name = None if table is None else _table_name(table)
    catalog = load_catalog(overlay)
    records = _tables(catalog) if name is None else _records(catalog, name)
    if as_json:
        print_json(records)
        return
    for line in aligned(records, OVERVIEW[name] if name else ("table", "rows")):
        typer.echo(line)


def show(
    name: str = typer.Argument(help="Id, name or alias in any table, such as H100-SXM."),
    overlay: Path | None = _OVERLAY,
    as_json: bool = _JSON,
) -> None:
    """Show all that is known of a name, with units, source and evidence."""
    from dcbench.catalog import load_catalog
    from dcbench.cli.catalog_text import sheet
    from dcbench.cli.output import print_json

    catalog = load_catalog(overlay)
    found = _find(catalog, name)
    if as_json:
        print_json(found)
        return
    for number, record in enumerate(found):
        if number:
            typer.echo()
        title = f"{record.get('id', name)} ({record.pop('table')})"
        for line in sheet(title, record, record.pop("read_as", None)):
            typer.echo(line)


def _table_name(given: str) -> str:
    from dcbench.errors import InputError, unknown_name

    wanted = given.strip().lower().rstrip("s")
    name = next((name for name in OVERVIEW if name.rstrip("s") == wanted), None)
    if name is None:
        raise InputError(unknown_name("TABLE", "table", given, list(OVERVIEW)))
    return name


def _tables(catalog: Catalog) -> list[dict[str, Any]]:
    counts = {name: len(table) for name, table in catalog.tables().items()}
    counts["assumptions"] = len(_records(catalog, "assumptions"))
    return [{"table": name, "rows": count} for name, count in counts.items()]


def _records(catalog: Catalog, name: str) -> list[dict[str, Any]]:
    if name != "assumptions":
        return [_record(row) for row in catalog.tables()[name]]
    from dcbench_planner.assumptions import load_assumptions

    entries = load_assumptions().entries.values()
    return [entry.as_record().model_dump(mode="json", exclude_none=True) for entry in entries]


def _record(row: Row) -> dict[str, Any]:
    """Give what is known of a row, as JSON has it: no empty cells, lists for tuples."""
    values = {k: list(v) if isinstance(v, tuple) else v for k, v in vars(row).items()}
    return {key: value for key, value in values.items() if value not in (None, [])}


def _find(catalog: Catalog, name: str) -> list[dict[str, Any]]:
    """Give every row of that name with its table and, for a family name, what it is read as.

    Raises:
        InputError: no table has the name.
    """
    from dcbench.errors import InputError, unknown_name

    found: list[dict[str, Any]] = []
    known: list[str] = []
    note = catalog.accelerators.note(name)
    if note is not None:
        family = _record(catalog.accelerators.resolve(name))
        found.append({"table": "accelerators", "read_as": note, **family})
    for title, table in catalog.tables().items():
        known += table.known_names()
        row = table.find(name)
        if row is not None:
            found.append({"table": title, **_record(row)})
    assumptions = {record["key"]: record for record in _records(catalog, "assumptions")}
    if name in assumptions:
        found.append({"table": "assumptions", **assumptions[name]})
    if not found:
        raise InputError(unknown_name("NAME", "name", name, [*known, *assumptions]))
    return found
