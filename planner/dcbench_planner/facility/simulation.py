"""A design simulated: what is installed, every hour of the year, and the sums."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from dcbench.errors import Fault, InputError
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.building import Building, Hours, build
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.site_climate import planned_climate
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.design import Design


@dataclass(frozen=True, kw_only=True)
class YearTotals:
    """Energy and water of one year."""

    parts_kwh: dict[str, float]
    monthly_kwh: Array
    monthly_it_kwh: Array
    monthly_water_l: Array
    water_l: float
    unmet_hours: int

    @property
    def total_kwh(self) -> float:
        """The sum of the parts."""
        return math.fsum(self.parts_kwh.values())

    @property
    def it_kwh(self) -> float:
        """At the IT equipment's input."""
        return self.parts_kwh["it"]

    @property
    def dpue(self) -> float:
        """Energy-weighted, ISO/IEC 30134-2 Category 3."""
        return self.total_kwh / self.it_kwh

    @property
    def wue_l_per_kwh(self) -> float:
        """Site water over IT energy."""
        return self.water_l / self.it_kwh


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulation:
    """One design through one year."""

    design: Design
    building: Building
    hours: Hours
    """At the average load, shape (8760,)."""
    totals: YearTotals

    @property
    def weather(self) -> Weather:
        """The hours outside."""
        return self.design.climate.year


def simulate(design: Design, book: AssumptionBook) -> Simulation:
    """Size a design for its peak and run it through the year, about 10 ms.

    Args:
        design: what stands where.
        book: assumptions; draws in it are ignored, entries read are marked as used.

    Raises:
        InputError: the user's own assumptions give no physical facility.
    """
    point = book.with_draws({})
    design = replace(design, climate=planned_climate(design.climate, point))
    try:
        building = build(
            it_kw=design.it_kw, cooling=design.cooling, redundancy=design.redundancy,
            climate=design.climate, book=point, reused_share=design.reused_share,
        )  # fmt: skip
        hours = building.year(design.load_factor, design.climate.year, point)
    except (ArithmeticError, ValueError) as error:
        raise unphysical(point, design, error) from error
    book.used |= point.used
    totals = year_totals(hours, design.climate.year)
    return Simulation(design=design, building=building, hours=hours, totals=totals)


def year_totals(hours: Hours, weather: Weather) -> YearTotals:
    """Add up the hours of one year."""
    return YearTotals(
        parts_kwh={part: float(power.sum()) for part, power in hours.parts_kw().items()},
        monthly_kwh=_by_month(hours.total_kw, weather),
        monthly_it_kwh=_by_month(hours.it_kw, weather),
        monthly_water_l=_by_month(hours.cooled.water_l, weather),
        water_l=float(hours.cooled.water_l.sum()),
        unmet_hours=int((hours.cooled.unmet_kw > 0).sum()),
    )


def unphysical(book: AssumptionBook, design: Design, error: Exception) -> Exception:
    """Blame the user's own assumptions or site if there are any; else it is a fault of ours."""
    given = [entry for entry in book.list_used() if entry.provenance == "user"]
    if not given and design.site.evidence != "user":
        return error
    values = ", ".join(f"{entry.key}={entry.value}" for entry in given)
    fix = "keep them within the ranges of the defaults"
    problem = f"{values or f'site {design.site.id}'} give no physical facility"
    return InputError(Fault(where="assumptions", problem=problem, fix=fix))


def _by_month(hourly: Array, weather: Weather) -> Array:
    return np.bincount(weather.month, weights=hourly, minlength=12).astype(np.float64)
