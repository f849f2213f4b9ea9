"""Building blocks against their data and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.cooling import blocks


@pytest.fixture(scope="module")
def catalogue(book):
    """Vintage 1: the coefficients are then those fitted to the catalogue."""
    return book.with_user_values(
        {"cooling.water_chiller_vintage": 1.0, "cooling.air_chiller_vintage": 1.0}, "test"
    )


@pytest.mark.parametrize(
    ("ambient_c", "cop"),
    # medians of 111 catalogue curves, leaving water 6.7-10 C, EnergyPlus 25.2 data sets
    [(20, 4.62), (25, 3.95), (30, 3.44), (35, 3.01), (40, 2.62)],
)
def test_air_cooled_chiller_is_the_catalogue_median(ambient_c, cop, catalogue):
    eir = blocks.air_chiller_eir(np.array([float(ambient_c)]), 8.0, catalogue)[0]
    assert 1 / eir == pytest.approx(cop, rel=0.06)


@pytest.mark.parametrize(
    ("entering_c", "low", "high"),
    # quartiles of water-cooled variable-speed catalogue curves, EnergyPlus 25.2 data sets
    [(18, 6.76, 8.18), (22, 6.25, 7.25), (26, 6.10, 6.99), (30, 5.76, 6.10)],
)
def test_water_cooled_chiller_is_within_the_catalogue_quartiles(entering_c, low, high, catalogue):
    eir = blocks.water_chiller_eir(np.array([float(entering_c)]), 8.0, catalogue)[0]
    assert low * 0.97 <= 1 / eir <= high * 1.03


def test_no_compressor_beats_its_share_of_carnot(book):
    entering = np.linspace(-20, 60, 81)
    for leaving in (5.0, 20.0, 40.0):
        lift = np.maximum(entering + 6.5 - (leaving - 1.5), 8.0)
        carnot = (leaving - 1.5 + 273.15) / lift
        assert (1 / blocks.water_chiller_eir(entering, leaving, book) <= 0.65 * carnot + 1e-9).all()


def test_dx_cop_at_35_c_is_in_the_range_of_room_units(book):
    eir = blocks.air_chiller_eir(np.array([35.0]), book["cooling.dx_evaporator_water_c"], book)[0]
    assert 2.5 <= 1 / eir <= 4.0  # vendor practice, see cooling.csv


def test_less_load_never_takes_more_compressor_power(book):
    load = np.linspace(0, 1, 200)
    assert (np.diff(load * blocks.part_load_factor(load, book)) >= 0).all()


def test_room_fan_share_by_hand(book):
    # 500 Pa / (0.75 x 1.2 kg/m3 x 1.006 kJ/(kg K) x 16.7 K) = 0.0331
    assert blocks.room_fan_share(16.7, 1.2, book) == pytest.approx(0.03307, rel=1e-3)


def test_pump_share_by_hand(book):
    # 143.7 kPa / (0.7 x 997 kg/m3 x 4.19 kJ/(kg K) x 10 K) = 0.00491
    assert blocks.pump_share(143.7, 10.0, book) == pytest.approx(0.004914, rel=1e-3)


def test_fans_follow_the_affinity_laws_and_stop_without_flow():
    power = blocks.at_flow(10.0, np.array([0.0, 0.1, 0.5, 1.0]), 3.0, 0.3)
    assert power == pytest.approx([0.0, 0.27, 1.25, 10.0])


def test_tower_approach_by_hand(book):
    # 4.5 K x 0.5^0.6 x (1 + 0.02 x (20 - 10)) = 3.563 K
    approach = blocks.tower_approach(np.array([10.0]), np.array([0.5]), book)[0]
    assert approach == pytest.approx(3.563, rel=1e-3)


def test_dry_cooler_at_its_design_point_runs_at_full_speed(book):
    # water 50 -> 40 C, air one approach (8 K) below 40 C
    capacity = blocks.dry_cooler_capacity(np.array([32.0]), 50.0, 10.0, book)
    assert capacity == pytest.approx([1.0])
    assert blocks.dry_cooler_speed(np.array([1.0]), capacity, book) == pytest.approx([1.0])
    assert blocks.dry_cooler_capacity(np.array([55.0]), 50.0, 10.0, book)[0] == 0
