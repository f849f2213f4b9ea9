"""The climate that a plant is planned for: with an extreme, and warmer if asked."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.climate.site_climate import planned_climate, site_climate


@pytest.fixture
def climate(sites):
    return site_climate(sites.resolve("ashburn"))


def test_without_published_extreme_the_allowance_gives_one(climate, book):
    planned = planned_climate(climate, book)
    # 0.4 % dry bulb 34.1, hottest month of the stretched year 24.6: 34.1 + 0.65 x 9.5
    assert planned.design.dry_bulb_c[2] == pytest.approx(40.3, abs=0.2)
    assert list(planned.design.dry_bulb_c[:2]) == list(climate.design.dry_bulb_c)
    assert planned.year is climate.year
    assert planned.notes == climate.notes


def test_a_known_extreme_is_kept(climate, book):
    planned = planned_climate(climate, book)
    other = book.with_user_values({"climate.extreme_ratio": 0.9}, "--set")
    assert planned_climate(planned, other).design.dry_bulb_c[2] == planned.design.dry_bulb_c[2]


def test_warming_raises_every_hour_and_every_design_condition(climate, book):
    ahead = book.with_user_values({"climate.decades_ahead": 2.0}, "--set")
    now, later = planned_climate(climate, book), planned_climate(climate, ahead)
    for a, b in ((now.year, later.year), (now.design, later.design)):
        assert b.dry_bulb_c - a.dry_bulb_c == pytest.approx(0.6)  # 2 decades of 0.3 K
        assert b.wet_bulb_c - a.wet_bulb_c == pytest.approx(0.6)
        assert b.water_c - a.water_c == pytest.approx(0.42)
    assert any("0.6 K warmer" in note for note in later.notes)
    assert later.source == climate.source


def test_planning_twice_warms_once(climate, book):
    ahead = book.with_user_values({"climate.decades_ahead": 2.0}, "--set")
    once = planned_climate(climate, ahead)
    assert planned_climate(once, ahead) is once


def test_only_the_entries_that_matter_are_used(climate, book):
    point = book.with_draws({})
    planned_climate(climate, point)
    assert point.used == {"climate.extreme_ratio", "climate.decades_ahead"}
