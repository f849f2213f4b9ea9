"""Losses inside the IT equipment: power supplies and fans, ITUE and TUE.

They are part of the IT energy and do not change the PUE. ITUE = energy into the IT over energy into
its components, TUE = PUE × ITUE (Patterson et al., "TUE, a new energy-efficiency metric applied at
ORNL's Jaguar", ISC 2013). Voltage regulators on the boards are not in the ITUE given here.
"""

from __future__ import annotations

import numpy as np

from dcbench.records.facility_plant import ItInside
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.power.curves import LossCurve, through


def psu_curve(book: AssumptionBook) -> LossCurve:
    """Give the curve through the certified efficiencies at 20, 50 and 100 % load (80 PLUS)."""
    return through(
        {load / 100: book[f"power_chain.psu_efficiency_{load}"] for load in (20, 50, 100)}
    )


def psu_loss_kw(it_kw: Array, it_design_kw: float, book: AssumptionBook) -> Array:
    """Give losses of power supplies that take `it_kw`: the root of in = out + S loss(out / S)."""
    curve, fill = psu_curve(book), book["power_chain.psu_fill"]
    rating_kw = it_design_kw * curve.efficiency(fill) / fill
    slope = 1 + curve.a1
    rest = curve.a0 - it_kw / rating_kw
    load = (np.sqrt(slope**2 - 4 * curve.a2 * rest) - slope) / (2 * curve.a2)
    return np.asarray(it_kw - rating_kw * load)


def inside_it(
    it_kw: Array, it_design_kw: float, dpue: float, book: AssumptionBook, *, liquid_cooled: bool
) -> ItInside:
    """Give a year's losses of power supplies and fans.

    Supplies work at `power_chain.psu_fill` of their rating at the design peak; below the lowest
    certified load the curve is extrapolated.

    Args:
        it_kw: at the IT input, one value per hour.
        it_design_kw: design peak of the IT load.
        dpue: annual.
        book: efficiencies, fill, fan shares.
        liquid_cooled: cold plates or immersion.
    """
    kind = "liquid" if liquid_cooled else "air"
    it_kwh = float(it_kw.sum())
    psu_kwh = float(psu_loss_kw(it_kw, it_design_kw, book).sum())
    fans_kwh = it_kwh * book[f"power_chain.server_fan_share_{kind}"]
    itue = it_kwh / (it_kwh - psu_kwh - fans_kwh)
    return ItInside(
        psu_kwh_per_year=psu_kwh, fans_kwh_per_year=fans_kwh, itue=itue, tue=dpue * itue
    )
