"""PUE by where the IT energy is metered, ISO/IEC 30134-2 (EN 50600-4-2) Categories 1, 2 and 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dcbench_planner.facility.climate.psychrometrics import Array

if TYPE_CHECKING:
    from dcbench_planner.facility.building import Hours

Category = Literal["1", "2", "3"]


def it_kw_by_category(hours: Hours) -> dict[Category, Array]:
    """Give IT power at the UPS output (1), the PDU output (2) and the IT input (3), shape (n,).

    At the UPS output only the IT branch counts: fans and pumps hang on a UPS of their own.
    """
    return {"1": hours.ups_output_kw, "2": hours.pdu_output_kw, "3": hours.it_kw}


def dpue_by_category(hours: Hours) -> dict[Category, float]:
    """Give the energy-weighted design PUE of each category; PUE1 <= PUE2 <= PUE3."""
    total = float(hours.total_kw.sum())
    return {
        category: total / float(power.sum()) for category, power in it_kw_by_category(hours).items()
    }
