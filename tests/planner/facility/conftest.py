"""Shared by the facility tests: the packaged book and sites, and a small weather."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.building import build
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.plant.derating import Conditions


@pytest.fixture(scope="session")
def book():
    return load_assumptions()


@pytest.fixture(scope="session")
def sites():
    return load_catalog().sites


@pytest.fixture
def weather_at():
    """Weather at given dry bulbs and a fixed wet-bulb depression."""

    def make(dry_bulb_c, depression_k=5.0, water_c=15.0):
        dry = np.asarray(dry_bulb_c, dtype=np.float64)
        return Weather(
            dry_bulb_c=dry,
            wet_bulb_c=dry - depression_k,
            water_c=np.full(len(dry), water_c),
            month=np.zeros(len(dry), dtype=np.int64),
            pressure_kpa=101.325,
            source="test",
        )

    return make


@pytest.fixture(scope="session")
def temperate():
    return Conditions(hottest_c=33.0, wettest_c=22.0, mean_c=12.0, elevation_m=50.0)


@pytest.fixture(scope="session")
def built(book, sites):
    """Build a design once; a changed book is told apart by its changes."""

    @lru_cache(maxsize=64)
    def make(cooling="dlc-dry", redundancy="N+1", it_kw=5000.0, place="ashburn", changes=()):
        changed = book.with_user_values(dict(changes), "test") if changes else book
        climate = site_climate(sites.resolve(place))
        return build(
            it_kw=it_kw, cooling=cooling, redundancy=redundancy, climate=climate, book=changed
        )

    return make
