"""`Catalog`: all tables, each read when first used, with the user's overlay."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from dcbench.catalog.accelerators import AcceleratorTable
from dcbench.catalog.overlay import read_overlay
from dcbench.catalog.packaged import TABLES, packaged_rows
from dcbench.catalog.rows import (
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
from dcbench.catalog.table import Table


class Catalog:
    """All tables; a table is read on first use."""

    def __init__(self, overlaid: Mapping[str, tuple[Row, ...]] | None = None) -> None:
        """`overlaid` holds the whole rows of each table that the user changed."""
        self._overlaid = overlaid or {}

    @cached_property
    def accelerators(self) -> AcceleratorTable:
        """GPUs and other accelerators."""
        return AcceleratorTable(self._rows("accelerators"))

    @cached_property
    def models(self) -> Table[Model]:
        """Published transformer shapes."""
        return Table("model", self._rows("models"))

    @cached_property
    def nodes(self) -> Table[Node]:
        """Servers, racks and cloud instances."""
        return Table("node", self._rows("nodes"))

    @cached_property
    def networks(self) -> Table[Network]:
        """Switches, network cards, transceivers and cables."""
        return Table("network", self._rows("networks"))

    @cached_property
    def sites(self) -> Table[Site]:
        """Places with climate, electricity price and grid carbon."""
        return Table("site", self._rows("sites"))

    @cached_property
    def site_risk(self) -> Table[SiteRisk]:
        """Natural hazards, grid, water stress, connectivity and law of each site."""
        return Table("site_risk", self._rows("site_risk"))

    @cached_property
    def prices(self) -> Table[Price]:
        """Price anchors."""
        return Table("price", self._rows("prices"))

    @cached_property
    def failures(self) -> Table[Failure]:
        """Published interruption rates."""
        return Table("failure", self._rows("failures"))

    @cached_property
    def equipment(self) -> Table[Equipment]:
        """Figures about facility equipment."""
        return Table("equipment", self._rows("equipment"))

    def tables(self) -> dict[str, Table[Any]]:
        """Give every table by name, which reads them all."""
        return {name: getattr(self, name) for name in TABLES}

    def with_rows(self, table: str, rows: tuple[Row, ...]) -> Catalog:
        """Give a catalog whose `table` holds these rows instead."""
        return Catalog({**self._overlaid, table: rows})

    def _rows(self, table: str) -> tuple[Any, ...]:
        given = self._overlaid.get(table)
        return packaged_rows(table) if given is None else given


def load_catalog(overlay: Path | None = None) -> Catalog:
    """Give the packaged facts, with the user's own laid over them.

    Args:
        overlay: TOML file as `dcbench.catalog.overlay` describes it.

    Raises:
        InputError: with every fault in the overlay.
    """
    return Catalog() if overlay is None else Catalog(read_overlay(overlay))
