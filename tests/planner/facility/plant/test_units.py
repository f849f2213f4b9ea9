"""Ratings and counts by hand, and the spares of each topology."""

from __future__ import annotations

import math

import pytest

from dcbench_planner.facility.plant.units import sized, unit_sizes

TOPOLOGIES = ["N", "N+1", "2N", "4N/3"]


def test_sizes_by_hand(book):
    # 1000 kW at most 4 units: 4 x 300 kW; spares one per ten
    ups = sized("ups", 1000.0, "N+1", book)
    assert (ups.duty_units, ups.rating, ups.redundant_units) == (4, 300, 1)
    # 40 MW: the largest rating, 40 / 1.5 = 27 units in three groups of at most ten
    large = sized("ups", 40_000.0, "N+1", book)
    assert (large.duty_units, large.rating, large.redundant_units) == (27, 1500, 3)
    # rear doors have no spares: the rack's neighbours take over
    assert sized("rear_doors", 400.0, "2N", book).units == 10
    # fill 0.9 and derating 0.8: 1000 / (500 x 0.72) = 2.8
    derated = sized("ups", 1000.0, "N", book, fill=0.9, derate=0.8)
    assert (derated.duty_units, derated.rating) == (3, 500)


@pytest.mark.parametrize(
    ("kind", "load", "spares"),
    # rules of plant_units.csv: duty 4 (N, N+1, 2N), 6 blocks under 4N/3 for 1000 kW of UPS
    [
        ("ups", 1000.0, {"N": 0, "N+1": 1, "2N": 4, "4N/3": 1}),
        ("air_cooled_chillers", 1000.0, {"N": 0, "N+1": 1, "2N": 2, "4N/3": 1}),
        ("air_cooled_chillers", 20_000.0, {"N": 0, "N+1": 2, "2N": 4, "4N/3": 2}),
        ("air_cooled_chillers", 40.0, {"N": 0, "N+1": 1, "2N": 1, "4N/3": 1}),
        ("utility_feeds", 1000.0, {"N": 0, "N+1": 0, "2N": 1, "4N/3": 0}),
        ("pdus", 1000.0, {"N": 0, "N+1": 0, "2N": 4, "4N/3": 4}),
        ("buffer_tanks", 10.0, {"N": 0, "N+1": 0, "2N": 0, "4N/3": 0}),
    ],
)
def test_spares_by_topology(kind, load, spares, book):
    found = {topology: sized(kind, load, topology, book).redundant_units for topology in TOPOLOGIES}
    assert found == spares


def test_a_second_utility_feed_may_be_asked_for(book):
    second = book.with_user_values({"plant.second_utility_feed": 1.0}, "test")
    assert sized("utility_feeds", 1000.0, "N+1", second).units == 2


@pytest.mark.parametrize("kind", sorted(unit_sizes()))
@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_the_duty_units_carry_the_load_and_one_fewer_does_not(kind, topology, book):
    for load in (0.7, 33.0, 1000.0, 123_456.7):
        fleet = sized(kind, load, topology, book, fill=0.9, derate=0.9)
        usable = fleet.rating * 0.81
        assert fleet.duty_units * usable >= load * (1 - 1e-9)
        whole = 3 if unit_sizes()[kind].spares[topology] == "block" else 1
        assert (fleet.duty_units - whole) * usable < load
        assert fleet.duty_units == whole * math.ceil(fleet.duty_units / whole)


def test_ratings_ascend():
    for sizes in unit_sizes().values():
        assert list(sizes.ratings) == sorted(sizes.ratings)
        assert sizes.spares["N"] == "none"
