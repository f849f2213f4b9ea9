"""The user's own facts, laid over the packaged tables.

A TOML file names tables, rows and fields::

    [accelerators."H100-SXM"]       # an existing row, by id, name or alias: these fields replace
    price_usd_estimate = 25000

    [sites.our-hall]                # a new id: a new row, which needs the required fields
    latitude = 60.2
    ...

A row that was touched says evidence `user` and names the file and the fields in its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dcbench.catalog.accelerators import AcceleratorTable
from dcbench.catalog.overlay_table import TableOverlay
from dcbench.catalog.packaged import TABLES, packaged_rows
from dcbench.catalog.rows import Node, Row, SiteRisk
from dcbench.catalog.table import Table
from dcbench.errors import Fault, InputError, unknown_name
from dcbench.strict_text import parse_toml, read_text

MAX_BYTES = 4 * 2**20
"""An overlay is written by hand."""

_HEADER = {"schema": "dcbench.catalog", "version": 1}
"""Keys that a file may begin with, and what they must say."""


def read_overlay(path: Path) -> dict[str, tuple[Row, ...]]:
    """Read an overlay.

    Returns:
        All rows, changed and unchanged, of each table that the file names.

    Raises:
        InputError: with every fault, each with its table, row and field.
    """
    faults: list[Fault] = []
    overlaid: dict[str, tuple[Any, ...]] = {}
    for table, entries in parse_toml(read_text(path, MAX_BYTES), path).items():
        if table in _HEADER:
            faults += _header_faults(path, table, entries)
        elif table not in TABLES:
            faults.append(unknown_name(str(path), "table", table, list(TABLES), field=table))
        else:
            overlaid[table] = TableOverlay(str(path), table, faults).rows(entries)
    if "nodes" in overlaid and not faults:
        overlaid["nodes"] = _with_accelerator_ids(path, overlaid, faults)
    if "site_risk" in overlaid and not faults:
        overlaid["site_risk"] = _with_site_ids(path, overlaid, faults)
    if faults:
        raise InputError(faults)
    return overlaid


def _header_faults(path: Path, key: str, found: object) -> list[Fault]:
    if found == _HEADER[key] and not isinstance(found, bool):
        return []
    fix = f"say {_HEADER[key]!r} or leave it out"
    return [Fault(where=str(path), field=key, value=found, problem="is another format", fix=fix)]


def _with_accelerator_ids(
    path: Path, overlaid: Mapping[str, tuple[Any, ...]], faults: list[Fault]
) -> tuple[Node, ...]:
    """Give the nodes with the ids of their accelerators, however the file spells them."""
    known = AcceleratorTable(overlaid.get("accelerators") or packaged_rows("accelerators"))
    nodes = []
    for node in overlaid["nodes"]:
        field = f"nodes.{node.id}.accelerator"
        try:
            part = known.resolve(node.accelerator)
        except InputError as error:
            faults += [replace(fault, where=str(path), field=field) for fault in error.faults]
            continue
        nodes.append(node if part.id == node.accelerator else replace(node, accelerator=part.id))
    return tuple(nodes)


def _with_site_ids(
    path: Path, overlaid: Mapping[str, tuple[Any, ...]], faults: list[Fault]
) -> tuple[SiteRisk, ...]:
    """Give the site risks with the ids of their sites, however the file spells them."""
    known = Table("site", overlaid.get("sites") or packaged_rows("sites"))
    risks = []
    for risk in overlaid["site_risk"]:
        site = known.find(risk.id)
        if site is None:
            field = f"site_risk.{risk.id}"
            names = known.known_names()
            faults.append(unknown_name(str(path), "site", risk.id, names, field=field))
            continue
        risks.append(risk if site.id == risk.id else replace(risk, id=site.id))
    return tuple(risks)
