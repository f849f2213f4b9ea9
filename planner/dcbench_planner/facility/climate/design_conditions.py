"""The time points that a plant is sized for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import (
    RATIO_OF_MOLAR_MASSES,
    Array,
    dew_point,
)
from dcbench_planner.facility.climate.typical_year import DESIGN_QUANTILE
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.climate.wet_bulb import wet_bulb


@dataclass(frozen=True, kw_only=True)
class PublishedDesign:
    """Design temperatures of a place as ASHRAE publishes them; `month` 0 is January."""

    source: str
    dry_bulb_c: float
    """Exceeded in 0.4 % of the hours."""
    coincident_wet_bulb_c: float
    wet_bulb_c: float
    """Exceeded in 0.4 % of the hours."""
    coincident_dry_bulb_c: float
    extreme_dry_bulb_c: float | None = None
    """Reached once in 20 years."""
    month: int = 6


def design_of_hours(
    year: Weather, dry_bulb_c: float | None = None, wet_bulb_c: float | None = None
) -> Weather:
    """Give two time points: the 0.4 % dry bulb and the 0.4 % wet bulb of these hours.

    The coincident wet or dry bulb is the mean of the hours at or past the design value.

    Args:
        year: 8760 hours.
        dry_bulb_c: published 0.4 % value; taken instead where it is higher.
        wet_bulb_c: likewise.
    """
    hot = year.dry_bulb_c >= np.quantile(year.dry_bulb_c, DESIGN_QUANTILE)
    humid = year.wet_bulb_c >= np.quantile(year.wet_bulb_c, DESIGN_QUANTILE)
    dry = np.array(
        [_highest(year.dry_bulb_c[hot].min(), dry_bulb_c), year.dry_bulb_c[humid].mean()]
    )
    wet = np.array(
        [year.wet_bulb_c[hot].mean(), _highest(year.wet_bulb_c[humid].min(), wet_bulb_c)]
    )
    month = np.array([np.bincount(year.month[these]).argmax() for these in (hot, humid)])
    return Weather(
        dry_bulb_c=np.maximum(dry, wet), wet_bulb_c=np.minimum(wet, np.maximum(dry, wet)),
        water_c=np.array([year.water_c[these].max() for these in (hot, humid)]), month=month,
        pressure_kpa=year.pressure_kpa, source=f"0.4 % design conditions of {year.source}",
    )  # fmt: skip


def design_of_header(published: PublishedDesign, year: Weather) -> Weather:
    """Give the published time points, two or with the extreme three; water of the hottest month."""
    water = float(year.water_c[year.month == published.month].max())
    design = Weather(
        dry_bulb_c=np.array([published.dry_bulb_c, published.coincident_dry_bulb_c]),
        wet_bulb_c=np.array([published.coincident_wet_bulb_c, published.wet_bulb_c]),
        water_c=np.full(2, water), month=np.full(2, published.month),
        pressure_kpa=year.pressure_kpa, source=f"design conditions of {published.source}",
    )  # fmt: skip
    if published.extreme_dry_bulb_c is None:
        return design
    return with_extreme(design, max(published.extreme_dry_bulb_c, published.dry_bulb_c))


def with_extreme(design: Weather, dry_bulb_c: float) -> Weather:
    """Add the extreme as third time point, at the moisture of the 0.4 % dry bulb."""
    moisture = design.humidity_ratio[:1]
    vapour = design.pressure_kpa * moisture / (RATIO_OF_MOLAR_MASSES + moisture)
    dry = np.array([dry_bulb_c])
    wet = wet_bulb(dry, np.minimum(_dew(vapour, dry), dry), design.pressure_kpa)
    return Weather(
        dry_bulb_c=np.append(design.dry_bulb_c, dry), wet_bulb_c=np.append(design.wet_bulb_c, wet),
        water_c=np.append(design.water_c, design.water_c[0]),
        month=np.append(design.month, design.month[0]),
        pressure_kpa=design.pressure_kpa, source=design.source,
    )  # fmt: skip


def _dew(vapour_kpa: Array, dry: Array) -> Array:
    """Give the dew point; bone-dry air gets one 80 K below the dry bulb."""
    return np.where(vapour_kpa > 1e-6, dew_point(np.maximum(vapour_kpa, 1e-6)), dry - 80.0)


def _highest(of_hours: float, published: float | None) -> float:
    return float(of_hours) if published is None else max(float(of_hours), published)
