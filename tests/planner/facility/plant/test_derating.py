"""Derating by hand, and its direction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.plant.derating import Conditions, air_share, conditions, derate
from dcbench_planner.facility.plant.units import unit_sizes

HOT_AND_HIGH = Conditions(hottest_c=45.0, wettest_c=28.0, mean_c=25.0, elevation_m=1500.0)


@pytest.mark.parametrize(
    ("kind", "expected"),
    # coefficients of plant.csv; service conditions 40 C, yearly mean 20 C, 1000 m, 35 C, 29.4 C
    [
        ("generators", 1 - 5 * 0.005 - 500 * 0.0001),
        ("transformers", 1 - 5 * 0.008 - 500 * 0.00003),
        ("ups", 1 - 500 * 0.0001),
        ("air_cooled_chillers", 1 - 10 * 0.01 - 1500 * 0.00003),
        ("water_cooled_chillers", 1 - (28 + 4.5 - 29.4) * 0.007),
        ("cdus", 1.0),
        ("switchboards", 1.0),
    ],
)
def test_hot_and_high_by_hand(kind, expected, book):
    assert derate(kind, HOT_AND_HIGH, book) == pytest.approx(expected)


def test_thin_air_by_the_standard_atmosphere(book):
    # ISO 2533: 84.56 kPa at 1500 m, 101.325 at sea level
    assert air_share(1500.0) == pytest.approx(84.56 / 101.325, abs=1e-3)
    assert derate("room_units", HOT_AND_HIGH, book) == pytest.approx(air_share(1500.0))
    assert derate("dry_coolers", HOT_AND_HIGH, book) == pytest.approx(air_share(1500.0) ** 0.8)


@pytest.mark.parametrize("kind", sorted(unit_sizes()))
def test_nothing_gains_by_heat_or_altitude(kind, book, temperate):
    assert derate(kind, temperate, book) <= 1
    for worse in (
        replace(temperate, hottest_c=50.0),
        replace(temperate, mean_c=30.0),
        replace(temperate, wettest_c=31.0),
        replace(temperate, elevation_m=2500.0),
    ):
        assert 0.3 <= derate(kind, worse, book) <= derate(kind, temperate, book)


def test_a_temperate_low_site_derates_only_by_its_little_height(book, temperate):
    for kind in ("generators", "transformers", "ups", "water_cooled_chillers"):
        assert derate(kind, temperate, book) == 1
    # 50 m: 0.6 % less air
    assert derate("room_units", temperate, book) == pytest.approx(0.994, abs=1e-3)


def test_conditions_are_the_worst_of_the_design_hours(book, sites):
    climate = site_climate(sites.resolve("phoenix"))
    at = conditions(climate, book)
    assert at.hottest_c == pytest.approx(climate.design.dry_bulb_c.max() + 1.5)
    assert at.wettest_c == pytest.approx(climate.design.wet_bulb_c.max() + 1.5)
    assert at.elevation_m == climate.elevation_m
