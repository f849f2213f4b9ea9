"""Psychrometrics against psychrolib 2.5 (an independent program) and ASHRAE tables."""

from __future__ import annotations

import numpy as np
import psychrolib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.facility.climate import psychrometrics as air

psychrolib.SetUnitSystem(psychrolib.SI)
GRID = [
    (dry, dry - depression)
    for dry in np.arange(-35.0, 51.0, 2.7)
    for depression in (0.4, 2.0, 6.0, 13.0, 27.0)
]
DRY, DEW = (np.array(column) for column in zip(*GRID, strict=True))


@pytest.mark.parametrize("elevation_m", [0.0, 1000.0, 2548.0])
def test_wet_bulb_agrees_with_psychrolib(elevation_m):
    pressure = air.pressure_at(elevation_m)
    ours = air.wet_bulb(DRY, DEW, pressure)
    theirs = [
        psychrolib.GetTWetBulbFromTDewPoint(t, d, pressure * 1000) for t, d in GRID
    ]  # its own tolerance is 0.001 K
    assert np.abs(ours - theirs).max() < 0.002


def test_saturation_pressure_agrees_with_psychrolib():
    ours = air.saturation_pressure(DRY) * 1000
    theirs = [psychrolib.GetSatVapPres(t) for t in DRY]
    assert ours == pytest.approx(theirs, rel=1e-10)


@pytest.mark.parametrize(
    ("celsius", "kpa"),
    # ASHRAE Handbook Fundamentals 2017, chapter 1, table 3
    [(-20.0, 0.10326), (0.0, 0.61115), (20.0, 2.3392), (30.0, 4.2467), (50.0, 12.3513)],
)
def test_saturation_pressure_of_the_ashrae_table(celsius, kpa):
    assert float(air.saturation_pressure(celsius)) == pytest.approx(kpa, rel=2e-4)


def test_enthalpy_density_and_pressure_agree_with_psychrolib():
    pressure = air.pressure_at(1500.0)
    assert pressure * 1000 == pytest.approx(psychrolib.GetStandardAtmPressure(1500.0))
    moisture = air.humidity_ratio_at_dew_point(DEW, pressure)
    enthalpy, density = air.enthalpy(DRY, moisture), air.density(DRY, moisture, pressure)
    for i in range(0, len(DRY), 7):
        assert enthalpy[i] * 1000 == pytest.approx(
            psychrolib.GetMoistAirEnthalpy(DRY[i], moisture[i]), rel=1e-9
        )
        assert density[i] == pytest.approx(
            psychrolib.GetMoistAirDensity(DRY[i], moisture[i], pressure * 1000), rel=1e-6
        )


@given(dry=st.floats(-30, 50), depression=st.floats(0.3, 30))
def test_wet_bulb_lies_between_dew_point_and_dry_bulb(dry, depression):
    dew = dry - depression
    wet = air.wet_bulb(np.array([dry]), np.array([dew]), 101.325)[0]
    assert dew <= wet <= dry


def test_humidity_ratio_at_wet_bulb_inverts_wet_bulb():
    wet = air.wet_bulb(DRY, DEW, 101.325)
    back = air.humidity_ratio_at_wet_bulb(DRY, wet, 101.325)
    assert back == pytest.approx(air.humidity_ratio_at_dew_point(DEW, 101.325), abs=2e-7)
