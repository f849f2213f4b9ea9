"""How far a metered year may be from the design PUE: the spread of published sites."""

from __future__ import annotations

from dcbench.records.origin import Band
from dcbench_planner.assumptions import AssumptionBook

FACTOR = "facility.overhead_factor"
"""Published over modelled overhead (PUE - 1), one value a site; `scripts/facility_spread.py`."""


def dpue_band(dpue_annual: float, book: AssumptionBook) -> Band:
    """Give the 80 % band in which the metered annual PUE of a design lies.

    It is the spread of all operators' published sites around the model, nothing calibrated; an
    operator's own sites give a narrower one (docs/facility-accuracy.md).

    Args:
        dpue_annual: of the model, at least 1.
        book: holds `facility.overhead_factor`; draws in it are ignored.
    """
    book.used.add(FACTOR)
    factor = book.entries[FACTOR]
    overhead = dpue_annual - 1
    return Band(
        p10=1 + overhead * factor.low, p50=1 + overhead * factor.value,
        p90=1 + overhead * factor.high,
    )  # fmt: skip
