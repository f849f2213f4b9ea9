"""Pumps, tanks, stores and rack feeds by hand."""

from __future__ import annotations

import math

import pytest

from dcbench_planner.facility.plant.bill import plant_of
from dcbench_planner.facility.plant.racks import feed_kw, feeds_per_rack, rack_feeds, rack_kw
from dcbench_planner.facility.plant.water import buffer_m3, loop_heat_kw, stored_m3


def test_a_feed_by_hand(book):
    # sqrt(3) x 415 V x 60 A x 0.8 x 0.97 = 33.47 kW
    assert feed_kw(book) == pytest.approx(math.sqrt(3) * 415 * 60 * 0.8 * 0.97 / 1000)
    assert feeds_per_rack(132.0, book) == 4
    assert feeds_per_rack(33.0, book) == 1


def test_racks_and_paths(built, book):
    assert rack_kw("dlc-dry", book) == 132
    assert rack_kw("rear-door", book) == 45
    assert rack_kw("immersion", book) == 100
    assert rack_kw("air-chiller", book) == 25
    # 5000 kW over 132 kW: 38 racks of 4 feeds; 5000 / 33 = 151.5 feeds carry it
    single = rack_feeds(built(redundancy="N+1"), book)
    assert (single.units, single.redundant_units, single.rating) == (152, 0, 33)
    double = rack_feeds(built(redundancy="2N"), book)
    assert double.units == 2 * single.units


def test_a_load_smaller_than_a_rack_is_one_rack(built, book):
    fleet = rack_feeds(built(it_kw=10.0), book)
    assert (fleet.units, fleet.rating) == (1, 10)


def test_buffer_tank_by_hand(built, book):
    building = built(cooling="water-chiller")
    heat_kw = building.peak.cooled.duties_kw["water_cooled_chillers"].max()
    # P t / (4.19 dT), a litre of water as a kilogram
    by_hand = heat_kw * 180 / (4.19 * 10) / 1000
    assert buffer_m3(building, book) == pytest.approx(by_hand)
    assert loop_heat_kw(building) == pytest.approx(building.peak.cooled.heat_kw.max())


def test_water_for_a_day_at_evaporative_systems_only(built, book):
    tower = built(cooling="dlc-tower")
    assert stored_m3(tower, book) == pytest.approx(24 * tower.peak.cooled.water_l.max() / 1000)
    fleets = plant_of(tower, book).fleets
    store = fleets["water_storage"]
    assert store.units * store.rating >= stored_m3(tower, book)
    assert "water_storage" not in plant_of(built(cooling="dlc-dry"), book).fleets


def test_pumps_carry_the_heat_of_their_circuit(built, book):
    building = built(cooling="water-economizer")
    fleets = plant_of(building, book).fleets
    rejected_kw = building.peak.cooled.duties_kw["cooling_towers"].max()
    assert fleets["tower_pumps"].load == pytest.approx(rejected_kw / (4.19 * 5))
    assert fleets["loop_pumps"].load == pytest.approx(loop_heat_kw(building) / (4.19 * 10))
    sea = plant_of(built(cooling="seawater", place="singapore"), book).fleets
    assert "seawater_pumps" in sea
    assert "tower_pumps" not in sea


@pytest.mark.parametrize("cooling", ["dx"])
def test_systems_without_water_have_no_pumps(cooling, built, book):
    kinds = plant_of(built(cooling=cooling), book).fleets
    assert not [kind for kind in kinds if kind.endswith(("pumps", "tanks", "storage")) and
                kind != "fuel_tanks"]  # fmt: skip
