"""Names of energy figures as the standards ask for them; a design's PUE is never just PUE."""

from __future__ import annotations

from dcbench_planner.facility.power.categories import Category
from dcbench_planner.facility.simulation import Simulation

METERED_AT: dict[Category, str] = {"1": "UPS output", "2": "PDU output", "3": "IT input"}


def dpue_label(simulation: Simulation, category: Category, value: float) -> str:
    """Give the full label of an annual design PUE.

    ISO/IEC 30134-2 asks for category, period and boundary; a value that was not measured over
    twelve months carries a prefix, here d for design.
    """
    design = simulation.design
    return (
        f"dPUE{category} = {value:.3f} (design, ISO/IEC 30134-2 Category {category}, IT energy at "
        f"{METERED_AT[category]}, 8760 h, weather: {design.climate.source}, load profile: constant "
        f"{design.load_factor:.2f} of peak)"
    )


def cooling_efficiency_ratio(simulation: Simulation) -> float:
    """Give CER, ISO/IEC 30134-7: heat removed over energy of the cooling system, for the year."""
    cooled = simulation.hours.cooled
    return float((cooled.heat_kw - cooled.unmet_kw).sum() / cooled.total_power_kw.sum())


def indicator_line(simulation: Simulation) -> str:
    """Give DCiE and CER in one line."""
    return (
        f"DCiE = {1 / simulation.totals.dpue:.3f} (1 / dPUE3, The Green Grid); "
        f"CER = {cooling_efficiency_ratio(simulation):.1f} (design, ISO/IEC 30134-7)"
    )
