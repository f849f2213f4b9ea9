"""Counts carry the peak, and no unit is superfluous."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.plant.bill import fuel_efficiency, plant_of
from dcbench_planner.facility.plant.counts import share_with_one_out
from dcbench_planner.facility.plant.derating import derate


@pytest.mark.parametrize("cooling", ["water-economizer", "dlc-dry", "dlc-adiabatic", "immersion"])
def test_heat_removing_units_carry_the_peak_and_one_fewer_does_not(cooling, built, book):
    building = built(cooling=cooling, it_kw=12_000.0, place="phoenix")
    plant = plant_of(building, book)
    for kind, duty_kw in building.peak_duties_kw.items():
        fleet = plant.fleets[kind]
        usable = fleet.rating * book["plant.heat_unit_fill"] * fleet.derate
        assert duty_kw >= float(building.peak.cooled.duties_kw[kind].max())
        assert fleet.duty_units * usable >= duty_kw - 1e-6
        assert (fleet.duty_units - 1) * usable < duty_kw
        assert fleet.redundant_units >= 1


def test_generators_carry_the_facility_at_their_derated_rating(built, book):
    building = built(cooling="dx", redundancy="N", place="johannesburg")  # 1694 m
    fleet = plant_of(building, book).fleets["generators"]
    high_m = building.climate.elevation_m - 1000
    assert fleet.derate == pytest.approx(1 - 0.0001 * high_m)  # below 40 C: only the altitude
    low_voltage_kw = building.peak.total_kw - building.peak.transformers_kw
    heaters_kw = building.electrical.standby.heater_kw
    carried = fleet.duty_units * fleet.rating * fleet.derate * 0.9
    assert carried >= low_voltage_kw.max() - heaters_kw


def test_attached_units_stand_one_at_each_host(built, book):
    items = plant_of(built(redundancy="2N"), book).items()
    for kind, host in (
        ("ups_batteries", "ups"),
        ("fuel_tanks", "generators"),
        ("switchboards", "transformers"),
        ("mechanical_ups_batteries", "mechanical_ups"),
    ):
        assert items[kind].units == items[host].units
        assert items[kind].redundant_units == items[host].redundant_units


def test_battery_and_fuel_by_hand(built, book):
    plant = plant_of(built(), book)
    ups, generators = plant.fleets["ups"], plant.fleets["generators"]
    # 5 min over 0.68 usable; 48 h at 0.265 L/kWh
    assert plant.fleets["ups_batteries"].rating == pytest.approx(ups.rating * 5 / 60 / 0.68)
    tank = plant.fleets["fuel_tanks"]
    assert tank.rating * tank.duty_units == pytest.approx(generators.load * 48 * 0.265)


def test_every_item_says_how_it_was_sized(built, book):
    for kind, item in plant_of(built(it_kw=30_000.0), book).items().items():
        assert item.sized_by, kind
        assert item.duty > 0, kind
        assert 0 < item.derate <= 1, kind
        assert 0 < item.fill <= 1, kind


def test_the_utility_feed_carries_the_peak_at_the_meter(built, book):
    building = built()
    feed = plant_of(building, book).fleets["utility_feeds"]
    assert feed.load == pytest.approx(building.peak_kw / 0.97)
    assert feed.rating * feed.duty_units >= feed.load


def test_fuel_efficiency_is_that_of_diesel_engines(book):
    assert 0.33 <= fuel_efficiency(book) <= 0.42
    # 1 / (0.265 L/kWh x 9.96 kWh/L)
    assert fuel_efficiency(book) == pytest.approx(0.379, abs=0.001)


def test_one_unit_out(built, book):
    # N+1: ten of eleven; N: the kind with the fewest units loses most
    building = built(redundancy="N")
    assert share_with_one_out({}, "N+1", book, building.conditions) == pytest.approx(10 / 11)
    duties = {"dry_coolers": 4000.0, "cdus": 50.0}
    derated = 1500 * 0.9 * derate("dry_coolers", building.conditions, book)
    assert 2 < 4000 / derated < 3
    assert share_with_one_out(duties, "N", book, building.conditions) in {2 / 3, 3 / 4}
    assert share_with_one_out({"dry_coolers": 10.0}, "N", book, building.conditions) == 0
