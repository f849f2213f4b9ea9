"""A facility sized for its peak, and its power hour by hour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dcbench.records.scenario import Cooling, Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.climate.weather import Weather, joined, warmed
from dcbench_planner.facility.cooling.peak_hours import peak_hours
from dcbench_planner.facility.cooling.result import Cooled
from dcbench_planner.facility.cooling.systems import Heat, cool
from dcbench_planner.facility.plant.counts import share_with_one_out
from dcbench_planner.facility.plant.derating import Conditions, conditions
from dcbench_planner.facility.power.chain import ItChain, it_chain
from dcbench_planner.facility.power.electrical import Electrical, Hours, electrical_for
from dcbench_planner.facility.power.supply import Supply

__all__ = ["Building", "Hall", "Hours", "build"]

_CLOSED = 1e-10
"""Of the IT load: change of the room's heat below which it counts as found."""
_MOST_PASSES = 30


@dataclass(frozen=True, kw_only=True)
class Hall:
    """What the cooling sees of a design."""

    it_design_kw: float
    cooling: Cooling
    redundancy: Redundancy
    chain: ItChain
    reused_share: float = 0.0
    """Of the heat of the warmest loop, handed over to others."""
    electrical_heat_kw: float = 0.0
    """Largest heat of transformers and mechanical UPS in the hall."""

    def lighting_and_other_kw(self, book: AssumptionBook) -> float:
        """Give lights, controls and offices; the same in every hour."""
        return float(self.it_design_kw * book["facility.lighting_and_other_share"])

    def cooled(
        self, it_kw: Array, electrical_kw: Array, weather: Weather, book: AssumptionBook,
        capacity_share: float = 1.0,
    ) -> Cooled:  # fmt: skip
        """Remove the heat of IT, losses and lights; `electrical_kw` is that of transformers."""
        other_kw = self.lighting_and_other_kw(book)
        design_kw = float(self.chain.room_heat_kw(np.array([self.it_design_kw]))[0])
        heat = Heat(
            it_kw=it_kw, room_kw=self.chain.room_heat_kw(it_kw) + other_kw + electrical_kw,
            it_design_kw=self.it_design_kw,
            room_design_kw=design_kw + other_kw + self.electrical_heat_kw,
            spares=self.redundancy != "N", capacity_share=capacity_share,
            reused_share=self.reused_share,
        )  # fmt: skip
        return cool(self.cooling, heat, weather, book)


@dataclass(frozen=True, kw_only=True)
class Building:
    """One design: what is installed, and the peak it was sized for."""

    hall: Hall
    climate: SiteClimate
    conditions: Conditions
    """That plant is sized for."""
    electrical: Electrical
    peak: Hours
    """Full IT load in the year's hours that can be the largest, then at the design conditions;
    batteries recharge."""
    peak_electrical_kw: Array
    """Heat of transformers and mechanical UPS in the hall, in the hours of `peak`."""
    peak_unit_out: Hours | None
    """The same at the design conditions with one cooling unit out; None where none is left."""

    @property
    def it_design_kw(self) -> float:
        """Design peak of the IT load."""
        return self.hall.it_design_kw

    @property
    def cooling(self) -> Cooling:
        """System."""
        return self.hall.cooling

    @property
    def redundancy(self) -> Redundancy:
        """Topology."""
        return self.hall.redundancy

    @property
    def supply(self) -> Supply:
        """Transformers."""
        return self.electrical.supply

    @property
    def peak_kw(self) -> float:
        """Largest power at the utility meter, with all cooling units or with one out."""
        largest = float(self.peak.total_kw.max())
        if self.peak_unit_out is None:
            return largest
        return max(largest, float(self.peak_unit_out.total_kw.max()))

    @property
    def peak_duties_kw(self) -> dict[str, float]:
        """Largest heat through each kind of plant, one unit out included where there are spares."""
        hours = [self.peak]
        if self.peak_unit_out is not None and self.redundancy != "N":
            hours.append(self.peak_unit_out)
        return {
            kind: max(float(each.cooled.duties_kw[kind].max()) for each in hours)
            for kind in self.peak.cooled.duties_kw
        }

    def year(self, load_factor: float, weather: Weather, book: AssumptionBook) -> Hours:
        """Give the hours of `weather` at a constant share of the design IT load."""
        return self.at(np.full(len(weather), self.it_design_kw * load_factor), weather, book)

    def at(self, it_kw: Array, weather: Weather, book: AssumptionBook) -> Hours:
        """Give the hours of `weather` at an IT load that may vary, shape (n,)."""
        other_kw, ready_kw = (
            self.hall.lighting_and_other_kw(book),
            self.electrical.standby.hourly_kw,
        )
        in_room = np.zeros(len(weather))
        for _ in range(_MOST_PASSES):
            cooled = self.hall.cooled(it_kw, in_room, weather, book)
            hours = self.electrical.hours(it_kw, other_kw, cooled, ready_kw)
            found = self.electrical.room_heat_kw(hours)
            if np.abs(found - in_room).max() <= _CLOSED * self.it_design_kw:
                break
            in_room = found
        return hours


