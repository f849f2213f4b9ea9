"""Parts of the facility record about equipment: units, spares, what more redundancy buys."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dcbench.records.base import Finite, Name, NonNegative, Positive, Record, Share, Text
from dcbench.records.scenario import Redundancy

Units = Annotated[int, Field(ge=0, le=100_000_000)]


class PlantItem(Record):
    """Units of one kind of equipment."""

    units: Units
    rating: Positive
    rating_unit: Name
    redundant_units: Units
    duty: NonNegative | None = None
    """What the duty units must carry together, in `rating_unit`."""
    fill: Share | None = None
    """Highest load over derated rating."""
    derate: Share | None = None
    """Usable share of the rating at this site's heat and altitude."""
    sized_by: Text = ""
    """In words: the load and the rule."""


class RedundancyOption(Record):
    """One topology of the power chain, against the others."""

    redundancy: Redundancy
    availability: Share
    """Of power and cooling at a rack."""
    outage_h_per_year: NonNegative
    """Of a rack, planned shutdowns included."""
    outages_per_year: NonNegative = 0.0
    """Anywhere in the facility: each one stops a job that spans it."""
    dpue_annual: Positive
    plant_usd: NonNegative
    """Capital cost of the power chain and the cooling plant."""
    usd_per_year: NonNegative
    """Plant by its life, and the energy of its losses."""
    lost_usd_per_year: NonNegative
    """Work that outages destroy: down time, restart and the work since the last checkpoint."""
    is_cheapest: bool


class AvailabilityPart(Record):
    """One block of the chain, in series with the others."""

    block: Name
    needed: Units
    """Of the group of units that a rack depends on."""
    installed: Units
    groups: Units = 1
    """Such groups in the facility."""
    unit_availability: Share
    availability: Share
    outages_per_year: NonNegative = 0.0
    """Of one group."""
    facility_outages_per_year: NonNegative = 0.0
    """Of any group."""


class Standby(Record):
    """Energy of keeping the standby plant ready; electricity is inside the facility's energy."""

    generator_heaters_kwh_per_year: NonNegative = 0.0
    battery_charging_kwh_per_year: NonNegative = 0.0
    generator_test_fuel_l_per_year: NonNegative = 0.0
    """Burnt into a load bank; neither in the facility's energy nor in the PUE."""
    generator_test_kgco2e_per_year: Finite = 0.0


class ItInside(Record):
    """Losses inside the IT equipment; they are IT energy and do not change the PUE."""

    psu_kwh_per_year: NonNegative
    fans_kwh_per_year: NonNegative
    itue: Positive
    """Energy into the IT over energy into its components."""
    tue: Positive
    """PUE x ITUE."""
