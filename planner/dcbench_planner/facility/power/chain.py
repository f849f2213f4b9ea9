"""The power chain: utility, transformer, UPS, busway, IT, as loss curves against load.

Each element takes `P_in = P_out + S (a0 + a1 x + a2 x²)` with x = P_out / S. Redundancy installs
more rating S for the same load, so every unit runs at a lower x. IT is fed through the UPS;
mechanical load leaves before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.plant.units import Fleet, sized


@dataclass(frozen=True, kw_only=True)
class LossCurve:
    """Losses of one element over its rating: a0 + a1 x + a2 x²."""

    a0: float = 0.0
    a1: float = 0.0
    a2: float = 0.0

    def loss_kw(self, out_kw: Array, rating_kw: float) -> Array:
        """Give losses while delivering `out_kw` from a total rating of `rating_kw`."""
        load = out_kw / rating_kw
        return np.asarray(rating_kw * (self.a0 + self.a1 * load + self.a2 * load**2))

    def efficiency(self, load: float) -> float:
        """Give output over input at a load of 0-1."""
        return load / (load + self.a0 + self.a1 * load + self.a2 * load**2)


@dataclass(frozen=True, kw_only=True)
class ItChain:
    """From UPS input to IT input."""

    ups: Fleet
    ups_curve: LossCurve
    distribution_curve: LossCurve
    ups_heat_in_room: float

    def distribution_loss_kw(self, it_kw: Array) -> Array:
        """Give losses of panels and busway, all in the white space."""
        return self.distribution_curve.loss_kw(it_kw, 1.0)

    def ups_loss_kw(self, it_kw: Array) -> Array:
        """Give losses of all UPS units, redundant ones included."""
        out = it_kw + self.distribution_loss_kw(it_kw)
        return self.ups_curve.loss_kw(out, self.ups.total_rating)

    def room_heat_kw(self, it_kw: Array) -> Array:
        """Give the losses that the hall's cooling must remove."""
        return self.distribution_loss_kw(it_kw) + self.ups_heat_in_room * self.ups_loss_kw(it_kw)


@dataclass(frozen=True, kw_only=True)
class Supply:
    """From the utility meter to the low-voltage boards."""

    transformers: Fleet
    """Ratings in kVA."""
    curve: LossCurve
    power_factor: float

    def loss_kw(self, out_kw: Array) -> Array:
        """Give losses of all transformers; the load on them is apparent power."""
        return self.curve.loss_kw(out_kw / self.power_factor, self.transformers.total_rating)


def it_chain(it_design_kw: float, redundancy: Redundancy, book: AssumptionBook) -> ItChain:
    """Size UPS and busway for the design IT load."""
    distribution = LossCurve(a1=book["power_chain.distribution_a1"])
    out = it_design_kw * (1 + distribution.a1)
    return ItChain(
        ups=sized("ups", out / book["power_chain.ups_fill"], redundancy, book),
        ups_curve=LossCurve(
            a0=book["power_chain.ups_a0"], a1=book["power_chain.ups_a1"],
            a2=book["power_chain.ups_a2"],
        ),
        distribution_curve=distribution,
        ups_heat_in_room=book["power_chain.ups_heat_in_room"],
    )  # fmt: skip


def supply(peak_kw: float, redundancy: Redundancy, book: AssumptionBook) -> Supply:
    """Size the transformers for the peak of IT, UPS and mechanical load on the low-voltage side."""
    power_factor = book["power_chain.power_factor"]
    apparent_kva = peak_kw / power_factor / book["power_chain.transformer_fill"]
    return Supply(
        transformers=sized("transformers", apparent_kva, redundancy, book),
        curve=LossCurve(
            a0=book["power_chain.transformer_a0"], a2=book["power_chain.transformer_a2"]
        ),
        power_factor=power_factor,
    )
