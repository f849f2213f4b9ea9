"""Dry and adiabatic coolers by hand, and against a search over fan speed."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.cooling import dry_coolers


def test_at_its_design_point_a_cooler_runs_at_full_speed(loop_of, book, weather_at):
    # water 50 -> 40 C, air one approach (8 K) below 40 C
    loop, weather = loop_of(1, supply_c=40.0), weather_at([32.0])
    assert dry_coolers.dry_cooler_capacity(weather.dry_bulb_c, loop, book) == pytest.approx([1.0])
    cooled = dry_coolers.dry(loop, weather, book)
    assert cooled.free_kw == pytest.approx([1000.0])
    assert cooled.power_kw["heat_rejection_fans"] == pytest.approx([20.0])  # 0.02 kW/kW


def test_air_warmer_than_the_return_carries_nothing(loop_of, book, weather_at):
    cooled = dry_coolers.dry(loop_of(1, supply_c=40.0), weather_at([55.0]), book)
    assert cooled.free_kw[0] == 0 == cooled.power_kw["heat_rejection_fans"][0]
    assert cooled.mechanical_kw == pytest.approx([1000.0])


def test_fans_turn_only_as_fast_as_saves_compressor_power(loop_of, book, weather_at):
    """No speed on a fine grid does better by more than the staging of the chillers."""
    weather = weather_at(np.arange(18.0, 49.0, 0.5))
    loop = loop_of(len(weather), supply_c=40.0)
    power = dry_coolers.dry(loop, weather, book).power_kw
    ours = power["heat_rejection_fans"] + power["compressors"]
    capacity = dry_coolers.dry_cooler_capacity(weather.dry_bulb_c, loop, book)
    eir = dry_coolers.air_chiller_eir(weather.dry_bulb_c, 40.0, book)

    def cost(speed):
        free = np.minimum(capacity * speed ** book["cooling.dry_cooler_air_exponent"], 1)
        rest = dry_coolers.compressors_kw(1000 * (1 - free), eir, 1000.0, 1.0, book)
        return 20.0 * speed ** book["cooling.fan_exponent"] + rest

    best = np.min([cost(s) for s in np.linspace(0, 1, 101)], axis=0)
    assert ((ours - best) / 1000 < 0.002).all()


def test_pads_are_wetted_only_as_far_as_the_load_needs(loop_of, book, weather_at):
    weather = weather_at(np.arange(10.0, 44.0, 0.25), depression_k=15.0)
    loop = loop_of(len(weather), supply_c=35.0)
    wet, dry = (plant(loop, weather, book) for plant in (dry_coolers.adiabatic, dry_coolers.dry))
    needless = dry.mechanical_kw == 0
    assert wet.water_l[needless].max() == 0
    assert (np.diff(wet.water_l) >= -1e-9).all()
    assert (wet.power_kw["compressors"] <= dry.power_kw["compressors"] + 1e-9).all()
    assert wet.water_l[-1] > 0


def test_pad_water_is_what_the_air_takes_up(loop_of, book, weather_at):
    """By hand: air of the full-speed fans from 40 C dry to 26 C at constant wet bulb 20 C."""
    weather = weather_at([40.0], depression_k=20.0)
    loop = loop_of(1, supply_c=34.0)
    litres = dry_coolers.adiabatic(loop, weather, book).water_l[0]
    air_kg_per_h = 1000 / (1.006 * 10) * 3600
    # 0.7 of the depression: 26 C; latent heat near 2454 kJ/kg at 20 C
    gained = 1.02 * (40 - 26) / (2501 - 2.36 * 20)
    assert litres == pytest.approx(air_kg_per_h * gained * 6 / 5, rel=0.03)


def test_one_unit_out_of_ten_makes_the_others_turn_faster(loop_of, book, weather_at):
    weather = weather_at([25.0])
    whole, short = (
        dry_coolers.dry(loop_of(1, 0.8, supply_c=40.0, running=r), weather, book) for r in (1, 0.9)
    )
    assert short.free_kw == pytest.approx(whole.free_kw)
    # by hand: the speed of each goes with (1 / 0.9)^1.25, fan power with 0.9 x speed^2.7
    ratio = 0.9 * (1 / 0.9) ** (2.7 / 0.8)
    fans = (c.power_kw["heat_rejection_fans"][0] for c in (short, whole))
    assert next(fans) / next(fans) == pytest.approx(ratio)
