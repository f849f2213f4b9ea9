"""The facility record: power, cooling, water and carbon of one design at one site.

Format history
    1  first version
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import (
    FileFormat,
    Name,
    NonNegative,
    Positive,
    Record,
    Share,
    Text,
)  # fmt: skip
from dcbench.records.plan import Assumption, NumberSource
from dcbench.records.scenario import Cooling, Redundancy

Ratio = Annotated[float, Field(ge=1, le=10)]


class PlantItem(Record):
    """Units of one kind of equipment."""

    units: Annotated[int, Field(ge=0, le=1_000_000)]
    rating: Positive
    rating_unit: Name
    redundant_units: Annotated[int, Field(ge=0, le=1_000_000)]


class FacilityRecord(FileFormat):
    """Design figures of a facility; `it_kw` is the design peak of the IT load."""

    schema_: Literal["dcbench.facility"] = Field(default="dcbench.facility", alias="schema")
    version: Literal[1] = 1
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
