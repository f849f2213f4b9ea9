"""The facility record: power, cooling, water and carbon of one design at one site.

Format history
    1  first version
    2  weather, categories of PUE, months, bands, carbon, requirements, redundancy, sites, savings,
       renewables; files of version 1 load and have none of them
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import (
    FileFormat,
    Finite,
    Name,
    NonNegative,
    Positive,
    Provenance,
    Record,
    Share,
    Text,
)
from dcbench.records.facility_energy import FacilityCarbon, HeatReuse, Renewables
from dcbench.records.facility_plant import (
    AvailabilityPart,
    ItInside,
    PlantItem,
    RedundancyOption,
    Standby,
)
from dcbench.records.facility_sites import RankedSite, RegisterItem, SavingsPart
from dcbench.records.facility_standards import Requirement
from dcbench.records.origin import Assumption, Band, NumberSource
from dcbench.records.scenario import Cooling, Redundancy

Ratio = Annotated[float, Field(ge=1, le=10)]
Months = Annotated[tuple[NonNegative, ...], Field(min_length=12, max_length=12)]


class WeatherPart(Record):
    """The air that the design was simulated in and sized for."""

    source: Text
    provenance: Provenance
    is_file: bool
    """Hours of the user's file; else generated from monthly normals."""
    mean_dry_bulb_c: Finite
    design_dry_bulb_c: Finite
    """Exceeded in 0.4 % of the hours of a year."""
    design_wet_bulb_c: Finite
    extreme_dry_bulb_c: Finite
    """What the plant is checked at: 20-year extreme, or the hottest hour of the year."""


class Monthly(Record):
    """Twelve sums each, January first."""

    it_kwh: Months
    facility_kwh: Months
    water_l: Months


class FacilityRecord(FileFormat):
    """Design figures of a facility; `it_kw` is the design peak of the IT load."""

    schema_: Literal["dcbench.facility"] = Field(default="dcbench.facility", alias="schema")
    version: Literal[1, 2] = 2
    created_at: Name
    dcbench_version: Name
    it_kw: Positive
    load_factor: Share
    site: Name
    cooling: Cooling
    redundancy: Redundancy
    dpue_annual: Ratio
    dpue_peak: Ratio
    dpue_monthly: Annotated[tuple[Ratio, ...], Field(min_length=12, max_length=12)]
    wue_site_l_per_kwh: NonNegative
    wue_source_l_per_kwh: NonNegative | None = None
    cue_kgco2e_per_kwh: NonNegative
    facility_kwh_per_year: Positive
    facility_peak_kw: Positive
    availability: Share | None = None
    breakdown_kwh_per_year: dict[Name, NonNegative]
    """Parts that add up to `facility_kwh_per_year`, IT included."""
    plant: dict[Name, PlantItem]
    assumptions: tuple[Assumption, ...]
    provenance: dict[Name, NumberSource]
    notes: tuple[Text, ...] = ()
    weather: WeatherPart | None = None
    dcie_annual: Share | None = None
    """1 / PUE (The Green Grid)."""
    dpue_by_category: dict[Literal["1", "2", "3"], Ratio] = {}
    """ISO/IEC 30134-2: IT energy at UPS output, at PDU output, at the IT input."""
    bands: dict[Name, Band] = {}
    """80 % intervals by key."""
    monthly: Monthly | None = None
    unmet_h_per_year: NonNegative = 0.0
    """Hours in which some heat is not removed at the average load."""
    availability_parts: tuple[AvailabilityPart, ...] = ()
    standby: Standby | None = None
    it_inside: ItInside | None = None
    carbon: FacilityCarbon | None = None
    heat_reuse: HeatReuse | None = None
    requirements: tuple[Requirement, ...] = ()
    redundancy_options: tuple[RedundancyOption, ...] = ()
    savings: SavingsPart | None = None
    renewables: Renewables | None = None
    sites: tuple[RankedSite, ...] = ()
    risk_register: tuple[RegisterItem, ...] = ()
