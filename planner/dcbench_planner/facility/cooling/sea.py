"""A plant on sea or lake water."""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.chillers import compressors_kw, water_chiller_eir
from dcbench_planner.facility.cooling.movers import pump_share, pumps
from dcbench_planner.facility.cooling.result import Cooled, Duty, powers
from dcbench_planner.facility.cooling.staging import in_series
from dcbench_planner.facility.cooling.towers import rejected_design_kw


def seawater(loop: Duty, weather: Weather, book: AssumptionBook) -> Cooled:
    """Sea or lake water through a heat exchanger, with a chiller on the same water in series.

    The water goes back warmer; nothing is consumed.
    """
    exchanger = book["cooling.heat_exchanger_approach_k"]
    free_share = np.clip((loop.return_c - weather.water_c - exchanger) / loop.rise_k, 0, 1)
    free, mechanical, unmet = in_series(loop, free_share, book)
    eir = water_chiller_eir(weather.water_c, loop.supply_c, book)
    compressors = compressors_kw(mechanical, eir, loop.design_kw, loop.running, book)
    rejected = free + mechanical + compressors
    share = pump_share(book["cooling.sea_water_head_kpa"], book["cooling.sea_water_rise_k"], book)
    design = rejected_design_kw(loop, book)
    sea_pumps = pumps(share * design, rejected / design, book)
    none = np.zeros(len(weather))
    return Cooled(
        heat_kw=loop.heat_kw, free_kw=free, mechanical_kw=mechanical, unmet_kw=unmet,
        reused_kw=none, inner_kw=none, water_l=none,
        power_kw=powers(len(weather), pumps=sea_pumps, compressors=compressors),
        duties_kw={"seawater_heat_exchangers": rejected, "water_cooled_chillers": mechanical},
    )  # fmt: skip
