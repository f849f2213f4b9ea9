"""Room units with their own compressors."""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.chillers import room_unit_eir
from dcbench_planner.facility.cooling.hall import Hall, move
from dcbench_planner.facility.cooling.result import Cooled, powers


def direct_expansion(hall: Hall, weather: Weather, book: AssumptionBook) -> Cooled:
    """Room units with their own compressors and outdoor condensers; no free cooling.

    Staged compressors are taken as no better at part load.
    """
    moved = move(hall, weather, book)
    capacity = book["cooling.trim_capacity"] * min(hall.running, 1.0) * moved.design_kw
    mechanical = np.minimum(moved.heat_kw, capacity)
    none = np.zeros(len(weather))
    return Cooled(
        heat_kw=moved.heat_kw, free_kw=none, mechanical_kw=mechanical, reused_kw=none,
        unmet_kw=moved.heat_kw - mechanical, inner_kw=moved.fans_kw, water_l=none,
        duties_kw={"dx_units": moved.heat_kw},
        power_kw=powers(
            len(weather), room_fans=moved.fans_kw,
            compressors=mechanical * room_unit_eir(weather.dry_bulb_c, book),
        ),
    )  # fmt: skip
