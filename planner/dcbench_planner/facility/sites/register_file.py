"""The file in which a person ticks items of the risk register.

CSV with the columns `item,verdict,checked_on,owner,evidence` and, where one file serves several
sites, `site`; or TOML with a table per item::

    site = "lulea"              # optional: the file is for this site only

    [firm-power]
    verdict = "met"             # met, not met or not checked
    checked_on = 2026-03-01
    owner = "A. Person"
    evidence = "letter of the grid operator, 12 MW from 2027-01"
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

from dcbench.catalog import Catalog, Site
from dcbench.errors import Fault, InputError, unknown_name
from dcbench.records.facility_standards import Verdict
from dcbench.strict_text import parse_toml, read_text

MAX_BYTES = 2**20
LONGEST = {"owner": 200, "evidence": 2000}
_VERDICTS: dict[str, Verdict] = {verdict: verdict for verdict in get_args(Verdict)}
_FIELDS = ("verdict", "checked_on", "owner", "evidence")


@dataclass(frozen=True, kw_only=True)
class Tick:
    """What a person says about one item."""

    verdict: Verdict
    checked_on: str | None
    """ISO 8601 date."""
    owner: str | None
    evidence: str


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One item as the file has it, and where."""

    place: str
    site: str
    item: str
    values: Mapping[str, str]


def read_ticks(path: Path, site: Site, catalog: Catalog, items: Sequence[str]) -> dict[str, Tick]:
    """Read the ticks of one site; lines for other sites are checked and left out.

    Args:
        path: `.toml`, else CSV.
        site: whose register is filled.
        catalog: knows the sites that lines may name.
        items: ids of the register.

    Raises:
        InputError: with every unknown column, item, site, verdict and date, every tick without
            date, owner and evidence, and every item that is ticked twice.
    """
    where = str(path)
    faults: list[Fault] = []
    reader = _toml_lines if path.suffix.lower() == ".toml" else _csv_lines
    ticks: dict[str, Tick] = {}
    seen: set[tuple[str, str]] = set()
    for line in reader(path, faults):
        row = catalog.sites.find(line.site) if line.site else site
        if row is None:
            names = catalog.sites.known_names()
            faults.append(unknown_name(where, "site", line.site, names, field=line.place))
        if line.item not in items:
            faults.append(unknown_name(where, "item", line.item, items, field=line.place))
        tick = _tick(line, where, faults)
        if row is None or line.item not in items:
            continue
        if (row.id, line.item) in seen:
            problem = "is an item that the file has already"
            faults.append(Fault(where=where, field=line.place, value=line.item, problem=problem))
        seen.add((row.id, line.item))
        if tick is not None and row.id == site.id:
            ticks[line.item] = tick
    if faults:
        raise InputError(faults)
    return ticks


def _csv_lines(path: Path, faults: list[Fault]) -> Iterator[_Line]:
    reader = csv.DictReader(io.StringIO(read_text(path, MAX_BYTES), newline=""))
    columns = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    known = ("site", "item", *_FIELDS)
    wrong = [
        unknown_name(str(path), "column", name or "(empty)", known, field="header")
        for name in columns
        if name not in known
    ]
    for name in ("item", "verdict"):
        if name not in columns:
            fix = f"the columns are {', '.join(known)}"
            wrong.append(Fault(where=str(path), problem=f"has no column {name}", fix=fix))
    faults += wrong
    for record in () if wrong else reader:
        place = f"line {reader.line_num}"
        if None in record:
            problem = "has more cells than the header"
            faults.append(Fault(where=str(path), field=place, problem=problem))
            continue
        cells = {name: (text or "").strip() for name, text in record.items()}
        if any(cells.values()):
            values = {name: cells.get(name, "") for name in _FIELDS}
            yield _Line(place=place, site=cells.get("site", ""), item=cells["item"], values=values)


def _toml_lines(path: Path, faults: list[Fault]) -> Iterator[_Line]:
    document = parse_toml(read_text(path, MAX_BYTES), path)
    site = document.pop("site", "")
    if not isinstance(site, str):
        fix = "give the name of a site"
        fault = Fault(where=str(path), field="site", value=site, problem="is not text", fix=fix)
        raise InputError(fault)
    for item, fields in document.items():
        if not isinstance(fields, dict):
            problem = "is not a table of fields"
            faults.append(Fault(where=str(path), field=item, value=fields, problem=problem))
            continue
        values = dict.fromkeys(_FIELDS, "")
        for name, value in fields.items():
            if name not in _FIELDS:
                field = f"{item}.{name}"
                faults.append(unknown_name(str(path), "field", name, _FIELDS, field=field))
            elif isinstance(value, datetime) or not isinstance(value, str | date):
                problem = "is neither text nor a date"
                field = f"{item}.{name}"
                faults.append(Fault(where=str(path), field=field, value=value, problem=problem))
            else:
                values[name] = str(value).strip()
        yield _Line(place=item, site=site, item=item, values=values)


def _tick(line: _Line, where: str, faults: list[Fault]) -> Tick | None:
    """Check one tick; "not checked" needs nothing, any other verdict needs all."""
    count = len(faults)
    values = line.values
    verdict = _VERDICTS.get(values["verdict"].lower())
    if verdict is None:
        fix = f"one of {', '.join(_VERDICTS)}"
        faults.append(
            Fault(where=where, field=f"{line.place} verdict", value=values["verdict"],
                  problem="unknown verdict", fix=fix)
        )  # fmt: skip
    for name in ("checked_on", "owner", "evidence"):
        problem = _problem(name, values[name], is_needed=verdict in {"met", "not met"})
        if problem:
            field, value = f"{line.place} {name}", values[name] or None
            fix = "a tick needs a date, an owner and evidence"
            faults.append(Fault(where=where, field=field, value=value, problem=problem, fix=fix))
    if verdict is None or len(faults) > count:
        return None
    return Tick(
        verdict=verdict, checked_on=values["checked_on"] or None, owner=values["owner"] or None,
        evidence=values["evidence"],
    )  # fmt: skip


def _problem(name: str, text: str, *, is_needed: bool) -> str | None:
    if not text:
        return "is missing" if is_needed else None
    if name == "checked_on":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return "is no date such as 2026-03-01"
        return "lies in the future" if day > datetime.now(UTC).date() else None
    if len(text) > LONGEST[name]:
        return f"is longer than {LONGEST[name]} characters"
    return None if text.isprintable() else "has control characters or line breaks"
