"""How much the days of a month differ, where only the monthly means are known.

Regressions on the normals. The dry bulb's was fitted to 55 hourly series. Those of the dew point
and of the correlation were fitted to 21 (US TMY3 and TMYx, Singapore, Riyadh), none of which is
used to state the generator's error; see docs/facility/climate.md for how well they hold elsewhere.
"""

from __future__ import annotations

import numpy as np

from dcbench.catalog import Site
from dcbench_planner.facility.climate.psychrometrics import Array, saturation_pressure

SMALLEST_SPREAD_K = 0.4
MOISTURE_CEILING_C = 26.6
"""Monthly dew point at which days no longer differ: the air over the warmest seas."""
CEILING_REACH_K = 9.4
"""So far below the ceiling it begins to tell."""
LARGEST_CORRELATION = 0.95


def dry_bulb_spread(site: Site) -> Array:
    """Give the standard deviation of daily mean dry bulbs within each month, K, shape (12,).

    Published where the site has it; else the regression (R² 0.6 of the 55 series).
    """
    if site.sd_daily_mean_c is not None:
        return np.maximum(site.sd_daily_mean_c, SMALLEST_SPREAD_K)
    dry, dew, swing = (np.array(x) for x in (site.dry_bulb_c, site.dew_point_c, site.daily_range_c))
    spread = 2.12 + 0.184 * dry.std() - 0.0747 * dry + 0.0768 * swing - 0.0114 * (dry - dew)
    return np.asarray(np.maximum(spread, SMALLEST_SPREAD_K))


def dew_point_spread(site: Site) -> Array:
    """Give the standard deviation of daily mean dew points within each month, K, shape (12,).

    It grows with the contrast of the seasons, is least in the warm season, and vanishes where the
    air is as moist as the sea can make it.
    """
    dry, dew = np.array(site.dry_bulb_c), np.array(site.dew_point_c)
    free = 1.43 + 0.321 * dry.std() - 0.100 * (dry - dry.mean()) + 0.021 * (dry - dew)
    room = np.minimum(1.0, (MOISTURE_CEILING_C - dew) / CEILING_REACH_K)
    return np.asarray(np.maximum(free * room, SMALLEST_SPREAD_K))


def dry_dew_correlation(site: Site) -> Array:
    """Give the correlation of daily mean dry bulb and dew point within each month, shape (12,).

    Near saturation they move together; in hot dry air they do not.
    """
    dry, dew = np.array(site.dry_bulb_c), np.array(site.dew_point_c)
    relative_humidity = saturation_pressure(dew) / saturation_pressure(dry)
    return np.clip(0.221 + 0.869 * relative_humidity - 0.0147 * dry, 0.0, LARGEST_CORRELATION)
