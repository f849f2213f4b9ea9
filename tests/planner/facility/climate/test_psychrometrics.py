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


@given(celsius=st.floats(-90, 90))
def test_dew_point_inverts_saturation_pressure(celsius):
    vapour = air.saturation_pressure(np.array([celsius]))
    assert air.dew_point(vapour)[0] == pytest.approx(celsius, abs=1e-6)


@pytest.mark.parametrize(
    ("dry", "percent"), [(30.0, 50.0), (5.0, 90.0), (-20.0, 40.0), (40.0, 5.0)]
)
def test_dew_point_agrees_with_psychrolib(dry, percent):
    vapour = air.saturation_pressure(np.array([dry])) * percent / 100
    theirs = psychrolib.GetTDewPointFromRelHum(dry, percent / 100)
    assert air.dew_point(vapour)[0] == pytest.approx(theirs, abs=0.002)


@pytest.mark.parametrize("ice", [True, False])
def test_slope_is_the_difference_quotient(ice):
    celsius = np.array([-30.0, -5.0]) if ice else np.array([5.0, 45.0])
    _, slope = air.saturation_and_slope(celsius, ice=ice)
    above, below = (air.saturation_pressure(celsius + step) for step in (1e-4, -1e-4))
    assert slope == pytest.approx((above - below) / 2e-4, rel=1e-6)


@given(elevation=st.floats(-400, 9000))
def test_elevation_inverts_pressure(elevation):
    assert air.elevation_at(air.pressure_at(elevation)) == pytest.approx(elevation, abs=1e-3)
