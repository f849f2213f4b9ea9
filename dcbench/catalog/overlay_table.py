"""Laying one table of an overlay over the packaged one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, replace
from typing import Any

from dcbench.catalog.accelerators import AcceleratorTable
from dcbench.catalog.overlay_values import UnfitValueError, check_value
from dcbench.catalog.packaged import TABLES, packaged_rows
from dcbench.catalog.reading import field_types
from dcbench.catalog.rows import Row, Site, SiteRisk
from dcbench.catalog.table import MAX_NAME_LENGTH, Table, fold
from dcbench.errors import Fault

_SET_BY_US = {"id", "evidence", "recalled_cells", "read_cells"}
_GROUPS = {
    "elec_price": "price",
    "grid_ci": "ci",
    "ci_basis": "ci",
    "design_": "design",
    "dry_bulb": "climate",
    "dew_point": "climate",
}
"""Site columns by their beginning, and the group whose source and evidence they share."""


class TableOverlay:
    """Lays one table of the file over the packaged one; notes what is wrong in `faults`."""

    def __init__(
        self, where: str, table: str, faults: list[Fault], rows: Iterable[Any] | None = None
    ) -> None:
        """`where` is the file's name; `faults` is added to; `rows` replace the packaged ones."""
        self.where = where
        self.name = table
        self.kind = TABLES[table]
        self.types = field_types(self.kind)
        self.faults = faults
        self.table = self._indexed(packaged_rows(table) if rows is None else rows)

    def rows(self, entries: object) -> tuple[Row, ...]:
        """Give the packaged rows with the entries laid over them."""
        if not isinstance(entries, dict):
            self._fault(self.name, "is not a table of rows", value=entries)
            return ()
        rows = {row.id: row for row in self.table}
        touched: dict[str, str] = {}
        for name, values in entries.items():
            found = self._existing(name)
            key = fold(found.id if found else name)
            if key in touched:
                self._fault(f"{self.name}.{name}", f"is the same row as {touched[key]}")
            touched[key] = name
            row = self._row(name, values, found)
            if row is not None:
                rows[row.id] = row
        self._check_names(rows.values(), touched)
        return tuple(rows.values())

    def _indexed(self, rows: Iterable[Any]) -> Table[Any]:
        is_accelerators = self.name == "accelerators"
        return AcceleratorTable(rows) if is_accelerators else Table(self.name, rows)

    def _existing(self, name: str) -> Row | None:
        """Give the row that a name means; a family name means its part if it has only one."""
        if isinstance(self.table, AcceleratorTable):
            parts = self.table.variants_of_family(name)
            if len(parts) == 1:
                return parts[0]
        return self.table.find(name)

    def _row(self, name: str, values: object, found: Row | None) -> Row | None:
        place = f"{self.name}.{name}"
        if not fold(name) or not name.isprintable() or len(name) > MAX_NAME_LENGTH:
            self._fault(place, "is no name")
            return None
        if not isinstance(values, dict):
            self._fault(place, "is not a table of fields", value=values)
            return None
        count = len(self.faults)
        checked = self._checked(place, values)
        if found is None:
            self._check_new(place, name, values)
        if len(self.faults) > count:
            return None
        facts = checked | _provenance(self.where, checked, found, self.kind)
        return replace(found, **facts) if found else self.kind(**{"id": name, "name": name} | facts)

    def _checked(self, place: str, values: Mapping[str, object]) -> dict[str, Any]:
        checked: dict[str, Any] = {}
        for field, value in values.items():
            if field not in self.types or field in _SET_BY_US:
                self._unknown_field(place, field)
                continue
            try:
                checked[field] = check_value(field, self.types[field], value)
            except UnfitValueError as error:
                self._fault(f"{place}.{field}", str(error), value=value)
        return checked

    def _check_new(self, place: str, name: str, values: Mapping[str, object]) -> None:
        if isinstance(self.table, AcceleratorTable) and self.table.variants_of_family(name):
            parts = ", ".join(row.id for row in self.table.variants_of_family(name))
            self._fault(place, "names several parts", fix=f"give one of {parts}")
            return
        close = difflib.get_close_matches(name, self.table.known_names(), n=3)
        fix = f"give it, or did you mean {', '.join(close)}?" if close else "give it"
        for field in fields(self.kind):
            if _required(field) and field.name not in values:
                self._fault(f"{place}.{field.name}", "is needed for a new row", fix=fix)

    def _check_names(self, rows: Iterable[Row], touched: Mapping[str, str]) -> None:
        """Check that the names of every touched row lead to it and to no other row."""
        combined = self._indexed(rows)
        for row in combined:
            if fold(row.id) in touched:
                for name in (row.name, *row.aliases):
                    if combined.find(name) is not row:
                        place = f"{self.name}.{touched[fold(row.id)]}"
                        self._fault(place, "has the name of another row", value=name)

    def _unknown_field(self, place: str, field: str) -> None:
        if field in _SET_BY_US:
            self._fault(f"{place}.{field}", "cannot be set", fix="leave it out")
            return
        close = difflib.get_close_matches(field, list(self.types), n=2)
        fix = f"did you mean {' or '.join(close)}?" if close else "leave it out"
        self._fault(f"{place}.{field}", "unknown field", fix=fix)

    def _fault(
        self, field: str, problem: str, *, value: object = None, fix: str = "correct it"
    ) -> None:
        self.faults.append(
            Fault(where=self.where, field=field, problem=problem, value=value, fix=fix)
        )


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.name not in {"id", "name", "source", "evidence"}


def _provenance(
    where: str, values: Mapping[str, Any], found: Row | None, kind: type[Row]
) -> dict[str, Any]:
    """Give source and evidence of a touched row, and of the groups of columns of a site."""
    given = f"{where}: {values['source']}" if "source" in values else where
    names = [name for name in values if name != "source"]
    source = f"{given} ({', '.join(names)}); otherwise {found.source}" if found else given
    facts: dict[str, Any] = {"source": source, "evidence": "user"}
    if kind is Site:
        groups = {g for start, g in _GROUPS.items() for n in names if n.startswith(start)}
        facts |= {f"{group}_evidence": "user" for group in groups}
        facts |= {f"{group}_source": where for group in groups - {"climate"}}
    if kind is SiteRisk:
        known = found.read_cells if isinstance(found, SiteRisk) else ()
        facts["read_cells"] = tuple(dict.fromkeys([*known, *names]))
    return facts
