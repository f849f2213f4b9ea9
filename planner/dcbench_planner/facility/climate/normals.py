"""Monthly normals of hours that are known, to compare the generator with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dcbench.catalog import Site
from dcbench_planner.facility.climate.psychrometrics import (
    RATIO_OF_MOLAR_MASSES,
    Array,
    dew_point,
)
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.climate.typical_year import month_means
from dcbench_planner.facility.climate.weather import Weather


def with_normals_of(site: Site, climate: SiteClimate) -> Site:
    """Give a site whose normals and design temperatures are those of 8760 known hours.

    Mean dry bulb, dew point and daily range of each month, and the two 0.4 % design temperatures:
    what the catalog holds of any site. The spread of daily means, which it holds of some, is left
    to the generator.

    Args:
        site: gives everything that is not climate.
        climate: of a weather file.
    """
    year = climate.year
    days = year.dry_bulb_c.reshape(365, 24)
    dew = dew_point_of(year).reshape(365, 24)
    return replace(
        site, name=climate.source, source=climate.source, elevation_m=climate.elevation_m,
        dry_bulb_c=_months(days.mean(axis=1)), dew_point_c=_months(dew.mean(axis=1)),
        daily_range_c=_months(np.ptp(days, axis=1)), sd_daily_mean_c=None,
        design_db_0p4_c=climate.design_dry_bulb_c, design_wb_0p4_c=climate.design_wet_bulb_c,
    )  # fmt: skip


def dew_point_of(weather: Weather) -> Array:
    """Give the dew point in °C, shape (n,)."""
    moisture = np.maximum(weather.humidity_ratio, 1e-7)
    return dew_point(weather.pressure_kpa * moisture / (RATIO_OF_MOLAR_MASSES + moisture))


def _months(daily: Array) -> tuple[float, ...]:
    return tuple(month_means(daily).tolist())
