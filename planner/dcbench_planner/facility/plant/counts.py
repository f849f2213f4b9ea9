"""Fleets of heat-removing plant from the duties of the peak hours."""

from __future__ import annotations

from collections.abc import Mapping

from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.derating import Conditions, derate
from dcbench_planner.facility.plant.units import Fleet, sized

HEAT_REJECTION = (
    "water_cooled_chillers", "air_cooled_chillers", "dx_units", "cooling_towers", "dry_coolers",
    "adiabatic_coolers", "seawater_heat_exchangers", "indirect_evaporative_units",
)  # fmt: skip


def heat_fleets(
    duties_kw: Mapping[str, float], redundancy: Redundancy, book: AssumptionBook, at: Conditions
) -> dict[str, Fleet]:
    """Size every kind of heat-removing plant for its largest duty."""
    return {
        kind: sized(
            kind, duty_kw, redundancy, book, fill=book["plant.heat_unit_fill"],
            derate=derate(kind, at, book), sized_by="largest duty in the peak hours",
        )
        for kind, duty_kw in duties_kw.items() if duty_kw > 0
    }  # fmt: skip


def share_with_one_out(
    duties_kw: Mapping[str, float], redundancy: Redundancy, book: AssumptionBook, at: Conditions
) -> float:
    """Give cooling units able to run over units installed, with the most painful one out.

    With spares, that is a full group and its spare less one: the duty units still run. Without
    any, the kind with the fewest units loses most; 0 if it has a single one.
    """
    if redundancy != "N":
        per = float(book["plant.units_per_spare"])
        return per / (per + 1)
    fleets = heat_fleets(duties_kw, redundancy, book, at)
    units = [fleet.units for kind, fleet in fleets.items() if kind in HEAT_REJECTION]
    return min(((n - 1) / n for n in units), default=0.0)
