"""The tables that come with dcbench."""

from __future__ import annotations

from functools import cache
from typing import Any

from dcbench.catalog.reading import read_rows
from dcbench.catalog.rows import (
    Accelerator,
    Equipment,
    Failure,
    Model,
    Network,
    Node,
    Price,
    Row,
    Site,
    SiteRisk,
)

TABLES: dict[str, type[Row]] = {
    "accelerators": Accelerator,
    "models": Model,
    "nodes": Node,
    "networks": Network,
    "sites": Site,
    "site_risk": SiteRisk,
    "prices": Price,
    "failures": Failure,
    "equipment": Equipment,
}
"""By the name that the attribute of `Catalog`, the data file and the overlay's table share."""

_JOINED = {"sites": "site_grid.csv"}
"""Columns that are kept in a file of their own because its licence differs."""


@cache
def packaged_rows(table: str) -> tuple[Any, ...]:
    """Read one packaged table, once.

    Raises:
        InputError: the packaged file is damaged.
    """
    return read_rows(TABLES[table], f"{table}.csv", _JOINED.get(table))
