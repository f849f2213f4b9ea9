"""A facility sized for its peak, and its power hour by hour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dcbench.records.scenario import Cooling, Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.climate.weather import Weather, joined, warmed
from dcbench_planner.facility.cooling.result import Cooled
from dcbench_planner.facility.cooling.systems import Heat, cool
from dcbench_planner.facility.power.chain import ItChain, Supply, it_chain, supply


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Power at n time points, kW."""

    it_kw: Array
    distribution_kw: Array
    ups_kw: Array
    transformers_kw: Array
    lighting_and_other_kw: Array
    cooled: Cooled

    def parts_kw(self) -> dict[str, Array]:
        """Give the parts that add up to the power at the utility meter."""
        return {
            "it": self.it_kw,
            "distribution": self.distribution_kw,
            "ups": self.ups_kw,
            "transformers": self.transformers_kw,
            **self.cooled.power_kw,
            "lighting_and_other": self.lighting_and_other_kw,
        }

    @cached_property
    def total_kw(self) -> Array:
        """Power at the utility meter."""
        return np.asarray(sum(self.parts_kw().values()))


@dataclass(frozen=True, kw_only=True)
class Building:
    """One design: what is installed, and the peak it was sized for."""

    it_design_kw: float
    cooling: Cooling
    redundancy: Redundancy
    climate: SiteClimate
    chain: ItChain
    supply: Supply
    peak: Hours
    """Full IT load in every hour of the typical year, then at the two design conditions."""

    @property
    def peak_kw(self) -> float:
        """Largest power at the utility meter."""
        return float(self.peak.total_kw.max())

    def year(self, load_factor: float, weather: Weather, book: AssumptionBook) -> Hours:
        """Give the hours of `weather` at a constant share of the design IT load."""
        return self.at(np.full(len(weather), self.it_design_kw * load_factor), weather, book)

    def at(self, it_kw: Array, weather: Weather, book: AssumptionBook) -> Hours:
        """Give the hours of `weather` at an IT load that may vary, shape (n,)."""
        low_voltage = _hours(
            it_kw=it_kw, it_design_kw=self.it_design_kw, cooling=self.cooling, chain=self.chain,
            weather=weather, book=book,
        )  # fmt: skip
        return low_voltage.fed_by(self.supply)


@dataclass(frozen=True, kw_only=True)
class _LowVoltage:
    """Hours before transformer losses are known, because transformers are sized for their peak."""

    it_kw: Array
    distribution_kw: Array
    ups_kw: Array
    lighting_and_other_kw: Array
    cooled: Cooled

    @property
    def total_kw(self) -> Array:
        inside = self.it_kw + self.distribution_kw + self.ups_kw
        return inside + self.lighting_and_other_kw + self.cooled.total_power_kw

    def fed_by(self, source: Supply) -> Hours:
        return Hours(**vars(self), transformers_kw=source.loss_kw(self.total_kw))


def build(
    *,
    it_kw: float,
    cooling: Cooling,
    redundancy: Redundancy,
    climate: SiteClimate,
    book: AssumptionBook,
) -> Building:
    """Size the chain for full IT load in the worst of the typical year and the design conditions.

    Args:
        it_kw: design peak of the IT load, at the IT equipment's input.
        cooling: system.
        redundancy: topology of the power chain.
        climate: hours and design conditions.
        book: assumptions, single values.
    """
    chain = it_chain(it_kw, redundancy, book)
    worst = warmed(climate.design, book["cooling.recirculation_k"])
    weather = joined(climate.year, worst)
    low_voltage = _hours(
        it_kw=np.full(len(weather), it_kw), it_design_kw=it_kw, cooling=cooling, chain=chain,
        weather=weather, book=book,
    )  # fmt: skip
    source = supply(float(low_voltage.total_kw.max()), redundancy, book)
    return Building(
        it_design_kw=it_kw, cooling=cooling, redundancy=redundancy, climate=climate,
        chain=chain,
        supply=source, peak=low_voltage.fed_by(source),
    )  # fmt: skip


def _hours(
    *, it_kw: Array, it_design_kw: float, cooling: Cooling, chain: ItChain, weather: Weather,
    book: AssumptionBook,
) -> _LowVoltage:  # fmt: skip
    lighting_kw = it_design_kw * book["facility.lighting_and_other_share"]
    design = np.array([it_design_kw])
    heat = Heat(
        it_kw=it_kw, room_kw=chain.room_heat_kw(it_kw) + lighting_kw, it_design_kw=it_design_kw,
        room_design_kw=float(chain.room_heat_kw(design)[0]) + lighting_kw,
    )  # fmt: skip
    return _LowVoltage(
        it_kw=it_kw,
        distribution_kw=chain.distribution_loss_kw(it_kw),
        ups_kw=chain.ups_loss_kw(it_kw),
        lighting_and_other_kw=np.full(len(weather), lighting_kw),
        cooled=cool(cooling, heat, weather, book),
    )
