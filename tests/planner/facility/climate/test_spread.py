"""Spread of days from monthly normals: the equations of docs/facility/climate.md, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench_planner.facility.climate import spread


def test_published_spread_is_taken(sites):
    site = sites.resolve("ashburn")
    assert spread.dry_bulb_spread(site) == pytest.approx(site.sd_daily_mean_c)


def test_dry_bulb_regression(sites):
    site = replace(sites.resolve("ashburn"), sd_daily_mean_c=None)
    dry, dew = np.array(site.dry_bulb_c), np.array(site.dew_point_c)
    by_hand = (
        2.12 + 0.184 * dry.std() - 0.0747 * dry[6] + 0.0768 * 11.3 - 0.0114 * (dry[6] - dew[6])
    )
    assert spread.dry_bulb_spread(site)[6] == pytest.approx(by_hand)


def test_dew_point_regression_below_the_ceiling(sites):
    site = sites.resolve("ashburn")
    dry, dew = np.array(site.dry_bulb_c), np.array(site.dew_point_c)
    by_hand = 1.43 + 0.321 * dry.std() - 0.1 * (dry[0] - dry.mean()) + 0.021 * (dry[0] - dew[0])
    assert spread.dew_point_spread(site)[0] == pytest.approx(by_hand)


def test_dew_point_spread_vanishes_at_the_ceiling(sites):
    site = sites.resolve("singapore")
    flat = {"dry_bulb_c": (28.0,) * 12, "dew_point_c": (26.6,) * 12}
    assert spread.dew_point_spread(replace(site, **flat)) == pytest.approx(spread.SMALLEST_SPREAD_K)
    half = {"dry_bulb_c": (28.0,) * 12, "dew_point_c": (26.6 - 9.4 / 2,) * 12}
    by_hand = (1.43 + 0.021 * (28.0 - 21.9)) / 2
    assert spread.dew_point_spread(replace(site, **half)) == pytest.approx(by_hand)


def test_damp_cool_air_is_more_correlated_than_hot_dry_air(sites):
    damp, dry = (spread.dry_dew_correlation(sites.resolve(name)) for name in ("dublin", "phoenix"))
    assert damp.min() > dry[5]
    assert (dry >= 0).all()
    assert (damp <= spread.LARGEST_CORRELATION).all()
