"""Shared by the facility tests: the packaged book and sites, and a small weather."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.climate.weather import Weather


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
