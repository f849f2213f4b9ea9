"""The wet bulb against psychrolib 2.5 (an independent program)."""

from __future__ import annotations

import numpy as np
import psychrolib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.facility.climate import psychrometrics as air
from dcbench_planner.facility.climate.wet_bulb import wet_bulb

psychrolib.SetUnitSystem(psychrolib.SI)
_GRID = [
    (dry, dry - depression)
    for dry in np.arange(-50.0, 60.5, 2.3)
    for depression in (0.0, 0.4, 2.0, 6.0, 13.0, 27.0, 45.0)
]
# around the freezing wick, where the equations over water and over ice both have a root
# (odd steps, because a bracket whose middle is 0 °C falls on either side by rounding)
_FREEZING = [
    (dry, dew) for dry in np.arange(0.137, 20.0, 0.713) for dew in np.arange(-25.0, 0.05, 2.117)
]
DRY, DEW = (np.array(column) for column in zip(*_GRID, *_FREEZING, strict=True))


def theirs(dry, dew, pressure_kpa):
    pairs = zip(dry, dew, strict=True)
    return [psychrolib.GetTWetBulbFromTDewPoint(t, d, pressure_kpa * 1000) for t, d in pairs]


@pytest.mark.parametrize("elevation_m", [0.0, 1500.0, 3500.0])
def test_agrees_with_psychrolib_from_minus_50_to_60_c(elevation_m):
    pressure = air.pressure_at(elevation_m)
    error = np.abs(wet_bulb(DRY, DEW, pressure) - theirs(DRY, DEW, pressure))
    assert error.max() < 0.001  # the project's bound is 0.002 K; psychrolib's own tolerance 0.001


@given(dry=st.floats(-50, 60), depression=st.floats(0, 60), elevation=st.floats(-400, 4500))
def test_agrees_with_psychrolib_anywhere(dry, depression, elevation):
    dew = max(dry - depression, -99.0)
    pressure = air.pressure_at(elevation)
    ours = wet_bulb(np.array([dry]), np.array([dew]), pressure)[0]
    other = theirs([dry], [dew], pressure)[0]
    both_freeze_and_thaw = ours * other <= 0  # two roots, one on either side of the jump
    assert both_freeze_and_thaw or abs(ours - other) < 0.002
    moisture = air.humidity_ratio_at_wet_bulb(dry, ours, pressure)
    target = air.humidity_ratio_at_dew_point(dew, pressure)
    assert moisture == pytest.approx(target, abs=2e-6) or abs(ours) < 0.01
    assert dew - 1e-9 <= ours <= dry + 1e-9


def test_saturated_air_has_one_temperature():
    dry = np.linspace(-40, 50, 91)
    assert wet_bulb(dry, dry, 101.325) == pytest.approx(dry, abs=1e-6)


@given(dry=st.floats(-30, 50), dew=st.floats(-40, 30), more=st.floats(0.5, 10))
def test_moister_air_has_a_higher_wet_bulb(dry, dew, more):
    dew = min(dew, dry - more)
    first, second = wet_bulb(np.array([dry] * 2), np.array([dew, dew + more]), 101.325)
    # 0.002 K: the equation jumps where the wick freezes
    assert second > first - 0.002


def test_inverts_the_humidity_ratio():
    wet = wet_bulb(DRY, DEW, 101.325)
    back = air.humidity_ratio_at_wet_bulb(DRY, wet, 101.325)
    thawed = np.abs(wet) > 0.01  # at 0 °C the two equations meet with a jump
    target = air.humidity_ratio_at_dew_point(DEW, 101.325)
    assert back[thawed] == pytest.approx(target[thawed], abs=1e-6)
