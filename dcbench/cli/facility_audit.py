"""`dcbench facility --meter`: metered energy against the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from dcbench.catalog import Catalog
from dcbench.cli.facility_flags import with_kinds_and_values
from dcbench.cli.settings import parsed
from dcbench.errors import Fault, InputError
from dcbench.records.audit import AuditRecord
from dcbench.units import parse_number
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.audit.expected import AskedDesign
from dcbench_planner.facility.audit.record import audit_meter
from dcbench_planner.facility.climate.weather_file import climate_from_file


@dataclass(frozen=True, kw_only=True)
class AuditFlags:
    """The flags as they were typed; None where a flag was left out."""

    meter: Path
    change_date: str | None
    it_kw: str | None
    site: str | None
    cooling: str | None
    redundancy: str
    weather: Path | None
    ups: str | None
    settings: tuple[str, ...]


def audit(flags: AuditFlags, catalog: Catalog) -> AuditRecord:
    """Audit one meter file.

    Raises:
        InputError: with the faults of the flags or of a file.
    """
    changed = _day(flags.change_date)
    book = with_kinds_and_values(load_assumptions(), flags.ups, flags.settings, catalog)
    return audit_meter(flags.meter, book=book, asked=_design(flags, catalog), change_date=changed)


def deliver(record: AuditRecord, out: Path | None, report: Path | None, *, as_json: bool) -> None:
    """Write the files that were asked for, then print."""
    from dcbench.cli.facility_audit_text import lines
    from dcbench.cli.output import note, print_json
    from dcbench.records.files import write_record

    if out is not None:
        write_record(out, record)
        note(f"audit written to {out}")
    if report is not None:
        from dcbench_reports import render

        render([record], report)
        note(f"report written to {report}")
    if as_json:
        print_json(record)
    else:
        typer.echo("\n".join(lines(record)))


def _design(flags: AuditFlags, catalog: Catalog) -> AskedDesign | None:
    """Give the design that the meter is compared with; None without a site."""
    if flags.site is None:
        if flags.weather is not None:
            fix = "name the place with --site"
            problem = "needs a design to compare with"
            raise InputError(
                Fault(where="--weather", value=str(flags.weather), problem=problem, fix=fix)
            )
        return None
    site = catalog.sites.resolve(flags.site, where="--site")
    faults: list[Fault] = []
    it_kw = flags.it_kw and parsed(
        "--it-kw", flags.it_kw, parse_number, faults, {"--it-kw": "1000"}
    )
    if faults:
        raise InputError(faults)
    return AskedDesign(
        site=site, cooling=flags.cooling, redundancy=flags.redundancy, it_kw=it_kw or None,
        catalog=catalog,
        climate=climate_from_file(flags.weather, site=site) if flags.weather else None,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        fix = "give a day such as 2026-03-01"
        raise InputError(
            Fault(where="--change-date", value=text, problem="is no date", fix=fix)
        ) from error
