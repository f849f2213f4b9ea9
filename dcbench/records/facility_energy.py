"""Parts of the facility record about carbon, heat reuse and renewable supply."""

from __future__ import annotations

from typing import Literal

from dcbench.records.base import Finite, Name, NonNegative, Record, Share, Text


class FacilityCarbon(Record):
    """A year's emissions and what stands in the building, each on its basis."""

    location_kgco2e_per_year: NonNegative
    """Grid energy at the location's average (GHG Protocol scope 2)."""
    market_kgco2e_per_year: NonNegative | None = None
    """Grid energy by contracts of the year; None without contracts or supply of its own."""
    market_hourly_kgco2e_per_year: NonNegative | None = None
    """The same by contracts of the hour."""
    generators_kgco2e_per_year: NonNegative = 0.0
    """Fuel of generator tests."""
    refrigerants_kgco2e_per_year: NonNegative = 0.0
    embodied_building_kgco2e: NonNegative
    """Shell and fit-out."""
    embodied_building_kgco2e_per_year: NonNegative
    """By its life."""
    embodied_plant_kgco2e: NonNegative = 0.0
    """Power and cooling plant."""
    embodied_plant_kgco2e_per_year: NonNegative = 0.0
    cue_location_kgco2e_per_kwh: NonNegative | None = None
    """Electricity and generator fuel over IT energy, ISO/IEC 30134-8."""
    cue_market_kgco2e_per_kwh: NonNegative | None = None
    grid_basis: Literal["direct", "lifecycle"]
    """Of every figure of this part that is about electricity or fuel."""
    boundary: Text = ""
    """What is counted, and what is not."""


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
    ref: Share = 0.0
    """Renewable energy factor, ISO/IEC 30134-3; exports left out."""
    grid_kwh_per_year: NonNegative
    """Through the utility meter, contracted energy included."""
    uncovered_kwh_per_year: NonNegative = 0.0
    """Met by neither clean supply of the hour nor the battery."""
    exported_kwh_per_year: NonNegative
    battery_losses_kwh_per_year: NonNegative = 0.0
    location_kgco2e_per_year: NonNegative
    market_kgco2e_per_year: NonNegative
    """Contracts of the year count."""
    market_hourly_kgco2e_per_year: NonNegative | None = None
    """Contracts count in their own hours only."""
    grid_basis: Literal["direct", "lifecycle"] = "direct"
    usd_per_year: NonNegative | None = None
    """Of the supplies: capital by life, upkeep, contracts."""
    grid_usd_per_year: NonNegative | None = None
    """Of the uncovered energy at the site's price; None: unknown."""
    note: Text = ""
