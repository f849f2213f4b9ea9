"""What a plant is sized for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench_planner.facility.climate.design_conditions import (
    PublishedDesign,
    design_of_header,
    design_of_hours,
    with_extreme,
)
from dcbench_planner.facility.climate.typical_year import typical_year

PUBLISHED = PublishedDesign(
    source="ASHRAE 2009", dry_bulb_c=34.1, coincident_wet_bulb_c=23.9, wet_bulb_c=25.4,
    coincident_dry_bulb_c=31.6, extreme_dry_bulb_c=39.7, month=6,
)  # fmt: skip


@pytest.fixture
def year(sites):
    return typical_year(sites.resolve("phoenix"))


def test_of_hours(year, sites):
    site = sites.resolve("phoenix")
    point = design_of_hours(year)
    assert point.dry_bulb_c[0] == pytest.approx(site.design_db_0p4_c, abs=0.2)
    assert point.wet_bulb_c[1] == pytest.approx(site.design_wb_0p4_c, abs=0.2)
    assert (point.wet_bulb_c <= point.dry_bulb_c).all()
    assert set(point.month) <= {5, 6, 7, 8}  # Phoenix is hottest and most humid in summer


def test_a_higher_published_value_wins_and_a_lower_one_does_not(year):
    assert design_of_hours(year, 47.0, 27.0).dry_bulb_c[0] == 47.0
    assert design_of_hours(year, 47.0, 27.0).wet_bulb_c[1] == 27.0
    assert design_of_hours(year, 20.0, 10.0).dry_bulb_c[0] > 43


def test_of_a_header(year):
    point = design_of_header(PUBLISHED, year)
    assert list(point.dry_bulb_c) == [34.1, 31.6, 39.7]
    assert list(point.wet_bulb_c[:2]) == [23.9, 25.4]
    assert (point.wet_bulb_c <= point.dry_bulb_c).all()


def test_of_a_header_without_extreme(year):
    assert len(design_of_header(replace(PUBLISHED, extreme_dry_bulb_c=None), year)) == 2


@pytest.mark.parametrize("above", [0.0, 2.0, 9.0])
def test_the_extreme_is_as_moist_as_the_0p4_percent_dry_bulb(year, above):
    point = with_extreme(design_of_hours(year), 43.6 + above)
    assert point.dry_bulb_c[2] == 43.6 + above
    assert point.humidity_ratio[2] == pytest.approx(point.humidity_ratio[0], abs=1e-6)
    assert np.isfinite(point.water_c).all()


def test_the_extreme_of_bone_dry_air_has_a_wet_bulb(year):
    dry = replace(design_of_hours(year), wet_bulb_c=np.array([-30.0, 10.0]))
    point = with_extreme(dry, 50.0)
    assert point.wet_bulb_c[2] < 20
