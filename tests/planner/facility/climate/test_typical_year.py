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
        assert dew[inside].mean() == pytest.approx(site.dew_point_c[month], abs=0.2)
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


def test_the_same_site_gives_the_same_year(sites):
    site = sites.resolve("chicago")
    first = climate.typical_year(site)
    climate.typical_year.cache_clear()
    assert np.array_equal(first.dry_bulb_c, climate.typical_year(site).dry_bulb_c)


def test_a_site_without_design_temperatures_keeps_its_generated_extremes(sites):
    site = replace(sites.resolve("oslo"), design_db_0p4_c=None, design_wb_0p4_c=None)
    dry, _ = climate._hourly(site)
    assert np.array_equal(climate.typical_year(site).dry_bulb_c, dry)


def test_southern_summers_are_in_january(sites):
    year = climate.typical_year(sites.resolve("sydney"))
    january, july = year.dry_bulb_c[MONTH_OF_HOUR == 0], year.dry_bulb_c[MONTH_OF_HOUR == 6]
    assert january.mean() > july.mean() + 5


def test_dew_points_differ_less_where_the_air_is_as_moist_as_the_sea_makes_it(sites):
    def spread(place, month):
        _, dew = climate._hourly(sites.resolve(place))
        return dew.reshape(365, 24).mean(axis=1)[month == MONTH_OF_DAY].std()

    # Singapore's recorded spread is 0.3-0.7 K, Miami's in July 0.4 K, Ashburn's in January 8 K
    assert spread("singapore", 6) < 1.0
    assert spread("ashburn", 0) > 4.0


def test_water_follows_the_air_a_month_late_and_damped(sites):
    dry = climate.typical_year(sites.resolve("ashburn")).dry_bulb_c
    water = climate.water_temperature(dry).reshape(365, 24)[:, 0]
    daily = dry.reshape(365, 24).mean(axis=1)
    assert 20 <= water.argmax() - climate._daily_curve(climate.month_means(daily)).argmax() <= 40
    assert np.ptp(water) < np.ptp(climate._daily_curve(climate.month_means(daily)))
    assert water.min() >= climate.COLDEST_WATER_C
