"""A water loop: its pumps, the heat handed over to others, and the plant that takes the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import ZERO_CELSIUS_K
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.movers import pump_share, pumps
from dcbench_planner.facility.cooling.result import Cooled, Duty, Plant


def looped(
    plant: Plant, duty: Duty, weather: Weather, book: AssumptionBook, *, reused_share: float = 0.0
) -> Cooled:
    """Pump the heat of `duty` round, hand over `reused_share` of it, give the rest to `plant`.

    The loop's pumps heat it and see its whole flow.
    """
    share = pump_share(book["cooling.chilled_water_head_kpa"], duty.rise_k, book)
    design = share * duty.design_kw
    loop_pumps = pumps(design, duty.load, book)
    loop = duty.plus(loop_pumps, design)
    reused = loop.heat_kw * reused_share
    cooled = plant(replace(loop, heat_kw=loop.heat_kw - reused), weather, book)
    power = {**cooled.power_kw, "pumps": cooled.power_kw["pumps"] + loop_pumps}
    if reused_share > 0 and not reused_directly(loop, book):
        power["heat_pumps"] = reused / (heat_pump_cop(loop, book) - 1)
    return replace(
        cooled, heat_kw=np.asarray(loop.heat_kw), reused_kw=reused, power_kw=power,
        inner_kw=cooled.inner_kw + loop_pumps,
    )  # fmt: skip


def reused_directly(loop: Duty, book: AssumptionBook) -> bool:
    """Say whether a heat exchanger alone makes water as warm as the customer wants it."""
    reach = loop.return_c - book["cooling.heat_exchanger_approach_k"]
    return bool(book["cooling.reuse_supply_c"] <= reach)


def heat_pump_cop(loop: Duty, book: AssumptionBook) -> float:
    """Give heat delivered over power: a share of Carnot between the loop and the customer.

    The evaporator cools the loop to its supply temperature; both exchangers take an approach. At
    least 1.05.
    """
    approach = book["cooling.heat_exchanger_approach_k"]
    condensing_k = book["cooling.reuse_supply_c"] + approach + ZERO_CELSIUS_K
    evaporating_k = loop.supply_c - approach + ZERO_CELSIUS_K
    lift = max(condensing_k - evaporating_k, book["cooling.smallest_lift_k"])
    return float(max(book["cooling.heat_pump_carnot_share"] * condensing_k / lift, 1.05))
