"""Heat handed over to others: how much, at what cost in power, and what rejection it saves."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from dcbench.errors import Fault, InputError
from dcbench.records.facility_energy import HeatReuse
from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.design import Design
from dcbench_planner.facility.simulation import Simulation

HOTTEST_SUPPLY_C = 120.0
REUSE_SUPPLY = "cooling.reuse_supply_c"


def with_reuse(
    design: Design, book: AssumptionBook, *, share: float, supply_c: float
) -> tuple[Design, AssumptionBook]:
    """Give the design that hands heat over every hour, and the book with the supply asked for.

    Args:
        design: without reuse.
        book: its assumptions.
        share: of the heat in the liquid loop, or in the hall's water loop if there is none, 0-1.
        supply_c: of the water handed over.

    Raises:
        InputError: no water loop, or a share or temperature out of range.
    """
    _check(design.cooling, share, supply_c)
    wanted = replace(
        book.entries[REUSE_SUPPLY], value=supply_c, low=supply_c, high=supply_c,
        provenance="user", source="asked",
    )  # fmt: skip
    return replace(design, reused_share=share), book.with_entry(wanted)


def heat_reuse(simulation: Simulation, book: AssumptionBook) -> HeatReuse:
    """Sum up the year of a design `with_reuse`.

    ERF and ERE are those of ISO/IEC 30134-6 and The Green Grid: reused heat over the facility's
    energy, and facility less reused over IT. Heat pumps are inside the facility.
    """
    hours, share = simulation.hours, simulation.design.reused_share
    cooled = hours.cooled
    pumps = float(cooled.power_kw.get("heat_pumps", np.zeros(1)).sum())
    delivered = float(cooled.reused_kw.sum()) + pumps
    facility, it = float(hours.total_kw.sum()), float(hours.it_kw.sum())
    how = "by heat exchanger"
    if pumps > 0:
        how = f"by heat pumps with a COP of {delivered / pumps:.1f}"
    return HeatReuse(
        heat_kwh_per_year=delivered, supply_c=book[REUSE_SUPPLY], heat_pump_kwh_per_year=pumps,
        erf=min(delivered / facility, 1.0), ere=max(facility - delivered, 0.0) / it,
        note=f"{share:.0%} of the loop's heat taken every hour of the year, {how}",
    )  # fmt: skip


def _check(cooling: Cooling, share: float, supply_c: float) -> None:
    faults = []
    if not (math.isfinite(share) and 0 < share <= 1):
        problem = "is not a share of the loop's heat"
        faults.append(_fault("--reuse-share", share, problem, "give above 0, to 1"))
    if not (math.isfinite(supply_c) and 0 < supply_c <= HOTTEST_SUPPLY_C):
        fix = f"give above 0, to {HOTTEST_SUPPLY_C:g} °C"
        faults.append(_fault("--reuse-supply-c", supply_c, "is out of range", fix))
    if not SYSTEMS[cooling].reusable:
        fix = "choose a liquid or chilled-water system"
        faults.append(_fault("--cooling", cooling, "has no water loop to take heat from", fix))
    if faults:
        raise InputError(faults)


def _fault(where: str, value: object, problem: str, fix: str) -> Fault:
    return Fault(where=where, value=value, problem=problem, fix=fix)
