"""What `dcbench facility` is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dcbench_planner.facility.renewables.ask import RenewablesAsk
from dcbench_planner.facility.sites.filters import SiteFilters

ANY = "any"
"""Stands for the site that is asked for."""


@dataclass(frozen=True, kw_only=True)
class HeatReuseAsk:
    """Heat to hand over."""

    share: float
    """Of the heat of the liquid loop, or of the hall where there is none, 0-1."""
    supply_c: float
    """Temperature that the taker needs."""


@dataclass(frozen=True, kw_only=True)
class FacilityQuestion:
    """A facility; what is left out takes its usual value."""

    it_kw: float
    """Design peak of the IT load."""
    site: str
    """Catalogued site, or `any` to rank all."""
    load_factor: float = 0.8
    cooling: str | None = None
    """System; by climate for air-cooled racks if None."""
    redundancy: str = "N+1"
    weather: Path | None = None
    """The user's hours instead of generated ones."""
    air_class: str | None = None
    water_class: str | None = None
    """ASHRAE TC 9.9 classes of the IT equipment; supplies follow them."""
    compressors: bool = True
    """Whether chillers may help where free cooling cannot carry the heat."""
    heat_reuse: HeatReuseAsk | None = None
    supply: RenewablesAsk = field(default_factory=RenewablesAsk)
    saving_target: float | None = None
    """Share of the facility's energy to save."""
    weights: str | None = None
    """Of the criteria for choosing a site."""
    filters: SiteFilters = field(default_factory=SiteFilters)
    risk_register: Path | None = None
