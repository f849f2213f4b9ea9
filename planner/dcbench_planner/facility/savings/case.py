"""A design and its assumptions, as changes see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.design import Design


@dataclass(frozen=True, kw_only=True)
class Case:
    """What would be simulated."""

    design: Design
    book: AssumptionBook
    capital_usd: float = 0.0
    """Spent on changes so far."""
    speed: float = 1.0
    """Of the IT work over that of the first design."""

    def with_values(self, values: Mapping[str, float]) -> Case:
        """Replace values of the book; their sources stay."""
        entries = self.book.entries
        changed = {key: replace(entries[key], value=value) for key, value in values.items()}
        return replace(self, book=replace(self.book, entries=entries | changed))

    def with_it(self, peak_factor: float, mean_factor: float) -> Case:
        """Scale peak and mean IT power."""
        design = self.design
        load_factor = design.load_factor * mean_factor / peak_factor
        changed = replace(design, it_kw=design.it_kw * peak_factor, load_factor=load_factor)
        return replace(self, design=changed)

    def paid(self, key: str, kw: float | None = None) -> Case:
        """Spend the book's USD per kW on the design IT power, or on `kw`."""
        size = self.design.it_kw if kw is None else kw
        return replace(self, capital_usd=self.capital_usd + self.book[key] * size)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A case after a measure, and what was changed in words."""

    case: Case
    text: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One way to save."""

    name: str
    apply: Callable[[Case], Change | None]
    """None where it does not apply, or changes nothing."""
    excludes: str = ""
    """Only one measure with the same word goes into a package."""
