"""The five-step risk register of one site.

Every item is "not checked" until a person ticks it in a file, with date, name and evidence. The
catalog only hints at where to look.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter

from dcbench.catalog import Catalog, Site, SiteRisk
from dcbench.records.facility_sites import RegisterItem
from dcbench_planner.facility.sites.register_file import read_ticks

UNKNOWN = "the catalog does not know"
_ABOUT = {"grid_saidi_basis"}
"""Cells that describe another cell."""


def risk_register(
    site: Site, catalog: Catalog, register_file: Path | None = None
) -> tuple[RegisterItem, ...]:
    """Give the register's items in order, ticked where the user's file says so.

    Args:
        site: the chosen site.
        catalog: hints come from its table of site risks.
        register_file: CSV or TOML, see `dcbench_planner.facility.sites.register_file`.

    Raises:
        InputError: with every fault in the file.
    """
    items = _items()
    ticks = {} if register_file is None else read_ticks(register_file, site, catalog, list(items))
    row = catalog.site_risk.find(site.id)
    return tuple(
        RegisterItem(
            id=name, step=int(item["step"]), title=item["title"], item=item["item"],
            hint=_hint(item["hint"], row),
            **vars(ticks[name]) if name in ticks else {},
        )
        for name, item in items.items()
    )  # fmt: skip


@cache
def _items() -> dict[str, dict[str, str]]:
    path = resources.files("dcbench_planner") / "data" / "risk_register.csv"
    return {row["id"]: row for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}


class _Empty:
    """Stands in a hint for a cell that nobody has filled."""

    def __format__(self, _spec: str) -> str:
        return "unknown"


def _hint(template: str, row: SiteRisk | None) -> str:
    """Fill the template with the site's cells, and say how far they can be trusted."""
    if not template:
        return ""
    known = {} if row is None else {k: v for k, v in vars(row).items() if v is not None}
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    numbers = [name for name in names if name in known and name not in _ABOUT]
    if row is None or not numbers:
        return UNKNOWN
    text = template.format(**{name: known.get(name, _Empty()) for name in names})
    trust = "read" if all(name in row.read_cells for name in numbers) else "recalled"
    return f"{text} ({trust})"[:2000]
