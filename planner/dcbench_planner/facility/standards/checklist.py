"""The requirement checklist of a facility record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dcbench.records.facility_energy import HeatReuse, Renewables
from dcbench.records.facility_plant import PlantItem
from dcbench.records.facility_standards import Requirement, Verdict
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.simulation import Simulation
from dcbench_planner.facility.standards.facts import Facts, Finding
from dcbench_planner.facility.standards.rules import Rule, rules

NEW_BUILD = date(2027, 1, 1)
"""When a facility that is designed now is taken to be commissioned."""
_BAND = "facility.overhead_factor"


def requirements(
    simulation: Simulation, book: AssumptionBook, *,
    plant: Mapping[str, PlantItem] | None = None, heat_reuse: HeatReuse | None = None,
    renewables: Renewables | None = None, commissioned: date = NEW_BUILD,
) -> tuple[Requirement, ...]:  # fmt: skip
    """Compare a design with every rule of the table.

    The verdict compares the numbers whether or not the rule applies; a rule of another country is
    then a benchmark. What the planner cannot know is `not checked`, with what would be needed.

    Args:
        simulation: the design and its year.
        book: assumptions of the same design.
        plant: the bill as in the record; None trusts the design's redundancy.
        heat_reuse: heat handed over; None is none.
        renewables: supply; None leaves rules about it unchecked.
        commissioned: decides between rules for old and new buildings.
    """
    facts = Facts(
        simulation=simulation, book=book.with_draws({}), plant=plant or {}, heat_reuse=heat_reuse,
        renewables=renewables,
    )  # fmt: skip
    return tuple(_requirement(rule, facts, commissioned) for rule in rules())


def _requirement(rule: Rule, facts: Facts, commissioned: date) -> Requirement:
    finding = facts.find(rule.quantity, rule.limit)
    outside = _outside(rule, facts.simulation, commissioned)
    notes = (finding.note, _near(rule, finding, facts.book), rule.condition, outside)
    return Requirement(
        id=rule.id, rule=f"{rule.rule}, {rule.section}", jurisdiction=rule.jurisdiction,
        kind=rule.kind, year=rule.year, applies=not outside, quantity=rule.asks,
        limit=f"{rule.comparison} {rule.limit}".strip() if rule.limit else "",
        value=finding.value, unit=rule.unit or None, verdict=verdict(rule, finding),
        note="; ".join(note for note in notes if note), source=rule.source, evidence=rule.evidence,
    )  # fmt: skip


def verdict(rule: Rule, finding: Finding) -> Verdict:
    """Decide: a stated decision, else the value against the limit."""
    if not finding.known:
        return "not checked"
    met = finding.met
    if met is None:
        met = finding.value is not None and _holds(rule, finding.value)
    return "met" if met else "not met"


def _holds(rule: Rule, value: float) -> bool:
    if rule.comparison == "between":
        low, high = (float(end) for end in rule.limit.split("-"))
        return low <= value <= high
    limit = float(rule.limit)
    return {"<=": value <= limit, ">=": value >= limit, ">": value > limit}[rule.comparison]


def _outside(rule: Rule, simulation: Simulation, commissioned: date) -> str:
    """Say why the rule does not apply; empty if it does."""
    if rule.kind == "proposal":
        return "does not apply: proposed, not in force"
    if not rule.covers(simulation.design.site):
        return f"does not apply: holds in {rule.jurisdiction}"
    if not rule.covers_date(commissioned):
        return f"does not apply: commissioned {commissioned.isoformat()}"
    size_kw = simulation.design.it_kw if rule.size == "it" else simulation.building.peak_kw
    if size_kw < rule.smallest_kw:
        return f"does not apply: {size_kw:.0f} kW is below {rule.smallest_kw:g} kW"
    return ""


def _near(rule: Rule, finding: Finding, book: AssumptionBook) -> str:
    """Say where published sites scatter across the limit around the design value."""
    if not rule.quantity.startswith("pue") or finding.value is None or not rule.limit:
        return ""
    spread = book.entries[_BAND]
    low, high = (1 + (finding.value - 1) * factor for factor in (spread.low, spread.high))
    if not low <= float(rule.limit) <= high or low == high:
        return ""
    return f"uncertain: sites built like this scatter over {low:.2f}-{high:.2f}"
