"""Standing by, by hand."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.power.standby import standby_plant, standby_record


@pytest.fixture(scope="module")
def plant(book, temperate):
    return standby_plant(
        low_voltage_kw=5000.0, ups_load_kw=4000.0, ups_rating_kw=6000.0, redundancy="N",
        book=book, at=temperate,
    )  # fmt: skip


def test_generators_carry_the_peak_with_batteries_recharging(plant):
    # 5000 + 0.07 x 4000 + 0.0003 x 6000 = 5281.8 kW over 0.9: four of 1500 kW
    assert plant.generators.load == pytest.approx(5281.8)
    assert (plant.generators.units, plant.generators.rating) == (4, 1500)


def test_standby_power_by_hand(plant):
    assert plant.heater_kw == pytest.approx(0.0005 * 6000)  # 0.75 kW per set
    assert plant.hourly_kw == pytest.approx(3.0 + 1.8)
    assert plant.peak_kw == pytest.approx(4.8 + 280)


def test_a_year_of_standing_by_by_hand(plant, book):
    record = standby_record(plant, book)
    assert record.generator_heaters_kwh_per_year == pytest.approx(3 * 8760)
    assert record.battery_charging_kwh_per_year == pytest.approx(1.8 * 8760)
    # 24 h at 30 % load: 0.265 x 6000 x (0.08 + 0.92 x 0.3) x 24
    fuel_l = 0.265 * 6000 * 0.356 * 24
    assert record.generator_test_fuel_l_per_year == pytest.approx(fuel_l)
    assert record.generator_test_kgco2e_per_year == pytest.approx(2.66 * fuel_l)


def test_the_year_holds_the_standby_energy(built, book):
    building = built()
    record = standby_record(building.electrical.standby, book)
    hours = building.year(0.7, building.climate.year, book)
    assert hours.parts_kw()["standby"].sum() == pytest.approx(
        record.generator_heaters_kwh_per_year + record.battery_charging_kwh_per_year
    )
