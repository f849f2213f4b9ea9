"""Shared by the tests of plant: temperate design conditions, built designs."""

from __future__ import annotations

from functools import lru_cache

import pytest

from dcbench_planner.facility.building import build
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.plant.derating import Conditions

TEMPERATE = Conditions(hottest_c=33.0, wettest_c=22.0, mean_c=12.0, elevation_m=50.0)


@pytest.fixture(scope="session")
def temperate():
    return TEMPERATE


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
