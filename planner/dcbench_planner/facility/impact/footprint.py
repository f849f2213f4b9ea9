"""Energy, water and carbon of one training run."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.records.facility import FacilityRecord
from dcbench.units import HOURS_PER_DAY
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.facility.impact.carbon import (
    embodied_facility_kgco2e,
    embodied_it_kgco2e,
    embodied_share_kgco2e,
)
from dcbench_planner.facility.record import dpue_draws
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.it_power import ItPower


@dataclass(frozen=True, kw_only=True)
class SiteFactors:
    """What the building adds to a kilowatt-hour of IT; values may be arrays of draws."""

    dpue_annual: Number
    dpue_peak: Number
    wue_site_l_per_kwh: Number
    cue_kgco2e_per_kwh: Number


@dataclass(frozen=True, kw_only=True)
class Energy:
    """Of the run."""

    it_kwh: Number
    total_kwh: Number
    water_site_l: Number


@dataclass(frozen=True, kw_only=True)
class Carbon:
    """Of the run."""

    operational_kgco2e: Number
    embodied_kgco2e: Number


def site_factors(facility: FacilityRecord, book: AssumptionBook) -> SiteFactors:
    """Give PUE, WUE and CUE with the error that climate models leave.

    The overhead PUE-1 carries the error, not the PUE: it is what is predicted.
    """
    pue = dpue_draws(facility, book)
    overhead = (pue - 1.0) / (facility.dpue_annual - 1.0)
    return SiteFactors(
        dpue_annual=pue,
        dpue_peak=1.0 + (facility.dpue_peak - 1.0) * overhead,
        wue_site_l_per_kwh=facility.wue_site_l_per_kwh,
        cue_kgco2e_per_kwh=facility.cue_kgco2e_per_kwh
        * (pue / facility.dpue_annual)
        * book["carbon.grid_factor"],
    )


def run_energy(power: ItPower, site: SiteFactors, calendar_days: Number) -> Energy:
    """Give energy = mean power × time, and the water that goes with it."""
    it_kwh = power.it_avg_kw * calendar_days * HOURS_PER_DAY
    return Energy(
        it_kwh=it_kwh, total_kwh=it_kwh * site.dpue_annual,
        water_site_l=it_kwh * site.wue_site_l_per_kwh,
    )  # fmt: skip


def run_carbon(
    *,
    cluster: Cluster,
    power: ItPower,
    energy: Energy,
    site: SiteFactors,
    calendar_days: Number,
    book: AssumptionBook,
) -> Carbon:
    """Give operational carbon by location and the run's share of what the hardware embodies.

    Embodied carbon is spread over the hours that the hardware is used in its life (GHG Protocol
    product standard, allocation by use).
    """
    used_hours = calendar_days * HOURS_PER_DAY / book["finance.utilisation"]
    hardware = embodied_it_kgco2e(_accelerators(cluster), book)
    building = embodied_facility_kgco2e(power.it_peak_kw, book)
    it_life, building_life = book["finance.it_life_years"], book["carbon.facility_life_years"]
    return Carbon(
        operational_kgco2e=energy.it_kwh * site.cue_kgco2e_per_kwh,
        embodied_kgco2e=embodied_share_kgco2e(hardware, used_hours, it_life)
        + embodied_share_kgco2e(building, used_hours, building_life),
    )


def _accelerators(cluster: Cluster) -> int:
    """All that are bought: whole nodes, spares included."""
    return (cluster.nodes + cluster.spare_nodes) * cluster.node.accelerators
