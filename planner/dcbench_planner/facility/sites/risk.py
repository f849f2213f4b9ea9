"""How risky a site is, from 0 (best) to 1, with what is unknown kept unknown.

The score is the weighted mean over known items. Setting every unknown item to its best and to its
worst gives the interval that the true score lies in, if the known cells are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dcbench.catalog import SiteRisk
from dcbench_planner.assumptions import AssumptionBook

WORST_CLASS = 4
CLASSES = (
    "seismic_class", "flood_class", "tropical_cyclone_class", "wildfire_class", "tornado_class",
    "water_stress_class", "carriers_class",
)  # fmt: skip
"""Cells that hold a class of 0 to 4."""


@dataclass(frozen=True, kw_only=True)
class RiskItem:
    """One item of the risk; `low` and `high` differ where a cell is unknown."""

    name: str
    weight: float
    """Of the whole risk; 0 where the item does not apply."""
    low: float
    high: float
    basis: str
    """The cells, in words."""

    @property
    def is_known(self) -> bool:
        """Tell whether every cell of the item is known."""
        return self.low == self.high


@dataclass(frozen=True, kw_only=True)
class RiskScore:
    """The items of one site, put together."""

    items: tuple[RiskItem, ...]

    @property
    def known_share(self) -> float:
        """Weight of known items over that of all that apply."""
        return _sum(item.weight for item in self.items if item.is_known) / self._applicable

    @property
    def score(self) -> float | None:
        """Weighted mean over known items, 0-1; None if nothing is known."""
        known = [item for item in self.items if item.is_known]
        weight = _sum(item.weight for item in known)
        return _sum(item.weight * item.low for item in known) / weight if weight > 0 else None

    @property
    def low(self) -> float:
        """With every unknown at its best."""
        return _sum(item.weight * item.low for item in self.items) / self._applicable

    @property
    def high(self) -> float:
        """With every unknown at its worst."""
        return _sum(item.weight * item.high for item in self.items) / self._applicable

    @property
    def _applicable(self) -> float:
        return _sum(item.weight for item in self.items) or 1.0


def risk_score(
    risk: SiteRisk | None, weights: Mapping[str, float], book: AssumptionBook,
    *, takes_water: bool = True, training: bool = True,
) -> RiskScore:  # fmt: skip
    """Score one site.

    Args:
        risk: the site's row; None if the catalog has none, and then all is unknown.
        weights: by item, see `dcbench_planner.facility.sites.weights`.
        book: where the SAIDI and round-trip scales begin and end.
        takes_water: the cooling evaporates water; without, water stress does not count.
        training: no user waits for an answer, so the round-trip time does not count.
    """
    row = risk or SiteRisk(id="", name="", source="", evidence="")
    parts = {
        "power": _power(row, book),
        "seismic": _class(row.seismic_class, "class"),
        "flood": _class(row.flood_class, "class"),
        "wind": _worst(
            _class(row.tropical_cyclone_class, "cyclone class"),
            _class(row.tornado_class, "tornado class"),
        ),
        "wildfire": _class(row.wildfire_class, "class"),
        "water": _class(row.water_stress_class, "stress class"),
        "connectivity": _connectivity(row, book, training=training),
    }
    applies = {"water": 1.0 if takes_water else 0.0}
    return RiskScore(
        items=tuple(
            RiskItem(
                name=name, weight=weights[name] * applies.get(name, 1.0), low=low, high=high,
                basis=basis,
            )
            for name, (low, high, basis) in parts.items()
        )
    )  # fmt: skip


def one_class_off(risk: SiteRisk) -> Iterator[SiteRisk]:
    """Give the rows in which one recalled class is one higher or lower, within 0 to 4."""
    for name in CLASSES:
        value = getattr(risk, name)
        if value is None or name in risk.read_cells or risk.evidence == "read":
            continue
        for other in (value - 1, value + 1):
            if 0 <= other <= WORST_CLASS:
                changed: dict[str, Any] = {name: other}
                yield replace(risk, **changed)


_Part = tuple[float, float, str]


def _power(row: SiteRisk, book: AssumptionBook) -> _Part:
    """SAIDI on a logarithmic scale between the two ends of the book."""
    minutes = row.grid_saidi_min_per_year
    if minutes is None:
        return 0.0, 1.0, "SAIDI unknown"
    best, worst = book["sites.saidi_best_min"], book["sites.saidi_worst_min"]
    within = min(max(minutes, best), worst)
    score = math.log(within / best) / math.log(worst / best)
    return score, score, f"SAIDI {minutes:g} min/year"


def _class(value: int | None, label: str) -> _Part:
    if value is None:
        return 0.0, 1.0, f"{label} unknown"
    return value / WORST_CLASS, value / WORST_CLASS, f"{label} {value} of {WORST_CLASS}"


def _worst(*parts: _Part) -> _Part:
    low, high = max(part[0] for part in parts), max(part[1] for part in parts)
    return low, high, ", ".join(part[2] for part in parts)


def _connectivity(row: SiteRisk, book: AssumptionBook, *, training: bool) -> _Part:
    low, high, label = _class(row.carriers_class, "carriers class")
    carriers = (1 - high, 1 - low, label)
    if training:
        return carriers
    share, rtt = book["sites.rtt_share"], row.rtt_ms_to_nearest_hub
    delay = None if rtt is None else min(rtt / book["sites.rtt_worst_ms"], 1.0)
    fast, slow = (0.0, 1.0) if delay is None else (delay, delay)
    heard = "round trip unknown" if rtt is None else f"round trip {rtt:g} ms"
    return (
        (1 - share) * carriers[0] + share * fast,
        (1 - share) * carriers[1] + share * slow,
        f"{label}, {heard}",
    )


def _sum(values: Iterable[float]) -> float:
    return math.fsum(values)
