"""From the utility meter to the low-voltage boards, and the mechanical load's own UPS.

High voltage is taken above `power_chain.hv_from_kva`; then HV/MV transformers stand before the
MV/LV ones. Transformers carry apparent power. Fans and pumps that must ride through hang on a
mechanical UPS in an electrical room of its own, so that its heat does not reach the hall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.cooling.result import Cooled
from dcbench_planner.facility.plant.derating import Conditions, derate
from dcbench_planner.facility.plant.units import Fleet, sized
from dcbench_planner.facility.power.chain import ups_curve
from dcbench_planner.facility.power.curves import LossCurve

RIDING_THROUGH = ("room_fans", "pumps")
"""Parts of the mechanical power of which a share is on the mechanical UPS."""


@dataclass(frozen=True, kw_only=True)
class MechanicalUps:
    """UPS of fans and pumps."""

    ups: Fleet | None
    """None: nothing rides through."""
    share: float
    curve: LossCurve

    @property
    def rating_kw(self) -> float:
        """Of all units."""
        return 0.0 if self.ups is None else self.ups.total_rating

    def out_kw(self, cooled: Cooled) -> Array:
        """Give the power of fans and pumps that ride through."""
        return np.asarray(self.share * sum(cooled.power_kw[part] for part in RIDING_THROUGH))

    def loss_kw(self, cooled: Cooled) -> Array:
        """Give losses of all units."""
        out = self.out_kw(cooled)
        if self.ups is None:
            return np.zeros_like(out)
        return self.curve.loss_kw(out, self.ups.total_rating)


@dataclass(frozen=True, kw_only=True)
class Supply:
    """From the utility meter to the low-voltage boards; ratings in kVA."""

    transformers: Fleet
    curve: LossCurve
    hv_transformers: Fleet | None
    hv_curve: LossCurve
    power_factor: float

    def loss_kw(self, out_kw: Array) -> Array:
        """Give losses of all transformers; the load on them is apparent power."""
        low = self._low_loss_kw(out_kw)
        if self.hv_transformers is None:
            return low
        apparent_kva = (out_kw + low) / self.power_factor
        return low + self.hv_curve.loss_kw(apparent_kva, self.hv_transformers.total_rating)

    def _low_loss_kw(self, out_kw: Array) -> Array:
        return self.curve.loss_kw(out_kw / self.power_factor, self.transformers.total_rating)


def mechanical_ups(
    cooled: Sequence[Cooled], redundancy: Redundancy, book: AssumptionBook, at: Conditions
) -> MechanicalUps:
    """Size the UPS of fans and pumps for their largest power in any of some hours."""
    share = book["power_chain.mechanical_on_ups_share"]
    bare = MechanicalUps(ups=None, share=share, curve=ups_curve(book))
    largest_kw = max(float(bare.out_kw(hours).max()) for hours in cooled)
    if largest_kw <= 0:
        return bare
    fleet = sized(
        "mechanical_ups", largest_kw, redundancy, book, fill=book["power_chain.ups_fill"],
        derate=derate("mechanical_ups", at, book),
        sized_by="peak of the fans and pumps that ride through",
    )  # fmt: skip
    return replace(bare, ups=fleet)


def supply(peak_kw: float, redundancy: Redundancy, book: AssumptionBook, at: Conditions) -> Supply:
    """Size transformers for the peak on the low-voltage side."""
    power_factor = book["power_chain.power_factor"]
    apparent_kva = peak_kw / power_factor
    low = sized(
        "transformers", apparent_kva, redundancy, book, fill=book["power_chain.transformer_fill"],
        derate=derate("transformers", at, book), sized_by="peak on the low-voltage side",
    )  # fmt: skip
    curve = LossCurve(a0=book["power_chain.transformer_a0"], a2=book["power_chain.transformer_a2"])
    hv_curve = LossCurve(
        a0=book["power_chain.hv_transformer_a0"], a2=book["power_chain.hv_transformer_a2"]
    )
    medium_kva = apparent_kva + float(curve.loss_kw(np.array(apparent_kva), low.total_rating))
    high = None
    if medium_kva > book["power_chain.hv_from_kva"]:
        high = sized(
            "hv_transformers", medium_kva, redundancy, book,
            fill=book["power_chain.hv_transformer_fill"],
            derate=derate("hv_transformers", at, book), sized_by="peak on the medium-voltage side",
        )  # fmt: skip
    return Supply(
        transformers=low, curve=curve, hv_transformers=high, hv_curve=hv_curve,
        power_factor=power_factor,
    )  # fmt: skip
