"""Parts of the facility record about carbon, heat reuse and renewable supply."""

from __future__ import annotations

from typing import Literal

from dcbench.records.base import Finite, Name, NonNegative, Record, Share, Text


class FacilityCarbon(Record):
    """A year's emissions and what stands in the building, each on its basis."""

    location_kgco2e_per_year: NonNegative
    """Grid energy at the location's average (GHG Protocol scope 2)."""
    market_kgco2e_per_year: NonNegative | None = None
    """Grid energy by contracts; None without contracts."""
    generators_kgco2e_per_year: NonNegative = 0.0
    refrigerants_kgco2e_per_year: NonNegative = 0.0
    embodied_building_kgco2e: NonNegative
    embodied_building_kgco2e_per_year: NonNegative
    grid_basis: Literal["direct", "lifecycle"]


class HeatReuse(Record):
    """Heat handed over in a year."""

    heat_kwh_per_year: NonNegative
    supply_c: Finite
    heat_pump_kwh_per_year: NonNegative = 0.0
    """Inside the facility's energy."""
    erf: Share
    """Energy reuse factor, ISO/IEC 30134-6: reused over all energy of the facility."""
    ere: NonNegative
    """Energy reuse effectiveness, (facility - reused) / IT."""
    note: Text = ""


class Supply(Record):
    """One renewable source or battery over the year."""

    kind: Literal["pv", "wind", "ppa", "battery"]
    size: NonNegative
    size_unit: Name
    kwh_per_year: NonNegative
    used_kwh_per_year: NonNegative
    """Matched hour by hour by the facility's load, or delivered by the battery."""
    capacity_factor: Share | None = None
    source: Text = ""


class Renewables(Record):
    """Supply against load, hour by hour."""

    supplies: tuple[Supply, ...]
    load_kwh_per_year: NonNegative
    matched_annual_share: Share
    """min(1, generation / load): what an annual claim says."""
    cfe_247_share: Share
    """Sum over hours of min(load, clean supply) over the load; the grid's own clean share out."""
    grid_kwh_per_year: NonNegative
    exported_kwh_per_year: NonNegative
    location_kgco2e_per_year: NonNegative
    market_kgco2e_per_year: NonNegative
    usd_per_year: NonNegative | None = None
    note: Text = ""
