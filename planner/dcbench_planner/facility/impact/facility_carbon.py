"""A facility's carbon by the year: electricity both ways, fuel, refrigerant, and what it embodies.

Every figure about electricity or fuel is on one basis, that of the grid factor.
"""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.records.facility_energy import FacilityCarbon, Renewables
from dcbench.records.facility_plant import Standby
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.impact.carbon import (
    embodied_building_kgco2e,
    embodied_plant_kgco2e,
    grid_intensity,
)
from dcbench_planner.facility.simulation import Simulation


@dataclass(frozen=True, kw_only=True)
class _Electricity:
    location: float
    market: float | None
    market_hourly: float | None


def facility_carbon(
    simulation: Simulation, book: AssumptionBook, *, standby: Standby | None = None,
    renewables: Renewables | None = None, basis: str | None = None,
) -> FacilityCarbon:  # fmt: skip
    """Give a year's emissions and what stands in the building.

    Args:
        simulation: of the facility.
        book: `carbon.*`; draws in it are ignored, entries read are marked as used.
        standby: fuel of generator tests; None leaves it out and says so.
        renewables: supply of its own and contracts, on the same basis.
        basis: `direct` or `lifecycle`; None takes that of `renewables`, else that of the site.

    Raises:
        InputError: the site has no grid factor on that basis.
        ValueError: `renewables` is on another basis.
    """
    point = book.with_draws({})
    basis = basis or (renewables.grid_basis if renewables else None)
    grid = grid_intensity(simulation.design.site, basis)
    if renewables is not None and renewables.grid_basis != grid.basis:
        raise ValueError(f"renewables are {renewables.grid_basis}, asked for {grid.basis}")
    totals, it_kw = simulation.totals, simulation.design.it_kw
    power = _electricity(totals.total_kwh * grid.kgco2e_per_kwh, renewables)
    fuel = generator_kgco2e(standby, grid.basis, point)
    building, plant = embodied_building_kgco2e(it_kw, point), embodied_plant_kgco2e(it_kw, point)
    carbon = FacilityCarbon(
        location_kgco2e_per_year=power.location,
        market_kgco2e_per_year=power.market,
        market_hourly_kgco2e_per_year=power.market_hourly,
        generators_kgco2e_per_year=fuel,
        refrigerants_kgco2e_per_year=refrigerant_kgco2e(simulation, point),
        embodied_building_kgco2e=building,
        embodied_building_kgco2e_per_year=building / point["carbon.building_life_years"],
        embodied_plant_kgco2e=plant,
        embodied_plant_kgco2e_per_year=plant / point["carbon.plant_life_years"],
        cue_location_kgco2e_per_kwh=(power.location + fuel) / totals.it_kwh,
        cue_market_kgco2e_per_kwh=(
            None if power.market is None else (power.market + fuel) / totals.it_kwh
        ),
        grid_basis="lifecycle" if grid.basis == "lifecycle" else "direct",
        boundary=_boundary(grid.basis, standby, renewables),
    )
    book.used |= point.used
    return carbon


def generator_kgco2e(standby: Standby | None, basis: str, book: AssumptionBook) -> float:
    """Give emissions of test runs: combustion, on the lifecycle basis with the fuel's supply."""
    if standby is None:
        return 0.0
    burnt = standby.generator_test_kgco2e_per_year
    if basis == "lifecycle":
        burnt += (
            standby.generator_test_fuel_l_per_year * book["carbon.diesel_upstream_kgco2e_per_l"]
        )
    return float(burnt)


def refrigerant_kgco2e(simulation: Simulation, book: AssumptionBook) -> float:
    """Give a year's leaks: charge per kW of compressor duty × leak × global warming potential.

    The duty is the largest of the peak hours; spare machines hold refrigerant too and are not
    counted.
    """
    duty_kw = float(simulation.building.peak.cooled.mechanical_kw.max())
    if duty_kw <= 0:
        return 0.0
    charge_kg = duty_kw * book["carbon.refrigerant_kg_per_kw"]
    return float(
        charge_kg * book["carbon.refrigerant_leak_per_year"] * book["carbon.refrigerant_gwp"]
    )


def _electricity(all_from_grid: float, renewables: Renewables | None) -> _Electricity:
    if renewables is None:
        return _Electricity(location=all_from_grid, market=None, market_hourly=None)
    return _Electricity(
        location=renewables.location_kgco2e_per_year, market=renewables.market_kgco2e_per_year,
        market_hourly=renewables.market_hourly_kgco2e_per_year,
    )  # fmt: skip


def _boundary(basis: str, standby: Standby | None, renewables: Renewables | None) -> str:
    fuel = "generator tests" if standby is not None else "no generator fuel (not computed)"
    market = "" if renewables is None else "; market-based without a residual mix"
    return (
        f"electricity at the meter and {fuel}, {basis} factors{market}; CUE (ISO/IEC 30134-8) is "
        "these over IT energy and leaves out refrigerant, embodied carbon and IT equipment; "
        "embodied is building and plant, not the IT equipment"
    )
