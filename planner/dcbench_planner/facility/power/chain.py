"""From the UPS input to the IT input: UPS, static transfer switch, PDU, busway, as loss curves.

Each element takes `P_in = P_out + S (a0 + a1 x + a2 x²)` with x = P_out / S. Redundancy installs
more rating S for the same load, so every unit runs at a lower x. IT is fed through the UPS;
mechanical load leaves before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.records.scenario import Redundancy
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.plant.derating import Conditions, derate
from dcbench_planner.facility.plant.units import Fleet, sized
from dcbench_planner.facility.power.curves import LossCurve


@dataclass(frozen=True, kw_only=True)
class ItChain:
    """From UPS input to IT input."""

    ups: Fleet
    pdus: Fleet
    ups_curve: LossCurve
    pdu_curve: LossCurve
    """Of PDU transformers, where there are any."""
    board_a1: float
    """Loss of panels and transfer switches, up to the PDU's output, over what passes."""
    branch_a1: float
    """Loss from the PDU's output to the IT input over what passes."""
    ups_heat_in_room: float
    battery_float_share: float
    """Of the UPS rating."""

    def pdu_output_kw(self, it_kw: Array) -> Array:
        """Give power where ISO/IEC 30134-2 Category 2 meters the IT."""
        return it_kw * (1 + self.branch_a1)

    def ups_output_kw(self, it_kw: Array) -> Array:
        """Give power of the IT branch where ISO/IEC 30134-2 Category 1 meters it."""
        out = self.pdu_output_kw(it_kw)
        return out * (1 + self.board_a1) + self.pdu_curve.loss_kw(out, self.pdus.total_rating)

    def distribution_loss_kw(self, it_kw: Array) -> Array:
        """Give losses between UPS output and IT input, all in the white space."""
        return self.ups_output_kw(it_kw) - it_kw

    def ups_loss_kw(self, it_kw: Array) -> Array:
        """Give losses of all UPS units, redundant ones included."""
        return self.ups_curve.loss_kw(self.ups_output_kw(it_kw), self.ups.total_rating)

    def room_heat_kw(self, it_kw: Array) -> Array:
        """Give the losses that the hall's cooling must remove; float charge ends as heat too."""
        in_ups_room = self.ups_loss_kw(it_kw) + self.battery_float_share * self.ups.total_rating
        return self.distribution_loss_kw(it_kw) + self.ups_heat_in_room * in_ups_room


def ups_curve(book: AssumptionBook) -> LossCurve:
    """Give the curve of the UPS in the book; `kinds.with_ups` enters another."""
    return LossCurve(
        a0=book["power_chain.ups_a0"],
        a1=book["power_chain.ups_a1"],
        a2=book["power_chain.ups_a2"],
    )


def it_chain(
    it_design_kw: float, redundancy: Redundancy, book: AssumptionBook, at: Conditions
) -> ItChain:
    """Size UPS and PDUs for the design IT load."""
    along, after = book["power_chain.distribution_a1"], book["power_chain.after_pdu_share"]
    switches = book["power_chain.sts_share"] * book["power_chain.sts_a1"]
    pdu = LossCurve(a0=book["power_chain.pdu_a0"], a2=book["power_chain.pdu_a2"])
    pdu_load_kw = it_design_kw * (1 + along * after)
    pdus = sized(
        "pdus", pdu_load_kw, redundancy, book, fill=book["power_chain.pdu_fill"],
        sized_by="design IT load at the PDU's output",
    )  # fmt: skip
    board_a1 = along * (1 - after) + switches
    pdu_loss_kw = float(pdu.a0 * pdus.total_rating + pdu.a2 * pdu_load_kw**2 / pdus.total_rating)
    ups = sized(
        "ups", pdu_load_kw * (1 + board_a1) + pdu_loss_kw, redundancy, book,
        fill=book["power_chain.ups_fill"], derate=derate("ups", at, book),
        sized_by="design IT load at the UPS output",
    )  # fmt: skip
    return ItChain(
        ups=ups, pdus=pdus, ups_curve=ups_curve(book), pdu_curve=pdu, board_a1=board_a1,
        branch_a1=along * after, ups_heat_in_room=book["power_chain.ups_heat_in_room"],
        battery_float_share=book["power_chain.battery_float_share"],
    )  # fmt: skip
