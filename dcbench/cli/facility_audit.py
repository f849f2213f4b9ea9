"""`dcbench facility --meter`: metered energy against the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dcbench.catalog import Catalog
from dcbench.cli.facility_audit_text import lines
from dcbench.cli.facility_delivery import Delivery
from dcbench.cli.facility_flags import EXAMPLES, FacilityFlags, asked_book
from dcbench.cli.settings import parsed
from dcbench.errors import Fault, InputError
from dcbench.units import parse_number
from dcbench_planner.facility.audit.expected import AskedDesign
from dcbench_planner.facility.audit.record import audit_meter
from dcbench_planner.facility.climate.weather_file import climate_from_file

USED = {"--it-kw", "--load-factor", "--site", "--cooling", "--redundancy", "--weather"}
"""Flags of a design that say what the meter is compared with; the load is the meter's."""


@dataclass(frozen=True, kw_only=True)
class AuditFlags:
    """The meter, and the flags of the design that it is compared with."""

    meter: Path
    change_date: str | None
    design: FacilityFlags


def audit_and_deliver(flags: AuditFlags, catalog: Catalog, given: Delivery) -> None:
    """Audit one meter file.

    Raises:
        InputError: with the faults of the flags or of a file.
    """
    faults = _useless(flags.design, given)
    it_kw, changed = _it_kw(flags.design, faults), _day(flags.change_date, faults)
    if flags.design.taken["site"] is None and flags.design.taken["weather"] is not None:
        problem, fix = "needs a design to compare with", "name the place with --site"
        faults.append(Fault(where="--weather", problem=problem, fix=fix))
    if faults:
        raise InputError(faults)
    book = asked_book(flags.design, catalog)
    asked = _design(flags.design, it_kw, catalog)
    record = audit_meter(flags.meter, book=book, asked=asked, change_date=changed)
    given.deliver(record, lines(record))


def _useless(design: FacilityFlags, given: Delivery) -> list[Fault]:
    """Find flags that do nothing to a meter."""
    found = [*design.given(), *(["--hourly"] if given.hourly else [])]
    fix = "leave it out, or leave --meter out to design"
    return [
        Fault(where=flag, problem="does not act on metered energy", fix=fix)
        for flag in found
        if flag not in USED
    ]


def _design(flags: FacilityFlags, it_kw: float | None, catalog: Catalog) -> AskedDesign | None:
    """Give the design that the meter is compared with; None without a site."""
    taken = flags.taken
    if taken["site"] is None:
        return None
    site = catalog.sites.resolve(taken["site"], where="--site")
    return AskedDesign(
        site=site, cooling=taken["cooling"], redundancy=taken["redundancy"], it_kw=it_kw,
        catalog=catalog,
        climate=climate_from_file(taken["weather"], site=site) if taken["weather"] else None,
    )  # fmt: skip


def _it_kw(flags: FacilityFlags, faults: list[Fault]) -> float | None:
    text = flags.numbers["--it-kw"]
    return None if text is None else parsed("--it-kw", text, parse_number, faults, EXAMPLES)


def _day(text: str | None, faults: list[Fault]) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fix = "give a day such as 2026-03-01"
        faults.append(Fault(where="--change-date", value=text, problem="is no date", fix=fix))
        return None
