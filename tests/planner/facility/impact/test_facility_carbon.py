"""A facility's carbon: by hand, and on one basis."""

from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench.records.facility_plant import Standby
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.impact.carbon import (
    embodied_building_kgco2e,
    embodied_facility_kgco2e,
    embodied_plant_kgco2e,
)
from dcbench_planner.facility.impact.facility_carbon import facility_carbon, refrigerant_kgco2e
from dcbench_planner.facility.renewables.ask import checked_ask
from dcbench_planner.facility.renewables.supply import renewables
from dcbench_planner.facility.simulation import simulate

STANDBY = Standby(generator_test_fuel_l_per_year=1000.0, generator_test_kgco2e_per_year=2660.0)


@pytest.fixture(scope="module")
def simulation(book, sites):
    design = checked_design(
        it_kw=1000.0,
        load_factor=0.8,
        site=sites.resolve("ashburn"),
        cooling="air-chiller",
        redundancy="N+1",
    )
    return simulate(design, book)


def test_location_and_cue_by_hand(simulation, book):
    carbon = facility_carbon(simulation, book)
    # PJM 2024: 0.321 kg/kWh direct
    assert carbon.location_kgco2e_per_year == pytest.approx(0.321 * simulation.totals.total_kwh)
    assert carbon.cue_location_kgco2e_per_kwh == pytest.approx(0.321 * simulation.totals.dpue)
    assert carbon.market_kgco2e_per_year is None
    assert carbon.cue_market_kgco2e_per_kwh is None
    assert carbon.grid_basis == "direct"


def test_fuel_of_tests_by_hand(simulation, book):
    without, direct = (facility_carbon(simulation, book, standby=s) for s in (None, STANDBY))
    assert "not computed" in without.boundary
    assert direct.generators_kgco2e_per_year == 2660.0
    more = direct.cue_location_kgco2e_per_kwh - without.cue_location_kgco2e_per_kwh
    assert more == pytest.approx(2660.0 / simulation.totals.it_kwh)
    # on the lifecycle basis 0.61 kg/L of fuel supply is added
    whole = facility_carbon(simulation, book, standby=STANDBY, basis="lifecycle")
    assert whole.generators_kgco2e_per_year == pytest.approx(2660.0 + 610.0)


def test_refrigerant_by_hand(simulation, book):
    # 0.25 kg/kW x 3 % a year x GWP 630 = 4.725 kg of CO2e per kW of compressor duty
    duty_kw = simulation.building.peak.cooled.mechanical_kw.max()
    assert duty_kw > 900
    assert refrigerant_kgco2e(simulation, book) == pytest.approx(4.725 * duty_kw)


def test_embodied_by_hand_and_by_life(simulation, book):
    carbon = facility_carbon(simulation, book)
    # 1000 kg/kW x 1000 kW, half plant over 15 years, half building over 30
    assert carbon.embodied_plant_kgco2e == pytest.approx(500_000)
    assert carbon.embodied_building_kgco2e == pytest.approx(500_000)
    yearly = carbon.embodied_plant_kgco2e_per_year + carbon.embodied_building_kgco2e_per_year
    assert yearly == pytest.approx(500_000 / 15 + 500_000 / 30)
    # the single life that plans use gives the same year
    whole = embodied_facility_kgco2e(1000.0, book) / book["carbon.facility_life_years"]
    assert yearly == pytest.approx(whole)
    parts = embodied_plant_kgco2e(7.0, book) + embodied_building_kgco2e(7.0, book)
    assert parts == pytest.approx(embodied_facility_kgco2e(7.0, book))


def test_market_figures_come_from_the_supply(simulation, book):
    mean_kw = simulation.totals.total_kwh / 8760
    supply = renewables(simulation, checked_ask(ppa_kw=0.4 * mean_kw), book)
    carbon = facility_carbon(simulation, book, renewables=supply)
    assert carbon.market_kgco2e_per_year == pytest.approx(0.6 * carbon.location_kgco2e_per_year)
    assert carbon.cue_market_kgco2e_per_kwh == pytest.approx(
        0.6 * carbon.cue_location_kgco2e_per_kwh
    )


def test_bases_are_never_mixed(simulation, book):
    supply = renewables(simulation, checked_ask(ppa_kw=100.0), book, basis="lifecycle")
    # the basis of the supply is taken over
    assert facility_carbon(simulation, book, renewables=supply).grid_basis == "lifecycle"
    with pytest.raises(ValueError, match="renewables are lifecycle, asked for direct"):
        facility_carbon(simulation, book, renewables=supply, basis="direct")


def test_a_basis_that_was_not_published_is_refused(book, sites):
    design = checked_design(
        it_kw=100.0,
        load_factor=0.8,
        site=sites.resolve("phoenix"),
        cooling="dx",
        redundancy="N",
    )
    with pytest.raises(InputError, match="no lifecycle grid carbon"):
        facility_carbon(simulate(design, book), book, basis="lifecycle")


def test_entries_read_are_marked(simulation, book):
    book.used.clear()
    facility_carbon(simulation, book, standby=STANDBY)
    assert {"carbon.refrigerant_gwp", "carbon.plant_life_years"} <= book.used
    assert "carbon.diesel_upstream_kgco2e_per_l" not in book.used