def build(
    *, it_kw: float, cooling: Cooling, redundancy: Redundancy, climate: SiteClimate,
    book: AssumptionBook, reused_share: float = 0.0,
) -> Building:  # fmt: skip
    """Size the chain for full IT load in the worst of the typical year and the design conditions.

    Args:
        it_kw: design peak of the IT load, at the IT equipment's input.
        cooling: system.
        redundancy: topology of the power chain.
        climate: hours and design conditions.
        book: assumptions, single values.
        reused_share: of the heat of the warmest loop, handed over to others.
    """
    at = conditions(climate, book)
    hall = Hall(
        it_design_kw=it_kw, cooling=cooling, redundancy=redundancy, reused_share=reused_share,
        chain=it_chain(it_kw, redundancy, book, at),
    )  # fmt: skip
    building = _sized(hall, climate, at, book)
    for _ in range(_MOST_PASSES):
        heat_kw = building.electrical.room_heat_kw(building.peak)
        if np.abs(heat_kw - building.peak_electrical_kw).max() <= _CLOSED * it_kw:
            break
        hall = replace(hall, electrical_heat_kw=float(heat_kw.max()))
        building = _sized(hall, climate, at, book, heat_kw)
    return building


def _sized(
    hall: Hall, climate: SiteClimate, at: Conditions, book: AssumptionBook,
    electrical_kw: Array | float = 0.0,
) -> Building:  # fmt: skip
    """Size for a given heat of transformers in the hall, one value per hour of the peak."""
    worst = warmed(climate.design, book["cooling.recirculation_k"])
    hours = joined(peak_hours(climate.year), worst)
    it_kw, in_room = np.full(len(hours), hall.it_design_kw), np.zeros(len(hours)) + electrical_kw
    all_in = hall.cooled(it_kw, in_room, hours, book)
    duties_kw = {kind: float(duty.max()) for kind, duty in all_in.duties_kw.items()}
    left = share_with_one_out(duties_kw, hall.redundancy, book, at)
    few = slice(len(hours) - len(worst), None)
    one_out = hall.cooled(it_kw[few], in_room[few], worst, book, left) if left > 0 else None
    other_kw = hall.lighting_and_other_kw(book)
    electrical = electrical_for(
        hall.chain, it_kw=hall.it_design_kw, other_kw=other_kw,
        cooled=[all_in] if one_out is None else [all_in, one_out],
        redundancy=hall.redundancy, book=book, at=at,
    )  # fmt: skip
    standby_kw = electrical.standby.peak_kw
    return Building(
        hall=hall, climate=climate, conditions=at, electrical=electrical,
        peak=electrical.hours(it_kw, other_kw, all_in, standby_kw), peak_electrical_kw=in_room,
        peak_unit_out=None if one_out is None
        else electrical.hours(it_kw[few], other_kw, one_out, standby_kw),
    )  # fmt: skip
