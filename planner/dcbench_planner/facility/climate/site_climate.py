"""The climate of a site as a facility needs it: hours of a year, and conditions to size for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from dcbench.catalog import Site
from dcbench.records.base import Provenance
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.design_conditions import design_of_hours, with_extreme
from dcbench_planner.facility.climate.typical_year import (
    WATER_DAMPING,
    month_means,
    typical_year,
)
from dcbench_planner.facility.climate.weather import Weather, warmed

_PROVENANCE: dict[str, Provenance] = {"read": "published", "user": "user"}
_WITHOUT_EXTREME = 2
"""Time points of a design whose 20-year extreme is not known."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SiteClimate:
    """Hours and design conditions of one place."""

    year: Weather
    """8760 hours."""
    design: Weather
    """Time points for sizing, without recirculated exhaust: 0.4 % dry bulb with its coincident
    wet bulb, 0.4 % wet bulb with its coincident dry bulb, and where known the 20-year extreme."""
    elevation_m: float
    source: str
    provenance: Provenance
    is_file: bool = False
    """Hours of the user's file; else generated from monthly normals."""
    warmer_by_k: float = 0.0
    """Than the data: climate change already added."""
    notes: tuple[str, ...] = ()
    """What a reader must know about these hours."""

    @property
    def design_dry_bulb_c(self) -> float:
        """Exceeded in 0.4 % of the hours."""
        return float(self.design.dry_bulb_c[0])

    @property
    def design_wet_bulb_c(self) -> float:
        """Exceeded in 0.4 % of the hours."""
        return float(self.design.wet_bulb_c[1])


@lru_cache(maxsize=128)
def site_climate(site: Site) -> SiteClimate:
    """Give the climate of a catalogued site, generated from its monthly normals."""
    year = typical_year(site)
    return SiteClimate(
        year=year, elevation_m=site.elevation_m, source=year.source,
        design=design_of_hours(year, site.design_db_0p4_c, site.design_wb_0p4_c),
        provenance=_PROVENANCE.get(site.climate_evidence or site.evidence, "assumed"),
        notes=tuple(_notes(site)),
    )  # fmt: skip


def planned_climate(climate: SiteClimate, book: AssumptionBook) -> SiteClimate:
    """Give what a plant is sized for and run in: with a 20-year extreme, and warmer if asked.

    Where no extreme is published, it stands as far above the 0.4 % dry bulb as the assumption says,
    in shares of how far that stands above the mean of the hottest month. Warming raises dry and
    wet bulb of all hours and design conditions alike, which keeps relative humidity nearly as it
    was (exactly it would raise the wet bulb by 0.5-0.98 of that), and the water by less. A climate
    that is planned already comes back as it is.
    """
    unknown = len(climate.design) == _WITHOUT_EXTREME
    decades = float(book["climate.decades_ahead"])
    return _planned(
        climate, float(book["climate.extreme_ratio"]) if unknown else 0.0, decades,
        float(book["climate.warming_k_per_decade"]) if decades else 0.0,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _planned(
    climate: SiteClimate, extreme_ratio: float, decades: float, k_per_decade: float
) -> SiteClimate:
    if len(climate.design) == _WITHOUT_EXTREME:
        hottest = month_means(climate.year.dry_bulb_c.reshape(365, 24).mean(axis=1)).max()
        excess = max(climate.design_dry_bulb_c - float(hottest), 0.0)
        extreme = climate.design_dry_bulb_c + extreme_ratio * excess
        climate = replace(climate, design=with_extreme(climate.design, extreme))
    by_k = decades * k_per_decade
    if by_k == climate.warmer_by_k:
        return climate
    return _warmer(climate, by_k, f"air {by_k:g} K warmer than the data, {decades:g} decades")


def _warmer(climate: SiteClimate, by_k: float, note: str) -> SiteClimate:
    more_k = by_k - climate.warmer_by_k
    return replace(
        climate, year=_warmed(climate.year, more_k), design=_warmed(climate.design, more_k),
        warmer_by_k=by_k, notes=(*climate.notes, note),
    )  # fmt: skip


def _warmed(weather: Weather, by_k: float) -> Weather:
    hotter = warmed(weather, by_k)
    return replace(hotter, water_c=np.asarray(weather.water_c + WATER_DAMPING * by_k))


def _notes(site: Site) -> list[str]:
    lines = []
    if (site.climate_evidence or site.evidence) == "recalled":
        lines.append("climate normals of this site are recalled, not read in a source")
    if site.design_db_0p4_c is None or site.design_wb_0p4_c is None:
        lines.append("no published design temperatures: the peak rests on the generated year alone")
    return lines
