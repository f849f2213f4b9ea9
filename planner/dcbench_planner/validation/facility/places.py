"""Which catalogued climate stands for a published site."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dcbench.catalog import Catalog, Site
from dcbench_planner.facility.climate.psychrometrics import enthalpy, humidity_ratio_at_dew_point
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.validation.facility.rows import PueRow, SkippedError

FARTHEST_KM = 500.0
"""Annual dPUE of two catalogued sites 400-600 km apart and within 500 m of height differs by 0.001
(outside air) to 0.012 (room units) in the median of 58 pairs."""
MOST_HEIGHT_M = 500.0
EARTH_KM = 6371.0


CLASS_A1_DRY_BULB_C, CLASS_A1_DEW_POINT_C = 32.0, 17.0
"""Warmest and most humid air that class A1 allows, ASHRAE TC 9.9 (2021)."""
LONGEST_TOO_WARM = 2 / 12
"""Share of the year in which outside air may hold more heat than that corner where an operator
relies on it: two months."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A catalogued site that stands for a published one."""

    site: Site
    distance_km: float | None
    """None where the row names the catalogued site."""


def place_of(row: PueRow, catalog: Catalog) -> Place:
    """Give the site that the row names, else the nearest one by great circle.

    Raises:
        SkippedError: no catalogued climate within `FARTHEST_KM`, or the place is not stated.
    """
    for name in (row.climate_name, row.site):
        named = catalog.sites.find(name) if name else None
        if named is not None:
            return Place(site=named, distance_km=None)
    if row.latitude is None or row.longitude is None:
        raise SkippedError("its place is not stated: no coordinates, no catalogued site")
    near = [site for site in catalog.sites if _height_fits(row, site)]
    if not near:
        raise SkippedError(f"no catalogued climate within {MOST_HEIGHT_M:.0f} m of its height")
    site = min(near, key=lambda each: distance_km(row, each))
    distance = distance_km(row, site)
    if distance > FARTHEST_KM:
        raise SkippedError(f"nearest catalogued climate, {site.id}, is {distance:.0f} km away")
    return Place(site=site, distance_km=distance)


def distance_km(row: PueRow, site: Site) -> float:
    """Give the great-circle distance (haversine formula) of a row with coordinates."""
    south, north = math.radians(row.latitude or 0.0), math.radians(site.latitude)
    east = math.radians((row.longitude or 0.0) - site.longitude)
    half = math.sin((south - north) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(half, 1.0)))


def _height_fits(row: PueRow, site: Site) -> bool:
    return row.elevation_m is None or abs(row.elevation_m - site.elevation_m) <= MOST_HEIGHT_M


def suits_outside_air(site: Site, longest: float = LONGEST_TOO_WARM) -> bool:
    """Say whether an operator that uses outside air, and elsewhere another system, uses it here.

    It does where the enthalpy of outside air exceeds that of the warmest, most humid air of class
    A1 through at most so long: wetting cools air along its enthalpy, so only compressors can
    take more. The rule knows the climate alone, no published PUE and no cooling model.

    Args:
        site: whose climate decides.
        longest: share of the year, 0-1.
    """
    year = site_climate(site).year
    humid = humidity_ratio_at_dew_point(CLASS_A1_DEW_POINT_C, year.pressure_kpa)
    limit = enthalpy(CLASS_A1_DRY_BULB_C, float(humid))
    return float((year.enthalpy_kj_per_kg > limit).mean()) <= longest
