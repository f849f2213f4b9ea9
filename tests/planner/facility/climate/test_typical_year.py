"""The generated year keeps what the normals say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench_planner.facility.climate import typical_year as climate
from dcbench_planner.facility.climate.weather import DAYS_OF_MONTH, MONTH_OF_DAY, MONTH_OF_HOUR

PLACES = ["ashburn", "singapore", "lulea", "phoenix", "sydney"]


def test_a_year_has_8760_hours():
    assert DAYS_OF_MONTH.sum() * 24 == len(MONTH_OF_HOUR) == 8760


@pytest.mark.parametrize("place", PLACES)
def test_monthly_means_and_ranges_are_the_normals_before_design_temperatures(place, sites):
    site = sites.resolve(place)
    dry, dew = climate._hourly(site)
    for month in range(12):
        inside = month == MONTH_OF_HOUR
        assert dry[inside].mean() == pytest.approx(site.dry_bulb_c[month], abs=1e-9)
        assert dew[inside].mean() == pytest.approx(site.dew_point_c[month], abs=0.5)
        ranges = np.ptp(dry.reshape(365, 24)[month == MONTH_OF_DAY], axis=1)
        assert ranges.mean() == pytest.approx(site.daily_range_c[month], rel=1e-9)
    assert (dew < dry).all()


@pytest.mark.parametrize("place", PLACES)
def test_design_temperatures_are_exceeded_in_0p4_percent_of_the_hours(place, sites):
    site = sites.resolve(place)
    year = climate.typical_year(site)
    assert np.quantile(year.dry_bulb_c, 0.996) == pytest.approx(site.design_db_0p4_c, abs=0.1)
    assert np.quantile(year.wet_bulb_c, 0.996) == pytest.approx(site.design_wb_0p4_c, abs=0.1)
    assert (year.wet_bulb_c <= year.dry_bulb_c).all()


def test_spread_of_daily_means_is_the_published_one(sites):
    site = sites.resolve("ashburn")
    dry, _ = climate._hourly(site)
    january = dry.reshape(365, 24).mean(axis=1)[:31]
    # the published value; the seasonal trend within the month adds a little
    assert january.std() == pytest.approx(site.sd_daily_mean_c[0], rel=0.1)


def test_without_published_spread_the_regression_of_the_model_page_is_used(sites):
    site = replace(sites.resolve("ashburn"), sd_daily_mean_c=None)
    dry, dew = np.array(site.dry_bulb_c), np.array(site.dew_point_c)
    # docs/facility-model.md, spread of daily means, by hand for July
    by_hand = (
        2.12 + 0.184 * dry.std() - 0.0747 * dry[6] + 0.0768 * 11.3 - 0.0114 * (dry[6] - dew[6])
    )
    assert climate.spreads(site)[0][6] == pytest.approx(by_hand)


def test_the_same_site_gives_the_same_year(sites):
    site = sites.resolve("chicago")
    first = climate.typical_year(site)
    climate.typical_year.cache_clear()
    climate._day_scores.cache_clear()
    assert np.array_equal(first.dry_bulb_c, climate.typical_year(site).dry_bulb_c)


def test_design_conditions_are_the_published_ones(sites):
    site = sites.resolve("phoenix")
    point = climate.design_conditions(site)
    assert point.dry_bulb_c[0] == pytest.approx(site.design_db_0p4_c, abs=0.2)
    assert point.wet_bulb_c[1] == pytest.approx(site.design_wb_0p4_c, abs=0.2)
    assert (point.wet_bulb_c <= point.dry_bulb_c).all()
    assert set(point.month) <= {5, 6, 7, 8}  # Phoenix is hottest and most humid in summer


def test_a_site_without_design_temperatures_keeps_its_generated_extremes(sites):
    site = replace(sites.resolve("oslo"), design_db_0p4_c=None, design_wb_0p4_c=None)
    dry, _ = climate._hourly(site)
    assert np.array_equal(climate.typical_year(site).dry_bulb_c, dry)


def test_southern_summers_are_in_january(sites):
    year = climate.typical_year(sites.resolve("sydney"))
    january, july = year.dry_bulb_c[MONTH_OF_HOUR == 0], year.dry_bulb_c[MONTH_OF_HOUR == 6]
    assert january.mean() > july.mean() + 5
