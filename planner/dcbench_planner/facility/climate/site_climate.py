"""The climate of a site as a facility needs it: hours of a year, and conditions to size for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dcbench.catalog import Site
from dcbench.records.base import Provenance
from dcbench_planner.facility.climate.typical_year import design_conditions, typical_year
from dcbench_planner.facility.climate.weather import Weather

_PROVENANCE: dict[str, Provenance] = {"read": "published", "user": "user"}


@dataclass(frozen=True, kw_only=True, eq=False)
class SiteClimate:
    """Hours and design conditions of one place."""

    year: Weather
    """8760 hours."""
    design: Weather
    """Time points for sizing, without recirculated exhaust: 0.4 % dry bulb with its coincident
    wet bulb, 0.4 % wet bulb with its coincident dry bulb, and where known the extreme."""
    elevation_m: float
    source: str
    provenance: Provenance
    is_file: bool = False
    """Hours of the user's file; else generated from monthly normals."""
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
        year=year, design=design_conditions(site), elevation_m=site.elevation_m,
        source=year.source, provenance=_PROVENANCE.get(site.climate_evidence or site.evidence,
                                                       "assumed"),
        notes=tuple(_notes(site)),
    )  # fmt: skip


def _notes(site: Site) -> list[str]:
    lines = []
    if (site.climate_evidence or site.evidence) == "recalled":
        lines.append("climate normals of this site are recalled, not read in a source")
    if site.design_db_0p4_c is None or site.design_wb_0p4_c is None:
        lines.append("no published design temperatures: the peak rests on the generated year alone")
    return lines
