"""Everything between the utility meter and the IT input, and the power at n time points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.cooling.result import Cooled
from dcbench_planner.facility.plant.derating import Conditions
from dcbench_planner.facility.power.chain import ItChain
from dcbench_planner.facility.power.standby import StandbyPlant, standby_plant
from dcbench_planner.facility.power.sums import exact_sum
from dcbench_planner.facility.power.supply import MechanicalUps, Supply, mechanical_ups, supply


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Power at n time points, kW."""

    it_kw: Array
    pdu_output_kw: Array
    """Of the IT branch."""
    ups_output_kw: Array
    """Of the IT branch."""
    distribution_kw: Array
    ups_kw: Array
    transformers_kw: Array
    standby_kw: Array
    lighting_and_other_kw: Array
    cooled: Cooled

    def parts_kw(self) -> dict[str, Array]:
        """Give the parts that add up to the power at the utility meter."""
        return {
            "it": self.it_kw,
            "distribution": self.distribution_kw,
            "ups": self.ups_kw,
            "transformers": self.transformers_kw,
            "standby": self.standby_kw,
            **self.cooled.power_kw,
            "lighting_and_other": self.lighting_and_other_kw,
        }

    @cached_property
    def total_kw(self) -> Array:
        """Power at the utility meter: the exact sum of the parts of each hour."""
        return exact_sum(self.parts_kw().values())


@dataclass(frozen=True, kw_only=True)
class Electrical:
    """Everything between the utility meter and the IT input."""

    chain: ItChain
    mechanical: MechanicalUps
    standby: StandbyPlant
    supply: Supply
    heat_in_room: float
    """Share of the losses of transformers and mechanical UPS that the hall's plant removes."""

    def hours(self, it_kw: Array, other_kw: float, cooled: Cooled, standby_kw: float) -> Hours:
        """Give all power for a cooling that is known."""
        ups_output = self.chain.ups_output_kw(it_kw)
        parts = {
            "it_kw": it_kw,
            "distribution_kw": ups_output - it_kw,
            "ups_kw": self.chain.ups_loss_kw(it_kw) + self.mechanical.loss_kw(cooled),
            "standby_kw": np.full(len(it_kw), standby_kw),
            "lighting_and_other_kw": np.full(len(it_kw), other_kw),
        }
        low_voltage = exact_sum([*parts.values(), *cooled.power_kw.values()])
        return Hours(
            **parts, cooled=cooled, transformers_kw=self.supply.loss_kw(low_voltage),
            pdu_output_kw=self.chain.pdu_output_kw(it_kw), ups_output_kw=ups_output,
        )  # fmt: skip

    def room_heat_kw(self, hours: Hours) -> Array:
        """Give what transformers and the mechanical UPS add to the heat of the hall."""
        lost = hours.transformers_kw + self.mechanical.loss_kw(hours.cooled)
        return np.asarray(self.heat_in_room * lost)


def electrical_for(
    chain: ItChain, *, it_kw: float, other_kw: float, cooled: Sequence[Cooled],
    redundancy: Redundancy, book: AssumptionBook, at: Conditions,
) -> Electrical:  # fmt: skip
    """Size everything above the IT's UPS for the largest of some hours at full IT load.

    Args:
        chain: from UPS input to IT input.
        it_kw: full IT load.
        other_kw: lights and others.
        cooled: cooling of the hours to size for.
        redundancy: topology.
        book: fills, curves.
        at: design conditions.
    """
    full = np.array([it_kw])
    mechanical = mechanical_ups(cooled, redundancy, book, at)
    ups_kw = float(chain.ups_output_kw(full)[0])
    it_branch_kw = ups_kw + float(chain.ups_loss_kw(full)[0])
    low_voltage_kw = it_branch_kw + other_kw + max(
        float((hours.total_power_kw + mechanical.loss_kw(hours)).max()) for hours in cooled
    )  # fmt: skip
    standby = standby_plant(
        low_voltage_kw=low_voltage_kw, redundancy=redundancy, book=book, at=at,
        ups_load_kw=ups_kw + max(float(mechanical.out_kw(hours).max()) for hours in cooled),
        ups_rating_kw=chain.ups.total_rating + mechanical.rating_kw,
    )  # fmt: skip
    return Electrical(
        chain=chain, mechanical=mechanical, standby=standby,
        supply=supply(low_voltage_kw + standby.peak_kw, redundancy, book, at),
        heat_in_room=book["power_chain.transformer_heat_in_room"],
    )  # fmt: skip
