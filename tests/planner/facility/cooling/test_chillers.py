"""Compressors against catalogue curves, Carnot, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.cooling import chillers


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
    eir = chillers.air_chiller_eir(np.array([float(ambient_c)]), 8.0, catalogue)[0]
    assert 1 / eir == pytest.approx(cop, rel=0.06)


@pytest.mark.parametrize(
    ("entering_c", "low", "high"),
    # quartiles of water-cooled variable-speed catalogue curves, EnergyPlus 25.2 data sets
    [(18, 6.76, 8.18), (22, 6.25, 7.25), (26, 6.10, 6.99), (30, 5.76, 6.10)],
)
def test_water_cooled_chiller_is_within_the_catalogue_quartiles(entering_c, low, high, catalogue):
    eir = chillers.water_chiller_eir(np.array([float(entering_c)]), 8.0, catalogue)[0]
    assert low * 0.97 <= 1 / eir <= high * 1.03


def test_no_compressor_beats_its_share_of_carnot(book):
    entering = np.linspace(-20, 60, 81)
    for leaving in (5.0, 15.0, 25.0):
        lift = np.maximum(entering + 6.5 - (leaving - 1.5), 8.0)
        carnot = (leaving - 1.5 + 273.15) / lift
        eir = chillers.water_chiller_eir(entering, leaving, book)
        assert (1 / eir <= 0.65 * carnot + 1e-9).all()


def test_warmer_condensers_never_take_less_power_however_warm(book):
    # a published regression of COP turns upward past 43 C of condenser water
    air = np.linspace(-30, 80, 500)
    for eir in (
        chillers.water_chiller_eir(air, 12.0, book), chillers.air_chiller_eir(air, 12.0, book),
        chillers.room_unit_eir(air, book),
    ):  # fmt: skip
        assert (np.diff(eir) >= 0).all()


def test_a_chiller_that_trims_a_warm_loop_works_at_its_own_warmest_water(book):
    air = np.array([43.0])
    warm = chillers.air_chiller_eir(air, book["cooling.warmest_chilled_water_c"], book)
    assert chillers.air_chiller_eir(air, 40.0, book) == pytest.approx(warm)


def test_dx_cop_at_35_c_is_in_the_range_of_room_units(book):
    eir = chillers.room_unit_eir(np.array([35.0]), book)[0]
    assert 2.5 <= 1 / eir <= 4.0  # vendor practice, see cooling.csv


def test_head_pressure_control_keeps_room_units_from_gaining_in_the_cold(book):
    warm, mild, cold = chillers.room_unit_eir(np.array([35.0, 20.0, -20.0]), book)
    assert cold == mild < warm
    # 25 K of lift, by hand: 0.9 x (0.0141 + 0.00826 x 25) = 0.198
    assert cold == pytest.approx(0.1985, rel=1e-3)


def test_as_many_machines_run_as_give_half_load_each(book):
    # 10 machines and a spare; multipliers at half and full load from the book
    load = np.array([0.05, 0.1, 0.5, 1.0])
    factor = chillers.part_load_factor(load, 1.1, book)
    best = book["cooling.part_load_50"]
    # half a machine: one at half load; one machine's heat: two at half; 5: ten at half
    assert factor[:3] == pytest.approx([best] * 3)
    # eleven carry ten machines' heat at 0.909: 0.842 + 0.158 x (0.909 - 0.75) / 0.25 = 0.9425
    assert factor[3] == pytest.approx(0.9425, rel=1e-3)


def test_fewer_machines_never_take_less_power(book):
    load = np.linspace(0.0, 1.0, 400)
    with_spare, without = (chillers.part_load_factor(load, r, book) for r in (1.1, 1.0))
    assert (with_spare <= without + 1e-12).all()


def test_less_load_never_takes_more_compressor_power(book):
    load = np.linspace(0, 1.1, 2000)
    assert (np.diff(load * chillers.part_load_factor(load, 1.1, book)) >= 0).all()


def test_compressors_that_have_nothing_to_do_are_off(book):
    heat, eir = np.array([0.0, 500.0]), np.array([0.2, 0.2])
    off, on = chillers.compressors_kw(heat, eir, 1000.0, 1.0, book)
    assert off == 0
    assert on == pytest.approx(500 * 0.2 * book["cooling.part_load_50"])
