"""Kinds of UPS, transformer and distribution: rows of the catalog as entries of the book.

A kind replaces the coefficients of the chain's curves (`power_chain.ups_a0` ...), so that a
comparison of kinds is two simulations with two books.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast, get_args

from dcbench.catalog import Catalog, Equipment, load_catalog
from dcbench.errors import InputError, unknown_name
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.power.curves import LossCurve, fitted

UpsKind = Literal["modern", "sic", "legacy", "eco"]
TransformerKind = Literal["dry", "liquid"]
DistributionKind = Literal["busway", "pdu-transformer"]

_UPS: dict[UpsKind, str] = {
    "modern": "ups-igbt",
    "sic": "ups-sic",
    "legacy": "ups-legacy",
    "eco": "ups-eco",
}
"""Double conversion of today, three-level or SiC, with transformer, and eco mode (which feeds the
load past the converters, with less protection)."""
_TRANSFORMERS: dict[TransformerKind, str] = {
    "dry": "mv-lv-transformer-dry",
    "liquid": "mv-lv-transformer-liquid",
}
_PDU = "pdu-with-transformer-480-208"
_RANGE = 0.2
"""Half width of the range around a fitted coefficient; that of a recalled efficiency."""


def checked_ups(name: str, where: str = "--ups") -> UpsKind:
    """Give a kind of UPS by its name.

    Raises:
        InputError: there is no such kind.
    """
    if name not in get_args(UpsKind):
        raise InputError(unknown_name(where, "kind of UPS", name, list(get_args(UpsKind))))
    return cast("UpsKind", name)


def checked_distribution(name: str, where: str = "--distribution") -> DistributionKind:
    """Give a kind of distribution by its name.

    Raises:
        InputError: there is no such kind.
    """
    if name not in get_args(DistributionKind):
        known = list(get_args(DistributionKind))
        raise InputError(unknown_name(where, "kind of distribution", name, known))
    return cast("DistributionKind", name)


def with_ups(book: AssumptionBook, kind: UpsKind, catalog: Catalog | None = None) -> AssumptionBook:
    """Enter the curve of a kind of UPS; `modern` is the packaged default."""
    row = _row(catalog, _UPS[kind])
    return _with_curve(book, "power_chain.ups", ups_curve(kind, catalog), row)


def with_transformers(
    book: AssumptionBook, kind: TransformerKind, catalog: Catalog | None = None
) -> AssumptionBook:
    """Enter the curve of a kind of MV/LV transformer; `dry` is the packaged default."""
    row = _row(catalog, _TRANSFORMERS[kind])
    return _with_curve(book, "power_chain.transformer", two_part(row), row)


def with_distribution(
    book: AssumptionBook, kind: DistributionKind, catalog: Catalog | None = None
) -> AssumptionBook:
    """Enter PDU transformers (480/208 V), or none; `busway` is the packaged default."""
    row = _row(catalog, _PDU)
    curve = two_part(row) if kind == "pdu-transformer" else LossCurve()
    return _with_curve(book, "power_chain.pdu", curve, row)


def ups_curve(kind: UpsKind, catalog: Catalog | None = None) -> LossCurve:
    """Give the curve fitted to the catalog's efficiencies at four loads."""
    return fitted(_efficiencies(_row(catalog, _UPS[kind])))


def two_part(row: Equipment) -> LossCurve:
    """Fit no-load and load losses, the two that a transformer has, to a row's efficiencies."""
    points = _efficiencies(row)
    mean = sum(x * (1 / efficiency - 1) for x, efficiency in points.items()) / len(points)
    squares = sum(x**2 for x in points) / len(points)
    spread = sum((x**2 - squares) ** 2 for x in points)
    slope = sum(
        (x**2 - squares) * x * (1 / efficiency - 1) for x, efficiency in points.items()
    )  # fmt: skip
    a2 = slope / spread
    return LossCurve(a0=mean - a2 * squares, a2=a2)


def _row(catalog: Catalog | None, name: str) -> Equipment:
    return (catalog or load_catalog()).equipment.resolve(name, where="equipment")


def _efficiencies(row: Equipment) -> dict[float, float]:
    cells = {0.25: row.at_25pct, 0.5: row.at_50pct, 0.75: row.at_75pct, 1.0: row.at_100pct}
    return {load: value for load, value in cells.items() if value is not None}


def _with_curve(
    book: AssumptionBook, prefix: str, curve: LossCurve, row: Equipment
) -> AssumptionBook:
    for name, value in vars(curve).items():
        default = book.entries.get(f"{prefix}_{name}")
        if default is None:
            continue
        book = book.with_entry(
            replace(
                default, value=value, low=value * (1 - _RANGE), high=value * (1 + _RANGE),
                source=f"{row.name}: fit to its efficiencies, {row.source} ({row.evidence})",
            )
        )  # fmt: skip
    return book
