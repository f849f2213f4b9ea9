"""Outside air in the hall and across an exchanger."""

from __future__ import annotations

import numpy as np
import psychrolib
import pytest

from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.outside_air import highest_humidity_ratio
from dcbench_planner.facility.cooling.systems import cool


def moist(dry_bulb_c, relative_humidity):
    """One hour per humidity at one dry bulb."""
    psychrolib.SetUnitSystem(psychrolib.SI)
    wet = [psychrolib.GetTWetBulbFromRelHum(dry_bulb_c, r, 101325) for r in relative_humidity]
    n = len(wet)
    return Weather(
        dry_bulb_c=np.full(n, dry_bulb_c), wet_bulb_c=np.array(wet), water_c=np.full(n, 15.0),
        month=np.zeros(n, dtype=np.int64), pressure_kpa=101.325, source="test",
    )  # fmt: skip


def test_the_economizer_is_partial(book, heat_of):
    """A published all-or-nothing model gives 1.08 at 35 C, 60 % and 1.37 at 30 C, 80 %."""
    humidity = np.linspace(0.05, 1.0, 150)
    for dry_bulb in (25.0, 30.0, 35.0):
        weather = moist(dry_bulb, humidity)
        share = cool("air-economizer", heat_of(len(weather)), weather, book).mechanical_kw / 1000
        assert np.abs(np.diff(share)).max() < 0.1
        assert (np.diff(share) >= -1e-9).all()


def test_supply_air_keeps_both_humidity_limits(book):
    psychrolib.SetUnitSystem(psychrolib.SI)
    by_dew_point = psychrolib.GetHumRatioFromTDewPoint(21.0, 101325)
    by_humidity = psychrolib.GetHumRatioFromRelHum(24.0, 0.8, 101325)
    assert highest_humidity_ratio(30.0, 101.325, book) == pytest.approx(by_dew_point, rel=1e-4)
    assert highest_humidity_ratio(24.0, 101.325, book) == pytest.approx(by_humidity, rel=1e-4)


def test_outside_air_is_shut_out_when_it_holds_more_heat_than_the_hall(book, weather_at, heat_of):
    cooled = cool("air-economizer", heat_of(1), weather_at([45.0], depression_k=1.0), book)
    assert cooled.free_kw[0] == 0
    assert cooled.water_l[0] == 0


def test_hot_dry_air_is_wetted_and_needs_no_compressor(book, weather_at, heat_of):
    cooled = cool("air-economizer", heat_of(1), weather_at([40.0], depression_k=20.0), book)
    assert cooled.mechanical_kw[0] == 0
    assert cooled.water_l[0] > 0


def test_cool_outside_air_is_not_wetted(book, weather_at, heat_of):
    weather = weather_at([10.0, 20.0, 26.9], depression_k=7.0)
    cooled = cool("air-economizer", heat_of(3), weather, book)
    assert cooled.water_l.max() == 0
    assert cooled.mechanical_kw.max() == 0


def test_arctic_air_is_humidified(book, weather_at, heat_of):
    cooled = cool("air-economizer", heat_of(1), weather_at([-30.0], depression_k=0.1), book)
    assert cooled.water_l[0] > 0


def test_an_indirect_exchanger_stays_dry_while_dry_air_does(book, weather_at, heat_of):
    # dry reach 0.65 x (43.7 - T) / 16.7 = 1 at T = 18.0 C
    weather = weather_at([17.9, 18.2], depression_k=6.0)
    dry, wet = cool("indirect-evaporative", heat_of(2), weather, book).water_l
    assert dry == 0 < wet


def test_a_fully_wetted_exchanger_evaporates_most_of_the_heat(book, weather_at, heat_of):
    """By hand: as a tower at 30 C, 0.95 of the heat over 2430 kJ/kg, 6 cycles."""
    weather = weather_at([30.0], depression_k=9.5)
    cooled = cool("indirect-evaporative", heat_of(1), weather, book)
    assert cooled.mechanical_kw[0] == pytest.approx(0, abs=1e-9)
    # wet reach 0.72 x 23.2 / 16.7 = 1.0002
    expected = cooled.free_kw[0] * 0.95 * 3600 / 2430 * 6 / 5
    assert cooled.water_l[0] == pytest.approx(expected, rel=0.01)
