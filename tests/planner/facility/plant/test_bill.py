"""Counts carry the peak, and no unit is superfluous."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.building import build
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.plant.bill import fuel_efficiency, generator_derate, plant_of
from dcbench_planner.facility.plant.units import sized, unit_sizes


@pytest.mark.parametrize("cooling", ["water-economizer", "dlc-dry", "dlc-adiabatic", "immersion"])
def test_duty_units_carry_the_peak_and_one_fewer_does_not(cooling, book, sites):
    site = sites.resolve("phoenix")
    climate = site_climate(site)
    building = build(it_kw=12_000.0, cooling=cooling, redundancy="N+1", climate=climate, book=book)
    plant = plant_of(building, book)
    for kind, duty in building.peak.cooled.duties_kw.items():
        needed = float(duty.max()) / book["plant.heat_unit_fill"]
        fleet = plant.fleets[kind]
        assert fleet.duty_units * fleet.rating >= needed - 1e-6
        assert (fleet.duty_units - 1) * fleet.rating < needed
        assert fleet.redundant_units >= 1


def test_generators_carry_the_facility_at_their_derated_rating(book, sites):
    site = sites.resolve("johannesburg")  # 1734 m
    climate = site_climate(site)
    building = build(it_kw=5000.0, cooling="dx", redundancy="N", climate=climate, book=book)
    fleet = plant_of(building, book).fleets["generators"]
    derate = generator_derate(site.design_db_0p4_c, site.elevation_m, book)
    assert derate == pytest.approx(1 - 0.0001 * 734)  # 30.1 C: only the altitude counts
    assert fleet.duty_units * fleet.rating * derate * 0.9 >= building.peak_kw


def test_hot_and_high_derating_by_hand(book):
    assert generator_derate(45.0, 1500.0, book) == pytest.approx(1 - 5 * 0.005 - 500 * 0.0001)
    assert generator_derate(30.0, 0.0, book) == 1


def test_fuel_efficiency_is_that_of_diesel_engines(book):
    assert 0.33 <= fuel_efficiency(book) <= 0.42


def test_sizes_by_hand(book):
    # 1000 kW at most 4 units: 4 x 300 kW; spares one per ten
    ups = sized("ups", 1000.0, "N+1", book)
    assert (ups.duty_units, ups.rating, ups.redundant_units) == (4, 300, 1)
    # 40 MW: the largest rating, 40 / 1.5 = 27 units in three groups of at most ten
    large = sized("ups", 40_000.0, "N+1", book)
    assert (large.duty_units, large.rating, large.redundant_units) == (27, 1500, 3)
    # rear doors have no spares: the rack's neighbours take over
    assert sized("rear_doors", 400.0, "2N", book).units == 10


def test_ratings_ascend_and_rules_are_known():
    for sizes in unit_sizes().values():
        assert list(sizes.ratings) == sorted(sizes.ratings)
        assert sizes.redundancy in {"power", "cooling", "none"}
