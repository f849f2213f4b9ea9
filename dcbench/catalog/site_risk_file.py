"""The user's own site risks as a CSV file with the columns of the packaged table.

A row names its site by `id` or `name`. An empty cell leaves what is known, the word `unknown`
forgets it, and a cell that repeats the packaged value stays the packaged value: a copy of the
table with one cell changed changes one cell.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from dcbench.catalog.loading import Catalog
from dcbench.catalog.overlay_table import TableOverlay
from dcbench.catalog.reading import field_types
from dcbench.catalog.rows import SiteRisk
from dcbench.errors import Fault, InputError, unknown_name
from dcbench.strict_text import read_text

MAX_BYTES = 4 * 2**20
MAX_CELL = 2000
UNKNOWN = "unknown"
_NOT_TAKEN = {"id", "name", "aliases", "evidence", "read_cells", "recalled_cells"}
_TYPES = field_types(SiteRisk)
_NUMBERS = {name for name, kind in _TYPES.items() if kind in {float | None, int | None}}


def with_site_risk(catalog: Catalog, path: Path) -> Catalog:
    """Lay the site risks of a CSV file over those of a catalog.

    Args:
        catalog: knows the sites, and the risks that the file does not give.
        path: UTF-8 CSV; columns in any order, of the table `site_risk`.

    Raises:
        InputError: with every unknown column, unknown or repeated site, and unfit cell.
    """
    faults: list[Fault] = []
    where = str(path)
    entries: dict[str, dict[str, Any]] = {}
    forgotten: dict[str, list[str]] = {}
    for line, cells in _lines(path, faults):
        site = _site(catalog, where, line, cells, faults)
        if site is None:
            continue
        if site in entries:
            problem = "is a site that an earlier line gives"
            faults.append(Fault(where=where, field=f"line {line}", value=site, problem=problem))
            continue
        known = catalog.site_risk.find(site)
        entries[site] = dict(_changed(cells, known, f"line {line}", where, faults))
        forgotten[site] = [name for name in _NUMBERS if cells.get(name) == UNKNOWN]
    entries = {site: values for site, values in entries.items() if values}
    table = TableOverlay(where, "site_risk", faults, catalog.site_risk.rows)
    rows = table.rows(entries)
    if faults:
        raise InputError(faults)
    kept = [row for row in rows if isinstance(row, SiteRisk)]
    return catalog.with_rows("site_risk", tuple(_without(row, forgotten) for row in kept))


def _lines(path: Path, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each line with its number and filled cells; a header that is wrong gives none."""
    reader = csv.reader(io.StringIO(read_text(path, MAX_BYTES), newline=""))
    try:
        header = [name.strip() for name in next(reader, [])]
        wrong = list(_header_faults(str(path), header))
        faults += wrong
        for cells in reader if not wrong else ():
            if len(cells) > len(header):
                problem, field = "has more cells than the header", f"line {reader.line_num}"
                faults.append(Fault(where=str(path), field=field, problem=problem))
            elif any(cell.strip() for cell in cells):
                texts = zip(header, (cell.strip() for cell in cells), strict=False)
                yield reader.line_num, {name: text for name, text in texts if text}
    except csv.Error as error:
        problem = f"is not CSV: {error}"
        fault = Fault(where=str(path), field=f"line {reader.line_num}", problem=problem)
        raise InputError([*faults, fault]) from error


def _header_faults(where: str, header: list[str]) -> Iterator[Fault]:
    if "id" not in header and "name" not in header:
        yield Fault(where=where, problem="has no column id or name", fix="name the site in one")
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield Fault(where=where, field=name, problem="is a column twice", fix="leave one")
        if name not in _TYPES:
            close = difflib.get_close_matches(name, list(_TYPES), n=2)
            fix = f"did you mean {' or '.join(close)}?" if close else "leave it out"
            yield Fault(where=where, field=name or "(empty)", problem="unknown column", fix=fix)


def _site(
    catalog: Catalog, where: str, line: int, cells: dict[str, str], faults: list[Fault]
) -> str | None:
    name = cells.get("id") or cells.get("name") or ""
    site = catalog.sites.find(name)
    if site is None:
        names = catalog.sites.known_names()
        faults.append(unknown_name(where, "site", name, names, field=f"line {line}"))
    return None if site is None else site.id


def _changed(
    cells: dict[str, str], known: SiteRisk | None, place: str, where: str, faults: list[Fault]
) -> Iterator[tuple[str, Any]]:
    """Give the cells that differ from what is known, numbers as numbers."""
    for name, text in cells.items():
        if name in _NOT_TAKEN or (name in _NUMBERS and text == UNKNOWN):
            continue
        value: Any = text
        if name in _NUMBERS:
            try:
                value = float(text[:MAX_CELL])
            except ValueError:
                fix = f"give a number, nothing, or {UNKNOWN}"
                field = f"{place} {name}"
                problem = "is not a number"
                faults.append(Fault(where=where, field=field, value=text, problem=problem, fix=fix))
                continue
        if known is None or value != getattr(known, name):
            yield name, value


def _without(row: SiteRisk, forgotten: dict[str, list[str]]) -> SiteRisk:
    names = forgotten.get(row.id, [])
    emptied: dict[str, Any] = dict.fromkeys(names)
    cells = tuple(cell for cell in row.read_cells if cell not in names)
    return replace(row, **emptied | {"read_cells": cells}) if names else row
