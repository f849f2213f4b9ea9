"""The table of rules, and which of them a design falls under."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import get_args

from dcbench.catalog import Site
from dcbench.records.facility_standards import RuleKind

EU = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
"""Member states, ISO 3166-1."""
WORLD = "any"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of `data/requirements.csv`."""

    id: str
    rule: str
    section: str
    kind: RuleKind
    countries: tuple[str, ...]
    """ISO 3166-1; none and no sites: everywhere."""
    sites: tuple[str, ...]
    """Catalogued sites in the province or city that has the rule."""
    smallest_kw: float
    size: str
    """What `smallest_kw` measures: `it` or `connection`."""
    commissioned_from: date
    commissioned_until: date
    year: str
    quantity: str
    comparison: str
    limit: str
    unit: str
    asks: str
    condition: str
    source: str
    evidence: str

    @property
    def jurisdiction(self) -> str:
        """Country or sites, in words."""
        if self.countries == EU:
            return "EU"
        return ", ".join((*self.countries, *self.sites)) or WORLD

    def covers(self, site: Site) -> bool:
        """Whether the site lies where the rule holds."""
        if not self.countries and not self.sites:
            return True
        return site.country in self.countries or site.id in self.sites

    def covers_date(self, commissioned: date) -> bool:
        """Whether a facility commissioned then falls under the rule."""
        return self.commissioned_from <= commissioned <= self.commissioned_until


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Read the packaged table."""
    table = resources.files("dcbench_planner") / "data" / "requirements.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return tuple(_rule(row) for row in rows)


def _rule(row: dict[str, str]) -> Rule:
    kinds: dict[str, RuleKind] = {kind: kind for kind in get_args(RuleKind)}
    texts = ("id", "rule", "section", "size", "year", "quantity", "comparison", "limit", "unit",
             "asks", "condition", "source", "evidence")  # fmt: skip
    return Rule(
        **{name: row[name] for name in texts},
        kind=kinds[row["kind"]],
        countries=EU if row["countries"] == "EU" else tuple(row["countries"].split("|"))
        if row["countries"] else (),
        sites=tuple(row["sites"].split("|")) if row["sites"] else (),
        smallest_kw=float(row["smallest_kw"] or 0),
        commissioned_from=date.fromisoformat(row["commissioned_from"] or "0001-01-01"),
        commissioned_until=date.fromisoformat(row["commissioned_until"] or "9999-12-31"),
    )  # fmt: skip
