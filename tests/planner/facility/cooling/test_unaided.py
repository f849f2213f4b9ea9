"""What a building does without compressors."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.cooling.unaided import without_compressors
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.simulation import simulate


@pytest.fixture
def unaided(book):
    def make(cooling, place):
        design = checked_design(
            it_kw=10_000, load_factor=0.8, site=place, cooling=cooling, redundancy="N"
        )
        simulation = simulate(design, book)
        return without_compressors(simulation, book), simulation.design

    return make


def test_a_dry_cooler_supplies_water_one_approach_above_the_hottest_air(unaided, book):
    found, design = unaided("dlc-dry", "phoenix")
    recirculated = design.climate.design.dry_bulb_c.max() + book["cooling.recirculation_k"]
    hottest = max(design.climate.year.dry_bulb_c.max(), recirculated)
    assert found.hottest_water_c == pytest.approx(hottest + book["cooling.dry_cooler_approach_k"])
    assert found.unmet_h_per_year > 1000


def test_hot_places_hold_less(unaided):
    hours = [unaided("dlc-dry", place)[0].unmet_h_per_year for place in ("lulea", "dublin",
             "singapore", "phoenix")]  # fmt: skip
    assert hours[0] <= hours[1] <= hours[2]
    assert hours[0] < hours[3]


def test_pads_and_towers_follow_the_wet_bulb(unaided):
    dry, wet, tower = (
        unaided(cooling, "phoenix")[0].hottest_water_c
        for cooling in ("dlc-dry", "dlc-adiabatic", "dlc-tower")
    )
    assert tower < wet < dry


def test_the_liquid_loop_of_a_cold_place_needs_no_compressors(unaided, book):
    found, _ = unaided("dlc-dry", "lulea")
    assert found.hottest_water_c == book["cooling.facility_water_dry_c"]
    assert found.hottest_air_c > book["cooling.room_supply_c"]


@pytest.mark.parametrize("cooling", ["dx", "water-chiller"])
def test_compressors_alone_hold_nothing_without_themselves(cooling, unaided):
    found, _ = unaided(cooling, "lulea")
    assert found.hottest_air_c is None
    assert found.unmet_h_per_year == 8760


def test_supplies_are_never_below_their_set_points(unaided, book):
    for cooling in ("air-economizer", "indirect-evaporative", "water-economizer", "seawater"):
        found, _ = unaided(cooling, "lulea")
        assert found.hottest_air_c >= book["cooling.room_supply_c"]
        assert found.hottest_water_c is None
