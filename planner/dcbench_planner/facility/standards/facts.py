"""What the planner knows about a design that rules ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from dcbench.records.facility_energy import HeatReuse, Renewables
from dcbench.records.facility_plant import PlantItem
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.simulation import Simulation, simulate
from dcbench_planner.facility.standards.topology import (
    MOST_LEVEL,
    cooling_has_spares,
    power_level,
    power_without_spare,
)

GB_MOST_LEVEL = 3
"""GB 50174 has classes C, B and A; A asks the topology of the highest level of power."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One quantity of a design."""

    value: float | None = None
    met: bool | None = None
    """Decided where the value alone does not; None leaves it to the limit."""
    note: str = ""
    """What the value rests on, or what would be needed to check."""
    known: bool = True
    """False: not checked, whatever the value."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """A design as rules see it."""

    simulation: Simulation
    book: AssumptionBook
    plant: Mapping[str, PlantItem] = field(default_factory=dict)
    heat_reuse: HeatReuse | None = None
    renewables: Renewables | None = None

    @cached_property
    def full_load_pue(self) -> float:
        """Annual dPUE at full IT load, from one more simulation."""
        design = replace(self.simulation.design, load_factor=1.0)
        return simulate(design, self.book).totals.dpue

    def find(self, quantity: str, limit: str) -> Finding:
        """Give one of the quantities that the table of rules names."""
        found = {
            "label": self._label, "pue": self._pue, "pue_full_load": self._pue_full_load,
            "reuse": self._reuse, "reuse_or_study": self._reuse_or_study,
            "renewable": self._renewable, "supply_air": self._supply_air,
            "mlc": self._mlc, "elc": self._elc, "duty": _duty,
        }  # fmt: skip
        if quantity in found:
            return found[quantity]()
        return self._topology(quantity, int(limit))

    def _label(self) -> Finding:
        hours = len(self.simulation.hours.it_kw)
        return Finding(met=hours == 8760, note=f"printed in the notes, {hours} h")

    def _pue(self) -> Finding:
        value = self.simulation.totals.dpue
        load = self.simulation.design.load_factor
        return Finding(
            value=value, note=f"design value at {load:.0%} load; the rule judges a measured year"
        )

    def _pue_full_load(self) -> Finding:
        note = "design value at full IT load; the rule judges a measured year"
        return Finding(value=self.full_load_pue, note=note)

    def _reuse(self) -> Finding:
        if self.heat_reuse is None:
            return Finding(value=0.0, note="this design hands no heat over")
        return Finding(value=self.heat_reuse.erf, note="energy reuse factor, ISO/IEC 30134-6")

    def _reuse_or_study(self) -> Finding:
        found = self._reuse()
        if found.value:
            return found
        note = "needs reuse of heat, or a study that it is not feasible"
        return replace(found, known=False, note=note)

    def _renewable(self) -> Finding:
        if self.renewables is None:
            note = "needs the supply contract, or --pv-kw, --wind-kw, --ppa-kw"
            return Finding(known=False, note=note)
        return Finding(value=self.renewables.ref, note="by the year, ISO/IEC 30134-3")

    def _supply_air(self) -> Finding:
        key = SYSTEMS[self.simulation.design.cooling].supply_c
        return Finding(value=float(self.book[key]), note="set point of the room supply air")

    def _mlc(self) -> Finding:
        cooling = float(self.simulation.hours.cooled.total_power_kw.sum())
        note = "needs the limit of the standard's table"
        return Finding(value=cooling / self.simulation.totals.it_kwh, known=False, note=note)

    def _elc(self) -> Finding:
        totals, hours = self.simulation.totals, self.simulation.hours
        other = hours.cooled.total_power_kw.sum() + hours.lighting_and_other_kw.sum()
        lost = totals.total_kwh - totals.it_kwh - float(other)
        note = "losses over IT energy of the year; needs the limit of the standard's table"
        return Finding(value=lost / totals.it_kwh, known=False, note=note)

    def _topology(self, quantity: str, level: int) -> Finding:
        """Rank units; what else a level asks for is named and not judged."""
        redundancy = self.simulation.design.redundancy
        bare = power_without_spare(self.plant)
        power = 1 if bare else power_level(redundancy)
        note = f"{redundancy} power" + (f" without a spare of {', '.join(bare)}" if bare else "")
        only_power = quantity == "topology_power"
        spares = only_power or cooling_has_spares(redundancy, self.plant)
        if not only_power:
            note += f", cooling {'with' if spares else 'without'} spare units"
        needed = MOST_LEVEL if quantity == "gb50174" and level == GB_MOST_LEVEL else level
        if needed == MOST_LEVEL and power == MOST_LEVEL - 1 and spares:
            return Finding(known=False, note=f"{note}; needs the clause on distributed redundancy")
        met = power >= needed and (spares or level == 1)
        if met and needed == MOST_LEVEL and quantity == "topology":
            needs = "needs separate cooling paths, compartments, continuous cooling"
            return Finding(known=False, note=f"{note}; {needs}")
        unseen = "; pipe paths, compartments and site not checked" if level > 1 else ""
        return Finding(met=met, note=note + unseen)


def _duty() -> Finding:
    return Finding(known=False, note="an act of the operator, outside the model")
