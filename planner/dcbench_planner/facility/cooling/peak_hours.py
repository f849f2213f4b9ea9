"""The hours of a year in which a plant can be at its largest, so that sizing needs no other."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dcbench_planner.facility.climate.weather import Weather

MOST = 48
"""Hours taken at each extreme."""
EVERY = 97
"""One hour in so many is taken besides, at every time of day."""


@lru_cache(maxsize=256)
def peak_hours(year: Weather) -> Weather:
    """Give the hottest, wettest, driest, coldest hours, those of the warmest water, and a few.

    Power and the heat through every plant never fall with dry bulb, wet bulb or water temperature,
    so the largest of the year are among these 200-400 hours; the driest hours are for wetted media,
    the coldest and the others for coolers that stand still when it is hot. Water taken by sprays is
    largest in between: that of these hours is within 5 % of the year's.
    """
    dry = year.dry_bulb_c
    keys = (dry, -dry, year.wet_bulb_c, dry - year.wet_bulb_c, year.humidity_ratio, year.water_c)
    most = min(MOST, len(year))
    extremes = [np.argpartition(key, -most)[-most:] for key in keys]
    kept = np.unique(np.concatenate([*extremes, np.arange(0, len(year), EVERY)]))
    return Weather(
        dry_bulb_c=year.dry_bulb_c[kept], wet_bulb_c=year.wet_bulb_c[kept],
        water_c=year.water_c[kept], month=year.month[kept], pressure_kpa=year.pressure_kpa,
        source=year.source,
    )  # fmt: skip
